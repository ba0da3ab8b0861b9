"""What the commands stand on: the settings, the keys, an open database and the right clock.

A command beside a demo works on the demo's database and clock. Its key is found because it lies
beside the database file; everywhere else keys are given.
"""

from __future__ import annotations

import asyncio
import getpass
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar
from zoneinfo import available_timezones

import typer

from bot.clock import TurnedClock
from bot.errors import BadContent
from bot.lists.roster import Entry, Roster, Spoken, read
from bot.lists.table import MOST_BYTES, TOO_LARGE
from bot.settings import Settings, SettingsError, read_settings
from bot.toml_file import Problem
from bot.words import Words
from storage import clock, engines, erasing, migrate, organisations
from storage.database import Database, Transaction
from storage.errors import BadKey, DatabaseAway, NotReady
from storage.keyring import Keyring
from storage.organisations import Organisation

KEY_FILE: Final = "master.key"
DATABASE_FILE: Final = "holdfast.db"
MOST_PROBLEMS: Final = 50

_NO_DATABASE: Final = "SQLITE_NOTADB"
_DAMAGED: Final = "SQLITE_CORRUPT"  # details may follow

_AFRESH: Final = (
    "`make demo-reset` or `holdfast demo --fresh` starts afresh, which loses the demo's data."
)

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

    async def run(database: Database) -> T:
        async with database.write() as tx:
            return await work(await desk_of(tx))

    return at_work(run)


def look(work: Work[T]) -> T:
    """Do some work that only reads, beside whoever writes. Raises as `change` does."""

    async def run(database: Database) -> T:
        async with database.read() as tx:
            return await work(await desk_of(tx))

    return at_work(run)


def at_work(work: Callable[[Database], Coroutine[Any, Any, T]]) -> T:
    """Do some work on the open database, in as many transactions as it takes.

    Raises:
        SettingsError, StorageError: the settings or the database are not ready.

    """

    async def run() -> T:
        settings = read_settings()
        async with opened(settings, keyring_of(settings)) as database:
            return await work(database)

    return asyncio.run(run())


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


def url_of(settings: Settings) -> str:
    """Give the address of the database, with its password if it has one: never print it."""
    return settings.database_url.get_secret_value()


def file_of(settings: Settings) -> Path | None:
    """Give the file of a SQLite database; None for PostgreSQL."""
    url = engines.read_url(url_of(settings))
    return engines.file_of(url) if engines.is_sqlite(url) else None


def ledger_of(settings: Settings) -> Path:
    """Name the file that says who was erased: kept apart from the database and its backups."""
    if settings.erasures_file:
        return settings.erasures_file
    file = file_of(settings)
    return file.with_suffix(".erasures") if file else settings.data_dir / "holdfast.erasures"


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
        await database.tidy()
    return again


def key_file_of(settings: Settings) -> Path:
    """Name the file of the demo's key: beside the database file, or in the folder for data."""
    file = file_of(settings)
    return (file.parent if file else settings.data_dir) / KEY_FILE


def key_in(file: Path) -> Keyring:
    """Read the master keys in a demo's file, or in one beside a database.

    Raises:
        SettingsError: the file cannot be read.
        BadKey: it holds no key.

    """
    try:
        return Keyring.read(file.read_text("utf-8-sig"))
    except (BadKey, UnicodeDecodeError):
        # The error's own words may hold the key, where name and key were written the wrong way.
        raise BadKey(
            f"The key file {file} is damaged: a master key is a name, a colon and 32 bytes in "
            f"base64. Put the right key file back. If only a demo used it, {_AFRESH}"
        ) from None
    except OSError as error:
        raise SettingsError(
            f"The key file {file} cannot be read ({error.strerror}): look at its rights."
        ) from None


def keyring_of(settings: Settings) -> Keyring:
    """Read the master keys: those of the settings, else the file beside a SQLite database.

    Raises:
        SettingsError: there is none, or its file cannot be read.
        BadKey: the file beside the database holds no key.

    """
    if settings.master_keys is not None:
        return Keyring.read(settings.master_keys.get_secret_value())
    beside = key_file_of(settings)
    if file_of(settings) and beside.exists():
        return key_in(beside)
    raise SettingsError(
        "There is no master key, and without one nothing can be read or kept: set "
        "HOLDFAST_MASTER_KEYS_FILE to a file with a key. Make the first one with "
        'echo "k1:$(openssl rand -base64 32)" > master.key, and keep it away from the database '
        "and its backups."
    )


@asynccontextmanager
async def opened(
    settings: Settings, keyring: Keyring, *, hold: bool = False
) -> AsyncIterator[Database]:
    """Open the database of the settings, whose tables must be those of this release.

    Whoever holds it first erases again whom the ledger of erasures names.

    Raises:
        NotReady: it has no tables, or those of another release.
        StorageError: as `Database.open` does.

    """
    with naming_file(settings):
        await check_tables(url_of(settings))
        ledger = ledger_of(settings)
        database = await Database.open(url_of(settings), keyring, hold=hold, ledger=ledger)
        try:
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
        return f" If only a demo was in it, {_AFRESH}"
    if _said(error).startswith((_NO_DATABASE, _DAMAGED)):
        return f" Only if you know that it was a demo's, remove {file} yourself to start afresh."
    return ""


def _said(error: DatabaseAway) -> str:
    """Give the name of SQLite's own error; empty when it was not SQLite's."""
    name: str = getattr(getattr(error.__cause__, "orig", None), "sqlite_errorname", "")
    return name


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


async def upgraded(settings: Settings) -> str:
    """Bring the tables up to this release, in a folder of our own; give their revision."""
    file = file_of(settings)
    if file:
        make_folder(file.parent)
    with naming_file(settings):
        await migrate.upgrade(url_of(settings))
    return migrate.head()


def make_folder(folder: Path) -> None:
    """Make a folder that only we can read, unless it is there. Raises SettingsError if not."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise SettingsError(
            f"A file stands where the folder {folder} is to be: move that file away, or name "
            "another place with HOLDFAST_DATABASE_URL."
        ) from None
    except OSError as error:
        raise SettingsError(
            f"The folder {folder} cannot be made ({error.strerror}): look at the rights of the "
            "folder around it."
        ) from None


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
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):  # nobody by that number, as in some containers
        return "unknown"


def roster_in(file: Path, words: Words, *, encoding: str | None = None) -> Roster:
    """Read a list of people, with everything that is wrong with it.

    Raises:
        BadContent: the file itself cannot be read, or is far too large for a list.

    """
    spoken = Spoken(languages=words.rows.keys(), zones=available_timezones())
    try:
        if file.stat().st_size > MOST_BYTES:
            raise BadContent(f"{file.name}: {TOO_LARGE}")
        return read(file.name, file.read_bytes(), spoken, encoding=encoding)
    except OSError as error:
        raise BadContent(
            f"{file.name}: The file cannot be read ({error.strerror}): look at its rights."
        ) from None


def read_roster(file: Path, words: Words) -> Sequence[Entry]:
    """Read a list of people that must be right.

    Raises:
        BadContent: with the problems: the line of each, what is wrong and the remedy.

    """
    roster = roster_in(file, words)
    if roster.problems:
        raise BadContent(problems_said(roster.problems))
    return roster.entries


def problems_said(problems: Sequence[Problem]) -> str:
    """Write the first problems one a line, and how many more there are."""
    lines = [str(each) for each in problems[:MOST_PROBLEMS]]
    more = len(problems) - len(lines)
    return "\n".join((*lines, *([f"… and {more} more."] if more else [])))
