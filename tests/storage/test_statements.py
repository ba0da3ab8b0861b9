"""A statement that is built once does what SQLAlchemy would do with it each time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage.database import Database
from storage.ids import new_id
from storage.moments import NaiveMoment
from storage.statements import Statement, adding, among
from storage.tables import people
from storage.tables_talk import nudges
from tests.storage.world import World

BY_ID = people.c.id == bindparam("person")
GET = Statement(select(people).where(BY_ID))
CHANGE = Statement(update(people).where(BY_ID))


async def test_a_row_is_read_as_sqlalchemy_reads_it(database: Database, world: World) -> None:
    async with database.read() as tx:
        ours = await tx.row(GET, person=world.sanne)
        theirs = await tx.row(select(people).where(people.c.id == world.sanne))

    assert ours is not None
    assert ours == theirs


@pytest.mark.parametrize("rhythm", [None, {"mode": "days"}])
async def test_the_columns_that_are_named_are_set(
    database: Database, world: World, rhythm: object
) -> None:
    async with database.write() as tx:
        changed = await tx.run(CHANGE, person=world.sanne, rhythm=rhythm, country="BE")
        nobody = await tx.run(CHANGE, person=new_id(), country="BE")
        row = await tx.row(GET, person=world.sanne)

    assert (changed, nobody) == (1, 0)
    assert row is not None
    assert (row["rhythm"], row["country"]) == (rhythm, "BE")


async def test_values_that_are_known_beforehand_stand_in_it(
    database: Database, world: World
) -> None:
    statuses = Statement(select(people.c.id).where(BY_ID, among(people.c.status, ("active", "x"))))
    none = Statement(select(people.c.id).where(BY_ID, among(people.c.status, ("left",))))

    async with database.read() as tx:
        assert await tx.value(statuses, person=world.sanne) == world.sanne
        assert await tx.value(none, person=world.sanne) is None


async def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    due = Statement(select(nudges.c.id).where(nudges.c.due_at <= bindparam("now")))

    async with database.read() as tx:
        assert await tx.rows(due, now=datetime(2026, 1, 1, tzinfo=UTC)) == []
        with pytest.raises(NaiveMoment):
            await tx.rows(due, now=datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


async def test_what_the_database_refuses_is_told_as_sqlalchemy_tells_it(
    database: Database, world: World
) -> None:
    async def again() -> None:
        async with database.write() as tx:
            row = await tx.row(GET, person=world.sanne)
            await tx.run(adding(people), **{**(row or {}), "zone": "secret"})

    with pytest.raises(IntegrityError) as raised:
        await again()

    assert isinstance(raised.value, DBAPIError)
    assert "secret" not in str(raised.value)
