"""*Later* and *tomorrow* keep their word: either it comes, or it is said why it does not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler.local import Local, local_of
from storage import due_nudges, enrolments, nudges
from tests.people import Someone, Town, Turning
from tests.stories.beginnings import asked_how_it_went, at_the_if, invited, joined
from tests.stories.test_no_question_for_ever import open_talks

pytestmark = [pytest.mark.slow, pytest.mark.every_chat]


@pytest.mark.parametrize("word", ["morgen", "later", "tomorrow"])
@pytest.mark.parametrize(("name", "joins"), [("Sanne", "Ik doe mee"), ("Emma", "I'm in")])
async def test_who_stopped_reads_that_nothing_comes_until_start(
    town: Town, clock: Turning, name: str, joins: str, word: str
) -> None:
    someone = town[name]
    await clock.goes_on_until(someone)
    await someone.types("stop")
    await someone.taps(joins)

    await someone.types(word)

    someone.reads("control.stopped")
    before = len(someone.messages)
    await clock.passes(days=10)
    assert len(someone.messages) == before
    assert await open_talks(town, someone) == []
    await someone.types("start")
    someone.reads("common.welcome_back")
    assert someone.last.fields, someone.text()


@pytest.mark.begins(at_the_if)
async def test_the_button_of_a_question_says_it_too(learner: Someone, clock: Turning) -> None:
    await learner.types("stop")
    await learner.writes("het overleg met het team begint")
    await learner.taps("Weet ik nog niet")

    await learner.taps("Later")

    learner.reads("control.stopped")
    before = len(learner.messages)
    await clock.passes(days=10)
    assert len(learner.messages) == before


@pytest.mark.begins(invited)
async def test_who_takes_a_no_back_gets_the_later_that_they_asked_for(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await learner.taps("Nee, dank je")
    await learner.types("start")
    await learner.types("morgen")
    learner.reads("common.snoozed")

    await clock.goes_on_until(learner)

    learner.reads("welcome.promise")
    await clock.passes(days=10)
    assert await open_talks(town, learner) == []


@pytest.mark.parametrize("word", ["morgen", "later"])
@pytest.mark.begins(at_the_if)
async def test_who_paused_till_start_reads_so(learner: Someone, clock: Turning, word: str) -> None:
    await learner.types("pauze")
    await learner.taps("Tot ik 'start' typ")
    learner.read = len(learner.messages)

    await learner.types(word)

    learner.reads("control.silent_open")
    before = len(learner.messages)
    await clock.passes(days=10)
    assert len(learner.messages) == before


@pytest.mark.parametrize("button", ["Over 2 uur", "Morgen", "Volgende week"])
@pytest.mark.begins(at_the_if)
async def test_who_paused_reads_how_long_it_is_quiet(
    learner: Someone, clock: Turning, button: str
) -> None:
    await learner.types("pauze")
    await learner.taps("1 week")
    learner.read = len(learner.messages)

    await learner.types("later")
    await learner.taps(button)

    learner.reads("control.silent")
    before = len(learner.messages)
    await clock.passes(days=7, hours=12)
    assert len(learner.messages) == before + 1
    learner.reads("control.back")


@pytest.mark.begins(at_the_if)
async def test_later_than_a_pause_comes(learner: Someone, clock: Turning) -> None:
    await learner.types("pauze")
    await learner.taps("Tot een datum")
    await learner.picks(clock.now.date().replace(day=25))

    await learner.types("later")
    await learner.taps("Volgende week")

    learner.reads("common.snoozed")


@pytest.mark.parametrize("hours", [0, 3])
@pytest.mark.begins(joined)
async def test_what_comes_by_itself_on_that_day_is_said_once(
    town: Town, learner: Someone, clock: Turning, hours: int
) -> None:
    learner.reads("goal_setting.ready")
    await learner.taps("Morgen")
    async with town.hands.database.write() as tx:
        planned = {each.kind: each for each in await nudges.coming(tx, learner.id)}
        asked = planned["resume"]
        due_at = asked.due_at + timedelta(hours=hours)
        # As after leave: the goal setting that is to come anyway falls on the same day.
        local = local_of(due_at, asked.zone)
        await due_nudges.move(tx, planned["goal_setting"].id, local, due_at, "leave")
    before = len(learner.messages)

    await clock.goes_on_until(learner)
    await clock.passes(hours=4)

    assert len(learner.messages) == before + 1
    learner.reads("goal_setting.ready")
    assert await open_talks(town, learner) == ["goal_setting"]


@pytest.mark.begins(asked_how_it_went)
async def test_a_check_in_stands_for_the_one_that_was_put_off_to_its_moment(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await learner.types("morgen")
    await at_the_moment_of_the_resume(town, learner)
    before = len(learner.messages)

    await clock.passes(days=1)

    assert len(learner.messages) == before + 1
    learner.reads("check_in.went")
    await learner.taps("Vergeten")
    await clock.passes(days=10)
    assert await open_talks(town, learner) == []


@pytest.mark.begins(asked_how_it_went)
async def test_what_was_put_off_comes_where_the_check_in_of_that_moment_has_no_room(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await learner.types("morgen")
    await at_the_moment_of_the_resume(town, learner)
    async with town.hands.database.write() as tx:
        (enrolment,) = await enrolments.of_person(tx, learner.id)
        await enrolments.change(
            tx, enrolment.id, training_day=clock.now.date() + timedelta(days=9)
        )
    before = len(learner.messages)

    await clock.passes(days=1)

    assert len(learner.messages) == before + 1
    learner.reads("check_in.went")


@pytest.mark.begins(asked_how_it_went)
async def test_a_half_answered_check_in_that_was_put_off_goes_on_where_it_was(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await learner.taps("Vergeten")
    waits = learner.last
    await learner.types("morgen")
    await at_the_moment_of_the_resume(town, learner)

    await clock.passes(days=1)

    asked = [each.fields[0].key for each in learner.messages[-2:]]
    assert waits.fields[0].key in asked


async def at_the_moment_of_the_resume(town: Town, learner: Someone) -> None:
    """Let the next check-in fall on the moment to which somebody put off the one before."""
    async with town.hands.database.write() as tx:
        coming = await nudges.coming(tx, learner.id)
        asked = next(each for each in coming if each.kind == "resume")
        check_in = next(each for each in coming if each.kind == "check_in")
        local = Local(asked.local_day, asked.local_time, asked.zone)
        await due_nudges.move(tx, check_in.id, local, asked.due_at, "leave")


@pytest.mark.begins(at_the_if)
async def test_two_taps_at_once_put_it_off_once(learner: Someone, clock: Turning) -> None:
    await learner.taps("Later")
    before = len(learner.messages)

    await learner.taps("Later")

    assert len(learner.messages) == before
    await clock.goes_on_until(learner)
    assert learner.last.fields, learner.text()


@pytest.mark.begins(at_the_if)
async def test_two_taps_at_once_in_a_pause_are_answered_once(
    learner: Someone, clock: Turning
) -> None:
    await learner.types("pauze")
    await learner.taps("1 week")
    await learner.taps("Later")
    learner.reads("control.silent")
    before = len(learner.messages)

    await learner.taps("Later")
    assert len(learner.messages) == before

    await clock.passes(minutes=5)
    await learner.taps("Later")
    assert len(learner.messages) == before + 1


@pytest.mark.begins(at_the_if)
async def test_who_puts_it_off_once_more_later_on_is_told_so(
    learner: Someone, clock: Turning
) -> None:
    await learner.taps("Later")
    before = len(learner.messages)

    await clock.passes(minutes=5)
    await learner.taps("Later")

    assert len(learner.messages) == before + 1
    learner.reads("common.snoozed_today")
