from dataclasses import replace
from datetime import time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from storage import nudges
from storage.database import Database
from storage.tables_talk import nudges as table
from tests.storage.world import KINDS, NOW, World, plan, visit


async def test_what_is_wanted_is_planned(database: Database, world: World) -> None:
    async with database.write() as tx:
        there = await plan(tx, world, visit(1, in_days=3), visit(2, in_days=10))

    assert {name: (each.state, each.due_at) for name, each in there.items()} == {
        "check_in:1": ("planned", NOW + timedelta(days=3)),
        "check_in:2": ("planned", NOW + timedelta(days=10)),
    }
    assert there["check_in:1"].local_time == time(9, 30)
    assert there["check_in:1"].zone == "Europe/Amsterdam"


async def test_planning_the_same_again_changes_nothing(database: Database, world: World) -> None:
    async with database.write() as tx:
        first = await plan(tx, world, visit(1, in_days=3))
        assert await plan(tx, world, visit(1, in_days=3)) == first


async def test_what_has_another_moment_moves(database: Database, world: World) -> None:
    async with database.write() as tx:
        before = await plan(tx, world, visit(1, in_days=3))
        after = await plan(tx, world, visit(1, in_days=4))

    assert after["check_in:1"].id == before["check_in:1"].id
    assert after["check_in:1"].due_at == NOW + timedelta(days=4)
    assert after["check_in:1"].was_due_at is None


async def test_what_is_not_wanted_any_more_is_dropped(database: Database, world: World) -> None:
    async with database.write() as tx:
        await plan(tx, world, visit(1, in_days=3), visit(2, in_days=10))
        after = await plan(tx, world, visit(2, in_days=10))

    assert (after["check_in:1"].state, after["check_in:1"].reason) == ("dropped", "replanned")
    assert after["check_in:2"].state == "planned"


async def test_what_planning_dropped_may_come_back(database: Database, world: World) -> None:
    async with database.write() as tx:
        await plan(tx, world, visit(1, in_days=3))
        await plan(tx, world)
        after = await plan(tx, world, visit(1, in_days=3))

    assert (after["check_in:1"].state, after["check_in:1"].reason) == ("planned", None)


