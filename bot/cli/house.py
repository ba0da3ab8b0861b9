"""What the commands stand on: the settings, the keys, an open database and the right clock.

A command beside a demo works on the demo's database and clock. Its key is found because it lies
beside the database file; everywhere else keys are given.
"""

from __future__ import annotations

import asyncio
import getpass
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

import typer

from bot.cli.places import (
    AFRESH,
    DATABASE_FILE,
    file_of,
    keyring_of,
    ledger_of,
    make_folder,
    url_of,
)
from bot.clock import TurnedClock
from bot.errors import BadContent
from bot.settings import Settings, read_settings
from storage import audit, clock, erasing, migrate, organisations
from storage.database import Database, Transaction
from storage.errors import DatabaseAway, NotReady
from storage.keyring import Keyring
from storage.organisations import Organisation

_NO_DATABASE: Final = "SQLITE_NOTADB"
_DAMAGED: Final = "SQLITE_CORRUPT"  # details may follow


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desk:
    """One transaction of a command: the organisation it is about, and the application's moment."""

    tx: Transaction
    organisation: Organisation
    now: datetime


Work: TypeAlias = Callable[[Desk], Coroutine[Any, Any, T]]


def change(work: Work[T]) -> T:
    """Do some work in one transaction on the database of the settings, and keep what it did.

    Raises:
        SettingsError, StorageError: the settings or the database are not ready.
        BadContent: there is no organisation yet.

    """

    async def _run(database: Database) -> T:
        async with database.write() as tx:
            return await work(await desk_of(tx))

    return at_work(_run)


def look(work: Work[T]) -> T:
    """Do some work that only reads, beside whoever writes. Raises as `change` does."""

    async def _run(database: Database) -> T:
        async with database.read() as tx:
            return await work(await desk_of(tx))

    return at_work(_run)


def at_work(work: Callable[[Database], Coroutine[Any, Any, T]]) -> T:
    """Do some work on the open database, in as many transactions as it takes.

    Raises:
        SettingsError, StorageError: the settings or the database are not ready.

    """

    async def _run() -> T:
        settings = read_settings()
        async with opened(settings, keyring_of(settings)) as database:
            return await work(database)

    return asyncio.run(_run())


async def desk_of(tx: Transaction) -> Desk:
    """Give what a transaction of a command is about.

    Raises:
        BadContent: there is no organisation yet.

    """
    organisation = await organisations.first(tx)
    if organisation is None:
        raise BadContent(
            "This database has no organisation yet: make one first, such as "
            'holdfast organisation create "Zonnewijzer" --language nl --zone Europe/Amsterdam'
        )
    return Desk(tx, organisation, await moment(tx))


async def erase_again(database: Database) -> int:
    """Erase whom the ledger knows to be erased and who is there all the same; count them.

    Raises:
        BadLedger: the ledger is damaged.
        DatabaseAway: it, or the database, cannot be read or written.

    """
    if database.ledger is None:
        return 0
    async with database.write() as tx:
        again = await erasing.erase_again(tx, database.ledger, await moment(tx))
        if again:
            await record(tx, "erase.again", reason=f"{again} in the ledger of erasures")
    if again:
        await database.tidy()
    return again


@asynccontextmanager
async def opened(
    settings: Settings,
    keyring: Keyring,
    *,
    hold: bool = False,
    older: Callable[[Database], Coroutine[Any, Any, object]] | None = None,
) -> AsyncIterator[Database]:
    """Open the database of the settings, whose tables must be those of this release.

    Whoever holds it first erases again whom the ledger of erasures names. `older` is what is done
    with tables of an older release, to bring them to this one; without it they are refused.

    Raises:
        NotReady: it has no tables, or those of another release.
        StorageError: as `Database.open` does.

    """
    with naming_file(settings):
        is_older = older and await has_older_tables(settings)
        if not is_older:
            await check_tables(url_of(settings))
        ledger = ledger_of(settings)
        database = await Database.open(url_of(settings), keyring, hold=hold, ledger=ledger)
        try:
            if older and is_older:
                await older(database)
                await check_tables(url_of(settings))
            if hold:
                await erase_again(database)
            yield database
        finally:
            await database.close()


