"""What can be wrong with a restore is said before anything is touched; the erased stay erased."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import archive, backups, engines, erasing, migrate, organisations, people, restoring
from storage.backups import Backup
from storage.database import Database, Transaction
from storage.errors import DatabaseAway, Held, Taken, WrongKey
from storage.keyring import Keyring
from storage.ledger import Ledger
from storage.manifest import BadBackup, NewerBackup
from storage.restoring import OtherKind
from tests.storage.copying import back_up, digest_of, put_back, wipe
from tests.storage.test_backups import newer
from tests.storage.world import KEYRING, NOW, World, build

OTHERS = {"sqlite": "postgresql+psycopg://holdfast@/other", "postgresql": "sqlite:///other.db"}


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Give the place of a ledger that nobody wrote in."""
    return tmp_path / "ledger"


@pytest.fixture
async def world(database_url: str) -> World:
    """Put the world into a database, and close it."""
    database = await Database.open(database_url, KEYRING)
    made = await build(database)
    await database.close()
    return made


@pytest.fixture
async def backup(database_url: str, world: World, tmp_path: Path) -> Backup:
    """Give a backup of the world."""
    _ = world
    return await back_up(database_url, tmp_path / "monday.backup")


@pytest.fixture
async def opened(database_url: str, backup: Backup) -> AsyncIterator[Database]:
    """Give the database of which there is a backup."""
    _ = backup
    database = await Database.open(database_url, KEYRING)
    yield database
    await database.close()


async def names_in(url: str, world: World) -> list[str]:
    database = await Database.open(url, KEYRING)
    async with database.read() as tx:
        found = [each.name for each in await people.all_in(tx, world.organisation)]
    await database.close()
    return sorted(found)


async def test_what_was_wiped_is_back(
    database_url: str, world: World, backup: Backup, ledger: Path
) -> None:
    before = await digest_of(database_url, KEYRING)
    await wipe(database_url)

    await put_back(backup, database_url, KEYRING, ledger)

    assert await digest_of(database_url, KEYRING) == before
    assert await names_in(database_url, world) == ["milan", "sanne"]


async def test_what_came_since_is_replaced(
    database_url: str, opened: Database, backup: Backup, ledger: Path
) -> None:
    before = await digest_of(database_url, KEYRING)
    async with opened.write() as tx:
        await organisations.add(tx, name="Since", language="nl", zone="Europe/Amsterdam")
    await opened.close()

    await put_back(backup, database_url, KEYRING, ledger)

    assert await digest_of(database_url, KEYRING) == before


async def test_whoever_was_erased_since_stays_erased(
    database_url: str, world: World, backup: Backup, ledger: Path
) -> None:
    database = await Database.open(database_url, KEYRING, ledger=ledger)
    async with database.write() as tx:
        await erasing.erase(tx, world.sanne, NOW)
    await database.close()
    told = Ledger(ledger)

    async def finish(tx: Transaction) -> None:
        assert await erasing.erase_again(tx, told, NOW) == 1

    await restoring.restore(
        backup, database_url, KEYRING, ledger=told, replace=True, finish=finish
    )

    assert await names_in(database_url, world) == ["milan"]


async def test_tables_of_an_older_release_come_back_as_those_of_this_one(
    database_url: str, world: World, ledger: Path, tmp_path: Path
) -> None:
    await migrate.downgrade(database_url, "0003")
    older = await back_up(database_url, tmp_path / "older.backup")
    await migrate.upgrade(database_url)

    await put_back(older, database_url, KEYRING, ledger)

    assert await migrate.current(database_url) == migrate.head()
    assert await names_in(database_url, world) == ["milan", "sanne"]


async def test_a_failure_at_the_very_end_leaves_what_was(
    database_url: str, backup: Backup, ledger: Path
) -> None:
    before = await digest_of(database_url, KEYRING)

    async def finish(tx: Transaction) -> None:
        await organisations.add(tx, name="Half", language="nl", zone="Europe/Amsterdam")
        raise DatabaseAway

    with pytest.raises(DatabaseAway):
        await restoring.restore(
            backup, database_url, KEYRING, ledger=Ledger(ledger), replace=True, finish=finish
        )

    assert await digest_of(database_url, KEYRING) == before


