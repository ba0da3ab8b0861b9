"""Which shifts a person works in the week to come, one choice a day (dialogues w, W3b).

Days are asked one by one, as a roster is read. A day that is skipped says nothing, a day off says
that there is no shift: only the second takes away what was known of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.brief import Brief
from bot.deeds import Shifts
from bot.engine.steps import Choose, Keep, Part, Script, Tell, Together
from scheduler.local import Local, local_of, to_utc

DAYS: Final = 7
OFF: Final = "off"
HOURS: Final[Mapping[str, tuple[time, time]]] = {
    "early": (time(7), time(15)),
    "day": (time(9), time(17)),
    "late": (time(15), time(23)),
    "night": (time(23), time(7)),
}
"""When a shift begins and ends by the clock on the wall; design, see docs/shifts.md."""

_DAY: Final = timedelta(days=1)


def shifts(brief: Brief) -> Script:
    """Ask for the shifts of a week, and say until when they are known."""
    if brief.first_day is not None:
        yield from tap(brief.first_day)


def tap(first: date) -> Part:
    """Ask for the shift of each of seven days; returns whether anything was said of any."""
    days = tuple(first + number * _DAY for number in range(DAYS))
    yield Tell("week", text="shifts.week")
    answers = yield Together(
        tuple(
            Choose(f"day_{number}", (*HOURS, OFF), "shifts.day", {"date": day}, skip=True)
            for number, day in enumerate(days, 1)
        )
    )
    codes = tuple(answer.text for answer in answers)
    told = [day for day, code in zip(days, codes, strict=True) if code]
    if not told:
        yield Tell("none", text="shifts.none")
        return False
    yield Keep("shifts", Shifts(first, codes))
    yield Tell("until", text="shifts.until", values={"date": told[-1]})
    return True


def hours_of(code: str, day: date, zone: str) -> tuple[datetime, datetime] | None:
    """Give the start and the end of a shift that begins on a day, in UTC; None for a day off.

    >>> hours_of("night", date(2027, 3, 27), "Europe/Amsterdam")[1].isoformat()
    '2027-03-28T05:00:00+00:00'
    """
    if code not in HOURS:
        return None
    opens, closes = HOURS[code]
    last = day if opens < closes else day + _DAY
    return to_utc(Local(day, opens, zone)), to_utc(Local(last, closes, zone))


def first_day_of(known: Sequence[tuple[datetime, datetime]], today: date, zone: str) -> date:
    """Give the first day to ask for: whoever knows this week is asked for the days after it.

    `known` are shifts, the soonest first. One that lies further ahead than a week says that
    somebody else tells them: then it is this week that changed.
    """
    days = [local_of(start, zone).day for start, _ in known]
    last = max((day for day in days if day >= today), default=None)
    if last is None or last >= today + DAYS * _DAY:
        return today
    return last + _DAY
