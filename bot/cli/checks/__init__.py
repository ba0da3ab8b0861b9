"""What `holdfast doctor` looks at, in this order; a check needs those that it cannot do without.

A check that raises is found broken itself, so that one surprise does not hide the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.cli.checks import machine, places, rows
from bot.cli.checks.finding import Check, Finding, Premises, Verdict, broken, fine, unseen
from bot.cli.checks.neighbours import look_around
from bot.cli.checks.slack import slack
from bot.cli.places import file_of, ledger_of, url_of
from bot.clock import MachineClock
from bot.errors import HoldfastError
from bot.settings import Settings, SettingsError, read_settings
from storage import inspecting
from storage.errors import StorageError

SETTINGS: Final = "settings"
SETTINGS_LOOKED_AT: Final = "every setting has a value that can be used, and none is misspelt"

_READ: Final = ("database", "integrity", "tables")

CHECKS: Final = (
    Check("database", "it is there, and answers", rows.database),
    Check("rights", "nobody else reaches the files, and they can be written", machine.rights,
          ("database",)),
    Check("integrity", "SQLite finds its file whole (quick_check)", rows.integrity,
          ("database",)),
    Check("tables", "they are those of this release", rows.tables, ("database", "integrity")),
    Check("keys", "all are here and right, the current one is known, nobody else reaches the file",
          rows.master_keys, _READ),
    Check("erasures", "the ledger can be read, is whole, and lies beside no backup",
          rows.erasures, _READ),
    Check("clock", "machine and database agree to a minute, and nothing was written later than "
          "now", rows.clocks, _READ),
    Check("ports", "host, port and metrics_port are free, or ours", machine.ports),
    Check("process", "who is at work, and whether its /ready says so", machine.process),
    Check("due", "nothing that is due has waited for more than 15 minutes", rows.due, _READ),
    Check("leases", "nothing was claimed and left behind", rows.leases, _READ),
    Check("events", "none failed, and none waits for somebody to have it heard again",
          rows.events, _READ),
    Check("messages", "of the last 7 days, all arrived", rows.messages, _READ),
    Check("people", "everybody can be reached", rows.people, _READ),
    Check("slack", "where it is set up, it is installed, and grants what the manifest asks for",
          slack, (*_READ, "keys")),
    Check("disk", "1 GiB is left, and twice the size of the database", machine.disk),
    Check("zones", "every zone of people is known here", places.zones, _READ),
    Check("holidays", "public holidays of this year and the next are known", places.holidays,
          _READ),
    Check("audit", "the chain of the audit trail is whole", rows.trail, _READ),
    Check("backups", "the newest is at most 7 days old", machine.backups,
          _READ),
)  # fmt: skip
"""All checks but that of the settings, which all of them need."""

NAMES: Final = (SETTINGS, *(check.name for check in CHECKS))


async def examine() -> Mapping[str, Finding]:
    """Look at everything, and give what was found by the name of the check."""
    try:
        settings = read_settings()
    except SettingsError as error:
        wrong = broken(error.message, "Correct what it names; docs/running.md lists the settings.")
        found = {check.name: unseen("First mend the settings.") for check in CHECKS}
        return {SETTINGS: wrong, **found}
    return {SETTINGS: fine("They can be used."), **await _look(settings)}


async def _look(settings: Settings) -> Mapping[str, Finding]:
    premises = await _enter(settings)
    found: dict[str, Finding] = {}
    missing: set[str] = set()
    try:
        for check in CHECKS:
            needed = next((name for name in check.needs if name in missing), None)
            if needed:
                found[check.name] = unseen(f"First mend what is found under {needed}.")
                continue
            found[check.name] = await _looked(check, premises)
            if found[check.name].verdict is Verdict.BROKEN:
                missing.add(check.name)
    finally:
        await premises.database.close()
    return found


async def _enter(settings: Settings) -> Premises:
    ledger, file = ledger_of(settings), file_of(settings)
    database = inspecting.eyes(url_of(settings), ledger)
    is_there = file is None or file.exists()  # looking would make a file that is not
    return Premises(
        settings=settings,
        file=file,
        ledger=ledger,
        backups=getattr(settings, "backups_dir", None) or settings.data_dir / "backups",
        database=database,
        around=await look_around(settings),
        is_demo=is_there and await inspecting.is_demos(database),
        now=MachineClock().now(),
    )


async def _looked(check: Check, premises: Premises) -> Finding:
    try:
        return await check.look(premises)
    except (HoldfastError, StorageError) as error:
        return broken(error.message, "Mend what it names, and look again: `holdfast doctor`.")
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        return broken(
            f"This machine does not let us look: {error.strerror}{where}.",
            "Look at the rights of that place, and look again: `holdfast doctor`.",
        )
