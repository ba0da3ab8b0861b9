"""The demo's world: its key, its database, its people; made once, and entered again ever after.

Nobody's database becomes a demo by accident: one with an organisation and no turned clock, or with
a workspace of a real platform, is refused before anything in it is touched.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from bot.adapters import local
from bot.cli.house import (
    Desk,
    actor,
    check_tables,
    erase_again,
    is_demos_junk,
    naming_file,
    upgraded,
)
from bot.cli.list_file import read_roster
from bot.cli.places import file_of, key_file_of, key_in, keyring_of, ledger_of, make_folder, url_of
from bot.cli.programme import keep
from bot.cli.upgrading import brought_up
from bot.clock import MachineClock
from bot.cohorts import create, listed
from bot.errors import NotAllowed
from bot.lexicon import TEXTS
from bot.lists.people import LOCAL, bring_in
from bot.programme import PROGRAMMES, read
from bot.settings import Settings, SettingsError
from bot.team_channels import with_team_channel
from bot.words import Words
from scheduler.local import local_of
from storage import chat, clock, engines, migrate, organisations, workspaces
from storage.database import Database, Transaction
from storage.errors import BadKey, DatabaseAway, WrongKey
from storage.held import Hold
from storage.keyring import Keyring, new_key, write_key
from storage.workspaces import Workspace

ORGANISATION: Final = "Zonnewijzer"
LANGUAGE: Final = "nl"
ZONE: Final = "Europe/Amsterdam"
CHAT: Final = "demo"
SAMPLE: Final = "feedback-geven"
COHORT: Final = "Demo"
CHANNEL: Final = "#team-zuid"
ROSTER: Final = Path(local.__file__).parent / "cohort.csv"
REAL_PLATFORMS: Final = ("slack", "teams")

_NO_DEMO: Final = (
    "This is not a demo's database: the demo would turn its clock. Give the demo one of its own "
    "with HOLDFAST_DATABASE_URL."
)


@dataclass(frozen=True, slots=True)
class World:
    """A demo that is there: its database and keys, its chat, how far its clock was turned.

    `is_silent` says that nobody was told anything yet.
    """

    database: Database
    keyring: Keyring = field(repr=False)
    workspace: UUID
    offset: timedelta
    is_silent: bool


@asynccontextmanager
async def entered(settings: Settings) -> AsyncIterator[World]:
    """Open the demo, and make it if it is not there.

    Raises:
        NotAllowed: the database is not a demo's.
        SettingsError: it is, and its key is gone.
        StorageError: it cannot be opened or made.

    """
    with naming_file(settings):
        there = await migrate.current(url_of(settings))
    keyring = _keyring(settings, is_new=there is None)
    if there is None:
        await upgraded(settings, by=actor())
    database = await _opened(settings, keyring)
    try:
        async with database.read() as tx:
            await _check(tx)
        if there not in (None, migrate.head()):
            await brought_up(settings, database)
        await check_tables(url_of(settings))
        await erase_again(database)
        async with database.write() as tx:
            settled = await _settled(tx)
        yield World(database, keyring, *settled)
    finally:
        await database.close()


async def removed(settings: Settings) -> bool:
    """Remove the demo, its key too; say whether there was one.

    Raises:
        NotAllowed: the database is not a demo's.
        SettingsError, StorageError: it cannot be opened to see whether it is.

    """
    try:
        with naming_file(settings):
            there = await migrate.current(url_of(settings))
    except DatabaseAway as error:
        if not is_demos_junk(settings, error):
            raise
        _remove_junk(settings)
        return True
    if there is None:
        return _removed_bad_key(settings)
    database = await _opened_to_remove(settings)
    try:
        async with database.read() as tx:
            await _check(tx)
            if await clock.get(tx) is None:
                raise NotAllowed(_NO_DEMO)
    finally:
        await database.close()
    if file_of(settings) is None:
        await migrate.downgrade(url_of(settings), "base")
    _remove_files(settings)
    return True


def _remove_junk(settings: Settings) -> None:
    file = file_of(settings)
    hold = Hold(file) if file else None  # not from under a demo that runs
    try:
        _remove_files(settings)
    finally:
        if hold:
            hold.release()


def _removed_bad_key(settings: Settings) -> bool:
    """Remove a key that is damaged and of no database, or no demo could start; say whether."""
    file = key_file_of(settings)
    is_own = file.resolve().parent == settings.data_dir.resolve()
    if settings.master_keys is not None or not is_own or not file.exists():
        return False
    try:
        key_in(file)
    except BadKey:
        file.unlink()
        return True
    return False


def _remove_files(settings: Settings) -> None:
    file = file_of(settings)
    ends = ("", "-wal", "-shm", ".lock") if file else ()
    ours = () if settings.master_keys else (key_file_of(settings),)
    ledgers = (ledger_of(settings),)
    for each in (*(Path(f"{file}{end}") for end in ends), *ledgers, *ours):
        each.unlink(missing_ok=True)


async def _opened_to_remove(settings: Settings) -> Database:
    """Open the demo; when its key is damaged with another, which reads whose clock was turned."""
    try:
        keyring = _keyring(settings, is_new=False)
    except BadKey:
        file, url = file_of(settings), engines.read_url(url_of(settings))
        engine = engines.sqlite_readers(url) if file else engines.postgresql(url)
        anyones = Keyring.of({"none": new_key()}, current="none")
        return Database(engine, engine, anyones, Hold(file) if file else None)
    return await _opened(settings, keyring)


async def _opened(settings: Settings, keyring: Keyring) -> Database:
    try:
        with naming_file(settings):
            ledger = ledger_of(settings)
            return await Database.open(url_of(settings), keyring, hold=True, ledger=ledger)
    except WrongKey as error:
        raise WrongKey(f"{error.message} {_by_hand(settings)}") from None


def _keyring(settings: Settings, *, is_new: bool) -> Keyring:
    """Read the demo's key; make one for a new demo, and for nothing else."""
    file = key_file_of(settings)
    if settings.master_keys is None and not file.exists():
        if not is_new:
            raise SettingsError(
                f"The key of this database, {file}, is gone: put it back. {_by_hand(settings)}"
            )
        _make_key(file)
    if settings.master_keys is None:
        return key_in(file)
    return keyring_of(settings)


