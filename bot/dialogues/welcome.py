"""Welcome and joining (dialogues w): what this is, what it promises, when it may come.

Before "I'm in" a person gets this one message and one reminder, nothing else.
"""

from __future__ import annotations

from bot.brief import Brief
from bot.deeds import Declined, Joined, Pace, Slot
from bot.engine.answers import Answer
from bot.engine.steps import Choose, Keep, Late, Part, Script, Seen, Tell, Together, WorkingDays

SLOTS = {"tuesday": Slot(2, "09:30"), "thursday": Slot(4, "13:00")}
DAYS = ("mon", "tue", "wed", "thu", "fri")
TIMES = ("0900", "1000", "1100", "1300", "1400", "1500", "1600")
PACES = ("two", "five", "questions")


def welcome(_brief: Brief) -> Script:
    """Say who is writing, promise what stays private, and ask when to come."""
    hello: Answer = yield Choose("hello", ("join", "more", "decline"), silent_after=WorkingDays(5))
    if hello.value is None:
        return
    if hello.value == "decline":
        yield from _decline()
        return
    promise: Answer = yield Choose("promise", ("fine", "rather_not"))
    if promise.value == "rather_not":
        yield from _decline()
        return
    yield Keep("joined", Joined())
    yield from _rhythm()
    pace: Answer = yield Choose("pace", PACES)
    if pace.value is not None:
        yield Keep("pace", Pace(pace.text))
    yield Tell("joined", values={"date": Late.NEXT_VISIT}, instead="welcome.joined_now")


def _decline() -> Part:
    yield Keep("declined", Declined())
    yield Tell("declined")


def _rhythm() -> Part:
    hours: Answer = yield Choose("hours", ("tuesday", "thursday", "choose"))
    if hours.value == "choose":
        day, at = yield Together(
            (
                Choose("own_day", DAYS, seen=Seen.ONLY_YOU),
                Choose("own_time", TIMES, seen=Seen.ONLY_YOU),
            )
        )
        if day.value is not None and at.value is not None:
            yield Keep("slot", Slot(DAYS.index(day.text) + 1, f"{at.text[:2]}:{at.text[2:]}"))
    elif hours.text in SLOTS:
        yield Keep("slot", SLOTS[hours.text])