async def test_what_was_overtaken_may_come_on_another_day(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        first = await plan(tx, world, visit(1, in_days=3))
        await nudges.mark(tx, first["check_in:1"].id, "dropped", "overtaken")
        after = await plan(tx, world, visit(1, in_days=9))

    assert (after["check_in:1"].state, after["check_in:1"].reason) == ("planned", None)


@pytest.mark.parametrize("state", ["opened", "claimed", "failed", "dropped"])
async def test_what_happened_is_not_planned_again(
    database: Database, world: World, state: nudges.State
) -> None:
    async with database.write() as tx:
        first = await plan(tx, world, visit(1, in_days=3))
        await nudges.mark(tx, first["check_in:1"].id, state, reason="left")
        moved = await plan(tx, world, visit(1, in_days=9))
        unwanted = await plan(tx, world)

    assert moved["check_in:1"].state == state
    assert moved["check_in:1"].due_at == NOW + timedelta(days=3)
    assert unwanted == moved


async def test_what_is_due_already_is_left_when_nothing_says_otherwise(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        await plan(tx, world, visit(1))
        after = await plan(tx, world, visit(2, in_days=10))

    assert after["check_in:1"].state == "planned"


async def test_what_stands_by_the_callers_word_is_left(database: Database, world: World) -> None:
    async with database.write() as tx:
        await plan(tx, world, visit(1), visit(2, in_days=3), visit(3, in_days=10))
        await nudges.plan(
            tx,
            world.enrolment,
            world.sanne,
            [],
            NOW,
            kinds=KINDS,
            keep=lambda occurrence: occurrence == "check_in:2",
        )
        after = await nudges.of_person(tx, world.sanne)

    assert [each.state for each in after] == ["dropped", "planned", "dropped"]


@pytest.mark.parametrize(("in_days", "state"), [(3, "planned"), (-3, "dropped")])
async def test_a_moved_visit_that_a_stop_dropped_comes_back_if_its_moment_lies_ahead(
    database: Database, world: World, in_days: int, state: str
) -> None:
    async with database.write() as tx:
        moved = (await plan(tx, world, visit(1, in_days=1)))["check_in:1"]
        await plan(tx, world)
        later = update(table).where(table.c.id == moved.id)
        await tx.run(later.values(due_at=NOW + timedelta(days=in_days)))
        await nudges.plan(
            tx, world.enrolment, world.sanne, [], NOW, kinds=KINDS, keep=lambda _: True
        )
        after = await nudges.of_person(tx, world.sanne)

    assert [each.state for each in after] == [state]


async def test_other_kinds_are_not_planned_away(database: Database, world: World) -> None:
    reminder = replace(visit(1, in_days=1), kind="remind", occurrence="remind:1")
    async with database.write() as tx:
        await nudges.insert(tx, person=world.sanne, enrolment=world.enrolment, wanted=reminder)
        after = await plan(tx, world)

    assert after["remind:1"].state == "planned"


@pytest.mark.parametrize("of_course", ["enrolment", "nothing"])
async def test_an_occurrence_is_inserted_once(
    database: Database, world: World, of_course: str
) -> None:
    enrolment: UUID | None = getattr(world, of_course, None)
    async with database.write() as tx:
        new = [
            await nudges.insert(tx, person=world.sanne, enrolment=enrolment, wanted=visit(1))
            for _ in range(2)
        ]
        there = await nudges.of_person(tx, world.sanne)

    assert new == [True, False]
    assert len(there) == 1


async def test_two_people_may_have_the_same_occurrence(database: Database, world: World) -> None:
    async with database.write() as tx:
        assert await nudges.insert(tx, person=world.sanne, enrolment=None, wanted=visit(1))
        assert await nudges.insert(tx, person=world.milan, enrolment=None, wanted=visit(1))


async def test_what_is_woken_is_due_now_or_since_it_was(database: Database, world: World) -> None:
    async with database.write() as tx:
        planned = await plan(tx, world, visit(1, in_days=-3), visit(2, in_days=3))
        for each in planned.values():
            await nudges.wait(tx, each.id, "quiet")
        await nudges.wake(tx, world.milan, NOW)
        asleep = await nudges.waiting(tx, world.sanne)
        await nudges.wake(tx, world.sanne, NOW)
        coming = await nudges.coming(tx, world.sanne)

    assert len(asleep) == 2
    assert [(each.due_at, each.reason) for each in coming] == [
        (NOW - timedelta(days=3), None),
        (NOW, None),
    ]


async def test_what_waits_stays_while_it_stands_moves_with_its_plan_and_goes_without(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        for each in (await plan(tx, world, visit(1), visit(2), visit(3))).values():
            await nudges.wait(tx, each.id, "quiet")
        await nudges.plan(
            tx,
            world.enrolment,
            world.sanne,
            [visit(2, in_days=5)],
            NOW,
            kinds=("check_in",),
            keep=lambda occurrence: occurrence == "check_in:1",
        )
        after = {each.round: each for each in await nudges.of_person(tx, world.sanne)}

    assert [after[n].state for n in (1, 2, 3)] == ["waiting", "planned", "dropped"]
    assert after[2].due_at == NOW + timedelta(days=5)


async def test_what_was_opened_and_never_sent_forgets_its_dialogue(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        nudge = (await plan(tx, world, visit(1)))["check_in:1"].id
        await nudges.mark(tx, nudge, "opened", dialogue=world.dialogue)
        await nudges.unopen(tx, nudge)
        await nudges.wait(tx, nudge, "quiet")
        read = await nudges.get(tx, nudge)

    assert read is not None
    assert (read.state, read.dialogue_id) == ("waiting", None)


async def test_an_opened_nudge_knows_its_dialogue(database: Database, world: World) -> None:
    async with database.write() as tx:
        nudge = (await plan(tx, world, visit(1)))["check_in:1"].id
        await nudges.mark(tx, nudge, "opened", dialogue=world.dialogue)
        await nudges.mark(tx, nudge, "dropped", "cap")
        read = await nudges.get(tx, nudge)

    assert read is not None
    assert (read.state, read.reason, read.dialogue_id) == ("dropped", "cap", world.dialogue)


async def test_the_next_visit_is_no_reminder(database: Database, world: World) -> None:
    reminder = replace(visit(1, in_days=1), kind="remind", occurrence="remind:1")
    async with database.write() as tx:
        nothing = await nudges.next_visit(tx, world.enrolment)
        await plan(tx, world, visit(2, in_days=3))
        await nudges.insert(
            tx,
            person=world.sanne,
            enrolment=world.enrolment,
            wanted=reminder,
            dialogue=world.dialogue,
            question="did",
        )
        found = await nudges.next_visit(tx, world.enrolment)
        coming = await nudges.coming(tx, world.sanne)

    assert nothing is None
    assert found is not None
    assert found.round == 2
    assert [(each.kind, each.question) for each in coming] == [
        ("remind", "did"),
        ("check_in", None),
    ]


@pytest.mark.parametrize("state", ["opened", "dropped", "failed", "claimed", "waiting"])
async def test_the_next_visit_is_one_that_is_still_planned(
    database: Database, world: World, state: nudges.State
) -> None:
    async with database.write() as tx:
        planned = await plan(tx, world, visit(1, in_days=1), visit(2, in_days=3))
        await nudges.mark(tx, planned["check_in:1"].id, state)
        found = await nudges.next_visit(tx, world.enrolment)

    assert found == planned["check_in:2"]


async def test_what_is_planned_for_a_dialogue_is_cancelled_by_kind(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        for kind in ("remind", "close", "resume"):
            await nudges.insert(
                tx,
                person=world.sanne,
                enrolment=world.enrolment,
                wanted=replace(visit(1, in_days=1), kind=kind, occurrence=kind),
                dialogue=world.dialogue,
            )
        await nudges.cancel_of_dialogue(tx, world.dialogue, ("remind", "close"))
        there = await nudges.of_person(tx, world.sanne)

    assert {each.kind: (each.state, each.reason) for each in there} == {
        "remind": ("dropped", "overtaken"),
        "close": ("dropped", "overtaken"),
        "resume": ("planned", None),
    }


async def test_planning_needs_a_moment_with_a_zone(database: Database, world: World) -> None:
    async with database.write() as tx:
        with pytest.raises(ValueError, match="does not say when"):
            await plan(tx, world, now=NOW.replace(tzinfo=None))
