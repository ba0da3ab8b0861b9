"""Visits that are not pushed, and messages that turn out not to be wanted when they would go."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bot.delivery import Delivery
from bot.nudges import Nudges
from bot.scene import House
from storage import dialogues, nudges, outbox, people
from storage.nudges import Nudge
from storage.people import Quiet
from tests.chapters import chapter
from tests.people import Someone, Town, Turning
from tests.stories.beginnings import at_the_goal, joined, planned_for_tuesday

pytestmark = pytest.mark.slow

NO_LEASE = timedelta(0)


async def wants(town: Town, someone: Someone, quiet: Quiet | None) -> None:
    """Write a wish for silence, as a command would."""
    async with town.hands.database.write() as tx:
        await people.set_quiet(tx, someone.id, quiet)


async def nudges_of(town: Town, someone: Someone, kind: str) -> list[Nudge]:
    """Read somebody's nudges of a kind, by due moment."""
    async with town.hands.database.read() as tx:
        return [each for each in await nudges.of_person(tx, someone.id) if each.kind == kind]


@chapter(after=planned_for_tuesday)
async def silent(town: Town) -> None:
    """She wanted nothing by itself, and three weeks went by."""
    await wants(town, town["Sanne"], Quiet("self"))
    await town.clock.passes(days=21)


@pytest.mark.parametrize(
    ("quiet", "reason"), [(Quiet("self"), "opens_self"), (Quiet("pause"), "quiet")]
)
@pytest.mark.begins(planned_for_tuesday)
async def test_who_is_silent_without_an_end_is_sent_nothing_and_loses_nothing(
    town: Town, learner: Someone, quiet: Quiet, reason: str
) -> None:
    await wants(town, learner, quiet)
    before = len(learner.messages)

    await town.clock.passes(days=21)

    assert len(learner.messages) == before
    waiting = [each for each in await nudges_of(town, learner, "check_in") if each.reason]
    assert {(each.state, each.reason) for each in waiting} == {("waiting", reason)}


@pytest.mark.begins(silent)
async def test_who_comes_back_is_asked_once_for_all_that_waited(
    town: Town, learner: Someone
) -> None:
    before = len(learner.messages)
    await wants(town, learner, None)
    async with town.hands.database.write() as tx:
        await nudges.wake(tx, learner.id, town.clock.now)

    await town.clock.passes(days=1)

    learner.reads("check_in.went")
    assert len(learner.messages) == before + 1
    assert [each.state for each in await nudges_of(town, learner, "check_in")][:2] == [
        "dropped",
        "opened",
    ]


@pytest.mark.begins(silent)
async def test_what_waits_is_opened_by_its_person_and_counts_as_no_message_of_ours(
    town: Town, learner: Someone
) -> None:
    async with town.hands.database.read() as tx:
        before = await outbox.proactive_sent_at(tx, learner.id)

    await learner.types("plan")
    learner.reads("control.visit_waits")
    await learner.taps("Open nu")

    learner.reads("check_in.went")
    async with town.hands.database.read() as tx:
        assert await outbox.proactive_sent_at(tx, learner.id) == before
        (open_,) = [
            row
            for row in await dialogues.of_person(tx, learner.id, state="open")
            if row.kind == "check_in"
        ]
        held = await people.get(tx, learner.id)
    assert held.focus == open_.id


@pytest.mark.begins(planned_for_tuesday)
async def test_without_a_known_shift_a_visit_waits_until_there_is_one(
    town: Town, learner: Someone, clock: Turning
) -> None:
    async with town.hands.database.write() as tx:
        chosen = {"version": 2, "mode": "shifts"}
        person = await people.get(tx, learner.id)
        await people.set_rhythm(tx, learner.id, {**(person.rhythm or {}), **chosen})
    before = len(learner.messages)

    await clock.passes(days=7)

    assert len(learner.messages) == before
    assert [each.reason for each in await nudges_of(town, learner, "check_in")][:1] == ["no_shift"]


