"""Answers that are typed instead of tapped, and what time does to a course."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from storage import dialogues, enrolments, nudges, outbox, plans, scores
from storage.keyring import Keyring
from tests.chapters import chapter
from tests.people import Someone, Town, Turning
from tests.stories.beginnings import (
    asked_after_tuesday,
    at_the_if,
    invited,
    joined,
    planned_for_tuesday,
)
from tests.stories.steps import joins, plans_in_dutch
from tests.towns import START, a_town

pytestmark = [pytest.mark.slow, pytest.mark.every_chat]


async def enrolment_of(town: Town, name: str) -> enrolments.Enrolment:
    """Read somebody's enrolment."""
    async with town.hands.database.read() as tx:
        return (await enrolments.of_person(tx, town[name].id))[-1]


@pytest.mark.begins(joined)
async def test_a_number_a_day_and_a_label_may_be_typed(town: Town, learner: Someone) -> None:
    await learner.types("start")
    await learner.types("Een collega zeggen wat hielp na het overleg")
    await learner.types("Dat Tom merkt dat ik hem zie, en dat hij het vaker doet")
    await learner.types("sla over")
    await learner.types("het klantoverleg op dinsdag klaar is")
    await learner.types("1-12")
    await learner.types("zeg ik Tom één ding dat hielp, met effect")
    await learner.types("Valt wel mee")
    await learner.types("klopt")
    await learner.types("7")
    learner.reads("goal_setting.higher")

    enrolment = await enrolment_of(town, "Sanne")
    async with town.hands.database.read() as tx:
        sure = await scores.of_enrolment(tx, enrolment.id)
        plan = await plans.current(tx, enrolment.id)
    assert [each.value for each in sure] == [7]
    assert plan is not None
    assert enrolment.named_day == date(2026, 12, 1)


@pytest.mark.begins(at_the_if)
async def test_a_wrong_number_and_a_wrong_day_are_refused_in_words(learner: Someone) -> None:
    await learner.writes("het klantoverleg op dinsdag klaar is")
    await learner.types("gisteren")
    learner.reads("common.day")
    await learner.picks(date(2026, 11, 24))
    await learner.writes("zeg ik Tom één ding dat hielp, met effect")
    await learner.taps("Valt wel mee")
    await learner.taps("Klopt")
    await learner.types("elf")
    learner.reads("common.number")


@pytest.mark.begins(invited)
async def test_the_reminder_of_one_tap_does_not_repeat_the_question(
    learner: Someone, clock: Turning
) -> None:
    await clock.goes_on_until(learner)

    assert learner.last.paragraphs == ("Nog even dit, Sanne. Eén tik is genoeg.",)
    await learner.taps("Ik doe mee")
    learner.reads("welcome.promise")


