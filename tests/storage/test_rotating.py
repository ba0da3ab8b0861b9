"""Another master key: nothing is lost, nobody is unreadable meanwhile, and the old key can go."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from uuid import UUID

import pytest
from sqlalchemy import LargeBinary, select, update

from storage import erasures, inbox, keys, people, rotating, workspaces
from storage.database import Database, Transaction
from storage.errors import WrongKey
from storage.keyring import Keyring
from storage.rotating import Sealed
from storage.schema import metadata
from storage.tables import people as people_table
from tests.storage.opened import Contents, beginnings, contents, damaged_copy
from tests.storage.test_erasing import settle
from tests.storage.world import NOW, World, add_person, build

FIRST, SECOND = b"1" * 32, b"2" * 32
BOTH = Keyring.of({"first": FIRST, "second": SECOND}, current="second")
BEFORE = Keyring.of({"first": FIRST, "second": SECOND}, current="first")
ALONE = Keyring.of({"second": SECOND}, current="second")
INDEXES = ("email_index", "name_index")


async def fill(database: Database) -> World:
    """Put something into every place that a master key seals, and into all others."""
    world = await build(database)
    await settle(database, world)
    async with database.write() as tx:
        await workspaces.set_credentials(tx, world.workspace, "the door's key")
        await inbox.keep_failed(tx, world.workspace, "nobody's", "typed", None, "hello", NOW)
        await erasures.note(tx, world.organisation, NOW, email="gone@example.org")
    return world


async def quiet(_tx: Transaction, _left: Mapping[str, Sealed]) -> None:
    """Note nothing."""


def without_indexes(found: Contents) -> Contents:
    """Leave out what every master key makes its own of."""
    bare = [{k: v for k, v in row.items() if k not in INDEXES} for row in found["people"]]
    return {**found, "people": bare}


async def rotate(database: Database) -> tuple[Sealed, Mapping[str, Sealed]]:
    """Rotate to the end; give what was sealed anew, and what old keys still open."""
    done = await rotating.rotate(database, lambda _: None)
    return done, await rotating.end(database, quiet)


@pytest.fixture
async def world(database: Database) -> World:
    """Give a world that is full, under the first key."""
    return await fill(database)


@pytest.fixture
async def both(database_url: str, world: World) -> AsyncIterator[Database]:
    """Give the database opened with a second key in front of the first."""
    _ = world
    opened = await Database.open(database_url, BOTH)
    yield opened
    await opened.close()


async def test_the_new_key_alone_opens_everything_that_was_there(
    database_url: str, database: Database, both: Database
) -> None:
    before = await contents(database)

    done, left = await rotate(both)

    alone = await Database.open(database_url, ALONE)
    after = await contents(alone)
    await alone.close()
    assert without_indexes(after) == without_indexes(before)
    assert done == Sealed(people=2, values=3)
    assert left == {"first": Sealed()}
    assert await beginnings(both) == {b"H1m\x06second"}


async def test_people_are_found_with_the_new_key_alone(
    database_url: str, both: Database, world: World
) -> None:
    await rotate(both)

    alone = await Database.open(database_url, ALONE)
    async with alone.read() as tx:
        found = await people.by_email(tx, world.organisation, "Milan@Example.org")
        is_a_name = await people.is_anybodys_name(
            tx, world.organisation, ["sanne quetzalcoatl-in-the-attic"]
        )
        is_erased = await erasures.is_erased(tx, world.organisation, email="gone@example.org")
    await alone.close()
    assert found
    assert found.id == world.milan
    assert is_a_name
    assert is_erased


async def test_the_old_key_is_asked_for_until_it_left(database_url: str, both: Database) -> None:
    await rotating.rotate(both, lambda _: None)
    with pytest.raises(WrongKey, match="'first'"):
        await Database.open(database_url, ALONE)

    await rotating.end(both, quiet)

    await (await Database.open(database_url, ALONE)).close()


def test_every_column_of_bytes_is_looked_at() -> None:
    binary = {
        column
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }

    # A row of `keys` has no id; it holds nothing sealed, but a value made of the key itself.
    assert binary - set(rotating.columns()) == {metadata.tables["keys"].c.check_value}


async def test_whom_an_old_process_adds_meanwhile_keeps_the_old_key_here(
    database: Database, both: Database, world: World
) -> None:
    await rotating.rotate(both, lambda _: None)
    async with database.write() as tx:
        late = await add_person(tx, world.organisation, "late")

    left = await rotating.end(both, quiet)
    again, then = await rotate(both)

    assert left == {"first": Sealed(people=1)}
    assert (again, then) == (Sealed(people=1), {"first": Sealed()})
    async with both.read() as tx:
        assert (await people.get(tx, late)).name == "late"


async def test_a_name_that_an_old_process_changed_meanwhile_is_found_again(
    database_url: str, both: Database, world: World
) -> None:
    await rotating.rotate(both, lambda _: None)
    old = await Database.open(database_url, BEFORE)
    async with old.write() as tx:
        await people.rename(tx, world.milan, "Milan Bakker")
    await old.close()

    await rotate(both)

    async with both.read() as tx:
        row = await tx.row(select(people_table).where(people_table.c.id == world.milan))
        assert row
        assert row["name_index"] == people.found_by(tx, "Milan Bakker", None)["name_index"]


async def test_everybody_can_be_read_with_both_keys_after_every_batch(
    database_url: str, both: Database, world: World
) -> None:
    old = await Database.open(database_url, BEFORE)
    names = []

    async def look() -> None:
        for opened in (old, both):
            async with opened.read() as tx:
                names.append([one.name for one in await people.all_in(tx, world.organisation)])

    await look()
    async for _ in _batches(both):
        await look()

    await old.close()
    assert len(names) > 2
    assert all(each == names[0] for each in names)


async def _batches(database: Database) -> AsyncIterator[int]:
    for person in await _ids(database):
        yield await rotating._rewrap(database, [person])  # noqa: SLF001 - one batch at a time


async def _ids(database: Database) -> list[UUID]:
    async with database.read() as tx:
        return [row["id"] for row in await tx.rows(select(people_table.c.id))]


async def test_a_damaged_row_stops_nobody_else(both: Database, world: World) -> None:
    async with both.write() as tx:
        row = await tx.row(select(people_table).where(people_table.c.id == world.sanne))
        assert row
        damaged = update(people_table).where(people_table.c.id == world.sanne)
        await tx.run(damaged.values(data_key=damaged_copy(row["data_key"])))
        credentials = await tx.row(select(metadata.tables["workspaces"]))
        assert credentials
        await tx.run(
            update(metadata.tables["workspaces"]).values(
                credentials=damaged_copy(credentials["credentials"])
            )
        )

    done, left = await rotate(both)

    assert done == Sealed(people=1, values=2)
    assert left == {"first": Sealed(people=1, values=1)}


async def test_damaged_words_keep_no_key_from_leaving(both: Database, world: World) -> None:
    async with both.write() as tx:
        damaged = update(people_table).where(people_table.c.id == world.sanne)
        await tx.run(damaged.values(name=b"damaged"))

    _, left = await rotate(both)

    assert left == {"first": Sealed()}


async def test_a_value_under_a_key_that_is_not_here_is_named(
    database_url: str, database: Database, world: World
) -> None:
    third = Keyring.of({"first": FIRST, "third": b"3" * 32}, current="third")
    once = await Database.open(database_url, third)
    async with once.write() as tx:
        await workspaces.set_credentials(tx, world.workspace, "under the third")
        await keys.forget(tx.connection, "third")
    await once.close()

    with pytest.raises(WrongKey, match="'third'"):
        await rotating.rotate(database, lambda _: None)


async def test_with_one_key_there_is_nothing_to_do(database: Database, world: World) -> None:
    _ = world
    before = await contents(database)

    assert await rotate(database) == (Sealed(), {})
    assert await contents(database) == before


async def test_progress_counts_people(both: Database) -> None:
    told: list[int] = []

    await rotating.rotate(both, told.append)

    assert sum(told) == 2
