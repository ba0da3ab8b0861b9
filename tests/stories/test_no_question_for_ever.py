"""Every question comes to an end: each of these once waited for ever."""

from __future__ import annotations

import pytest

from scheduler.local import Local
from scheduler.rhythm import Rhythm
from storage import dialogues, due_nudges, enrolments, erasing, nudges, people
from tests.people import Someone, Town, Turning
from tests.stories.beginnings import at_the_goal, at_the_if, invited
from tests.stories.pairs import agreed, asks_at_once, takes_part, tom_is_there

pytestmark = [pytest.mark.slow, pytest.mark.every_chat]


async def open_talks(town: Town, someone: Someone) -> list[str]:
    """Give the kinds of talks that are open with somebody."""
    async with town.hands.database.read() as tx:
        return [row.kind for row in await dialogues.of_person(tx, someone.id, state="open")]


async def unasked(town: Town, someone: Someone) -> list[str]:
    """Give the kinds of talks that are open with somebody though their question was never sent."""
    async with town.hands.database.read() as tx:
        open_ = await dialogues.of_person(tx, someone.id, state="open")
    return [row.kind for row in open_ if row.asked_at is None]


@pytest.mark.begins(tom_is_there)
async def test_a_colleague_who_takes_no_part_gets_the_later_that_they_asked_for(
    town: Town, clock: Turning
) -> None:
    tom = town["Tom"]
    enrolment = await takes_part(town, tom)
    await asks_at_once(town, town["Sanne"], tom)
    async with town.hands.database.write() as tx:
        await enrolments.change(tx, enrolment, status="declined")
    await clock.goes_on_until(tom)
    await tom.types("morgen")
    before = len(tom.messages)

    await clock.passes(days=2)

    assert len(tom.messages) == before + 1
    await clock.passes(days=10)
    assert await open_talks(town, tom) == []


@pytest.mark.begins(at_the_if)
async def test_a_question_that_waits_for_a_shift_that_nobody_knows_comes_to_an_end(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await learner.types("morgen")
    async with town.hands.database.write() as tx:
        rhythm = Rhythm("Europe/Amsterdam", mode="shifts")
        await people.set_rhythm(tx, learner.id, rhythm.to_json())

    await clock.passes(days=14)

    assert await open_talks(town, learner) == []


@pytest.mark.begins(at_the_if)
async def test_a_later_that_could_not_come_twice_on_one_day_comes_to_an_end(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await learner.types("morgen")
    async with town.hands.database.write() as tx:
        rhythm = Rhythm("Europe/Amsterdam", mode="shifts")
        await people.set_rhythm(tx, learner.id, rhythm.to_json())
    await clock.passes(days=1, hours=2)
    await learner.types("later")
    await learner.taps("Over 2 uur")

    await clock.passes(days=14)

    assert await open_talks(town, learner) == []


@pytest.mark.begins(invited)
async def test_start_after_a_no_that_was_broken_off_asks_anew(learner: Someone) -> None:
    await learner.taps("Nee, dank je")
    await learner.types("start")
    await learner.types("annuleer")
    before = len(learner.messages)

    await learner.types("start")

    assert len(learner.messages) == before + 1
    await learner.taps("Prima")


@pytest.mark.begins(invited)
async def test_a_no_that_was_taken_back_and_then_forgotten_comes_to_an_end(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await learner.taps("Nee, dank je")
    await learner.types("start")

    await clock.passes(days=10)

    assert await open_talks(town, learner) == []


@pytest.mark.begins(at_the_goal)
async def test_a_goal_setting_that_is_asked_again_is_reminded_of_once(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await clock.passes(days=1, hours=1)
    async with town.hands.database.write() as tx:
        planned = {each.kind: each for each in await nudges.coming(tx, learner.id)}
        again = planned["goal_setting"]
        local = Local(again.local_day, again.local_time, again.zone)
        # As it is for who works part-time: at the moment at which the question comes by itself.
        await due_nudges.move(tx, planned["remind"].id, local, again.due_at, "capped")

    await clock.passes(days=16)

    reminders = [each for each in learner.messages if "Nog even dit" in each.paragraphs[0]]
    assert len(reminders) == 1


@pytest.mark.begins(agreed)
async def test_what_somebody_saw_who_was_erased_meanwhile_asks_nothing(
    town: Town, learner: Someone, clock: Turning
) -> None:
    tom = town["Tom"]
    await clock.passes(days=12)
    await tom.taps("Ja, gedaan")
    await tom.writes("Ze zei Emma na het overleg wat hielp")
    await learner.types("stil")
    await tom.taps("Stuur")
    await clock.passes(days=3)
    async with town.hands.database.write() as tx:
        await erasing.erase(tx, tom.id, clock.now)

    await learner.types("start")
    await clock.passes(days=12)

    learner.never_saw("na het overleg wat hielp")
    assert await unasked(town, learner) == []