@pytest.mark.begins(joined)
async def test_goal_setting_is_asked_again_in_the_same_dialogue(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await clock.passes(days=3)

    async with town.hands.database.read() as tx:
        held = await dialogues.of_person(tx, learner.id)
        sent = await outbox.proactive_sent_at(tx, learner.id)
    assert [each.kind for each in held] == ["welcome", "goal_setting"]
    assert len(sent) >= 3
    assert len(sent) <= 4


async def test_who_joins_after_the_training_has_an_own_day_0(town: Town) -> None:
    learner, clock = town["Sanne"], town.clock
    await clock.passes(days=3)
    await joins_later(learner)
    await plans_in_dutch(learner, date(2026, 11, 27))

    enrolment = await enrolment_of(town, "Sanne")
    async with town.hands.database.read() as tx:
        held = await nudges.of_person(tx, learner.id)
    visits = [each for each in held if each.kind == "check_in"]
    assert enrolment.training_day == date(2026, 11, 26)
    assert min(each.local_day for each in visits) > date(2026, 11, 27)


async def joins_later(learner: Someone) -> None:
    """Let somebody answer a welcome that was sent before."""
    await learner.taps("Ik doe mee")
    await learner.taps("Prima")
    await learner.taps("Di 9:30")
    await learner.taps("2 minuten")


async def test_the_welcome_comes_a_week_before_and_goal_setting_when_the_session_ends(
    database_url: str, keyring: Keyring
) -> None:
    training = START.date() + timedelta(days=21)
    async with a_town(database_url, keyring, training=training) as town:
        learner, clock = town["Sanne"], town.clock
        await joins(learner, clock)
        assert clock.now.date() == training - timedelta(days=7)
        learner.reads("welcome.joined")

        await clock.goes_on_until(learner)

        learner.reads("goal_setting.ready")
        assert clock.now.date() == training
        assert clock.now.hour == 16  # 17:00 in Amsterdam, in winter


@pytest.mark.begins(invited)
async def test_an_own_slot_is_kept_to(town: Town, learner: Someone) -> None:
    await learner.taps("Ik doe mee")
    await learner.taps("Prima")
    await learner.taps("Zelf kiezen")
    await learner.fills(own_day="wed", own_time="1400")
    await learner.taps("Alleen vragen")
    await plans_in_dutch(learner, date(2026, 11, 24))

    async with town.hands.database.read() as tx:
        coming = [each for each in await nudges.coming(tx, learner.id) if each.round]
    assert coming[0].local_day == date(2026, 11, 25)
    assert {each.local_time.hour for each in coming} == {14}


@pytest.mark.begins(asked_after_tuesday)
async def test_after_i_have_got_it_no_visit_follows(town: Town, learner: Someone) -> None:
    await learner.taps("Gedaan, werkte")
    await learner.fills(did="Ik zei Tom na het overleg wat hielp en waarom")
    await learner.taps("Duidelijk moment")
    await learner.taps("Ik kan het nu")
    await learner.taps("Liever niet")
    learner.reads("check_in.noted_applied_last")

    async with town.hands.database.read() as tx:
        assert await nudges.coming(tx, learner.id) == []

    await learner.edits("next", "same")
    async with town.hands.database.read() as tx:
        assert await nudges.coming(tx, learner.id) != []


@pytest.mark.begins(asked_after_tuesday)
async def test_a_changed_plan_is_the_plan_of_the_next_visit(
    learner: Someone, clock: Turning
) -> None:
    await learner.taps("Gedaan, werkte")
    await learner.fills(did="Ik zei Tom na het overleg wat hielp en waarom")
    await learner.taps("Duidelijk moment")
    await learner.taps("Nieuwe situatie")
    await learner.writes("Bij de overdracht")
    await learner.picks(date(2026, 12, 1))
    await learner.writes("ik vraag wat hij zag en waarom")
    await learner.writes("Dan adem ik uit en zeg het toch")
    await learner.taps("Valt wel mee")
    await learner.taps("Klopt")
    await learner.taps("Liever niet")
    await clock.goes_on_until(learner)

    assert "Bij de overdracht vraag ik wat hij zag en waarom." in learner.last.paragraphs[0]


async def test_the_clock_change_moves_no_visit_on_the_wall(
    database_url: str, keyring: Keyring
) -> None:
    start = START.replace(year=2027, month=3, day=22)
    async with a_town(database_url, keyring, start=start) as town:
        learner, clock = town["Sanne"], town.clock
        await joins(learner, clock)
        await plans_in_dutch(learner, date(2027, 3, 23))
        async with town.hands.database.read() as tx:
            coming = [each for each in await nudges.coming(tx, learner.id) if each.round]
    assert {(each.local_time.hour, each.local_time.minute) for each in coming} == {(9, 30)}
    assert {each.due_at.hour for each in coming} == {8, 7}


@chapter(after=asked_after_tuesday)
async def named_the_next_chance(town: Town) -> None:
    """She forgot, and named a day for the next chance."""
    await town["Sanne"].taps("Vergeten")
    await town["Sanne"].taps("Briefje in beeld")
    await town["Sanne"].picks(date(2026, 12, 7))


@pytest.mark.begins(named_the_next_chance)
async def test_the_working_day_before_the_next_chance_brings_one_word(
    learner: Someone, clock: Turning
) -> None:
    assert "8 dec" in learner.last.paragraphs[-1]

    await clock.goes_on_until(learner)

    learner.reads("check_in.eve")
    assert "7 dec" in learner.last.paragraphs[0]
    assert clock.now.date() == date(2026, 12, 4)
    assert learner.last.fields == ()
    await clock.goes_on_until(learner)
    learner.reads("check_in.went")


@pytest.mark.begins(planned_for_tuesday)
async def test_who_stopped_over_the_day_they_named_is_visited_on_the_usual_days_again(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await clock.passes(days=(date(2026, 12, 30) - clock.now.date()).days)
    await learner.taps("Vergeten")
    await learner.taps("Briefje in beeld")
    await learner.picks(date(2027, 1, 5))
    await learner.types("stop")
    await clock.passes(days=10)

    await learner.types("start")

    async with town.hands.database.read() as tx:
        coming = [each for each in await nudges.coming(tx, learner.id) if each.kind == "check_in"]
    assert [(each.round, each.local_day) for each in coming] == [(5, date(2027, 1, 19))]


@pytest.mark.begins(named_the_next_chance)
async def test_a_word_for_a_day_that_was_changed_is_never_sent(
    learner: Someone, clock: Turning
) -> None:
    await learner.edits("next_chance", date(2026, 12, 15))

    await clock.passes(days=10)
    learner.never_saw("Je kans is op")
    await clock.passes(days=10)

    assert sum("Je kans is op" in each.paragraphs[0] for each in learner.messages) == 1