@pytest.mark.begins(planned_for_tuesday)
async def test_a_pause_ends_with_one_message_and_one_visit_stands_for_those_in_it(
    learner: Someone, clock: Turning
) -> None:
    await learner.types("pauze")
    await learner.taps("2 weken")
    before = len(learner.messages)
    asked_before = learner.text().count("Hoe ging het?")

    await clock.passes(days=13)
    assert len(learner.messages) == before
    await clock.goes_on_until(learner)

    learner.reads("control.back")
    assert clock.now.date() == date(2026, 12, 7)
    await clock.passes(days=2)
    learner.reads("check_in.went")
    assert len(learner.messages) == before + 2
    assert learner.text().count("Hoe ging het?") <= asked_before + 1


@pytest.mark.begins(planned_for_tuesday)
async def test_who_came_back_by_a_word_is_not_welcomed_back_again(
    learner: Someone, clock: Turning
) -> None:
    await learner.types("pauze")
    await learner.taps("1 week")
    await clock.passes(days=2)
    await learner.types("start")
    learner.reads("control.back")
    learner.read = len(learner.messages)

    await clock.passes(days=7)

    assert all("Zelfde plan" not in str(each.fields) for each in learner.messages[learner.read :])


# Between opening and sending.


async def opens(town: Town) -> datetime:
    """Turn to what comes next and open it, without sending it; return the moment."""
    moment = await town.hands.next_event()
    assert moment is not None
    await Nudges(town.hands.database, lease=NO_LEASE).open_due(moment)
    return moment


async def sends(town: Town, moment: datetime) -> None:
    """Send what stands ready at a moment."""
    hands = town.hands
    house = House("holdfast.example")
    await Delivery(hands.database, town.chat, hands.words, house=house, lease=NO_LEASE).drain(
        moment
    )


@pytest.mark.parametrize(
    ("quiet", "state"),
    [
        (Quiet("self"), "waiting"),
        (Quiet("pause"), "waiting"),
        (Quiet("pause", date(2026, 11, 30)), "planned"),
    ],
)
async def test_who_falls_silent_between_opening_and_sending_gets_it_later(
    town: Town, learner: Someone, quiet: Quiet, state: str
) -> None:
    moment = await opens(town)
    await wants(town, learner, quiet)

    await sends(town, moment)

    assert learner.messages == []
    async with town.hands.database.read() as tx:
        (closed,) = await dialogues.of_person(tx, learner.id)
        rows = await outbox.of_dialogue(tx, closed.id)
        focus = (await people.get(tx, learner.id)).focus
    (welcome,) = await nudges_of(town, learner, "welcome")
    assert (closed.state, closed.closed_reason) == ("closed", "never_sent")
    assert {row.state for row in rows} == {"never_sent"}
    assert (welcome.state, welcome.dialogue_id, focus) == (state, None, None)

    await wants(town, learner, None)
    async with town.hands.database.write() as tx:
        await nudges.wake(tx, learner.id, moment)
    await town.clock.passes(days=10)

    learner.reads("welcome.hello")


@pytest.mark.begins(at_the_goal)
async def test_what_was_begun_before_is_not_closed_when_its_question_is_not_sent_again(
    town: Town, learner: Someone
) -> None:
    await learner.writes("Een collega zeggen wat hielp na het overleg")
    moment = await opens(town)
    await wants(town, learner, Quiet("self"))

    await sends(town, moment)

    async with town.hands.database.read() as tx:
        held = await dialogues.of_person(tx, learner.id)
    begun = next(each for each in held if each.kind == "goal_setting")
    assert begun.state == "open"
    assert "wat hielp" in begun.answers


# Reminders.


@pytest.mark.begins(joined)
async def test_nobody_is_reminded_of_a_goal_setting_that_comes_again_within_a_day(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await clock.passes(days=14)

    held = await nudges_of(town, learner, "remind")
    opened = await nudges_of(town, learner, "goal_setting")
    reminded = [each.due_at for each in held if each.state == "opened"]
    again = [each.due_at for each in opened if each.state == "opened"]
    assert not [
        (reminder, visit)
        for reminder in reminded
        for visit in again
        if timedelta(0) <= visit - reminder <= timedelta(days=1)
    ]
