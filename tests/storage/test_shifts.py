"""Shifts as they are kept: replaced within a span, read from a moment on, deleted in time."""

from datetime import UTC, datetime, timedelta

import pytest

from storage import people, shifts
from storage.database import Database, Transaction
from storage.shifts import Span
from tests.storage.world import World

MONDAY = datetime(2027, 3, 1, tzinfo=UTC)
WEEK = timedelta(days=7)
EARLY = (MONDAY + timedelta(hours=6), MONDAY + timedelta(hours=14))
NIGHT = (MONDAY + timedelta(hours=46), MONDAY + timedelta(hours=54))
NEXT_WEEK = (EARLY[0] + WEEK, EARLY[1] + WEEK)


async def _put(tx: Transaction, world: World, *wanted: Span, weeks: int = 1) -> bool:
    return await shifts.replace(
        tx, world.sanne, wanted, since=MONDAY, until=MONDAY + weeks * WEEK, source="roster"
    )


async def _all(tx: Transaction, world: World) -> list[Span]:
    return await shifts.of_person(tx, world.sanne, MONDAY)


async def test_shifts_are_read_the_soonest_first(database: Database, world: World) -> None:
    async with database.write() as tx:
        changed = await _put(tx, world, NIGHT, EARLY)
        found = await _all(tx, world)
        later = await shifts.of_person(tx, world.sanne, EARLY[1])

    assert changed
    assert found == [EARLY, NIGHT]
    assert later == [NIGHT]


async def test_the_same_shifts_again_change_nothing(database: Database, world: World) -> None:
    async with database.write() as tx:
        await _put(tx, world, EARLY, NIGHT)
    async with database.write() as tx:
        changed = await _put(tx, world, EARLY, NIGHT)
        found = await _all(tx, world)

    assert not changed
    assert found == [EARLY, NIGHT]


async def test_another_end_replaces_a_shift(database: Database, world: World) -> None:
    longer = (EARLY[0], EARLY[1] + timedelta(hours=1))
    async with database.write() as tx:
        await _put(tx, world, EARLY)
        changed = await _put(tx, world, longer)
        found = await _all(tx, world)

    assert changed
    assert found == [longer]


async def test_only_what_starts_in_the_span_is_replaced(database: Database, world: World) -> None:
    async with database.write() as tx:
        await _put(tx, world, EARLY, NEXT_WEEK, weeks=2)
        await _put(tx, world, NIGHT)
        found = await _all(tx, world)

    assert found == [NIGHT, NEXT_WEEK]


async def test_nobody_elses_shifts_are_touched(database: Database, world: World) -> None:
    async with database.write() as tx:
        await _put(tx, world, EARLY)
        await shifts.replace(
            tx, world.milan, (), since=MONDAY, until=MONDAY + WEEK, source="roster"
        )
        found = await _all(tx, world)

    assert found == [EARLY]


async def test_a_roster_stays_when_tapped_shifts_are_forgotten(
    database: Database, world: World
) -> None:
    span = {"since": MONDAY, "until": MONDAY + 2 * WEEK}
    async with database.write() as tx:
        await _put(tx, world, EARLY)
        await shifts.replace(
            tx, world.sanne, [NEXT_WEEK], since=MONDAY + WEEK, until=span["until"],
            source="tapped",
        )  # fmt: skip
        count = await shifts.forget(tx, world.sanne, **span, source="tapped")
        found = await _all(tx, world)

    assert count == 1
    assert found == [EARLY]


@pytest.mark.parametrize(
    "span",
    [
        (EARLY[1], EARLY[0]),
        (EARLY[0], EARLY[0]),
        NEXT_WEEK,
        (EARLY[0].replace(tzinfo=None), EARLY[1]),
    ],
)
async def test_what_is_no_shift_of_the_span_is_refused(
    span: Span, database: Database, world: World
) -> None:
    async with database.write() as tx:
        with pytest.raises(ValueError, match=r"shift|zone"):
            await _put(tx, world, span)


async def test_a_person_carries_their_shifts_only_when_they_work_in_shifts(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        await _put(tx, world, EARLY)
        before = await people.get(tx, world.sanne)
        await people.set_rhythm(tx, world.sanne, {"mode": "shifts"})
        after = await people.lock(tx, world.sanne)

    assert before.shifts == ()
    assert after.shifts == (EARLY,)
