import asyncio
import os
import signal
import subprocess
import sys
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect

from storage import audit, engines, migrate, tables, tables_talk
from storage.database import Database
from storage.errors import DatabaseAway, NotReady, StorageError
from storage.schema import metadata
from tests.storage.world import KEYRING, build

KNOWN = {tables.people.name, tables_talk.outbox.name}


def _differences(connection: Connection) -> Any:  # noqa: ANN401 - Alembic's own lists
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    return compare_metadata(context, metadata)


def _tables(connection: Connection) -> set[str]:
    return {*inspect(connection).get_table_names()}


async def test_the_migrations_make_exactly_the_tables_of_the_models(database: Database) -> None:
    async with database.read() as tx:
        differences = await tx.connection.run_sync(_differences)
        made = await tx.connection.run_sync(_tables)

    assert differences == []
    assert made == {*metadata.tables, "alembic_version"}
    assert made > KNOWN


def _indexes(connection: Connection) -> Any:  # noqa: ANN401 - SQLAlchemy's own lists
    return sorted(
        (table, index["name"], tuple(index["column_names"]), bool(index["unique"]))
        for (_, table), found in inspect(connection).get_multi_indexes().items()
        for index in found
        if not index.get("duplicates_constraint")
    )


async def test_every_index_of_the_models_is_there(database: Database) -> None:
    wanted = sorted(
        (table.name, index.name, tuple(column.name for column in index.columns), index.unique)
        for table in metadata.tables.values()
        for index in table.indexes
    )

    async with database.read() as tx:
        assert await tx.connection.run_sync(_indexes) == wanted


async def test_the_tables_go_up_and_down_and_up_again(empty_database_url: str) -> None:
    url = empty_database_url
    revisions = [await migrate.current(url)]

    await migrate.upgrade(url)
    revisions.append(await migrate.current(url))
    await migrate.downgrade(url, "base")
    revisions.append(await migrate.current(url))
    await migrate.upgrade(url)
    revisions.append(await migrate.current(url))

    assert revisions == [None, migrate.head(), None, migrate.head()]
    database = await Database.open(url, KEYRING)
    await build(database)
    await database.close()


async def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    database = await Database.open(database_url, KEYRING)
    world = await build(database)
    await database.close()

    await migrate.upgrade(database_url)

    database = await Database.open(database_url, KEYRING)
    async with database.read() as tx:
        assert await tx.row(tables.people.select().where(tables.people.c.id == world.sanne))
    await database.close()


async def test_of_two_that_upgrade_at_once_one_backs_up_and_the_other_finds_nothing_older(
    database_url: str,
) -> None:
    await migrate.downgrade(database_url, "0003")
    backed_up: list[str] = []

    async def before(revision: str) -> None:
        backed_up.append(revision)

    await asyncio.gather(
        migrate.upgrade(database_url, before=before), migrate.upgrade(database_url, before=before)
    )

    assert backed_up == ["0003"]
    assert await migrate.current(database_url) == migrate.head()


async def test_tables_that_cannot_be_backed_up_are_not_changed(database_url: str) -> None:
    await migrate.downgrade(database_url, "0003")

    async def before(_: str) -> None:
        raise DatabaseAway

    with pytest.raises(DatabaseAway):
        await migrate.upgrade(database_url, before=before)

    assert await migrate.current(database_url) == "0003"


async def test_a_database_without_tables_is_refused_in_words(empty_database_url: str) -> None:
    with pytest.raises(NotReady, match="holdfast db upgrade"):
        await Database.open(empty_database_url, KEYRING)


async def test_a_new_sqlite_file_is_for_its_owner_only(empty_sqlite_url: str) -> None:
    await migrate.upgrade(empty_sqlite_url)

    file = engines.file_of(engines.read_url(empty_sqlite_url))
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://nobody@/nothing?host=/nowhere",
        "sqlite+aiosqlite:////nowhere/at/all.db",
    ],
)
async def test_a_database_that_is_away_is_told_in_words(url: str) -> None:
    with pytest.raises(DatabaseAway):
        await migrate.upgrade(url)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://root@localhost/holdfast", "does not know 'mysql'"),
        ("sqlite+aiosqlite://", "needs a file"),
        ("holdfast.db", "no address of a database"),
    ],
)
async def test_an_address_of_no_database_of_ours_is_refused_in_words(url: str, words: str) -> None:
    with pytest.raises(StorageError, match=words):
        await migrate.current(url)


UPGRADE = (
    "import asyncio, sys; from storage import migrate; asyncio.run(migrate.upgrade(sys.argv[1]))"
)


@pytest.mark.kills
@pytest.mark.parametrize(
    ("place", "left"),
    [("migrate.before_commit", None), ("migrate.after_commit", migrate.head())],
)
async def test_a_migration_killed_half_way_did_nothing_and_runs_again(
    empty_database_url: str, place: str, left: str | None
) -> None:
    killed = subprocess.run(  # noqa: ASYNC221, S603 - our own command, nothing else runs meanwhile
        [sys.executable, "-c", UPGRADE, empty_database_url],
        env={**os.environ, "HOLDFAST_FAILPOINTS": place},
        check=False,
    )

    assert killed.returncode == -signal.SIGKILL
    assert await migrate.current(empty_database_url) == left
    await migrate.upgrade(empty_database_url)
    assert await migrate.current(empty_database_url) == migrate.head()


async def test_who_changed_the_tables_stands_in_the_audit_trail_and_only_then(
    empty_database_url: str,
) -> None:
    await migrate.upgrade(empty_database_url, by="joke")
    await migrate.upgrade(empty_database_url, by="joke")
    database = await Database.open(empty_database_url, KEYRING)

    async with database.read() as tx:
        (entry,) = [each async for each in audit.entries(tx)]
        found = await audit.verify(tx)
    await database.close()

    assert (entry.actor, entry.action) == ("joke", "db.upgrade")
    assert entry.subject == f"revision:{migrate.head()}"
    assert found.broken is None
