"""Checks of the database: its file, tables and keys, and what its rows say of the work.

They need no key but one: whether the keys are right. Each reads in a transaction of its own, for
the one before it may have failed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.cli.audit import problem
from bot.cli.checks.finding import Finding, Premises, broken, counted, fine, warning
from bot.cli.checks.machine import open_keys
from bot.cli.house import check_tables, moment
from bot.cli.places import key_file_of, keyring_of, url_of
from bot.conversation import MOST_TRIES
from bot.settings import SettingsError
from storage import audit, clock, due_nudges, inbox, inspecting, keys, outbox
from storage.errors import BadKey, StorageError, WrongKey
from storage.ledger import BadLedger
from storage.migrate import head

SKEW: Final = timedelta(seconds=60)
LATE: Final = timedelta(minutes=15)
RECENT: Final = timedelta(days=7)
_SERVE: Final = "Start `holdfast serve`, and keep it running."


async def database(premises: Premises) -> Finding:
    """Look whether the database is there and answers."""
    file = premises.file
    if file and not file.exists():
        return broken(f"There is no database {file}.", "Make it: `holdfast db upgrade`.")
    try:
        async with premises.database.read() as tx:
            await inspecting.answer(tx)
    except StorageError as error:
        mend = (
            f"Look at {file} and its rights; a damaged one is replaced by a backup."
            if file
            else "Start the PostgreSQL server, or correct HOLDFAST_DATABASE_URL."
        )
        return broken(error.message, mend)
    return fine(f"The database {file} answers." if file else "The PostgreSQL database answers.")


async def integrity(premises: Premises) -> Finding:
    """Look whether SQLite finds its file whole."""
    if premises.file is None:
        return fine("PostgreSQL looks after its own files.")
    mend = "Stop Holdfast, keep a copy of the file, and put a backup in its place."
    try:
        async with premises.database.read() as tx:
            faults = await inspecting.faults(tx)
    except StorageError as error:
        return broken(error.message, mend)
    if faults:
        found = counted(faults, "fault", "faults")
        return broken(f"SQLite finds {found} or more in {premises.file}.", mend)
    return fine(f"SQLite finds no fault in {premises.file}.")


async def tables(premises: Premises) -> Finding:
    """Look whether the tables are those of this release."""
    try:
        await check_tables(url_of(premises.settings))
    except StorageError as error:
        return broken(error.message, "`holdfast db upgrade`")
    return fine(f"The tables are those of this release (revision {head()}).")


async def master_keys(premises: Premises) -> Finding:
    """Look whether the keys are there, are those of the database, and nobody else's to read."""
    settings = premises.settings
    give = "Give the keys of this database with HOLDFAST_MASTER_KEYS_FILE."
    try:
        keyring = keyring_of(settings)
        async with premises.database.read() as tx:
            known = await keys.check(tx.connection, keyring)
            names = await inspecting.key_names(tx)
    except (SettingsError, BadKey, WrongKey) as error:
        return broken(error.message, give)
    open_ones = open_keys(settings, key_file_of(settings))
    if open_ones:
        return warning(
            f"Everybody on this machine can reach the key file {open_ones[0]}.",
            f"`chmod 600 {open_ones[0]}`",
        )
    if names and not known:
        return warning(
            f"The current key '{keyring.current}' is new to this database.",
            "If you meant to replace the key, go on with `holdfast keys rotate`, as "
            "docs/running/keys.md tells; if not, put the key first that was first.",
        )
    return fine(f"All master keys of the database are here; '{keyring.current}' seals.")


async def erasures(premises: Premises) -> Finding:
    """Look whether the ledger of erasures can be read, is whole, and lies beside no backup."""
    file = premises.ledger
    away = "Put the newest good copy of the file there."
    try:
        held = premises.database.ledger.read() if premises.database.ledger else None
        async with premises.database.read() as tx:
            marked = await inspecting.marks(tx)
    except BadLedger as error:
        return broken(error.message, away)
    if file.resolve().is_relative_to(premises.backups.resolve()):
        return warning(
            f"{file} lies among the backups: whoever puts one back may put that back too, and "
            "with it people who were erased.",
            "Move it elsewhere, and say where with HOLDFAST_ERASURES_FILE.",
        )
    unknown = len(marked - (held.marks if held else frozenset()))
    if unknown:
        return warning(
            f"{file} does not know {counted(unknown, 'address', 'addresses')} of people who were "
            "erased: a backup that is put back would bring them back.",
            away,
        )
    erased = counted(len(held.erased) if held else 0, "erasure", "erasures")
    return fine(f"{file} can be read, and knows of {erased}.")