def _make_key(file: Path) -> None:
    make_folder(file.parent)
    try:
        only_ours = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise SettingsError(
            f"The key file {file} cannot be made ({error.strerror}): look at the rights of its "
            "folder."
        ) from None
    with os.fdopen(only_ours, "w", encoding="utf-8") as opened:
        opened.write(write_key("k1", new_key()) + "\n")


def _by_hand(settings: Settings) -> str:
    file = file_of(settings)
    what = f"the file {file}" if file else "the database"
    return (
        "Without its key it cannot be seen whether this is a demo's database: only if you know "
        f"that it is, remove {what} yourself to start afresh."
    )


async def _check(tx: Transaction) -> None:
    """Refuse a database that is not a demo's, and not empty either."""
    is_demo = await clock.get(tx) is not None
    if not is_demo and await organisations.first(tx) is not None:
        raise NotAllowed(_NO_DEMO)
    for platform in REAL_PLATFORMS:
        if await workspaces.all_on(tx, platform):
            raise NotAllowed(_NO_DEMO)


async def _settled(tx: Transaction) -> tuple[UUID, timedelta, bool]:
    """Give what `World` tells of the demo; on an empty database, settle it first."""
    workspace = await workspaces.by_external(tx, LOCAL, CHAT)
    if workspace is None:
        workspace = await _settle(tx, MachineClock().now())
    offset = await clock.get(tx)
    return workspace.id, offset or timedelta(0), await chat.is_empty(tx)


async def _settle(tx: Transaction, now: datetime) -> Workspace:
    """Make the organisation, its chat, its people and their cohort, all in one transaction."""
    organisation = await organisations.add(tx, name=ORGANISATION, language=LANGUAGE, zone=ZONE)
    workspace = await workspaces.add(
        tx,
        organisation=organisation.id,
        platform=LOCAL,
        external_id=CHAT,
        language=LANGUAGE,
        zone=ZONE,
    )
    await clock.set(tx, timedelta(0))
    desk = Desk(tx, organisation, now)
    await keep(desk, read(PROGRAMMES / SAMPLE))
    entries = read_roster(ROSTER, Words.load(TEXTS))
    await bring_in(tx, organisation, entries, file=ROSTER.name, now=now)
    await create(
        tx,
        organisation,
        COHORT,
        slug=SAMPLE,
        training_day=local_of(now, ZONE).day,
        members=await listed(tx, organisation, entries, file=ROSTER.name),
        now=now,
    )
    await with_team_channel(tx, organisation, COHORT, CHANNEL, readers=len(entries))
    return workspace
