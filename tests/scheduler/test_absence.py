"""Absences that stop the clock. March 2027 starts on a Monday."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.absence import LONG, Away, day_of, days_in, stopping
from tests.scheduler.strategies import absences

START = date(2027, 3, 1)
WEEKDAYS = frozenset({1, 2, 3, 4, 5})
DAY = timedelta(days=1)


def march(first: int, last: int) -> Away:
    return date(2027, 3, first), date(2027, 3, last)


@pytest.mark.parametrize(
    ("away", "days", "expected"),
    [
        ([march(8, 12)], WEEKDAYS, [march(8, 12)]),
        ([march(8, 11)], WEEKDAYS, []),
        ([march(6, 12)], WEEKDAYS, [march(6, 12)]),  # with the weekend before it
        ([march(10, 15)], WEEKDAYS, []),  # four working days
        ([march(10, 16)], WEEKDAYS, [march(10, 16)]),
        # A part-timer is away for longer before it is five days of theirs.
        ([march(8, 12)], {1, 3, 5}, []),
        ([march(8, 17)], {1, 3, 5}, [march(8, 17)]),
        # Two that touch are one, and so are two with a weekend between them.
        ([march(8, 10), march(11, 12)], WEEKDAYS, [march(8, 12)]),
        ([march(15, 16), march(10, 12)], WEEKDAYS, [march(10, 16)]),
        ([march(8, 12), march(9, 10)], WEEKDAYS, [march(8, 12)]),
        # A working day between them keeps them apart.
        ([march(8, 10), march(12, 15)], WEEKDAYS, []),
        ([march(8, 12), march(16, 22)], WEEKDAYS, [march(8, 12), march(16, 22)]),
        ([], WEEKDAYS, []),
        ([march(1, 31)], set(), []),
    ],
)
def test_five_own_working_days_away_stop_the_clock(
    away: list[Away], days: set[int], expected: list[Away]
) -> None:
    assert stopping(away, days) == tuple(expected)


@pytest.mark.parametrize(
    ("stops", "expected"),
    [
        ([], 11),
        ([march(8, 12)], 16),  # the day lies in it
        ([march(2, 6)], 16),  # or after it
        ([march(11, 15)], 16),  # its first day
        ([march(12, 16)], 11),  # it comes later
        ([march(4, 8), march(16, 20)], 21),  # pushed into the next one
        ([march(4, 8), march(17, 21)], 16),
        ([(date(2027, 2, 15), date(2027, 2, 19))], 11),  # before the clock began
        ([(date(2027, 2, 25), date(2027, 3, 3))], 13),  # only what is left of it counts
        ([(date(2027, 2, 22), date(2027, 3, 1))], 11),
    ],
)
def test_what_was_to_come_comes_as_much_later(stops: list[Away], expected: int) -> None:
    assert day_of(START, 10, stops) == date(2027, 3, expected)


def test_the_days_of_absences_are_given_one_by_one() -> None:
    assert days_in([march(8, 9), march(9, 10), march(31, 31)]) == {
        date(2027, 3, day) for day in (8, 9, 10, 31)
    }


def test_a_slip_of_the_pen_costs_no_memory() -> None:
    assert len(days_in([(START, date(9999, 12, 31))])) == 3661


@given(away=absences(START), days=st.frozensets(st.integers(1, 7)))
def test_stops_are_long_and_apart(away: tuple[Away, ...], days: frozenset[int]) -> None:
    stops = stopping(away, days)

    worked = [[first + n * DAY for n in range((last - first).days + 1)] for first, last in stops]
    assert all(sum(day.isoweekday() in days for day in each) >= LONG for each in worked)
    gaps = [later[0] - earlier[1] for earlier, later in pairwise(stops)]
    assert all(gap > DAY for gap in gaps)
    assert days_in(stops) <= days_in(away) | _between(away)


@given(
    away=absences(START),
    days=st.frozensets(st.integers(1, 7)),
    number=st.integers(1, 90),
)
def test_the_clock_stands_still_while_it_is_stopped(
    away: tuple[Away, ...], days: frozenset[int], number: int
) -> None:
    stopped = days_in(stopping(away, days))

    day = day_of(START, number, stopping(away, days))

    counted = [START + n * DAY for n in range(1, (day - START).days + 1)]
    assert sum(each not in stopped for each in counted) == number
    assert day not in stopped
    assert day_of(START, number + 1, stopping(away, days)) > day


def _between(away: tuple[Away, ...]) -> frozenset[date]:
    """Give all days from the first absence to the last, the weekends between them among these."""
    edges = [day for each in away for day in each]
    return days_in([(min(edges), max(edges))]) if edges else frozenset()