@pytest.mark.parametrize(
    ("keyring", "words"),
    [
        (
            Keyring.of({"other": b"1" * 32}, current="other"),
            "the master key 'first', which is not",
        ),
        (Keyring.of({"first": b"2" * 32}, current="first"), "The master key 'first' is another"),
    ],
    ids=["missing", "another"],
)
async def test_the_wrong_key_is_refused_and_named(
    database_url: str, backup: Backup, ledger: Path, keyring: Keyring, words: str
) -> None:
    before = await digest_of(database_url, KEYRING)

    with pytest.raises(WrongKey, match=words):
        await put_back(backup, database_url, keyring, ledger)

    assert await digest_of(database_url, KEYRING) == before


async def test_a_backup_of_the_other_kind_says_how_to_go_on(backup: Backup, ledger: Path) -> None:
    url = OTHERS[backup.manifest.dialect]

    with pytest.raises(OtherKind, match="Set HOLDFAST_DATABASE_URL to"):
        await put_back(backup, url, KEYRING, ledger)


async def test_a_backup_of_a_newer_release_is_refused(
    database_url: str, backup: Backup, ledger: Path
) -> None:
    from_later = replace(backup, manifest=replace(backup.manifest, revision="9999", release="9.0"))

    with pytest.raises(NewerBackup, match=r"made by Holdfast 9\.0, which is newer"):
        await put_back(from_later, database_url, KEYRING, ledger)


async def test_tables_that_are_there_stay_unless_they_are_to_be_replaced(
    database_url: str, backup: Backup, ledger: Path
) -> None:
    before = await digest_of(database_url, KEYRING)

    with pytest.raises(Taken, match="--replace"):
        await put_back(backup, database_url, KEYRING, ledger, replace=False)

    assert await digest_of(database_url, KEYRING) == before


async def test_an_empty_database_need_not_be_replaced(
    database_url: str, backup: Backup, ledger: Path
) -> None:
    await wipe(database_url)
    await _without_version(database_url)

    await put_back(backup, database_url, KEYRING, ledger, replace=False)

    assert await migrate.current(database_url) == migrate.head()


async def _without_version(url: str) -> None:
    """Remove the table that is left when all tables are gone."""
    engine = engines.read_url(url)
    if not engines.is_sqlite(engine):
        async with migrate.locked(url) as connection:
            await connection.execute(text("DROP TABLE alembic_version"))


async def test_a_database_at_work_is_refused(
    database_url: str, opened: Database, backup: Backup, ledger: Path
) -> None:
    before = await digest_of(database_url, KEYRING)

    async with opened.write() as tx:
        with pytest.raises(Held):
            await put_back(backup, database_url, KEYRING, ledger)
        await organisations.add(tx, name="Later", language="nl", zone="Europe/Amsterdam")

    assert await digest_of(database_url, KEYRING) != before


async def test_a_database_that_serve_holds_is_refused(
    sqlite_url: str, ledger: Path, tmp_path: Path
) -> None:
    backup = await back_up(sqlite_url, tmp_path / "monday.backup")
    serving = await Database.open(sqlite_url, KEYRING, hold=True)

    with pytest.raises(Held, match="stop that one first"):
        await put_back(backup, sqlite_url, KEYRING, ledger)

    await serving.close()


async def test_rows_that_are_not_those_it_tells_of_are_refused(
    database_url: str, backup: Backup, ledger: Path
) -> None:
    before = await digest_of(database_url, KEYRING)
    rows = {**backup.manifest.rows, "people": 7}
    lying = replace(backup, manifest=replace(backup.manifest, rows=rows))

    with pytest.raises(BadBackup, match="not those that it tells of"):
        await put_back(lying, database_url, KEYRING, ledger)

    assert await digest_of(database_url, KEYRING) == before


async def test_tables_of_a_newer_release_can_be_replaced(
    database_url: str, backup: Backup, ledger: Path
) -> None:
    before = await digest_of(database_url, KEYRING)
    await newer(database_url)

    await put_back(backup, database_url, KEYRING, ledger)

    assert await digest_of(database_url, KEYRING) == before


async def test_tables_that_only_a_newer_release_knows_are_not_left_among_ours(
    postgresql_url: str, ledger: Path, tmp_path: Path
) -> None:
    backup = await back_up(postgresql_url, tmp_path / "monday.backup")
    await newer(postgresql_url)
    async with migrate.locked(postgresql_url) as connection:
        await connection.execute(text("CREATE TABLE dreams (id integer)"))

    with pytest.raises(Taken, match=r"does not know \(dreams\)"):
        await put_back(backup, postgresql_url, KEYRING, ledger)


