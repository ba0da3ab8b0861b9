"""Welcome and joining, branch by branch (dialogues w)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.deeds import Declined, Joined, Pace, Shifts, Slot, WorksShifts
from bot.engine.answers import SILENT, SKIPPED, Answer
from bot.engine.steps import Tell
from tests.support.talk import Given, Talk, open_dialogue

JOINED: dict[str, Given] = {"hello": "join", "promise": "fine"}
MONDAY = date(2026, 11, 23)
IN_SHIFTS: dict[str, Given] = {**JOINED, "hours": "shifts"}
NOTHING: dict[str, Given] = {f"known.day_{number}": SKIPPED for number in range(1, 8)}
WEEK: dict[str, Given] = {**NOTHING, "known.day_1": "early", "known.day_3": "night"}


def nurse() -> Talk:
    """Open the welcome of somebody whose shifts are to be asked from a Monday on."""
    return open_dialogue("welcome", first_day=MONDAY, zone="Europe/Amsterdam")


def test_a_person_first_gets_the_welcome_and_nothing_else() -> None:
    talk = open_dialogue("welcome")

    assert talk.rows == ("welcome.hello",)
    assert talk.said == ()
    assert talk.kept == {}


@pytest.mark.parametrize("hello", ["join", "more"])
def test_yes_and_tell_me_more_both_lead_to_the_promise(hello: str) -> None:
    talk = open_dialogue("welcome").answer({"hello": hello})

    assert talk.rows == ("welcome.promise",)
    assert talk.kept == {}


@pytest.mark.parametrize(
    "answers", [{"hello": "decline"}, {"hello": "join", "promise": "rather_not"}]
)
def test_a_no_ends_it_and_nobody_is_told(answers: dict[str, Given]) -> None:
    talk = open_dialogue("welcome").answer(answers)

    assert talk.ended
    assert talk.said == ("welcome.declined",)
    assert talk.kept == {"declined": Declined()}


def test_silence_ends_it_without_a_word() -> None:
    talk = open_dialogue("welcome").take({"hello": SILENT})

    assert talk.ended
    assert talk.said == ()
    assert talk.kept == {}


def test_a_person_has_joined_with_the_promise() -> None:
    talk = open_dialogue("welcome").answer(JOINED)

    assert talk.rows == ("welcome.hours",)
    assert talk.kept == {"joined": Joined()}


@pytest.mark.parametrize(
    ("hours", "slot"), [("tuesday", Slot(2, "09:30")), ("thursday", Slot(4, "13:00"))]
)
def test_a_slot_is_chosen_with_one_tap(hours: str, slot: Slot) -> None:
    talk = open_dialogue("welcome").answer({**JOINED, "hours": hours})

    assert talk.rows == ("welcome.pace",)
    assert talk.kept["slot"] == slot


@pytest.mark.parametrize(
    ("day", "time", "slot"),
    [("mon", "0900", Slot(1, "09:00")), ("fri", "1600", Slot(5, "16:00"))],
)
def test_an_own_day_and_time_are_asked_in_one_form(day: str, time: str, slot: Slot) -> None:
    talk = open_dialogue("welcome").answer({**JOINED, "hours": "choose"})

    chosen = talk.answer({"own_day": day, "own_time": time})

    assert talk.rows == ("welcome.own_day", "welcome.own_time")
    assert chosen.kept["slot"] == slot


@pytest.mark.parametrize("pace", ["two", "five", "questions"])
def test_the_pace_comes_last_and_ends_it(pace: str) -> None:
    talk = open_dialogue("welcome").answer({**JOINED, "hours": "tuesday", "pace": pace})

    assert talk.ended
    assert talk.said == ("welcome.joined",)
    assert talk.kept["pace"] == Pace(pace)


def test_the_end_has_other_words_when_the_plan_follows_at_once() -> None:
    talk = open_dialogue("welcome").answer({**JOINED, "hours": "tuesday", "pace": "two"})

    (tell,) = talk.latest.says
    assert isinstance(tell, Tell)
    assert tell.instead == "welcome.joined_now"


def test_somebody_who_changes_to_no_is_no_longer_joined() -> None:
    talk = open_dialogue("welcome").answer({**JOINED, "hours": "tuesday", "pace": "two"})

    left = talk.edit({"promise": "rather_not"})

    assert left.kept == {"declined": Declined()}
    assert left.latest.withdraw == {
        "joined": Joined(), "slot": Slot(2, "09:30"), "pace": Pace("two"),
    }  # fmt: skip


def test_who_works_in_shifts_is_asked_how_they_become_known() -> None:
    talk = nurse().answer(IN_SHIFTS)

    assert talk.rows == ("welcome.known",)
    assert talk.kept == {"joined": Joined(), "works_shifts": WorksShifts()}


def test_the_shifts_of_seven_days_are_asked_in_one_form() -> None:
    talk = nurse().answer({**IN_SHIFTS, "known": "tap"})

    assert talk.rows == ("shifts.day",) * 7
    assert talk.said == ("shifts.week",)
    assert [each.values["date"] for each in talk.questions][::6] == [MONDAY, date(2026, 11, 29)]


def test_what_was_tapped_is_kept_and_the_pace_follows() -> None:
    talk = nurse().answer({**IN_SHIFTS, "known": "tap", **WEEK})

    assert talk.rows == ("welcome.pace",)
    assert talk.said[-1] == "shifts.until"
    assert talk.kept["known.shifts"] == Shifts(MONDAY, ("early", "", "night", "", "", "", ""))
    assert talk.answer({"pace": "two"}).said[-1] == "welcome.joined"


@pytest.mark.parametrize(("known", "week"), [("tap", NOTHING), ("self", {})])
def test_who_tells_no_shift_is_told_where_the_questions_stand(
    known: str, week: dict[str, Given]
) -> None:
    talk = nurse().answer({**IN_SHIFTS, "known": known, **week, "pace": "two"})

    assert talk.said[-1] == "welcome.joined_waits"
    assert talk.kept == {
        "joined": Joined(), "works_shifts": WorksShifts(), "pace": Pace("two"),
    }  # fmt: skip


def test_whose_roster_is_there_already_is_not_asked_for_it() -> None:
    talk = open_dialogue("welcome", knows_shifts=True).answer(IN_SHIFTS)

    assert talk.rows == ("welcome.pace",)
    assert talk.answer({"pace": "two"}).said[-1] == "welcome.joined"


def test_a_welcome_that_is_answered_late_asks_from_that_day_on() -> None:
    # Half past midnight on Thursday in Amsterdam, still Wednesday in UTC.
    late = Answer("tap", at=datetime(2026, 11, 25, 23, 30, tzinfo=UTC))

    talk = nurse().answer({**IN_SHIFTS, "known": late})

    assert talk.questions[0].values["date"] == date(2026, 11, 26)


def test_telling_the_shifts_anew_asks_for_every_day_again() -> None:
    talk = nurse().answer({**IN_SHIFTS, "known": "tap", **WEEK, "pace": "two"})

    again = talk.edit({"known": Answer("tap", at=datetime(2026, 12, 1, 9, tzinfo=UTC))})

    assert len(again.questions) == 7
    assert again.questions[0].values["date"] == date(2026, 12, 1)


def test_going_over_to_fixed_days_takes_the_shifts_back() -> None:
    talk = nurse().answer({**IN_SHIFTS, "known": "tap", **WEEK, "pace": "two"})

    fixed = talk.edit({"hours": "thursday"})

    assert fixed.latest.withdraw.keys() == {"works_shifts", "known.shifts"}
    assert fixed.kept["slot"] == Slot(4, "13:00")


def test_going_over_to_shifts_takes_the_slot_back() -> None:
    talk = nurse().answer({**JOINED, "hours": "tuesday", "pace": "two"})

    changed = talk.edit({"hours": "shifts"}).answer({"known": "self"})

    assert changed.kept.keys() == {"joined", "pace", "works_shifts"}
    assert changed.latest.withdraw == {"slot": Slot(2, "09:30")}
