"""What the commands stand on: the settings, the keys, an open database and the right clock.

A command beside a demo works on the demo's database and clock. Its key is found because it lies
beside the database file; everywhere else keys are given.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar
from zoneinfo import available_timezones

from bot.clock import TurnedClock
from bot.errors import BadContent
from bot.roster import Entry, Spoken, read
from bot.settings import Settings, SettingsError, read_settings
from bot.words import Words
from storage import clock, engines, migrate, organisations
from storage.database import Database, Transaction
from storage.errors import NotReady
from storage.keyring import Keyring
from storage.organisations import Organisation

KEY_FILE: Final = "master.key"

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
    return asyncio.run(_run(work, Database.write))


def look(work: Work[T]) -> T:
    """Do some work that only reads, beside whoever writes. Raises as `change` does."""
    return asyncio.run(_run(work, Database.read))


async def _run(
    work: Work[T], begin: Callable[[Database], AbstractAsyncContextManager[Transaction]]
) -> T:
    settings = read_settings()
    async with opened(settings, keyring_of(settings)) as database, begin(database) as tx:
        organisation = await organisations.first(tx)
        if organisation is None:
            raise BadContent(
                "This database has no organisation yet: make one first, such as "
                'holdfast organisation create "Zonnewijzer" --language nl --zone Europe/Amsterdam'
            )
        return await work(Desk(tx, organisation, await moment(tx)))


def url_of(settings: Settings) -> str:
    """Give the address of the database, with its password if it has one: never print it."""
    return settings.database_url.get_secret_value()


def file_of(settings: Settings) -> Path | None:
    """Give the file of a SQLite database; None for PostgreSQL."""
    url = engines.read_url(url_of(settings))
    return engines.file_of(url) if engines.is_sqlite(url) else None


def key_file_of(settings: Settings) -> Path:
    """Name the file of the demo's key: beside the database file, or in the folder for data."""
    file = file_of(settings)
    return (file.parent if file else settings.data_dir) / KEY_FILE


def keyring_of(settings: Settings) -> Keyring:
    """Read the master keys: those of the settings, else the file beside a SQLite database.

    Raises:
        SettingsError: there is none.
        BadKey: the file beside the database holds no key.

    """
    if settings.master_keys is not None:
        return Keyring.read(settings.master_keys.get_secret_value())
    beside = key_file_of(settings)
    if file_of(settings) and beside.exists():
        return Keyring.read(beside.read_text("utf-8"))
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

    Raises:
        NotReady: it has no tables, or those of another release.
        StorageError: as `Database.open` does.

    """
    await check_tables(url_of(settings))
    database = await Database.open(url_of(settings), keyring, hold=hold)
    try:
        yield database
    finally:
        await database.close()


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
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    await migrate.upgrade(url_of(settings))
    return migrate.head()


async def moment(tx: Transaction) -> datetime:
    """Give the application's moment: in a demo's database its turned clock, else the machine's."""
    offset = await clock.get(tx)
    return TurnedClock(offset or timedelta(0)).now()


def read_roster(file: Path, organisation: Organisation, words: Words) -> tuple[Entry, ...]:
    """Read a CSV of people; what a row leaves out is the organisation's.

    Raises:
        BadContent: with every problem: its line, what is wrong and the remedy.

    """
    spoken = Spoken(
        languages=words.rows.keys(),
        zones=available_timezones(),
        language=organisation.language,
        zone=organisation.zone,
    )
    roster = read(file.name, file.read_bytes(), spoken)
    if roster.problems:
        raise BadContent("\n".join(map(str, roster.problems)))
    return roster.entries
