"""What people arrange themselves, at any moment, by a word or by a button, in both languages."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from bot.port import Chosen
from storage import dialogues, enrolments, nudges, people, plans
from storage.errors import Missing
from storage.people import Quiet
from tests.people import Someone, Town, Turning
from tests.stories.beginnings import (
    asked_after_tuesday,
    at_the_goal,
    invited,
    joined,
    planned_for_tuesday,
)
from tests.stories.steps import joins
from tests.stories.test_typing_and_timing import enrolment_of

pytestmark = [pytest.mark.slow, pytest.mark.every_chat]


async def quiet_of(town: Town, someone: Someone) -> Quiet | None:
    """Read whether somebody wants silence."""
    async with town.hands.database.read() as tx:
        return (await people.get(tx, someone.id)).quiet


async def works_here(town: Town, name: str) -> None:
    """Let somebody work in the organisation."""
    async with town.hands.database.write() as tx:
        there = await people.get(tx, town["Sanne"].id)
        await people.add(
            tx,
            organisation=there.organisation_id,
            name=name,
            email=None,
            language="nl",
            zone="Europe/Amsterdam",
        )


@pytest.mark.parametrize("word", ["hulp", "help", "HULP!", " Help. "])
@pytest.mark.begins(joined)
async def test_help_says_what_there_is_and_where_to_find_a_person(
    learner: Someone, word: str
) -> None:
    await learner.types(word)

    learner.reads("control.help")
    learner.reads("control.support_code")


@pytest.mark.begins(asked_after_tuesday)
async def test_once_a_month_a_visit_says_where_to_find_a_person(
    learner: Someone, clock: Turning
) -> None:
    await clock.passes(days=12)

    footers = [each.footer for each in learner.messages if each.footer]
    assert len(footers) == 2
    assert footers[1].startswith("Gaat het niet goed met je?")


@pytest.mark.parametrize(
    ("button", "row"),
    [
        ("Plan", "common.plan_now"),
        ("Pauze", "control.pause"),
        ("Stil", "control.quiet"),
        ("Mijn gegevens", "control.my_data"),
        ("Stop", "control.stop"),
    ],
)
@pytest.mark.begins(asked_after_tuesday)
async def test_every_button_of_help_does_what_its_word_does(
    learner: Someone, button: str, row: str
) -> None:
    await learner.types("hulp")

    await learner.taps(button)

    learner.reads(row)


@pytest.mark.parametrize(
    ("button", "back_on"),
    [("1 week", date(2026, 12, 2)), ("2 weken", date(2026, 12, 9))],
)
@pytest.mark.begins(asked_after_tuesday)
async def test_a_pause_has_an_end_and_one_message_on_return(
    town: Town, learner: Someone, clock: Turning, button: str, back_on: date
) -> None:
    await learner.taps("Vergeten")
    await learner.types("pauze")
    learner.reads("control.pause")

    await learner.taps(button)
    learner.reads("control.silent")
    before = len(learner.messages)
    await clock.goes_on_until(learner)

    assert clock.now.date() >= back_on
    assert len(learner.messages) == before + 1
    learner.reads("control.back")
    assert await quiet_of(town, learner) is None


@pytest.mark.begins(asked_after_tuesday)
async def test_a_pause_can_end_on_a_day_of_ones_own(learner: Someone, clock: Turning) -> None:
    await learner.types("pauze")
    await learner.taps("Tot een datum")
    learner.reads("control.pause_date")

    await learner.picks(date(2027, 1, 12))
    learner.reads("control.silent")
    await clock.goes_on_until(learner)

    assert clock.now.date() == date(2027, 1, 12)
    learner.reads("control.back")


@pytest.mark.begins(asked_after_tuesday)
async def test_a_pause_cannot_end_today(learner: Someone, clock: Turning) -> None:
    await learner.types("pauze")
    await learner.taps("Tot een datum")

    await learner.picks(clock.now.date())

    assert "werkdag" in learner.heard.refusals["control.pause_date"]


@pytest.mark.begins(asked_after_tuesday)
async def test_a_pause_without_an_end_lasts_until_start(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await learner.types("pauze")
    await learner.taps("Tot ik 'start' typ")
    learner.reads("control.silent_open")
    before = len(learner.messages)

    await clock.passes(days=60)
    silent = len(learner.messages)
    await learner.types("start")

    assert silent == before
    learner.reads("control.back")
    assert await quiet_of(town, learner) is None


@pytest.mark.own_chat
@pytest.mark.begins(asked_after_tuesday)
async def test_after_a_pause_one_visit_stands_for_those_that_fell_into_it(
    learner: Someone, clock: Turning
) -> None:
    await learner.taps("Vergeten")
    await learner.skips()
    await learner.types("pauze")
    await learner.taps("Tot een datum")
    await learner.picks(date(2027, 1, 5))

    await clock.goes_on_until(learner)
    learner.reads("control.back")
    await learner.taps("Zelfde plan")
    await clock.passes(days=9)

    asked = [each for each in learner.messages if "Hoe is het gegaan?" in "".join(each.paragraphs)]
    assert len(asked) == 2


@pytest.mark.begins(asked_after_tuesday)
async def test_back_from_a_pause_one_can_make_a_new_plan(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await learner.types("pauze")
    await learner.taps("1 week")
    await clock.goes_on_until(learner)

    await learner.taps("Nieuw plan")

    learner.reads("goal_setting.goal")
    await learner.writes("Een collega vragen wat hij anders zou doen")
    async with town.hands.database.read() as tx:
        plan = await plans.current(tx, (await enrolment_of(town, "Sanne")).id)
    assert plan is not None, "the old plan holds until the new one is made"


@pytest.mark.begins(asked_after_tuesday)
async def test_quiz_only_ends_the_questions_and_start_brings_them_back(
    learner: Someone, clock: Turning
) -> None:
    await learner.types("pauze")
    await learner.taps("1 week")
    await clock.goes_on_until(learner)
    await learner.taps("Alleen quiz")
    learner.reads("control.quiz_only")
    before = len(learner.messages)

    await clock.passes(days=14)

    assert len(learner.messages) == before
    await learner.types("start")
    await clock.goes_on_until(learner)
    learner.reads("check_in.went")


@pytest.mark.begins(planned_for_tuesday)
async def test_in_quiet_mode_nothing_is_pushed_and_plan_opens_what_is_ready(
    learner: Someone, clock: Turning
) -> None:
    await learner.types("stil")
    learner.reads("control.quiet")
    before = len(learner.messages)

    await clock.passes(days=5)

    assert len(learner.messages) == before
    await learner.types("plan")
    learner.reads("control.visit_waits")
    await learner.taps("Open nu")
    learner.reads("check_in.went")


@pytest.mark.parametrize(
    ("button", "due"),
    [("Over 2 uur", timedelta(hours=2)), ("Volgende week", timedelta(days=6))],
)
@pytest.mark.begins(asked_after_tuesday)
async def test_later_asks_when(
    learner: Someone, clock: Turning, button: str, due: timedelta
) -> None:
    asked = clock.now
    await learner.types("later")
    learner.reads("control.later")

    await learner.taps(button)
    await clock.goes_on_until(learner)

    assert due <= clock.now - asked < due + timedelta(days=2)
    learner.reads("check_in.went")


@pytest.mark.begins(asked_after_tuesday)
async def test_after_three_times_later_another_rhythm_is_offered(learner: Someone) -> None:
    await learner.types("straks")
    await learner.taps("Over 2 uur")
    await learner.types("straks")
    await learner.taps("Over 2 uur")
    await learner.types("straks")
    await learner.taps("Over 2 uur")

    await learner.types("straks")

    learner.reads("control.less")
    await learner.taps("Eens per maand")
    learner.reads("control.monthly_set")


@pytest.mark.begins(planned_for_tuesday)
async def test_later_without_a_question_says_so(learner: Someone) -> None:
    await learner.types("later")

    learner.reads("control.nothing_waits")


@pytest.mark.begins(asked_after_tuesday)
async def test_stop_keeps_or_deletes_and_start_takes_it_back(town: Town, learner: Someone) -> None:
    await learner.types("stop")
    learner.reads("control.stop")
    assert (await enrolment_of(town, "Sanne")).status == "stopped"

    await learner.taps("Bewaar")
    learner.reads("control.kept")
    await learner.types("start")

    assert (await enrolment_of(town, "Sanne")).status == "joined"
    learner.reads("common.welcome_back")


@pytest.mark.begins(asked_after_tuesday)
async def test_delete_asks_once_more_and_can_be_cancelled(town: Town, learner: Someone) -> None:
    await learner.types("wis")
    learner.reads("control.erase")

    await learner.taps("Annuleer")

    learner.reads("control.unchanged")
    assert (await enrolment_of(town, "Sanne")).status == "joined"


@pytest.mark.begins(asked_after_tuesday)
async def test_delete_says_goodbye_and_then_nothing_is_left(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await learner.types("stop")
    await learner.taps("Wis alles")
    await learner.taps("Wis")
    learner.reads("control.erasing")

    await clock.passes(hours=24)

    async with town.hands.database.read() as tx:
        with pytest.raises(Missing):
            await people.get(tx, learner.id)
        assert await enrolments.of_person(tx, learner.id) == []
        assert await nudges.of_person(tx, learner.id) == []


@pytest.mark.begins(joined)
async def test_a_menu_is_used_once(learner: Someone) -> None:
    await learner.types("pauze")
    menu = learner.messages[-1]
    await learner.taps("1 week")
    before = len(learner.messages)

    again = await learner.does(Chosen(menu.delivery, "control.pause", "weeks"))

    assert again.refusals
    assert len(learner.messages) == before


@pytest.mark.begins(joined)
async def test_a_menu_of_somebody_else_does_nothing(
    town: Town, learner: Someone, emma: Someone
) -> None:
    await learner.types("wis")
    menu = learner.messages[-1]

    heard = await emma.does(Chosen(menu.delivery, "control.erase", "delete"))

    assert heard.refusals[""] == "This question is for someone else."
    assert (await enrolment_of(town, "Sanne")).status == "joined"


@pytest.mark.begins(joined)
async def test_a_menu_of_weeks_ago_does_nothing(learner: Someone, clock: Turning) -> None:
    await learner.types("wis")
    menu = learner.messages[-1]
    await clock.passes(days=8)

    heard = await learner.does(Chosen(menu.delivery, "control.erase", "delete"))

    assert heard.refusals


@pytest.mark.own_chat
@pytest.mark.parametrize(
    ("key", "raw"),
    [("control.nothing", "week"), ("control.pause", "for_ever"), ("control.pause", 3)],
)
@pytest.mark.begins(joined)
async def test_a_menu_that_is_none_is_refused_in_words(
    learner: Someone, key: str, raw: str
) -> None:
    await learner.types("pauze")

    heard = await learner.does(Chosen(learner.messages[-1].delivery, key, raw))

    assert all(heard.refusals.values())
    assert heard.refusals


@pytest.mark.begins(asked_after_tuesday)
async def test_a_text_of_days_later_asks_first_whether_to_carry_on(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await learner.taps("Gedaan, werkte")
    await clock.passes(days=4)

    await learner.types("ik zei aan het eind van het overleg wat ik zag")
    learner.reads("control.halfway")
    async with town.hands.database.read() as tx:
        held = (await dialogues.of_person(tx, learner.id))[-1]
    await learner.taps("Verder")

    async with town.hands.database.read() as tx:
        after = (await dialogues.of_person(tx, learner.id))[-1]
    assert held.held == "ik zei aan het eind van het overleg wat ik zag"
    assert after.held is None
    assert held.held in after.answers


@pytest.mark.begins(asked_after_tuesday)
async def test_starting_over_lets_that_text_go(learner: Someone, clock: Turning) -> None:
    await learner.taps("Gedaan, werkte")
    await clock.passes(days=4)
    await learner.types("ik zei wat ik zag")
    learner.reads("control.halfway")

    await learner.taps("Opnieuw")

    learner.reads("check_in.went")


@pytest.mark.begins(asked_after_tuesday)
async def test_a_text_for_a_conversation_that_fell_asleep_is_not_lost(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await learner.taps("Gedaan, werkte")
    await clock.passes(days=7, hours=15)
    async with town.hands.database.read() as tx:
        assert (await dialogues.of_person(tx, learner.id))[-1].state == "closed"

    await learner.types("ik zei wat ik zag en dat hielp")
    learner.reads("control.halfway")
    await learner.taps("Verder")

    async with town.hands.database.read() as tx:
        assert "ik zei wat ik zag" in (await dialogues.of_person(tx, learner.id))[-1].answers


@pytest.mark.begins(asked_after_tuesday)
async def test_an_answer_after_weeks_is_welcomed_and_the_question_goes_on(
    learner: Someone, clock: Turning
) -> None:
    await clock.passes(days=24)

    await learner.taps("Gedaan, werkte")

    learner.reads("common.welcome_back")
    learner.reads("check_in.did")


async def test_start_before_anything_was_asked_says_that_nothing_waits(
    learner: Someone, clock: Turning
) -> None:
    await learner.types("start")
    learner.reads("control.nothing_waits")

    await joins(learner, clock)
    await learner.types("start")

    learner.reads("goal_setting.ready")
    learner.never_saw("Fijn dat je er weer bent")


@pytest.mark.begins(asked_after_tuesday)
async def test_a_conversation_can_be_cancelled_and_taken_up_again(learner: Someone) -> None:
    await learner.taps("Gedaan, werkte")

    await learner.types("annuleer")
    learner.reads("control.cancelled")
    await learner.types("start")

    learner.reads("common.welcome_back")
    assert learner.last.fields


@pytest.mark.begins(asked_after_tuesday)
async def test_a_conversation_can_be_begun_again(learner: Someone) -> None:
    await learner.taps("Gedaan, werkte")

    await learner.types("opnieuw")

    learner.reads("check_in.went")


@pytest.mark.begins(asked_after_tuesday)
async def test_a_colleagues_full_name_is_pointed_out_once(town: Town, learner: Someone) -> None:
    await works_here(town, "Tom de Vries")
    await learner.taps("Gedaan, werkte")

    await learner.writes("Ik zei Tom de Vries wat ik zag", "Tom de Vries lachte", "Niets")

    learner.reads("care.name_seen")
    shown = [each for each in learner.messages if "Ik zie een naam" in "".join(each.paragraphs)]
    assert len(shown) == 1
    await learner.taps("Pas aan")
    edited = next(each for each in learner.messages if each.fields and each.fields[0].current)
    assert edited.fields[0].current == "Ik zei Tom de Vries wat ik zag"


@pytest.mark.begins(at_the_goal)
async def test_a_name_may_stand_in_a_plan(town: Town, learner: Someone) -> None:
    await works_here(town, "Tom Ofzo")
    await learner.writes("Een collega zeggen wat hielp na het overleg")
    await learner.writes("Dat iemand merkt dat ik het zie en het vaker doet")
    await learner.writes("Ik vind het kinderachtig")
    await learner.writes("het overleg met Tom Ofzo klaar is")

    learner.never_saw("Ik zie een naam")


@pytest.mark.parametrize("word", ["stop", "pauze", "later", "morgen"])
@pytest.mark.begins(at_the_goal)
async def test_a_command_in_a_field_is_done_and_never_kept(
    town: Town, learner: Someone, word: str
) -> None:
    before = len(learner.messages)

    await learner.writes(word)

    assert len(learner.messages) > before
    async with town.hands.database.read() as tx:
        stored = json.loads((await dialogues.of_person(tx, learner.id))[-1].answers)
    assert "goal" not in stored["answers"]


@pytest.mark.parametrize(
    ("words", "buttons"), [(("pauze", "stop"), ("1 week",)), (("stop", "pauze"), ("1 week",))]
)
@pytest.mark.begins(asked_after_tuesday)
async def test_who_stopped_hears_nothing_any_more(
    learner: Someone, clock: Turning, words: tuple[str, str], buttons: tuple[str]
) -> None:
    await learner.types(words[0])
    await learner.types(words[1])
    await learner.taps(*buttons)
    before = len(learner.messages)

    await clock.passes(days=30)

    assert len(learner.messages) == before


@pytest.mark.begins(asked_after_tuesday)
async def test_two_texts_of_days_later_are_both_kept(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await learner.taps("Gedaan, werkte")
    await clock.passes(days=4)
    await learner.types("ik zei aan het eind wat ik zag")
    await learner.types("en Tom keek op en lachte")

    await learner.taps("Verder")

    async with town.hands.database.read() as tx:
        answers = (await dialogues.of_person(tx, learner.id))[-1].answers
    assert "ik zei aan het eind wat ik zag\\nen Tom keek op en lachte" in answers


@pytest.mark.begins(asked_after_tuesday)
async def test_start_in_time_calls_off_the_erasing(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await learner.types("wis")
    await learner.taps("Wis")

    await learner.types("start")
    learner.reads("control.not_erased")
    await clock.passes(hours=24)

    assert (await enrolment_of(town, "Sanne")).status == "joined"


@pytest.mark.begins(asked_after_tuesday)
async def test_one_message_on_return_also_after_later(learner: Someone, clock: Turning) -> None:
    await learner.types("morgen")
    await learner.types("pauze")
    await learner.types("1 week")
    learner.reads("control.silent")
    before = len(learner.messages)

    await clock.passes(days=7, hours=12)

    assert len(learner.messages) == before + 1
    learner.reads("control.back")


@pytest.mark.begins(invited)
async def test_a_new_plan_before_joining_asks_to_join_first(learner: Someone) -> None:
    await learner.types("later")
    await learner.types("nieuw plan")

    learner.never_saw("Wat wil je als eerste uitproberen?")


@pytest.mark.begins(asked_after_tuesday)
async def test_a_conversation_at_its_first_question_can_be_begun_again(learner: Someone) -> None:
    learner.reads("check_in.went")
    before = len(learner.messages)

    await learner.types("opnieuw")

    assert len(learner.messages) == before + 1
    assert "Hoe is het gegaan?" in "".join(learner.last.paragraphs)


@pytest.mark.begins(asked_after_tuesday)
async def test_a_pause_from_heavy_words_ends_no_silence_without_end(
    town: Town, learner: Someone
) -> None:
    await learner.types("pauze")
    await learner.taps("Tot ik 'start' typ")
    await learner.types("Ik trek het niet meer, ik ben opgebrand")

    await learner.taps("Pauzeer")

    assert await quiet_of(town, learner) == Quiet("pause")
