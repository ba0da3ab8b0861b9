"""Two people: whoever leaves, falls silent or has no time, nobody is told and nobody is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from itertools import pairwise

import pytest

from scheduler.caps import UNCOUNTED, WEEK
from scheduler.local import local_of
from scheduler.rhythm import Rhythm
from storage import exporting, parting
from storage.pushed import pushed
from tests.chapters import chapter
from tests.people import Someone, Town, Turning
from tests.stories.beginnings import TUESDAY, joined
from tests.stories.pairs import (
    agree_at_once,
    agreed,
    answers_of,
    asked,
    asks,
    asks_at_once,
    in_two_roles,
    is_erased,
    moves_in,
    promises,
    the_pledge,
    tom_is_there,
)
from tests.stories.steps import plans_in_dutch
from tests.stories.test_caps import counted, too_many
from tests.towns import START

pytestmark = [pytest.mark.slow, pytest.mark.every_chat]

Does = Callable[[Town], Awaitable[object]]
OWN = "Alleen voor mij: ik durfde het niet"
SAW = "Ze vroeg Emma eerst en wachtte tot ze klaar was"


async def sent_to(town: Town, someone: Someone, *kinds: str) -> list[datetime]:
    """Give when somebody was sent messages of these kinds."""
    async with town.hands.database.read() as tx:
        rows = await pushed(tx, someone.id)
    return [each.at for each in rows if each.state == "sent" and each.kind in kinds]


async def is_full(town: Town) -> None:
    """Let Tom have two learners by the time that she asks him."""
    await plans_in_dutch(town["Sanne"], asks=town["Tom"])
    await agree_at_once(town, town["Emma"], town["Tom"])
    await asks_at_once(town, await moves_in(town, "Noor"), town["Tom"])
    await town["Sanne"].taps("Verstuur")
    await town.clock.passes(days=1)


async def says_no(town: Town) -> None:
    """Let Tom say no."""
    await asks(town)
    await town["Tom"].taps("Nu even niet")


async def says_nothing(town: Town) -> None:
    """Let Tom leave it unanswered."""
    await asks(town)


async def has_left(town: Town) -> None:
    """Let Tom leave the organisation after he read it."""
    await asks(town)
    async with town.hands.database.write() as tx:
        await parting.leave(tx, town["Tom"].id, town.clock.now)


async def types_stop(town: Town) -> None:
    """Let Tom stop after he read it."""
    await asks(town)
    await town["Tom"].types("stop")


MORNING, EVENING = (0, "2026-11-27T07:30:00+00:00"), (11, "2026-11-30T07:30:00+00:00")


@pytest.mark.parametrize(
    ("does", "hours", "moment"),
    [
        (says_no, *MORNING),
        (says_nothing, *MORNING),
        (is_full, *MORNING),
        (has_left, *MORNING),
        (types_stop, *MORNING),
        (says_nothing, *EVENING),
        (is_full, *EVENING),
    ],
)
@pytest.mark.begins(tom_is_there)
async def test_whatever_the_reason_a_learner_hears_at_the_same_moment_in_the_same_words(
    does: Does, hours: int, moment: str, town: Town, learner: Someone
) -> None:
    await town.clock.passes(hours=hours)
    await does(town)
    await town.clock.passes(days=12)

    [heard] = await sent_to(town, learner, "ask_another")
    assert heard.isoformat() == moment
    learner.reads("ask_another.another")
    assert "Met Tom is het er niet van gekomen. Dat zegt niets over jou." in learner.text()


@pytest.mark.parametrize("does", [says_no, is_full])
@pytest.mark.begins(tom_is_there)
async def test_nor_does_what_a_learner_may_take_along_tell_why(
    does: Does, town: Town, learner: Someone
) -> None:
    await does(town)

    async with town.hands.database.read() as tx:
        told = await exporting.of_person(tx, learner.id)

    (row,) = told["pledges"]
    assert {"state", "reason", "ended_at"}.isdisjoint(row)
    assert row["theirs"] is None
    assert all(word not in str(told) for word in ("declined", "unanswered", "'full'"))


@pytest.mark.begins(tom_is_there)
async def test_what_has_no_room_yet_keeps_nothing_back_that_has(town: Town, tom: Someone) -> None:
    noor = await moves_in(town, "Noor")
    await asks_at_once(town, noor, tom)
    await town.clock.passes(days=1)
    await tom.taps("Nu even niet")

    await town.clock.passes(days=30)

    noor.reads("goal_setting.ready")
    noor.reads("ask_another.another")


@pytest.mark.begins(tom_is_there)
async def test_who_has_two_learners_is_not_asked_for_a_third(town: Town, tom: Someone) -> None:
    await is_full(town)
    await town.clock.passes(days=12)

    tom.never_saw("Sanne")


@pytest.mark.begins(agreed)
async def test_who_has_two_learners_is_asked_one_question_a_week_with_the_right_words(
    town: Town, tom: Someone, clock: Turning
) -> None:
    await agree_at_once(town, town["Emma"], tom)

    await clock.passes(days=56)
    about = [each.paragraphs[0] for each in tom.messages if "Was je er" in each.paragraphs[0]]
    assert about
    assert all(("klantoverleg" in each) == ("Sanne" in each) for each in about)
    assert all(("weekoverleg" in each) == ("Emma" in each) for each in about)
    assert {"Sanne", "Emma"} == {name for name in ("Sanne", "Emma") if name in str(about)}

    await clock.passes(days=14)
    questions = await sent_to(town, tom, "buddy_visit", "still_fine", "looking_back")
    assert len(questions) >= 4
    assert len(await sent_to(town, tom, "looking_back")) == 1
    assert all(b - a >= WEEK for a, b in pairwise(questions))
    tom.never_saw("klantoverleg")  # it was lent to a pair, and that has come to its end


@pytest.mark.parametrize(
    ("zone", "rhythm"),
    [
        ("Asia/Tokyo", None),
        (
            "America/New_York",
            Rhythm("America/New_York", 4, time(13), frozenset({3, 4}), time(12), time(16)),
        ),
    ],
    ids=["Tokyo", "part-time in New York"],
)
@pytest.mark.begins(joined)
async def test_a_colleague_elsewhere_is_asked_and_visited_in_hours_of_their_own(
    zone: str, rhythm: Rhythm | None, town: Town, learner: Someone, clock: Turning
) -> None:
    tom = await moves_in(town, "Tom", zone=zone, rhythm=rhythm)
    await asks(town)
    await clock.passes(days=2)
    tom.reads("hold_me.joins")
    await promises(town)
    await clock.passes(days=1)
    await learner.taps("Klopt")
    await clock.passes(days=70)

    hours = rhythm or Rhythm(zone)
    async with town.hands.database.read() as tx:
        rows = await pushed(tx, tom.id)
    there = [local_of(each.at, zone) for each in rows if each.kind not in UNCOUNTED]
    assert {"hold_me", "talk_card", "buddy_visit", "ending"} <= {each.kind for each in rows}
    assert len(there) >= 6
    assert {each.day.isoweekday() for each in there} <= hours.days
    assert all(hours.opens <= each.at <= hours.closes for each in there)


@pytest.mark.begins(agreed)
async def test_when_a_colleague_leaves_the_house_they_get_nothing_more(
    town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    seen = len(tom.messages)
    async with town.hands.database.write() as tx:
        await parting.leave(tx, tom.id, clock.now)

    await clock.passes(days=70)

    assert len(tom.messages) == seen
    tom.never_saw("klantoverleg")
    learner.reads("ask_another.another")
    await learner.taps("Kies iemand")
    await learner.asks(town["Emma"])
    await learner.taps("Verstuur")
    assert (await the_pledge(town)).colleague_id == town["Emma"].id


async def the_learner_leaves(town: Town) -> None:
    """Let Sanne leave the organisation, and ninety days pass."""
    async with town.hands.database.write() as tx:
        await parting.leave(tx, town["Sanne"].id, town.clock.now)
    await town.clock.passes(days=90)


@pytest.mark.begins(asked)
async def test_when_the_learner_leaves_the_house_what_they_asked_is_taken_back(
    town: Town, tom: Someone
) -> None:
    seen = len(tom.messages)
    tom.reads("hold_me.joins")

    await the_learner_leaves(town)

    assert (await the_pledge(town)).state == "ended"
    assert len(tom.messages) == seen
    tom.never_saw("weekoverleg")


@pytest.mark.begins(agreed)
async def test_when_the_learner_leaves_the_house_nobody_holds_them_to_anything(
    town: Town, tom: Someone
) -> None:
    seen = len(tom.messages)

    await the_learner_leaves(town)

    assert (await the_pledge(town)).state == "ended"
    assert len(tom.messages) == seen
    tom.never_saw("weekoverleg")


@pytest.mark.parametrize(("word", "button"), [("stop", "Bewaar"), ("pauze", "Tot ik 'start' typ")])
@pytest.mark.begins(agreed)
async def test_who_follows_nothing_can_stop_and_pause_too(
    word: str, button: str, tom: Someone, clock: Turning
) -> None:
    await tom.types(word)
    await tom.taps(button)
    seen = len(tom.messages)

    await clock.passes(days=80)

    assert len(tom.messages) == seen


@pytest.mark.begins(agreed)
async def test_when_a_colleague_stops_the_learner_hears_only_that_it_came_to_nothing(
    town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    await tom.types("stop")
    await clock.passes(days=8)

    learner.reads("ask_another.another")
    tom.never_saw("klantoverleg")
    assert (await the_pledge(town)).state == "ended"


@pytest.mark.begins(agreed)
async def test_who_stopped_is_asked_by_nobody_until_they_start(
    town: Town, tom: Someone, clock: Turning
) -> None:
    await tom.types("stop")
    await asks_at_once(town, town["Emma"], tom)
    seen = len(tom.messages)

    await clock.passes(days=6)
    assert len(tom.messages) == seen
    await tom.types("start")
    await clock.passes(days=2)

    tom.reads("common.welcome_back")


async def pauses(town: Town) -> None:
    """Let Sanne pause until she starts again."""
    await town["Sanne"].types("pauze")
    await town["Sanne"].taps("Tot ik 'start' typ")


async def stops(town: Town) -> None:
    """Let Sanne stop."""
    await town["Sanne"].types("stop")


@pytest.mark.parametrize("does", [pauses, stops])
@pytest.mark.begins(asked)
async def test_who_falls_silent_in_the_middle_of_a_request_is_asked_nothing_more(
    does: Does, town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    await tom.taps("Ik doe mee")
    await does(town)
    seen = len(learner.messages)

    await tom.taps("zeg ik wat ik zag")
    await tom.taps("Klopt")
    tom.reads("hold_me.waits")
    await clock.passes(days=20)

    assert len(learner.messages) == seen
    assert (await the_pledge(town)).state == "accepted"
    assert "Was je er" not in tom.text()


@pytest.mark.begins(asked)
async def test_after_a_pause_the_line_of_the_colleague_is_there(
    town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    await tom.taps("Ik doe mee")
    await pauses(town)
    await tom.taps("zeg ik wat ik zag")
    await tom.taps("Klopt")
    await clock.passes(days=3)

    await learner.types("start")
    await clock.passes(days=8)

    learner.reads("agree.right")
    await learner.taps("Klopt")
    assert (await the_pledge(town)).state == "active"


async def pauses_for_a_week(town: Town) -> None:
    """Let Sanne pause for a week."""
    await town["Sanne"].types("pauze")
    await town["Sanne"].taps("1 week")


async def starts(town: Town) -> None:
    """Let Sanne come back."""
    await town["Sanne"].types("start")


async def nothing(town: Town) -> None:
    """Do nothing."""
    del town


@chapter(after=tom_is_there)
async def asked_in_the_evening(town: Town) -> None:
    """She asked Tom after work, so nobody told him yet."""
    await plans_in_dutch(town["Sanne"], asks=town["Tom"])
    await town.clock.passes(hours=11)
    await town["Sanne"].taps("Verstuur")


@pytest.mark.parametrize(
    ("falls_silent", "is_back"), [(pauses, starts), (pauses_for_a_week, nothing)]
)
@pytest.mark.begins(asked_in_the_evening)
async def test_who_pauses_before_a_request_went_out_asks_nobody_and_may_ask_anew_after_it(
    falls_silent: Does, is_back: Does, town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    await falls_silent(town)
    seen = len(learner.messages)
    await clock.passes(days=6)
    assert tom.messages == []
    assert len(learner.messages) == seen
    held = await the_pledge(town)
    assert (held.state, held.reason) == ("ended", "unasked")

    await is_back(town)
    await clock.passes(days=8)

    learner.reads("ask_another.another")
    await learner.taps("Kies iemand")
    await learner.asks(tom)
    await learner.taps("Verstuur")
    await clock.passes(days=1)
    tom.reads("hold_me.joins")


@pytest.mark.begins(asked_in_the_evening)
async def test_who_opens_visits_oneself_finds_no_request_of_somebody_who_pauses(
    town: Town, tom: Someone, clock: Turning
) -> None:
    await tom.types("stil")
    await clock.passes(days=1)
    await pauses(town)

    await tom.types("plan")
    await tom.taps("Open nu")

    tom.reads("common.gone")
    tom.never_saw("Sanne")
    assert (await the_pledge(town)).reason == "unasked"


@pytest.mark.begins(asked_in_the_evening)
async def test_who_opens_visits_oneself_opens_a_request_like_anything_else(
    tom: Someone, town: Town, clock: Turning
) -> None:
    await tom.types("stil")
    await clock.passes(days=1)

    await tom.types("plan")
    await tom.taps("Open nu")

    tom.reads("hold_me.joins")
    assert "klantoverleg" in tom.text()
    await promises(town)
    town["Sanne"].reads("agree.right")


@pytest.mark.begins(asked)
async def test_who_was_asked_already_may_answer_whatever_the_learner_does(
    town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    await clock.passes(hours=9)
    await learner.edits("plan.then", "vraag ik Tom wat hij ervan vond")
    await pauses(town)
    await clock.passes(days=1)

    assert (await the_pledge(town)).state == "asked"
    await tom.taps("Ik doe mee")
    await tom.taps("zeg ik wat ik zag")
    assert (await the_pledge(town)).state == "accepted"


@pytest.mark.begins(agreed)
async def test_a_buddy_is_asked_again_when_a_pause_is_over(
    town: Town, tom: Someone, clock: Turning
) -> None:
    await pauses_for_a_week(town)
    await clock.passes(days=6)
    assert await sent_to(town, tom, "buddy_visit") == []

    await clock.passes(days=24)

    assert await sent_to(town, tom, "buddy_visit") != []


async def accepts(town: Town) -> None:
    """Let Tom take part, and stand before the joint line."""
    await town["Tom"].taps("Ik doe mee")


async def chooses_own_words(town: Town) -> None:
    """Let Tom stand before a field for words of his own."""
    await town["Tom"].taps("Ik doe mee")
    await town["Tom"].taps("anders …")


@pytest.mark.own_chat
@pytest.mark.parametrize("before", [nothing, accepts, chooses_own_words])
@pytest.mark.begins(asked)
async def test_a_card_of_somebody_who_was_erased_takes_nothing_any_more(
    before: Does, town: Town, tom: Someone, clock: Turning
) -> None:
    await before(town)
    open_card = tom.last

    await is_erased(town)
    await clock.passes(hours=1)

    tom.never_saw("klantoverleg")
    assert "Dit is niet meer gedeeld." in tom.text()
    key = open_card.fields[0].key
    heard = await tom.presses(open_card, {key: "zeg ik wat ik zag"})
    assert list(heard.refusals.values()) == ["Dit is niet meer gedeeld."]


@pytest.mark.begins(asked)
async def test_a_plan_that_changes_while_a_colleague_answers_is_put_before_both(
    town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    await tom.taps("Ik doe mee")
    await tom.taps("zeg ik wat ik zag")

    await learner.edits("plan.then", "vraag ik Tom wat hij ervan vond")
    await learner.taps("Verstuur")
    await tom.taps("Klopt")
    held = await the_pledge(town)
    assert (held.state, held.their_yes, held.own_yes) == ("accepted", None, None)

    await clock.passes(days=2)
    tom.reads("agree.right")
    assert "wat hij ervan vond" in tom.text()
    await tom.taps("Klopt")
    assert (await the_pledge(town)).state == "accepted"
    await clock.passes(days=7)
    learner.reads("agree.right")
    await learner.taps("Klopt")
    assert (await the_pledge(town)).state == "active"


@pytest.mark.begins(asked)
async def test_who_changed_the_plan_before_the_answer_still_says_yes_to_that_answer(
    town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    await learner.edits("plan.then", "vraag ik Tom wat hij ervan vond")
    await learner.taps("Verstuur")
    await clock.passes(days=1)
    await promises(town)

    assert (await the_pledge(town)).state == "accepted"
    await clock.passes(days=7)
    learner.reads("agree.right")
    await learner.taps("Klopt")
    assert (await the_pledge(town)).state == "active"
    assert "wat hij ervan vond" in tom.text()


@pytest.mark.begins(asked)
async def test_both_read_the_whole_of_what_they_say_yes_to(
    learner: Someone, tom: Someone, clock: Turning
) -> None:
    line = f"leg ik mijn pen op tafel {'en kijk ik je even aan ' * 8}tot je het zag"
    assert len(line) > 200

    await tom.taps("Ik doe mee")
    await tom.taps("anders …")
    await tom.writes(line)
    tom.reads("agree.right")
    assert line in tom.text()
    await tom.taps("Klopt")
    await clock.passes(days=1)

    learner.reads("agree.right")
    assert line in learner.text()


@pytest.mark.begins(tom_is_there)
async def test_two_who_type_at_once_are_each_heard_in_a_talk_of_their_own(
    town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    await asks(town, TUESDAY)
    await tom.taps("Ik doe mee")
    await tom.taps("anders …")
    await clock.goes_on_until(learner)
    await learner.taps("Gedaan, werkte")

    await asyncio.gather(learner.types(OWN), tom.types("leg ik mijn pen op tafel als teken"))

    tom.never_saw(OWN)
    learner.never_saw("mijn pen")
    assert "mijn pen" in await answers_of(town, tom, "hold_me")
    assert OWN in await answers_of(town, learner, "check_in")


async def sees_then_tells(sanne: Someone) -> None:
    """Open the question about Emma, and then the one about herself."""
    await sanne.taps("Ja, gedaan")
    await sanne.taps("Gedaan, werkte")


async def tells_then_sees(sanne: Someone) -> None:
    """Open the question about herself, and then the one about Emma."""
    await sanne.taps("Gedaan, werkte")
    await sanne.taps("Ja, gedaan")


@pytest.mark.parametrize(
    ("opens", "lands", "other"),
    [(sees_then_tells, "check_in", "buddy_visit"), (tells_then_sees, "buddy_visit", "check_in")],
)
@pytest.mark.begins(in_two_roles)
async def test_what_is_typed_lands_where_its_writer_acted_last_and_nowhere_else(
    opens: Callable[[Someone], Awaitable[None]], lands: str, other: str, town: Town,
    learner: Someone, emma: Someone, clock: Turning,
) -> None:  # fmt: skip
    await opens(learner)

    await learner.types(OWN)
    await clock.passes(days=8)

    assert OWN in await answers_of(town, learner, lands)
    assert OWN not in await answers_of(town, learner, other)
    emma.never_saw(OWN)


@pytest.mark.parametrize("opens", [sees_then_tells, tells_then_sees])
@pytest.mark.begins(in_two_roles)
async def test_what_is_written_on_a_card_stays_with_that_card(
    opens: Callable[[Someone], Awaitable[None]], town: Town, learner: Someone, emma: Someone,
    clock: Turning,
) -> None:  # fmt: skip
    await opens(learner)
    cards = {each.fields[0].key: each for each in learner.messages if each.fields}

    await learner.presses(cards["effect"], {"effect": OWN})
    await learner.presses(cards["saw"], {"saw": SAW})
    await learner.taps("Stuur")
    await clock.passes(days=8)

    assert OWN not in await answers_of(town, learner, "buddy_visit")
    assert SAW not in await answers_of(town, learner, "check_in")
    emma.never_saw(OWN)
    assert SAW in emma.text()


@pytest.mark.begins(in_two_roles)
async def test_one_person_has_one_budget_in_all_roles(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await asks_at_once(town, await moves_in(town, "Noor"), learner)

    await clock.passes(days=60)

    sent = await counted(town, learner)
    assert too_many(sent, (START.date(),)) == []
    questions = await sent_to(town, learner, "buddy_visit", "still_fine", "looking_back")
    assert all(b - a >= timedelta(days=7) for a, b in pairwise(questions))
    assert questions
