"""Shifts, and when those who work them may be reached. March 2027 starts on a Monday."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.hours import (
    Rhythm,
    first_slot_from,
    first_working_day_after,
    has_known_shift,
    is_open,
    last_working_day_before,
    next_open,
    next_slot,
    slot_after,
    slot_for,
    slot_on,
    working_days_after,
    works_on,
)
from scheduler.local import Local, local_of, to_utc
from scheduler.shifts import (
    MARGIN,
    REST_AFTER_NIGHT,
    Opening,
    Shift,
    is_night,
    known_days,
    openings,
)
from tests.scheduler.strategies import DAYS, ZONES, shift_rhythms, shifts

ZONE = "Europe/Amsterdam"
NAIVE = datetime(2027, 3, 1, 9, 30)  # noqa: DTZ001 - naive on purpose


def at(text: str, zone: str = ZONE) -> datetime:
    wall = datetime.fromisoformat(text)
    return to_utc(Local(wall.date(), wall.time(), zone))


def shift(starts: str, ends: str, zone: str = ZONE) -> Shift:
    return Shift(at(starts, zone), at(ends, zone))


def works(*held: Shift, zone: str = ZONE, closed: frozenset[date] = frozenset()) -> Rhythm:
    return Rhythm(zone, mode="shifts", shifts=held, closed=closed)


def shown(rhythm: Rhythm) -> list[str]:
    """Write the openings of a rhythm in its own time."""
    return [
        f"{_wall(one.starts_at, rhythm)}-{_wall(one.ends_at, rhythm)}"
        for one in openings(rhythm.shifts, rhythm.zone, rhythm.closed)
    ]


def _wall(moment: datetime, rhythm: Rhythm) -> str:
    local = local_of(moment, rhythm.zone)
    return f"{local.day:%d} {local.at:%H:%M}"


EARLY = shift("2027-03-01 07:00", "2027-03-01 15:00")
LATE = shift("2027-03-02 15:00", "2027-03-02 23:00")
NIGHT = shift("2027-03-04 22:00", "2027-03-05 06:00")
ROSTER = works(EARLY, LATE, NIGHT)


# What a shift opens.


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ([EARLY], ["01 08:00-01 14:00"]),
        ([NIGHT], ["04 23:00-05 05:00"]),
        ([NIGHT, EARLY, LATE], ["01 08:00-01 14:00", "02 16:00-02 22:00", "04 23:00-05 05:00"]),
        ([EARLY, EARLY], ["01 08:00-01 14:00"]),
        ([shift("2027-03-01 07:00", "2027-03-01 09:00")], []),
        ([shift("2027-03-01 07:00", "2027-03-01 09:01")], ["01 08:00-01 08:01"]),
        # They adjoin: handing over takes both ends of each.
        (
            [EARLY, shift("2027-03-01 15:00", "2027-03-01 18:00")],
            ["01 08:00-01 14:00", "01 16:00-01 17:00"],
        ),
        # They overlap.
        ([EARLY, shift("2027-03-01 12:00", "2027-03-01 20:00")], ["01 08:00-01 19:00"]),
        ([EARLY, shift("2027-03-01 09:00", "2027-03-01 12:00")], ["01 08:00-01 14:00"]),
        # Eleven hours of rest after a night, and then the rest of what comes.
        ([NIGHT, shift("2027-03-05 14:00", "2027-03-05 22:00")], [
            "04 23:00-05 05:00",
            "05 17:00-05 21:00",
        ]),
        ([NIGHT, shift("2027-03-05 06:00", "2027-03-05 14:00")], ["04 23:00-05 05:00"]),
        # A late shift that ends at midnight is no night.
        (
            [
                shift("2027-03-01 16:00", "2027-03-02 00:00"),
                shift("2027-03-02 07:00", "2027-03-02 15:00"),
            ],
            ["01 17:00-01 23:00", "02 08:00-02 14:00"],
        ),
    ],
)  # fmt: skip
def test_a_shift_opens_but_for_its_first_and_last_hour(
    held: list[Shift], expected: list[str]
) -> None:
    assert shown(works(*held)) == expected


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (EARLY, False),
        (LATE, False),
        (NIGHT, True),
        (shift("2027-03-01 06:00", "2027-03-01 14:00"), False),
        (shift("2027-03-01 05:30", "2027-03-01 13:30"), True),
        (shift("2027-03-01 16:00", "2027-03-02 00:00"), False),
        (shift("2027-03-01 16:00", "2027-03-02 00:15"), True),
        (shift("2027-03-01 08:00", "2027-03-02 08:00"), True),
        (shift("2027-03-01 00:00", "2027-03-01 02:00"), True),
    ],
)
def test_any_part_between_midnight_and_six_makes_a_night(held: Shift, *, expected: bool) -> None:
    assert is_night(held, ZONE) is expected


def test_what_is_night_is_told_by_the_persons_zone() -> None:
    assert is_night(EARLY, "America/New_York")
    assert not is_night(NIGHT, "Asia/Tokyo")


@pytest.mark.parametrize(
    ("night", "expected", "rested"),
    [
        # The clock jumps from two to three, and back from three to two: a night of 7 or 9 hours.
        (("2027-03-27 22:00", "2027-03-28 06:00"), "27 23:00-28 05:00", "28 17:00"),
        (("2027-10-30 22:00", "2027-10-31 06:00"), "30 23:00-31 05:00", "31 17:00"),
        # Rest through the jump is eleven hours, whatever the clock says.
        (("2027-03-27 15:00", "2027-03-28 01:00"), "27 16:00-28 00:00", "28 13:00"),
    ],
)
def test_summer_time_changes_no_margin_and_no_rest(
    night: tuple[str, str], expected: str, rested: str
) -> None:
    held = shift(*night)
    next_one = Shift(held.ends_at + MARGIN, held.ends_at + timedelta(hours=20))
    rhythm = works(held, next_one)

    first, second = shown(rhythm)

    assert first == expected
    assert second.startswith(rested)


def test_a_night_without_a_midnight_is_a_night() -> None:
    # On 5 September 2027 Santiago's clock jumps from midnight to one.
    night = shift("2027-09-04 22:00", "2027-09-05 06:00", "America/Santiago")

    assert shown(works(night, zone="America/Santiago")) == ["04 23:00-05 05:00"]
    assert is_night(night, "America/Santiago")


@pytest.mark.parametrize(
    ("closed", "expected"),
    [
        ({date(2027, 3, 5)}, ["01 08:00-01 14:00", "02 16:00-02 22:00", "04 23:00-05 00:00"]),
        ({date(2027, 3, 4)}, ["01 08:00-01 14:00", "02 16:00-02 22:00", "05 00:00-05 05:00"]),
        ({date(2027, 3, 1), date(2027, 3, 2), date(2027, 3, 9)}, ["04 23:00-05 05:00"]),
    ],
)
def test_leave_closes_the_shifts_in_it(closed: set[date], expected: list[str]) -> None:
    assert shown(replace(ROSTER, closed=frozenset(closed))) == expected


def test_a_day_of_leave_in_a_shift_of_three_days_leaves_two_parts() -> None:
    long = shift("2027-03-01 08:00", "2027-03-03 20:00")

    opens = shown(works(long, closed=frozenset({date(2027, 3, 2)})))

    assert opens == ["01 09:00-02 00:00", "03 00:00-03 19:00"]


def test_a_shift_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        Shift(NIGHT.ends_at, NIGHT.starts_at)
    with pytest.raises(ValueError, match="ends after it starts"):
        Shift(NIGHT.ends_at, NIGHT.ends_at)
    with pytest.raises(ValueError, match="no time zone"):
        Shift(NAIVE, NIGHT.ends_at)


def test_the_known_days_reach_from_the_first_start_to_the_last_end() -> None:
    assert known_days([NIGHT, LATE], ZONE) == (date(2027, 3, 2), date(2027, 3, 5))
    assert known_days([], ZONE) is None


# Moments and slots in shifts.


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2027-03-01 07:59", False),
        ("2027-03-01 08:00", True),
        ("2027-03-01 13:59", True),
        ("2027-03-01 14:00", False),
        ("2027-03-05 03:00", True),
        ("2027-03-03 10:00", False),  # a day off, at the default hours
        ("2027-03-10 10:00", False),  # no shift known, at the default hours
    ],
)
def test_outside_a_shift_nobody_is_reached(moment: str, *, expected: bool) -> None:
    assert is_open(ROSTER, at(moment)) is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2027-03-01 07:00", "2027-03-01 08:00"),
        ("2027-03-01 10:07", "2027-03-01 10:07"),
        ("2027-03-01 14:00", "2027-03-02 16:00"),
        ("2027-03-05 01:30", "2027-03-05 01:30"),
        # Beyond the last shift known the hours stand in, from the day after it.
        ("2027-03-05 05:30", "2027-03-08 08:30"),
        ("2027-03-10 10:00", "2027-03-10 10:00"),
    ],
)
def test_the_next_opening_is_now_or_the_next_shifts(moment: str, expected: str) -> None:
    assert next_open(ROSTER, at(moment)) == at(expected)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2027-03-01 07:00", "2027-03-01 08:00"),
        ("2027-03-01 08:00", "2027-03-01 08:00"),
        ("2027-03-01 10:07", "2027-03-01 10:07"),  # any moment of a shift is a slot
        ("2027-03-01 14:00", "2027-03-02 16:00"),
        ("2027-03-05 05:30", "2027-03-08 09:30"),
    ],
)
def test_the_first_slot_is_now_or_when_the_next_shift_opens(moment: str, expected: str) -> None:
    assert first_slot_from(ROSTER, at(moment)) == at(expected)


def test_the_next_slot_is_that_of_another_shift() -> None:
    assert next_slot(ROSTER, at("2027-03-01 08:00")) == at("2027-03-02 16:00")
    assert next_slot(ROSTER, at("2027-03-04 23:00")) == at("2027-03-08 09:30")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2027, 2, 20), "2027-03-01 08:00"),
        (date(2027, 3, 1), "2027-03-01 08:00"),
        (date(2027, 3, 3), "2027-03-04 23:00"),
        (date(2027, 3, 5), "2027-03-08 09:30"),  # known, but no shift begins on it any more
        (date(2027, 3, 10), "2027-03-10 09:30"),
    ],
)
def test_a_planned_day_goes_to_the_first_shift_from_then_on(day: date, expected: str) -> None:
    assert to_utc(slot_for(ROSTER, day)) == at(expected)


def test_the_slot_after_a_day_is_that_of_a_later_day() -> None:
    assert slot_after(ROSTER, date(2027, 3, 1)).day == date(2027, 3, 2)
    assert slot_on(ROSTER, date(2027, 3, 2)).at == time(16)


@pytest.mark.parametrize(
    ("rhythm", "moment", "expected"),
    [
        (ROSTER, "2027-03-05 04:59", True),
        (ROSTER, "2027-03-05 05:00", False),
        (works(), "2027-03-01 10:00", False),
        (works(shift("2027-03-01 07:00", "2027-03-01 09:00")), "2027-03-01 06:00", False),
        (replace(ROSTER, closed=frozenset({NIGHT.starts_at.date(), NIGHT.ends_at.date()})),
         "2027-03-03 12:00", False),
        (Rhythm(ZONE), "2027-03-06 12:00", True),
        (Rhythm(ZONE, days=frozenset()), "2027-03-06 12:00", True),
    ],
)  # fmt: skip
def test_a_shift_is_known_while_somebody_can_still_be_reached_in_it(
    rhythm: Rhythm, moment: str, *, expected: bool
) -> None:
    assert has_known_shift(rhythm, at(moment)) is expected


def test_without_any_shift_the_plan_has_a_moment_all_the_same() -> None:
    nothing = works()

    assert slot_for(nothing, date(2027, 3, 1)) == slot_for(Rhythm(ZONE), date(2027, 3, 1))
    assert next_open(nothing, at("2027-03-06 10:00")) == at("2027-03-08 08:30")
    assert next_slot(nothing, at("2027-03-06 10:00")) == at("2027-03-08 09:30")
    assert not is_open(nothing, at("2027-03-08 08:30"))


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        is_open(ROSTER, NAIVE)
    with pytest.raises(ValueError, match="no time zone"):
        has_known_shift(ROSTER, NAIVE)
    with pytest.raises(ValueError, match="no time zone"):
        first_slot_from(ROSTER, NAIVE)


# Working days.


def test_a_night_is_one_working_day() -> None:
    known = [date(2027, 3, day) for day in range(1, 6)]

    assert [works_on(ROSTER, day) for day in known] == [True, True, False, True, False]


def test_days_of_which_no_shift_is_known_are_counted_by_the_week() -> None:
    assert works_on(ROSTER, date(2027, 2, 26))
    assert not works_on(ROSTER, date(2027, 2, 28))
    assert works_on(ROSTER, date(2027, 3, 8))
    assert working_days_after(ROSTER, date(2027, 3, 1), 2) == date(2027, 3, 4)
    assert working_days_after(ROSTER, date(2027, 3, 1), 3) == date(2027, 3, 8)
    assert first_working_day_after(ROSTER, date(2027, 2, 28)) == date(2027, 3, 1)
    assert last_working_day_before(ROSTER, date(2027, 3, 4)) == date(2027, 3, 2)
    assert last_working_day_before(ROSTER, date(2027, 3, 1)) == date(2027, 2, 26)


def test_two_years_of_shifts_too_short_to_reach_anybody_lose_no_moment() -> None:
    short = [shift("2027-03-01 07:00", "2027-03-01 08:00")]
    short += [shift("2029-03-01 07:00", "2029-03-01 08:00")]
    rhythm = works(*short)

    assert first_working_day_after(rhythm, date(2027, 3, 1)) == date(2029, 3, 2)
    assert slot_for(rhythm, date(2027, 3, 1)).day == date(2029, 3, 2)


# An hour that happens twice.


def test_a_slot_in_an_hour_that_happens_twice_is_one_moment() -> None:
    # 31 October 2027, 02:00-03:00 comes again at 01:00 UTC.
    again = datetime(2027, 10, 31, 1, 15, tzinfo=UTC)
    rhythm = works(Shift(again - MARGIN, again + timedelta(hours=4)))

    slot = slot_for(rhythm, date(2027, 10, 31))

    assert next_open(rhythm, again - MARGIN) == again
    assert slot == Local(date(2027, 10, 31), time(3), ZONE)
    assert is_open(rhythm, to_utc(slot))


def test_a_shift_within_an_hour_that_happens_twice_has_no_slot() -> None:
    again = datetime(2027, 10, 31, 1, 15, tzinfo=UTC)
    rhythm = works(Shift(again - MARGIN, again + MARGIN + timedelta(minutes=30)))

    assert is_open(rhythm, again)
    assert slot_for(rhythm, date(2027, 10, 31)).day == date(2027, 11, 2)


# Whatever the shifts.


@given(data=st.data(), zone=ZONES, day=DAYS, closed=st.frozensets(DAYS, max_size=3))
def test_a_moment_is_open_as_the_rule_says(
    data: st.DataObject, zone: str, day: date, closed: frozenset[date]
) -> None:
    held = data.draw(shifts(day, days=5))
    closed |= data.draw(st.frozensets(st.sampled_from((day, day + timedelta(days=2)))))
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    moment = start + data.draw(st.integers(-60, 8 * 24 * 60)) * timedelta(minutes=1)

    in_core = any(one.starts_at + MARGIN <= moment < one.ends_at - MARGIN for one in held)
    nights = [one.ends_at for one in held if is_night(one, zone)]
    resting = any(end <= moment < end + REST_AFTER_NIGHT for end in nights)
    expected = in_core and not resting and local_of(moment, zone).day not in closed

    rhythm = works(*held, zone=zone, closed=closed)
    assert is_open(rhythm, moment) is expected


@given(zone=ZONES, day=DAYS, data=st.data())
def test_openings_lie_apart_and_in_order(zone: str, day: date, data: st.DataObject) -> None:
    found = openings(data.draw(shifts(day, days=20)), zone)

    edges = [edge for one in found for edge in (one.starts_at, one.ends_at)]
    assert edges == sorted(set(edges))
    assert all(isinstance(one, Opening) for one in found)


@given(rhythm=shift_rhythms(), data=st.data())
def test_every_slot_lies_in_a_shift_or_beyond_all_that_is_known(
    rhythm: Rhythm, data: st.DataObject
) -> None:
    known = known_days(rhythm.shifts, rhythm.zone)
    first, last = known or (date(2027, 3, 1), date(2027, 3, 1))
    day = first + timedelta(days=data.draw(st.integers(-9, 70)))

    slot = slot_for(rhythm, day)

    assert slot.day >= day
    assert local_of(to_utc(slot), rhythm.zone) == slot
    assert is_open(rhythm, to_utc(slot)) or known is None or slot.day > last
    assert slot_after(rhythm, slot.day).day > slot.day


@given(rhythm=shift_rhythms(), data=st.data())
def test_the_next_opening_is_open_while_a_shift_is_known(
    rhythm: Rhythm, data: st.DataObject
) -> None:
    known = known_days(rhythm.shifts, rhythm.zone)
    first, _ = known or (date(2027, 3, 1), date(2027, 3, 1))
    start = datetime(first.year, first.month, first.day, tzinfo=UTC)
    moment = start + data.draw(st.integers(-48, 70 * 24)) * timedelta(hours=1)

    found, slot = next_open(rhythm, moment), first_slot_from(rhythm, moment)

    assert found >= moment
    assert slot >= found
    assert next_slot(rhythm, slot) > slot
    assert is_open(rhythm, found) is has_known_shift(rhythm, moment)
    assert not any(
        is_open(rhythm, moment + (found - moment) * part / 7) for part in range(7)
        if found > moment
    )  # fmt: skip