async def test_a_dump_of_which_nothing_can_be_made_is_refused_and_nothing_is_lost(
    postgresql_url: str, ledger: Path, tmp_path: Path
) -> None:
    backup = await back_up(postgresql_url, tmp_path / "monday.backup")
    before = await digest_of(postgresql_url, KEYRING)
    junk = tmp_path / "junk"
    junk.write_text("-- no dump " * 1000)
    size, sha256 = archive.digest(junk)
    with archive.written(tmp_path / "junk.backup") as made:
        archive.pack(made, replace(backup.manifest, size=size, sha256=sha256), junk)
        archive.name(tmp_path / "junk.backup")
    hollow = await backups.read(tmp_path / "junk.backup")

    with pytest.raises(BadBackup, match="The backup cannot be loaded"):
        await put_back(hollow, postgresql_url, KEYRING, ledger)

    assert await digest_of(postgresql_url, KEYRING) == before


@pytest.fixture
async def sqlite_backup(sqlite_url: str, tmp_path: Path) -> Backup:
    """Give a backup of a SQLite database with a world in it."""
    database = await Database.open(sqlite_url, KEYRING)
    await build(database)
    await database.close()
    return await back_up(sqlite_url, tmp_path / "monday.backup")


async def test_a_database_of_which_nothing_can_be_read_is_kept_aside(
    sqlite_url: str, sqlite_backup: Backup, ledger: Path
) -> None:
    before = await digest_of(sqlite_url, KEYRING)
    file = engines.file_of(engines.read_url(sqlite_url))
    file.write_text("junk " * 1000)
    aside = file.with_name(f"{file.name}.damaged")

    with pytest.raises(DatabaseAway, match=r"add --replace: what is there is kept as"):
        await put_back(sqlite_backup, sqlite_url, KEYRING, ledger, replace=False)
    await put_back(sqlite_backup, sqlite_url, KEYRING, ledger)

    assert await digest_of(sqlite_url, KEYRING) == before
    assert aside.read_text().startswith("junk")


async def test_a_log_that_lost_its_database_is_not_taken_for_that_of_the_new_one(
    sqlite_url: str, sqlite_backup: Backup, ledger: Path, tmp_path: Path
) -> None:
    file = engines.file_of(engines.read_url(sqlite_url))
    before = await digest_of(sqlite_url, KEYRING)
    database = await Database.open(sqlite_url, KEYRING)
    async with database.write() as tx:
        await organisations.add(tx, name="In the log", language="nl", zone="Europe/Amsterdam")
    shutil.copy(f"{file}-wal", tmp_path / "log")
    await database.close()
    file.unlink()
    shutil.copy(tmp_path / "log", f"{file}-wal")

    await put_back(sqlite_backup, sqlite_url, KEYRING, ledger, replace=False)

    assert await digest_of(sqlite_url, KEYRING) == before


async def test_what_a_killed_restore_left_confuses_no_other(
    sqlite_url: str, sqlite_backup: Backup, ledger: Path
) -> None:
    file = engines.file_of(engines.read_url(sqlite_url))
    file.with_name(f"{file.name}.restoring").write_text("half")
    file.with_name(f"{file.name}.restoring-wal").write_text("half")

    await put_back(sqlite_backup, sqlite_url, KEYRING, ledger)

    assert not list(file.parent.glob("*.restoring*"))


async def test_behind_a_link_the_file_itself_is_replaced(
    sqlite_backup: Backup, sqlite_url: str, ledger: Path, tmp_path: Path
) -> None:
    before = await digest_of(sqlite_url, KEYRING)
    real, link = tmp_path / "real.db", tmp_path / "link.db"
    with closing(sqlite3.connect(real)):
        link.symlink_to(real)
    url = f"sqlite+aiosqlite:///{link}"

    await put_back(sqlite_backup, url, KEYRING, ledger, replace=False)

    assert link.is_symlink()
    assert await digest_of(f"sqlite+aiosqlite:///{real}", KEYRING) == before


async def test_who_waited_for_the_old_file_finds_no_database_in_it(
    sqlite_url: str, sqlite_backup: Backup, ledger: Path
) -> None:
    file = engines.file_of(engines.read_url(sqlite_url))
    with file.open("rb") as old:
        await put_back(sqlite_backup, sqlite_url, KEYRING, ledger)
        assert old.read(16) == bytes(16)