async def clocks(premises: Premises) -> Finding:
    """Look whether the machine's clock agrees with the database's and with what was written."""
    async with premises.database.read() as tx:
        skew = abs(await tx.now() - premises.now)
        turned = await clock.get(tx)
        now, newest = await moment(tx), await inspecting.newest(tx)
    set_it = "Set the clock of this machine right, such as with `timedatectl set-ntp true`."
    if skew > SKEW:
        return warning(
            f"The clocks of this machine and of the database server are "
            f"{skew.total_seconds():.0f} seconds apart.",
            f"{set_it} Then that of the server.",
        )
    if newest and newest - now > SKEW:
        return warning(
            f"It is {now:%Y-%m-%d %H:%M} UTC here, and something was written at "
            f"{newest:%Y-%m-%d %H:%M}: the clock went back, or was wrong then.",
            set_it,
        )
    if turned is not None:
        ahead = counted(turned.days, "day", "days")
        return fine(
            f"A demo's database: its clock is turned {ahead} ahead, and `serve` refuses it."
        )
    return fine("The clocks agree, and nothing was written later than now.")


async def due(premises: Premises) -> Finding:
    """Look how long the oldest nudge or message that is due has waited."""
    async with premises.database.read() as tx:
        now = await moment(tx)
        moments = [await due_nudges.next_due(tx), await outbox.next_due(tx)]
    oldest = min((each for each in moments if each), default=None)
    late = now - oldest if oldest else timedelta(0)
    if late <= LATE:
        return fine("Nothing that is due waits longer than 15 minutes.")
    waits = f"Something has been due since {oldest:%Y-%m-%d %H:%M} UTC"
    if premises.around.at_work:
        return broken(
            f"{waits}, although a Holdfast is at work.",
            "Look at its log; then start `holdfast serve` again.",
        )
    mend = "Start `holdfast demo`: it goes on where it was." if premises.is_demo else _SERVE
    return warning(f"{waits}, and nobody is at work.", mend)


async def leases(premises: Premises) -> Finding:
    """Look whether somebody claimed work and died with it."""
    async with premises.database.read() as tx:
        left = await inspecting.overdue_leases(tx)
    if left == 0:
        return fine("Nothing was claimed and left behind.")
    mend = (
        "Whoever is at work takes it up; if this stays, start `holdfast serve` again."
        if premises.around.at_work
        else _SERVE
    )
    return warning(f"{counted(left, 'row was', 'rows were')} claimed and not finished.", mend)


async def events(premises: Premises) -> Finding:
    """Look which events failed, and whether they are tried again by themselves."""
    async with premises.database.read() as tx:
        failed = await inbox.failed(tx)
    if not failed:
        return fine("No event waits to be heard again.")
    oldest = f"{failed[0].received_at:%Y-%m-%d %H:%M} UTC"
    told = f"{counted(len(failed), 'event', 'events')} failed, the oldest of {oldest}"
    left = sum(event.tries >= MOST_TRIES for event in failed)
    if left:
        return broken(
            f"{told}; {left} failed {MOST_TRIES} times and are not tried again by themselves.",
            "`holdfast events list` shows them; once mended, `holdfast events retry --all`.",
        )
    return warning(f"{told}; they are tried again by themselves.", "`holdfast events list`")


async def messages(premises: Premises) -> Finding:
    """Look which messages of the last seven days did not arrive, or may not have."""
    async with premises.database.read() as tx:
        since: datetime = await moment(tx) - RECENT
        found = await inspecting.troubled(tx, since)
    if not found:
        return fine("Of the last 7 days, no message failed.")
    failed, unknown = found.get("failed", 0), found.get("unknown", 0)
    return warning(
        f"Of the last 7 days, {counted(failed, 'message', 'messages')} failed, and of {unknown} "
        "it is not known whether they arrived.",
        "`holdfast support` names whom no message reaches; the log says why one failed.",
    )


async def people(premises: Premises) -> Finding:
    """Look whether there are people whom no message reaches."""
    async with premises.database.read() as tx:
        unreached = await inspecting.unreachable(tx)
    if unreached == 0:
        return fine("Everybody can be reached.")
    return warning(
        f"{counted(unreached, 'person', 'people')} cannot be reached.",
        "`holdfast support` says who, and why.",
    )


async def trail(premises: Premises) -> Finding:
    """Look whether the audit trail is whole."""
    async with premises.database.read() as tx:
        verdict = await audit.verify(tx)
    if problem(verdict):
        return broken(
            "The audit trail was changed beside Holdfast.",
            "`holdfast audit verify` says where. Find out who can write to the database, and "
            "keep a copy of it as it is.",
        )
    return fine(f"The audit trail is whole: {counted(verdict.entries, 'entry', 'entries')}.")
