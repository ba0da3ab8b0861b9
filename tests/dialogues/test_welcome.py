"""Welcome and joining, branch by branch (dialogues w)."""

from __future__ import annotations

import pytest

from bot.deeds import Declined, Joined, Pace, Slot
from bot.engine.answers import SILENT
from bot.engine.steps import Tell
from tests.support.talk import Given, open_dialogue

JOINED: dict[str, Given] = {"hello": "join", "promise": "fine"}


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