@contextmanager
def naming_file(settings: Settings) -> Iterator[None]:
    """Name the database file, and the remedy, when it is that which cannot be used.

    Raises:
        DatabaseAway: as what happens in the block does, with the file in its words.

    """
    try:
        yield
    except DatabaseAway as error:
        file = file_of(settings)
        if file is None or str(file) in error.message:
            raise
        remedy = _remedy(settings, file, error)
        raise DatabaseAway(f"{file}: {error.message}{remedy}") from error.__cause__


def is_demos_junk(settings: Settings, error: DatabaseAway) -> bool:
    """Say whether a demo's own file is no database at all, so that nothing is in it to lose.

    A damaged one is something else: much of it may still be read, and it may be anybody's.
    """
    file, own = file_of(settings), settings.data_dir / DATABASE_FILE
    is_own = file is not None and file.resolve() == own.resolve()
    # With keys from elsewhere it is more than what a demo makes by itself.
    return is_own and settings.master_keys is None and _said(error) == _NO_DATABASE


def _remedy(settings: Settings, file: Path, error: DatabaseAway) -> str:
    if is_demos_junk(settings, error):
        return f" If only a demo was in it, {AFRESH}"
    if _said(error).startswith((_NO_DATABASE, _DAMAGED)):
        return f" Only if you know that it was a demo's, remove {file} yourself to start afresh."
    return ""


def _said(error: DatabaseAway) -> str:
    """Give the name of SQLite's own error; empty when it was not SQLite's."""
    name: str = getattr(getattr(error.__cause__, "orig", None), "sqlite_errorname", "")
    return name


async def has_older_tables(settings: Settings) -> bool:
    """Say whether the tables are those of a release before this one."""
    revision = await migrate.current(url_of(settings))
    return revision != migrate.head() and migrate.knows(revision)


async def check_tables(url: str) -> None:
    """Raise NotReady when the tables are not there, or are those of another release."""
    revision = await migrate.current(url)
    if revision is None:
        raise NotReady
    if revision != migrate.head():
        raise NotReady(
            f"The tables of this database are at revision {revision}, and this Holdfast needs "
            f"{migrate.head()}: run `holdfast db upgrade`. If that does not know {revision}, a "
            "newer Holdfast made it: install that one."
        )


async def upgraded(
    settings: Settings, *, by: str | None = None, before: migrate.Before | None = None
) -> str:
    """Bring the tables up to this release, in a folder of our own; give their revision.

    What changed is noted in the audit trail as done by whoever is named; `before` is done with
    older tables first.
    """
    file = file_of(settings)
    if file:
        make_folder(file.parent)
    with naming_file(settings):
        await migrate.upgrade(url_of(settings), by=by, before=before)
    return migrate.head()


def named(name: str) -> str:
    """Give a name without the blanks around it, as an argument of a command.

    Raises:
        typer.BadParameter: there is nothing in it to read.

    """
    if not any(each.isprintable() and not each.isspace() for each in name):
        raise typer.BadParameter("A name needs at least one letter or digit.")
    return name.strip()


async def moment(tx: Transaction) -> datetime:
    """Give the application's moment: in a demo's database its turned clock, else the machine's."""
    offset = await clock.get(tx)
    return TurnedClock(offset or timedelta(0)).now()


def actor() -> str:
    """Name who runs this command, for the audit trail."""
    if behind := os.environ.get("SUDO_USER"):
        return behind
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a number without a name, as in many a container
        return "unknown"


async def record(
    tx: Transaction, action: str, *, subject: str | None = None, reason: str | None = None
) -> None:
    """Add to the audit trail what this command does, in the transaction in which it does it."""
    now = await moment(tx)
    await audit.note(tx, actor=actor(), action=action, subject=subject, reason=reason, now=now)
