"""Silence, stop and second thoughts: every way back is open, and nothing moves that should not."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from bot.port import PutOff
from storage import dialogues, enrolments, nudges, outbox, plans
from tests.people import Someone, Town, Turning
from tests.stories.beginnings import (
    asked_after_tuesday,
    at_the_goal,
    at_the_if,
    invited,
    joined,
    planned_for_tuesday,
)
from tests.stories.test_typing_and_timing import enrolment_of

pytestmark = [pytest.mark.slow, pytest.mark.every_chat]


async def test_a_welcome_that_closed_in_silence_is_still_taken(
    learner: Someone, clock: Turning
) -> None:
    await clock.passes(days=12)

    await learner.taps("Ik doe mee")

    learner.reads("welcome.promise")


async def test_start_brings_back_a_welcome_that_closed_in_silence(
    learner: Someone, clock: Turning
) -> None:
    await clock.passes(days=12)

    await learner.types("start")

    learner.reads("common.welcome_back")
    assert "Doe je mee?" in learner.last.paragraphs[-1]
    await learner.taps("Ik doe mee")
    learner.reads("welcome.promise")


@pytest.mark.begins(joined)
async def test_start_asks_for_the_day_that_was_not_known_yet(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await learner.taps("Ik was er niet bij")
    await learner.taps("Nog niet")
    learner.reads("goal_setting.quiet_open")
    await clock.passes(days=20)

    await learner.types("start")
    learner.reads("goal_setting.new_date")
    await learner.picks(date(2026, 12, 21))

    assert (await enrolment_of(town, "Sanne")).training_day == date(2026, 12, 21)


@pytest.mark.begins(joined)
async def test_start_takes_up_a_goal_setting_that_was_never_begun(
    learner: Someone, clock: Turning
) -> None:
    await clock.passes(days=30)

    await learner.types("start")
    await learner.taps("Start")

    learner.reads("goal_setting.goal")


@pytest.mark.begins(asked_after_tuesday)
async def test_start_after_stop_asks_again_what_was_opened_meanwhile(learner: Someone) -> None:
    await learner.types("stop")
    await learner.taps("Vergeten")
    learner.reads("check_in.remember")

    await learner.types("start")

    learner.reads("common.welcome_back")
    assert "onthouden" in learner.last.paragraphs[-1]


@pytest.mark.begins(invited)
async def test_goal_setting_comes_again_on_working_days_1_and_4_and_not_day_after_day(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await learner.taps("Ik doe mee")
    await learner.taps("Prima")
    await clock.passes(days=20)

    async with town.hands.database.read() as tx:
        held = await nudges.of_person(tx, learner.id)
        sent = await outbox.proactive_sent_at(tx, learner.id)
    asked = [each.local_day for each in held if each.kind == "goal_setting" and each.dialogue_id]
    gaps = [later - earlier for earlier, later in pairwise(asked)]
    assert len(asked) == 3
    assert gaps[1] >= timedelta(days=3)
    windows = [
        sum(1 for each in sent if start <= each < start + timedelta(days=7)) for start in sent
    ]
    assert max(windows) <= 4


@pytest.mark.begins(planned_for_tuesday)
async def test_no_and_yes_again_leave_day_0_where_it_was(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await clock.passes(days=5)
    before = (await enrolment_of(town, "Sanne")).training_day

    await learner.edits("promise", "rather_not")
    await learner.types("start")
    await learner.taps("Prima")

    after = await enrolment_of(town, "Sanne")
    assert after.status == "joined"
    assert after.training_day == before


@pytest.mark.begins(joined)
async def test_was_there_after_all_brings_the_training_day_back(
    town: Town, learner: Someone
) -> None:
    await learner.taps("Ik was er niet bij")
    await learner.picks(date(2026, 12, 14))

    await learner.edits("ready", "start")
    await learner.writes("Een collega zeggen wat hielp na het overleg")
    await learner.writes("Dat Tom merkt dat ik hem zie, en dat hij het vaker doet")
    await learner.skips()
    await learner.writes("het klantoverleg op dinsdag klaar is")
    await learner.taps("Weet ik nog niet")
    await learner.writes("zeg ik Tom één ding dat hielp, met effect")
    await learner.taps("Valt wel mee")
    await learner.taps("Klopt")
    await learner.rates(10)
    await learner.taps("Ja")
    await learner.taps("Nog niemand")

    assert (await enrolment_of(town, "Sanne")).training_day == date(2026, 11, 23)


@pytest.mark.begins(asked_after_tuesday)
async def test_an_old_day_does_not_override_a_newer_one(town: Town, learner: Someone) -> None:
    await learner.taps("Vergeten")
    await learner.taps("Briefje in beeld")
    await learner.picks(date(2026, 12, 10))

    await learner.edits("plan.day", date(2026, 12, 4))

    assert (await enrolment_of(town, "Sanne")).named_day == date(2026, 12, 10)


@pytest.mark.begins(at_the_if)
async def test_not_knowing_twice_keeps_the_first_words(town: Town, learner: Someone) -> None:
    await learner.writes("snel een keer")
    await learner.writes("weet ik niet")
    await learner.taps("Weet ik nog niet")
    await learner.writes("zeg ik Tom één ding dat hielp, met effect")
    await learner.taps("Valt wel mee")
    await learner.taps("Klopt")

    enrolment = await enrolment_of(town, "Sanne")
    async with town.hands.database.read() as tx:
        plan = await plans.current(tx, enrolment.id)
    assert plan is not None
    assert plan.words["if"] == "snel een keer"


@pytest.mark.parametrize("words", ["Morgen", "straks", "tomorrow"])
@pytest.mark.begins(joined)
async def test_a_button_that_puts_off_may_be_typed(learner: Someone, words: str) -> None:
    await learner.types(words)

    learner.never_saw("Daar kan ik niet bij helpen")
    assert "terug" in learner.last.paragraphs[0]


@pytest.mark.own_chat
@pytest.mark.begins(joined)
async def test_a_command_that_the_question_does_not_offer_is_refused(learner: Someone) -> None:
    asking = learner.last
    assert asking.dialogue is not None

    heard = await learner.does(PutOff(asking.dialogue, "ready", "destroy"))

    assert heard.refusals


@pytest.mark.begins(joined)
async def test_the_buttons_stand_in_the_order_of_the_text(learner: Someone) -> None:
    labels = [option.label for option in learner.last.fields[0].input.options]  # type: ignore[union-attr]
    assert labels == ["Start", "Straks", "Morgen", "Ik was er niet bij"]


@pytest.mark.begins(at_the_goal)
async def test_what_turns_the_direction_of_a_text_is_not_kept(
    town: Town, learner: Someone
) -> None:
    await learner.writes("Een \u202ecollega\u2066 zeggen wat hielp na het overleg")

    async with town.hands.database.read() as tx:
        held = await dialogues.latest(
            tx, (await enrolments.of_person(tx, learner.id))[-1].id, "goal_setting"
        )
    assert held is not None
    assert "Een collega zeggen" in held.answers


@pytest.mark.begins(at_the_goal)
async def test_a_card_that_asks_nothing_any_more_has_no_buttons(learner: Someone) -> None:
    await learner.writes("beter communiceren")
    deeper = learner.last
    assert deeper.fields

    await learner.edits("goal", "Een collega zeggen wat hielp na het overleg")

    now = next(each for each in learner.messages if each.delivery == deeper.delivery)
    assert now.fields == ()
    learner.reads("goal_setting.outcome")


@pytest.mark.begins(at_the_goal)
async def test_who_does_not_know_an_obstacle_is_helped_to_remember_one(learner: Someone) -> None:
    await learner.writes("Een collega zeggen wat hielp na het overleg")
    await learner.writes("Dat Tom merkt dat ik hem zie, en dat hij het vaker doet")

    await learner.writes("weet ik niet")

    learner.reads("common.not_sure")
    learner.never_saw("Dat komt van buiten")
