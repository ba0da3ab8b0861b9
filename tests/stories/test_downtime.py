"""What a person gets when nobody was at work for a while, or a clock was wrong."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bot.clock import TurnedClock
from storage import due_nudges, nudges, outbox
from storage.nudges import Nudge
from tests.people import Someone, Town, Turning
from tests.stories.beginnings import asked_after_tuesday, planned_for_tuesday

pytestmark = pytest.mark.slow


async def is_away(town: Town, **span: float) -> None:
    """Let time pass while no process is there, and then one that looks once."""
    assert isinstance(town.hands.clock, TurnedClock)
    town.hands.clock.set_to(town.clock.now + timedelta(**span))
    await town.hands.look()


async def sent_to(town: Town, someone: Someone) -> list[datetime]:
    """Give when somebody was sent what nobody asked for."""
    async with town.hands.database.read() as tx:
        return await outbox.proactive_sent_at(tx, someone.id)


async def nudges_of(town: Town, someone: Someone) -> list[Nudge]:
    """Read all that was planned for somebody."""
    async with town.hands.database.read() as tx:
        return await nudges.of_person(tx, someone.id)


@pytest.mark.begins(planned_for_tuesday)
async def test_after_weeks_of_downtime_a_person_gets_one_message_in_own_hours(
    town: Town, learner: Someone, clock: Turning
) -> None:
    before = await sent_to(town, learner)

    await is_away(town, days=25)
    at_once = await sent_to(town, learner)
    await clock.passes(days=1)
    soon = await sent_to(town, learner)

    assert len(at_once) <= len(before) + 1
    assert len(soon) == len(before) + 1
    learner.reads("check_in.went")


@pytest.mark.begins(planned_for_tuesday)
async def test_after_downtime_older_check_ins_are_overtaken_by_the_latest(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await is_away(town, days=25)
    await clock.passes(days=1)

    visits = [each for each in await nudges_of(town, learner) if each.kind == "check_in"]
    assert [(each.state, each.reason) for each in visits][:3] == [
        ("dropped", "overtaken"),
        ("dropped", "overtaken"),
        ("opened", None),
    ]


@pytest.mark.begins(planned_for_tuesday)
async def test_a_night_of_downtime_delays_a_visit_and_loses_nothing(
    town: Town, learner: Someone, clock: Turning
) -> None:
    before = len(await sent_to(town, learner))

    await is_away(town, days=2, hours=12)  # from Monday morning to Wednesday evening
    assert len(await sent_to(town, learner)) == before
    await clock.goes_on_until(learner)

    learner.reads("check_in.went")
    assert clock.now.date() == date(2026, 11, 26)


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=3)])
@pytest.mark.begins(asked_after_tuesday)
async def test_a_clock_that_is_put_back_sends_nothing_twice(
    town: Town, learner: Someone, clock: Turning, back: timedelta
) -> None:
    before = len(learner.messages)
    there = clock.now

    town.hands.clock.set_to(there - back)  # type: ignore[attr-defined]
    await town.hands.look()
    await clock.passes(days=back / timedelta(days=1))

    assert clock.now == there
    assert len(learner.messages) == before


@pytest.mark.begins(planned_for_tuesday)
async def test_a_clock_that_jumps_ahead_and_back_sends_nothing_twice(
    town: Town, learner: Someone, clock: Turning
) -> None:
    there = clock.now

    await is_away(town, days=3)
    after = len(learner.messages)
    town.hands.clock.set_to(there)  # type: ignore[attr-defined]
    await town.hands.look()
    await clock.passes(days=3)

    assert len(learner.messages) == after


async def test_a_nudge_that_kills_its_process_is_given_up_and_holds_up_nobody(
    town: Town, learner: Someone, emma: Someone, clock: Turning
) -> None:
    deadly = (await nudges_of(town, learner))[0]
    await clock.goes_on_until(emma)
    async with town.hands.database.write() as tx:
        await nudges.mark(tx, deadly.id, "planned")
    learner.chat.shown.clear()
    await dies_opening(town, times=due_nudges.MOST_TRIES)

    await town.hands.look()

    (again, *_) = [each for each in await nudges_of(town, learner) if each.id == deadly.id]
    assert (again.state, again.reason) == ("failed", "tried_too_often")
    assert learner.messages == []


async def dies_opening(town: Town, *, times: int) -> None:
    """Claim what is due and go no further, as a process that is killed, several times."""
    for _ in range(times):
        async with town.hands.database.write() as tx:
            machine_now = await tx.now()
            claimed = await due_nudges.claim(tx, town.clock.now, machine_now, 20, timedelta(0))
        assert claimed
