import asyncio
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

import pytest

from storage import due_nudges, nudges
from storage.database import Database, Transaction
from storage.nudges import Nudge
from tests.storage.world import NOW, World, plan, visit

MACHINE_NOW = NOW + timedelta(days=1000)  # another clock altogether


@dataclass(frozen=True, slots=True)
class Local:
    """A wall time, as the scheduler has it."""

    day: date
    at: time
    zone: str


async def claim(
    tx: Transaction, *, limit: int = 10, later: timedelta = timedelta()
) -> list[Nudge]:
    """Claim what is due."""
    return await due_nudges.claim(tx, NOW, MACHINE_NOW + later, limit)


async def test_a_moved_nudge_stays_moved_while_planning_wants_its_first_moment(
    database: Database, world: World
) -> None:
    there = Local(date(2027, 3, 4), time(13), "Europe/Amsterdam")
    later = NOW + timedelta(days=2)
    async with database.write() as tx:
        first = await plan(tx, world, visit(1))
        await due_nudges.move(tx, first["check_in:1"].id, there, later, "caps")
        same = await plan(tx, world, visit(1))
        other = await plan(tx, world, visit(1, in_days=5))

    moved = same["check_in:1"]
    assert (moved.due_at, moved.was_due_at, moved.reason) == (later, NOW, "caps")
    assert (moved.local_day, moved.local_time) == (there.day, there.at)
    assert other["check_in:1"].due_at == NOW + timedelta(days=5)
    assert other["check_in:1"].was_due_at is None


async def test_a_nudge_moved_twice_remembers_its_first_moment(
    database: Database, world: World
) -> None:
    there = Local(date(2027, 3, 4), time(13), "Europe/Amsterdam")
    async with database.write() as tx:
        nudge = (await plan(tx, world, visit(1)))["check_in:1"].id
        await due_nudges.move(tx, nudge, there, NOW + timedelta(days=2), "caps")
        await due_nudges.move(tx, nudge, there, NOW + timedelta(days=3), "holiday")
        read = await nudges.get(tx, nudge)

    assert read is not None
    assert (read.was_due_at, read.due_at) == (NOW, NOW + timedelta(days=3))


async def test_what_is_due_is_claimed_by_moment_then_by_priority(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        await plan(
            tx,
            world,
            visit(1, priority=5),
            visit(2, priority=1),
            visit(3, in_days=-1, priority=9),
            visit(4, in_days=1),
        )
        claimed = await claim(tx)
        again = await claim(tx)

    assert [each.round for each in claimed] == [3, 2, 1]
    assert {each.state for each in claimed} == {"claimed"}
    assert {each.claimed_until for each in claimed} == {MACHINE_NOW + due_nudges.LEASE}
    assert again == []


async def test_no_more_is_claimed_than_asked(database: Database, world: World) -> None:
    async with database.write() as tx:
        await plan(tx, world, *(visit(number) for number in range(5)))
        sizes = [len(await claim(tx, limit=2)) for _ in range(4)]

    assert sizes == [2, 2, 1, 0]


async def test_what_a_dead_process_claimed_is_claimed_again_when_its_lease_is_over(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        await plan(tx, world, visit(1))
        (first,) = await claim(tx)
        early = await claim(tx, later=due_nudges.LEASE - timedelta(seconds=1))
        (second,) = await claim(tx, later=due_nudges.LEASE)

    assert early == []
    assert second.id == first.id
    assert (first.tries, second.tries) == (0, 1)


async def _claim_all(database: Database) -> list[UUID]:
    mine: list[UUID] = []
    while True:
        async with database.write() as tx:
            claimed = await due_nudges.claim(tx, NOW, MACHINE_NOW, 3)
        if not claimed:
            return mine
        mine += [each.id for each in claimed]


async def test_two_processes_claim_each_nudge_once(
    database: Database, other: Database, world: World
) -> None:
    async with database.write() as tx:
        await plan(tx, world, *(visit(number) for number in range(60)))

    claimed = await asyncio.gather(*(_claim_all(where) for where in [database, other] * 2))

    everything = [each for mine in claimed for each in mine]
    assert len(everything) == len({*everything}) == 60


async def test_what_killed_its_claimants_five_times_is_given_up(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        await plan(tx, world, visit(1))
        times = [await claim(tx, later=n * due_nudges.LEASE) for n in range(7)]
        (read,) = await nudges.of_person(tx, world.sanne)

    assert [len(each) for each in times] == [1, 1, 1, 1, 1, 0, 0]
    assert (read.state, read.reason) == ("failed", "tried_too_often")


async def test_what_a_dead_process_left_is_claimed_one_by_one_and_least_tried_first(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        await plan(tx, world, visit(1), visit(2, in_days=-1))
        first = await claim(tx)
        second = await claim(tx, later=due_nudges.LEASE)
        third = await claim(tx, later=2 * due_nudges.LEASE)
        fourth = await claim(tx, later=2 * due_nudges.LEASE)
        nothing = await claim(tx, later=2 * due_nudges.LEASE, limit=0)

    rounds = [[each.round for each in claimed] for claimed in (first, second, third, fourth)]
    assert rounds == [[2, 1], [2], [1], [2]]
    assert nothing == []


@pytest.mark.parametrize(
    ("tries", "state"), [(1, "planned"), (4, "planned"), (5, "failed"), (6, "failed")]
)
async def test_a_nudge_that_raises_is_given_up_after_the_fifth_try(
    database: Database, world: World, tries: int, state: str
) -> None:
    async with database.write() as tx:
        nudge = (await plan(tx, world, visit(1)))["check_in:1"].id
        for _ in range(tries):
            await due_nudges.fail(tx, nudge, "KeyError", NOW)
        read = await nudges.get(tx, nudge)

    assert read is not None
    assert (read.state, read.tries, read.reason) == (state, tries, "KeyError")


async def test_a_nudge_that_raised_is_tried_again_at_the_moment_given(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        await plan(tx, world, visit(1))
        (claimed,) = await claim(tx)
        await due_nudges.fail(tx, claimed.id, "KeyError", NOW + timedelta(minutes=1))
        replanned = await plan(tx, world, visit(1))
        early = await claim(tx)
        (again,) = await due_nudges.claim(tx, NOW + timedelta(minutes=1), MACHINE_NOW, 10)

    assert replanned["check_in:1"].due_at == NOW + timedelta(minutes=1)
    assert replanned["check_in:1"].was_due_at == NOW
    assert early == []
    assert again.id == claimed.id


async def test_the_next_moment_is_that_of_the_soonest_planned(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        before = await due_nudges.next_due(tx)
        await plan(tx, world, visit(1, in_days=-1), visit(2, in_days=3), visit(3, in_days=10))
        overdue = await due_nudges.next_due(tx)
        await claim(tx)
        after = await due_nudges.next_due(tx)

    assert (before, overdue) == (None, NOW - timedelta(days=1))
    assert after == NOW + timedelta(days=3)


async def test_what_waits_is_not_due_and_is_found_by_person(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        planned = await plan(tx, world, visit(1), visit(2, in_days=-1))
        for each in planned.values():
            await nudges.wait(tx, each.id, "quiet")
        claimed = await claim(tx)
        due = await due_nudges.next_due(tx)
        waiting = await nudges.waiting(tx, world.sanne)
        others = await nudges.waiting(tx, world.milan)

    assert (claimed, due, others) == ([], None, [])
    assert [(each.round, each.state, each.reason) for each in waiting] == [
        (2, "waiting", "quiet"),
        (1, "waiting", "quiet"),
    ]
