"""What every release stored is upgraded, loses nothing, and goes on to its end.

And back: the code of the release before this one can work on the tables of this one, so that an
upgrade can be undone by starting the old release again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import MetaData, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import (
    engines,
    inbox,
    migrate,
    nudges,
    outbox,
    people,
    tables,
    tables_talk,
    tables_together,
)
from storage.database import Database
from storage.errors import Erased, Missing
from storage.schema import metadata
from tests.snapshots import dumps
from tests.snapshots.finishing import Upgraded, at_work
from tests.snapshots.reading import Rows, rows_of, words_of
from tests.snapshots.released import LAST, RELEASES, Released
from tests.snapshots.shapes import in_the_way, shape_of
from tests.snapshots.world import KEYRING
from tests.support.postgresql import Cluster

pytestmark = pytest.mark.slow

KNOWN = (tables, tables_talk, tables_together)  # imported so that `metadata` knows them
LARGEST = 300_000
SHARES = 6  # so that several processes finish them side by side
CHANGED: dict[str, str] = {}
"""Columns whose stored values a migration changes on purpose, by "table.column", and why."""


@pytest.fixture(params=RELEASES, ids=lambda released: released.version)
def released(request: pytest.FixtureRequest) -> Released:
    """Give each release in turn."""
    found: Released = request.param
    return found


@pytest.fixture
def sqlite_snapshot(released: Released, tmp_path: Path) -> str:
    """Give the address of a release's SQLite database."""
    return dumps.put_sqlite(released.folder / "sqlite.sql.xz", tmp_path / "snapshot.db")


