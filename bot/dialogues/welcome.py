"""Welcome and joining (dialogues w): what this is, what it promises, when it may come.

Before "I'm in" a person gets this one message and one reminder, nothing else.
"""

from __future__ import annotations

from datetime import date

from bot.brief import Brief
from bot.deeds import Declined, Joined, Pace, Slot, WorksShifts
from bot.dialogues.shifts import tap
from bot.engine.answers import Answer
from bot.engine.steps import (
    Choose,
    Keep,
    Late,
    Part,
    Script,
    Seen,
    Tell,
    Together,
    WorkingDays,
    under,
)
from scheduler.local import local_of

SLOTS = {"tuesday": Slot(2, "09:30"), "thursday": Slot(4, "13:00")}
DAYS = ("mon", "tue", "wed", "thu", "fri")
TIMES = ("0900", "1000", "1100", "1300", "1400", "1500", "1600")
PACES = ("two", "five", "questions")


def welcome(brief: Brief) -> Script:
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
    comes_by_itself = yield from _rhythm(brief)
    pace: Answer = yield Choose("pace", PACES)
    if pace.value is not None:
        yield Keep("pace", Pace(pace.text))
    if comes_by_itself:
        yield Tell("joined", values={"date": Late.NEXT_VISIT}, instead="welcome.joined_now")
    else:
        yield Tell("joined", text="welcome.joined_waits")


def _decline() -> Part:
    yield Keep("declined", Declined())
    yield Tell("declined")


def _rhythm(brief: Brief) -> Part:
    """Ask when to come; returns whether anything can come by itself from here on."""
    hours: Answer = yield Choose("hours", ("tuesday", "thursday", "choose", "shifts"))
    if hours.value == "shifts":
        return (yield from _shifts(brief))
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
    return True


def _shifts(brief: Brief) -> Part:
    """Ask for the shifts, unless they are known; returns whether any are."""
    yield Keep("works_shifts", WorksShifts())
    if brief.knows_shifts:
        return True
    known: Answer = yield Choose("known", ("tap", "self"))
    first = _day_of(known, brief)
    if known.value != "tap" or first is None:
        return False
    return (yield from under("known", tap(first)))


def _day_of(answer: Answer, brief: Brief) -> date | None:
    """Give the person's day on which they answered: a welcome may be answered a week late."""
    if answer.at is None or not brief.zone:
        return brief.first_day
    return local_of(answer.at, brief.zone).day
