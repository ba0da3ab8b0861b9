"""The main story: welcomed, a plan, visited at spaced moments, and every way along it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.port import EditAsked, Pressed
from storage import attempts, barriers, dialogues, enrolments, log, plans
from tests.people import Someone, Town, Turning
from tests.stories.beginnings import (
    asked_after_tuesday,
    asked_how_it_went,
    at_the_goal,
    at_the_if,
    invited,
    joined,
    planned,
)
from tests.stories.steps import joins, plans_in_dutch

pytestmark = pytest.mark.every_chat


async def test_a_learner_joins_plans_and_is_visited(learner: Someone, clock: Turning) -> None:
    await joins(learner, clock)
    await plans_in_dutch(learner)
    assert "Als het klantoverleg op dinsdag klaar is, dan zeg ik Tom één ding" in learner.text()

    await clock.goes_on_until(learner)
    learner.reads("check_in.went")
    await learner.taps("Gedaan, werkte")
    await learner.fills(
        did="Ik zei Tom na het overleg dat zijn samenvatting hielp",
        effect="Hij keek op en deed het donderdag weer zo",
        differently="Eerder beginnen",
    )
    await learner.taps("Duidelijk moment", "Ik had geoefend")
    await learner.taps("Zelfde plan")
    await learner.taps("Liever niet")

    learner.reads("check_in.noted_applied")
    assert "één keer" in learner.last.paragraphs[0]


async def test_the_same_in_english(emma: Someone, clock: Turning) -> None:
    await joins(emma, clock)
    emma.reads("goal_setting.ready")
    await emma.taps("Start")
    await emma.writes("Tell a colleague what helped after the meeting")
    await emma.writes("Tom notices that I see what he does well")
    await emma.writes("I think it feels childish")
    await emma.writes("the Tuesday client meeting ends")
    await emma.taps("Not sure yet")
    await emma.writes("tell Tom one thing that helped, with its effect")
    await emma.writes("I breathe out and say it anyway")
    await emma.taps("Unlikely")
    emma.reads("if_then.right")

    expected = "When the Tuesday client meeting ends, I tell Tom one thing that helped"
    assert expected in emma.text()


async def test_before_joining_there_is_one_message_and_one_reminder(
    learner: Someone, clock: Turning
) -> None:
    await clock.passes(days=60)

    assert len(learner.messages) == 2
    learner.reads("welcome.hello")
    learner.reads("common.reminder")


@pytest.mark.slow
@pytest.mark.begins(joined)
async def test_someone_who_joined_without_a_plan_is_asked_for_one_and_never_how_it_went(
    learner: Someone, clock: Turning
) -> None:
    await clock.passes(days=60)

    texts = [message.paragraphs[-1] for message in learner.messages]
    assert sum("Nu maken we er een plan van" in text for text in texts) >= 2
    learner.never_saw("Hoe is het gegaan?")


@pytest.mark.begins(invited)
async def test_no_thanks_ends_it_and_start_takes_it_up_again(
    learner: Someone, clock: Turning
) -> None:
    await learner.taps("Nee, dank je")
    learner.reads("welcome.declined")
    await clock.passes(days=30)
    assert len(learner.messages) == 2

    await learner.types("start")

    learner.reads("welcome.promise")


@pytest.mark.begins(invited)
async def test_a_double_tap_changes_nothing(learner: Someone) -> None:
    hello = learner.last
    await learner.taps("Ik doe mee")
    before = len(learner.messages)

    assert hello.dialogue is not None
    heard = await learner.does(Pressed(hello.dialogue, {"hello": "decline"}, {"hello": 0}))

    assert "al beantwoord" in heard.refusals[""]
    assert len(learner.messages) == before


@pytest.mark.begins(invited)
async def test_the_same_event_twice_happens_once(learner: Someone) -> None:
    hello = learner.last
    assert hello.dialogue is not None
    press = Pressed(hello.dialogue, {"hello": "join"}, {"hello": 0})

    await learner.does(press, event="evt-1")
    shown = list(learner.messages)
    heard = await learner.does(press, event="evt-1")

    assert heard.seen_before
    assert learner.messages == shown


async def test_a_press_by_someone_else_is_refused_kindly(
    learner: Someone, emma: Someone, clock: Turning
) -> None:
    await clock.passes(days=1)
    hello = learner.messages[0]
    assert hello.dialogue is not None

    heard = await emma.does(Pressed(hello.dialogue, {"hello": "decline"}, {"hello": 0}))

    assert heard.refusals[""] == "This question is for someone else."


@pytest.mark.begins(planned)
async def test_an_edit_is_confirmed_and_the_dialogue_goes_on_from_there(learner: Someone) -> None:
    await learner.edits("plan.then", "zeg ik hem wat ik zag, en wat het deed")

    learner.reads("common.changed")
    async with learner.hands.database.read() as tx:
        enrolment = (await enrolments.of_person(tx, learner.id))[-1]
        plan = await plans.current(tx, enrolment.id)
    assert plan is not None
    assert plan.words["then"] == "zeg ik hem wat ik zag, en wat het deed"


@pytest.mark.slow
@pytest.mark.begins(asked_how_it_went)
async def test_editing_how_it_went_keeps_only_what_now_holds(learner: Someone) -> None:
    await learner.taps("Gedaan, ging stroef")
    await learner.fills(
        tried="Ik begon erover na het overleg",
        happened="Hij werd stil en liep weg",
        barrier=("CONF", "TIME"),
    )
    learner.reads("check_in.line_CONF")
    await learner.writes("Ik begin met een compliment")
    await learner.taps("Zo laten")

    await learner.edits("went", "forgot")
    await learner.taps("Briefje in beeld")
    await learner.skips()

    async with learner.hands.database.read() as tx:
        enrolment = (await enrolments.of_person(tx, learner.id))[-1].id
        tried = await attempts.of_enrolment(tx, enrolment)
        held = await barriers.of_enrolment(tx, enrolment)
        entries = await log.of_enrolment(tx, enrolment)
    assert [each.outcome for each in tried] == ["forgot"]
    assert held == []
    assert entries == []


@pytest.mark.slow
@pytest.mark.begins(asked_how_it_went)
async def test_two_barriers_keep_both_codes_and_the_line_of_the_first(learner: Someone) -> None:
    await learner.taps("Gedaan, ging stroef")
    await learner.fills(tried="Ik zei het direct na het overleg", barrier=("TIME", "CONF"))

    learner.reads("check_in.line_TIME")
    learner.never_saw("Spannend is normaal")
    async with learner.hands.database.read() as tx:
        enrolment = (await enrolments.of_person(tx, learner.id))[-1].id
        held = await barriers.of_enrolment(tx, enrolment)
    assert [each.code for each in held] == ["TIME", "CONF"]


@pytest.mark.slow
@pytest.mark.begins(at_the_if)
async def test_a_named_day_moves_the_next_visit(learner: Someone) -> None:
    await learner.writes("het klantoverleg op dinsdag klaar is")
    await learner.picks(date(2026, 12, 1))
    await learner.writes("zeg ik Tom één ding dat hielp, met effect")
    await learner.taps("Valt wel mee")
    await learner.taps("Klopt")
    await learner.rates(10)
    await learner.taps("Ja")
    await learner.taps("Nog niemand")

    assert "2 dec" in learner.last.paragraphs[-1]


@pytest.mark.begins(joined)
async def test_was_not_there_gives_a_new_day_and_silence_until_then(
    learner: Someone, clock: Turning
) -> None:
    await learner.taps("Ik was er niet bij")
    learner.reads("goal_setting.new_date")
    await learner.picks(date(2026, 12, 14))
    learner.reads("goal_setting.quiet")
    before = len(learner.messages)

    await clock.passes(days=20)
    assert len(learner.messages) == before
    await clock.passes(days=2)

    learner.reads("goal_setting.ready")


@pytest.mark.begins(joined)
async def test_later_asks_the_same_question_again_later_today(
    learner: Someone, clock: Turning
) -> None:
    await learner.taps("Straks")
    learner.reads("common.snoozed_today")
    await clock.passes(hours=3)

    assert learner.last.paragraphs[-1].startswith("Nu maken we er een plan van")


@pytest.mark.begins(joined)
async def test_tomorrow_asks_again_on_the_next_working_day(
    learner: Someone, clock: Turning
) -> None:
    await learner.taps("Morgen")
    learner.reads("common.snoozed")
    before = len(learner.messages)
    await clock.passes(hours=6)
    assert len(learner.messages) == before
    await clock.passes(days=1)

    learner.reads("goal_setting.ready")


@pytest.mark.begins(at_the_goal)
async def test_weak_words_get_one_deepening_question_and_are_then_accepted(
    learner: Someone,
) -> None:
    await learner.writes("beter communiceren")
    learner.reads("goal_setting.goal.deeper")
    await learner.writes("beter luisteren")

    learner.reads("common.leave_it")
    learner.reads("goal_setting.outcome")


@pytest.mark.begins(at_the_goal)
async def test_what_is_typed_answers_the_question_that_waits_for_words(learner: Someone) -> None:
    await learner.types("Een collega zeggen wat hielp na het overleg")

    learner.reads("goal_setting.outcome")


@pytest.mark.begins(invited)
async def test_what_is_typed_without_a_question_is_not_kept(learner: Someone) -> None:
    await learner.types("Ik heb honger, geheim-88172")

    learner.reads("common.unknown")
    learner.never_saw("geheim-88172")
    async with learner.hands.database.read() as tx:
        held = await dialogues.of_person(tx, learner.id)
    assert all("geheim-88172" not in each.answers for each in held)


@pytest.mark.begins(at_the_goal)
async def test_words_written_before_the_question_came_join_the_answer_before(
    learner: Someone, clock: Turning
) -> None:
    early = learner.hands.clock.now()
    await clock.passes(minutes=1)
    await learner.types("Een collega zeggen wat hielp na het overleg")
    await learner.types("en wat het met mij deed", at=early)

    async with learner.hands.database.read() as tx:
        held = await dialogues.latest(
            tx, (await enrolments.of_person(tx, learner.id))[-1].id, "goal_setting"
        )
    assert held is not None
    assert "wat hielp na het overleg\\nen wat het met mij deed" in held.answers
    assert held.waiting == "outcome"


@pytest.mark.slow
@pytest.mark.begins(asked_after_tuesday)
async def test_an_unanswered_visit_is_reminded_once_and_closes_quietly(
    learner: Someone, clock: Turning
) -> None:
    visit = learner.last
    await clock.passes(days=9)

    reminders = [
        message
        for message in learner.messages
        if "Nog even dit" in message.paragraphs[0] and message.dialogue == visit.dialogue
    ]
    assert len(reminders) == 1
    async with learner.hands.database.read() as tx:
        assert visit.dialogue is not None
        closed = await dialogues.load(tx, visit.dialogue)
    assert closed is not None
    assert (closed.state, closed.closed_reason) == ("closed", "unanswered")

    count = visit.fields[0].count
    await learner.does(Pressed(visit.dialogue, {"went": "forgot"}, {"went": count}))
    learner.reads("check_in.remember")


@pytest.mark.slow
@pytest.mark.begins(planned)
async def test_stop_ends_every_visit_and_start_takes_it_up_again(
    learner: Someone, clock: Turning
) -> None:
    await learner.types("Stop.")
    learner.reads("control.stop")
    before = len(learner.messages)
    await clock.passes(days=20)
    assert len(learner.messages) == before

    await learner.types("start")
    learner.reads("common.welcome_back")
    await clock.passes(days=40)
    learner.reads("check_in.went")


@pytest.mark.begins(invited)
async def test_an_edit_asked_on_a_stale_card_shows_the_answer_that_stands(
    learner: Someone,
) -> None:
    hello = learner.last
    await learner.taps("Vertel meer")
    assert hello.dialogue is not None

    heard = await learner.does(EditAsked(hello.dialogue, "hello", 0))

    assert heard.replacement is not None
    assert heard.replacement.fields[0].current == "more"


@pytest.mark.slow
@pytest.mark.begins(planned)
async def test_ninety_days_of_visits_come_at_the_programmes_days(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await clock.passes(days=90)

    async with town.hands.database.read() as tx:
        held = await dialogues.of_person(tx, learner.id)
    visits = [each for each in held if each.kind == "check_in"]
    assert len(visits) == 5
    assert visits[0].opened_at >= datetime(2026, 11, 26, tzinfo=UTC)
