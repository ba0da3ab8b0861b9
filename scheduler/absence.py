"""Absences that stop the clock of a programme (docs/schedule rule 3.5).

Leave of five own working days or more: what was to come on a day within it, or after it, comes as
much later as the leave is long. A shorter one stops nothing, it only moves a visit: the hours do.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Final, TypeAlias

LONG: Final = 5  # own working days
LONGEST_DAYS: Final = 3660  # so that a slip of the pen, 2062 for 2026, costs no memory

Away: TypeAlias = tuple[date, date]
"""The first and the last day of an absence."""

_DAY = timedelta(days=1)
_WEEK = range(7)


def stopping(away: Iterable[Away], days: Collection[int]) -> tuple[Away, ...]:
    """Give the absences that stop the clock, soonest first and apart from each other.

    `days` are the own weekdays, ISO numbers. Absences with no own weekday between them are one.
    Public holidays count with the rest: the person is away on them too.
    """
    joined: list[Away] = []
    for first, last in sorted(away):
        if joined and not _working_days(joined[-1][1] + _DAY, first - _DAY, days):
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return tuple(one for one in joined if _working_days(*one, days) >= LONG)


def day_of(start: date, days: int, stops: Iterable[Away]) -> date:
    """Give the day that lies so many days after a start, the stopped ones not counted.

    `stops` come soonest first and apart from each other, as `stopping` gives them.

    >>> day_of(date(2027, 3, 1), 10, [(date(2027, 3, 8), date(2027, 3, 12))]).isoformat()
    '2027-03-16'
    """
    day = start + days * _DAY
    for first, last in stops:
        begins = max(first, start + _DAY)
        if begins <= min(day, last):
            day += last - begins + _DAY
    return day


def days_in(away: Iterable[Away]) -> frozenset[date]:
    """Give each day of the absences, of one no more than the first ten years."""
    spans = ((first, min((last - first).days, LONGEST_DAYS)) for first, last in away)
    return frozenset(first + n * _DAY for first, length in spans for n in range(length + 1))


def _working_days(first: date, last: date, days: Collection[int]) -> int:
    """Count the own weekdays from one day to another, both included, week by week."""
    weeks, rest = divmod(max((last - first).days + 1, 0), len(_WEEK))
    tail = (first + n * _DAY for n in range(rest))
    return weeks * len(set(days)) + sum(day.isoweekday() in days for day in tail)