@pytest.fixture
def postgresql_snapshot(
    released: Released, cluster: Cluster, database_names: Iterator[str]
) -> Iterator[str]:
    """Give the address of a release's PostgreSQL database."""
    name = next(database_names)
    cluster.create(name)
    yield dumps.put_postgresql(released.folder / "postgresql.sql.xz", cluster, name)
    cluster.drop(name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def kind(request: pytest.FixtureRequest) -> str:
    """Give each kind of database in turn."""
    return str(request.param)


@pytest.fixture
def snapshot(request: pytest.FixtureRequest, kind: str) -> str:
    """Give the address of a release's database, of each kind."""
    return str(request.getfixturevalue(f"{kind}_snapshot"))


@pytest.fixture
async def upgraded(snapshot: str, released: Released) -> AsyncIterator[Upgraded]:
    """Give a release's database, upgraded to this one and at work."""
    await migrate.upgrade(snapshot)
    database = await Database.open(snapshot, KEYRING)
    try:
        yield await at_work(database, released)
    finally:
        await database.close()


async def _read(url: str, released: Released) -> Rows:
    read = engines.read_url(url)
    make = engines.sqlite_migrator if engines.is_sqlite(read) else engines.postgresql
    engine = make(read)
    try:
        async with engine.connect() as connection:
            return await rows_of(connection, released.tables, but=CHANGED)
    finally:
        await engine.dispose()


def test_there_is_a_snapshot() -> None:
    assert RELEASES


def test_a_snapshot_is_small(released: Released) -> None:
    sizes = [file.stat().st_size for file in released.folder.glob("*.xz")]

    assert len(sizes) == 2
    assert max(sizes) < LARGEST


async def test_an_upgrade_loses_and_changes_nothing(snapshot: str, released: Released) -> None:
    before = await _read(snapshot, released)

    assert await migrate.current(snapshot) == released.told["revision"]
    await migrate.upgrade(snapshot)

    assert await migrate.current(snapshot) == migrate.head()
    assert await _read(snapshot, released) == before


async def test_everybodys_words_read_as_they_did(
    upgraded: Upgraded, released: Released, kind: str
) -> None:
    async with upgraded.hands.database.read() as tx:
        assert await words_of(tx, released.tables) == released.told["words"][kind]


async def test_somebody_waits_at_every_question_of_the_release(
    upgraded: Upgraded, released: Released
) -> None:
    waiting = {
        f"{each.kind}:{each.waiting}" for each in await upgraded.open_dialogues(upgraded.people)
    }

    assert waiting >= set(released.told["waiting"])


@pytest.mark.parametrize(
    ("kind", "share"),
    [
        *(("sqlite", share) for share in range(SHARES)),
        # One share there: what differs is how rows came into the new tables, and that is compared.
        pytest.param("postgresql", 0, marks=pytest.mark.postgresql),
    ],
    indirect=["kind"],
)
async def test_every_dialogue_is_finished_and_its_plan_goes_on(
    upgraded: Upgraded, share: int
) -> None:
    mine = sorted(upgraded.people.keys() - {"erased"})[share::SHARES]
    waiting = len(await upgraded.open_dialogues(mine))

    await upgraded.finish_all(mine)

    assert waiting >= len(mine) // 2
    assert await upgraded.open_dialogues(mine) == []
    assert await upgraded.without_a_visit_to_come(mine) == []


async def test_time_goes_on_and_brings_what_was_planned(upgraded: Upgraded) -> None:
    hands, erased = upgraded.hands, upgraded.people["erased"]

    await hands.turn_to(hands.clock.now() + timedelta(days=2))

    assert upgraded.chat.sent > len(upgraded.people) // 2
    async with hands.database.read() as tx:
        with pytest.raises((Missing, Erased)):
            await people.get(tx, erased.id)


async def test_what_was_to_be_said_is_said(upgraded: Upgraded) -> None:
    unsent = upgraded.people["unsent"]
    async with upgraded.hands.database.read() as tx:
        before = await outbox.waiting(tx)

    await upgraded.hands.look()

    assert before == upgraded.chat.sent == len(unsent.messages) == 1


async def test_an_event_that_failed_is_heard_again(upgraded: Upgraded) -> None:
    hands = upgraded.hands
    await hands.turn_to(hands.clock.now() + timedelta(hours=1))

    async with hands.database.read() as tx:
        assert await inbox.failed(tx) == []
    upgraded.people["failed"].reads("welcome.promise")


async def test_a_pause_still_ends_on_its_day(upgraded: Upgraded, released: Released) -> None:
    paused = upgraded.people["paused"]
    async with upgraded.hands.database.read() as tx:
        (back,) = [each for each in await nudges.coming(tx, paused.id) if each.kind == "back"]

    assert back.due_at.date() - released.at.date() == timedelta(days=14)


def test_old_code_could_work_on_the_tables_of_this_release() -> None:
    assert in_the_way(LAST.tables, shape_of(metadata)) == []


async def test_rows_as_the_last_release_wrote_them_fit_into_the_tables_of_this_one(
    sqlite_snapshot_of_the_last: str, sqlite_url: str
) -> None:
    rows = await _read(sqlite_snapshot_of_the_last, LAST)

    engine = engines.sqlite_writer(engines.read_url(sqlite_url))
    async with engine.begin() as connection:
        await connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        await _insert(connection, rows)
        counts = {table: await _count(connection, table) for table in rows}
    await engine.dispose()

    assert counts == {table: len(found) for table, found in rows.items()}


@pytest.fixture
def sqlite_snapshot_of_the_last(tmp_path: Path) -> str:
    """Give the address of the last release's SQLite database."""
    last = LAST.folder / "sqlite.sql.xz"
    return dumps.put_sqlite(last, tmp_path / "last.db")


async def _insert(connection: AsyncConnection, rows: Rows) -> None:
    """Write rows by the names of their own columns only, as the code that read them would."""
    found = MetaData()
    await connection.run_sync(found.reflect)
    for table, values in rows.items():
        if values:
            await connection.execute(insert(found.tables[table]), values)


async def _count(connection: AsyncConnection, table: str) -> int:
    counted = select(func.count()).select_from(metadata.tables[table])
    return int((await connection.execute(counted)).scalar_one())


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ({}, ["people is gone"]),
        ({"people": {}}, ["people.name is gone"]),
        ({"people": {"name": ("Uuid", True, False)}}, ["people.name is of another type"]),
        ({"people": {"name": ("String", False, False)}}, ["people.name must be given now"]),
        ({"people": {"name": ("String", False, True)}}, []),
        (
            {"people": {"name": ("String", True, False), "age": ("Integer", False, False)}},
            ["people.age is new and must be given"],
        ),
        ({"people": {"name": ("String", True, False), "age": ("Integer", False, True)}}, []),
        ({"people": {"name": ("String", True, False)}, "pets": {}}, []),
    ],
)
def test_what_would_stop_old_code_is_told(
    after: dict[str, dict[str, tuple[str, bool, bool]]], said: list[str]
) -> None:
    names = ("type", "nullable", "default")
    shape = {
        table: {name: dict(zip(names, column, strict=True)) for name, column in columns.items()}
        for table, columns in after.items()
    }
    before = {"people": {"name": {"type": "String", "nullable": True, "default": False}}}

    assert in_the_way(before, shape) == said
