"""Own days, own hours, and the slot."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.hours import (
    HORIZON_DAYS,
    JITTER,
    Rhythm,
    first_slot_from,
    first_working_day_after,
    is_open,
    jitter,
    last_working_day_before,
    next_open,
    next_slot,
    one_a_day,
    slot_after,
    slot_for,
    slot_on,
    spread,
    with_slot,
    working_days_after,
    works_on,
)
from scheduler.local import Local, local_of, to_utc
from scheduler.shifts import MARGIN, Shift
from tests.scheduler.strategies import DAYS, MOMENTS, any_rhythms, rhythms

ZONE = "Europe/Amsterdam"
OFFICE = Rhythm(ZONE)
PART_TIME = Rhythm(ZONE, days=frozenset({1, 3, 5}))
NEVER = Rhythm(ZONE, days=frozenset())
EVERY_HOUR = Rhythm(ZONE, days=frozenset(range(1, 8)), opens=time(0), closes=time(23, 59))
NAIVE = datetime(2027, 3, 1, 9, 30)  # noqa: DTZ001 - naive on purpose
# March 2027 starts on a Monday.
FRIDAY = date(2027, 3, 5)


ONE = UUID(int=1)


def at(text: str, zone: str = ZONE) -> datetime:
    wall = datetime.fromisoformat(text)
    return to_utc(Local(wall.date(), wall.time(), zone))


def in_a_shift_that_closes(moment: str) -> Rhythm:
    """Make the rhythm of one shift on 1 March, in which nobody is reached after a moment."""
    held = Shift(at("2027-03-01 07:00"), at(f"2027-03-01 {moment}") + MARGIN)
    return Rhythm(ZONE, mode="shifts", shifts=(held,))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2027-03-01 08:29:59", False),
        ("2027-03-01 08:30", True),
        ("2027-03-01 17:29:59", True),
        ("2027-03-01 17:30", False),
        ("2027-03-05 11:59", True),
        ("2027-03-05 12:00", False),
        ("2027-03-06 10:00", False),
        ("2027-03-07 10:00", False),
    ],
)
def test_default_hours_are_office_hours_and_friday_morning(moment: str, expected: bool) -> None:  # noqa: FBT001 - a table
    assert is_open(OFFICE, at(moment)) is expected


def test_hours_are_those_of_the_persons_zone() -> None:
    nine_in_kolkata = at("2027-03-01 09:00", "Asia/Kolkata")

    assert is_open(Rhythm("Asia/Kolkata"), nine_in_kolkata)
    assert not is_open(OFFICE, nine_in_kolkata)


def test_a_closed_day_is_no_working_day() -> None:
    holiday = Rhythm(ZONE, closed=frozenset({date(2027, 3, 2)}))

    assert not works_on(holiday, date(2027, 3, 2))
    assert not is_open(holiday, at("2027-03-02 10:00"))
    assert works_on(holiday, date(2027, 3, 3))


def test_a_friday_that_closes_before_it_opens_is_no_working_day() -> None:
    free = Rhythm(ZONE, friday_closes=time(0))

    assert not works_on(free, FRIDAY)
    assert first_working_day_after(free, date(2027, 3, 4)) == date(2027, 3, 8)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2027-03-01 10:07:08", "2027-03-01 10:07:08"),
        ("2027-03-01 06:00", "2027-03-01 08:30"),
        ("2027-03-01 18:00", "2027-03-02 08:30"),
        ("2027-03-05 12:00", "2027-03-08 08:30"),
        ("2027-03-07 23:59", "2027-03-08 08:30"),
    ],
)
def test_the_next_opening_is_now_or_the_next_own_morning(moment: str, expected: str) -> None:
    assert next_open(OFFICE, at(moment)) == at(expected)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("2027-03-01 09:29:59", "2027-03-01 09:30"),
        ("2027-03-01 09:30", "2027-03-02 09:30"),
        ("2027-03-05 09:30", "2027-03-08 09:30"),
    ],
)
def test_the_next_slot_comes_strictly_after(after: str, expected: str) -> None:
    assert next_slot(OFFICE, at(after)) == at(expected)


def test_the_first_slot_from_a_moment_may_be_that_moment() -> None:
    assert first_slot_from(OFFICE, at("2027-03-01 09:30")) == at("2027-03-01 09:30")
    assert first_slot_from(OFFICE, at("2027-03-01 09:30:01")) == at("2027-03-02 09:30")


def test_days_on_which_the_slot_lies_outside_hours_are_passed_over() -> None:
    afternoon = Rhythm(ZONE, slot_time=time(13))

    assert next_slot(afternoon, at("2027-03-04 13:00")) == at("2027-03-08 13:00")
    assert slot_after(afternoon, date(2027, 3, 4)).day == date(2027, 3, 8)


@pytest.mark.parametrize(
    ("rhythm", "day", "expected"),
    [
        (OFFICE, date(2027, 2, 28), date(2027, 3, 2)),  # Sunday, and Tuesday is in reach
        (OFFICE, date(2027, 3, 1), date(2027, 3, 2)),
        (OFFICE, date(2027, 3, 2), date(2027, 3, 2)),
        (OFFICE, date(2027, 3, 3), date(2027, 3, 3)),  # out of reach: stays on its day
        (OFFICE, date(2027, 3, 6), date(2027, 3, 8)),  # a Saturday is not in the rhythm
        (PART_TIME, date(2027, 3, 1), date(2027, 3, 3)),  # the Tuesday is a day off
        (PART_TIME, date(2027, 3, 4), date(2027, 3, 5)),
        (Rhythm(ZONE, closed=frozenset({date(2027, 3, 2)})), date(2027, 3, 1), date(2027, 3, 3)),
        (Rhythm(ZONE, slot_time=time(13)), date(2027, 3, 5), date(2027, 3, 8)),
        (Rhythm(ZONE, slot_weekday=4), date(2027, 3, 1), date(2027, 3, 1)),
        (Rhythm(ZONE, slot_weekday=4), date(2027, 3, 2), date(2027, 3, 4)),
    ],
)
def test_a_planned_day_goes_to_its_slot(rhythm: Rhythm, day: date, expected: date) -> None:
    assert slot_for(rhythm, day) == Local(expected, rhythm.slot_time, ZONE)


def test_slots_on_one_day_are_given_a_day_each() -> None:
    tuesday, friday = (Local(date(2027, 3, day), time(9, 30), ZONE) for day in (2, 5))

    slots = one_a_day(OFFICE, [tuesday, tuesday, friday, friday], after=date(2027, 3, 2))

    assert [slot.day.day for slot in slots] == [3, 4, 5, 8]


@pytest.mark.parametrize(
    ("n", "expected"),
    [(1, date(2027, 3, 8)), (4, date(2027, 3, 11)), (6, date(2027, 3, 15))],
)
def test_working_days_are_counted_from_the_day_after(n: int, expected: date) -> None:
    assert working_days_after(OFFICE, FRIDAY, n) == expected


def test_working_days_are_counted_from_one() -> None:
    with pytest.raises(ValueError, match="counted from 1, not 0"):
        working_days_after(OFFICE, FRIDAY, 0)


@pytest.mark.parametrize(
    ("rhythm", "moment", "expected"),
    [
        # Opening time is skipped on 28 March: the day opens when the clock has jumped.
        (
            Rhythm(ZONE, days=frozenset({7}), opens=time(2, 30), closes=time(9)),
            "2027-03-28 01:00",
            "2027-03-28 03:00",
        ),
        # All of these hours are skipped: the Sunday after is next.
        (
            Rhythm(ZONE, days=frozenset({7}), opens=time(2, 15), closes=time(2, 45)),
            "2027-03-28 01:00",
            "2027-04-04 02:15",
        ),
        # A day that was skipped whole never opens.
        (
            Rhythm("Pacific/Apia", days=frozenset(range(1, 8)), opens=time(0), closes=time(1)),
            "2011-12-29 12:00",
            "2011-12-31 00:00",
        ),
    ],
)
def test_hours_that_the_clock_skips_do_not_open(
    rhythm: Rhythm, moment: str, expected: str
) -> None:
    assert next_open(rhythm, at(moment, rhythm.zone)) == at(expected, rhythm.zone)


def test_a_slot_that_the_clock_skips_comes_when_it_has_jumped() -> None:
    early = Rhythm(ZONE, days=frozenset({7}), slot_time=time(2, 30), opens=time(1))

    assert next_slot(early, at("2027-03-28 00:00")) == at("2027-03-28 03:00")


@pytest.mark.parametrize("rhythm", [NEVER, Rhythm(ZONE, opens=time(18))])
def test_a_rhythm_that_never_opens_is_refused_in_words(rhythm: Rhythm) -> None:
    noon = at("2027-03-01 12:00")

    with pytest.raises(ValueError, match=f"no moment in {HORIZON_DAYS} days"):
        next_open(rhythm, noon)
    with pytest.raises(ValueError, match=f"no moment in {HORIZON_DAYS} days"):
        next_slot(rhythm, noon)
    with pytest.raises(ValueError, match="no moment in"):
        slot_for(rhythm, FRIDAY)
    with pytest.raises(ValueError, match="no moment in"):
        first_working_day_after(rhythm, FRIDAY)


def test_a_rhythm_that_never_opens_says_what_it_is() -> None:
    never = Rhythm(ZONE, days=frozenset(), closed=frozenset({FRIDAY}))

    with pytest.raises(ValueError, match=r"401 days: working days none, hours 08:30 .* 1 days cl"):
        next_open(never, at("2027-03-05 09:00"))


def test_after_any_closure_the_rhythm_opens_again() -> None:
    long = frozenset(FRIDAY + timedelta(days=n) for n in range(3 * HORIZON_DAYS))
    rhythm = Rhythm(ZONE, closed=long)

    assert next_open(rhythm, at("2027-03-05 09:00")) == at("2030-06-17 08:30")
    assert slot_for(rhythm, FRIDAY).day == date(2030, 6, 17)
    assert first_working_day_after(rhythm, FRIDAY) == date(2030, 6, 17)
    assert last_working_day_before(rhythm, date(2030, 6, 17)) == date(2027, 3, 4)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        is_open(OFFICE, NAIVE)
    with pytest.raises(ValueError, match="no time zone"):
        next_open(OFFICE, NAIVE)
    with pytest.raises(ValueError, match="no time zone"):
        next_slot(OFFICE, NAIVE)
    with pytest.raises(ValueError, match="no time zone"):
        first_slot_from(OFFICE, NAIVE)


@given(rhythm=rhythms(), moment=MOMENTS)
def test_the_next_opening_is_open_and_nothing_before_it_is(
    rhythm: Rhythm, moment: datetime
) -> None:
    found = next_open(rhythm, moment)

    assert found >= moment
    assert found.tzinfo is UTC
    assert is_open(rhythm, found)
    assert next_open(rhythm, found) == found
    assert found == moment or not is_open(rhythm, found - datetime.resolution)


@given(rhythm=rhythms(), moment=MOMENTS)
def test_the_next_slot_is_open_and_later(rhythm: Rhythm, moment: datetime) -> None:
    found = next_slot(rhythm, moment)

    assert found > moment
    assert is_open(rhythm, found)
    assert first_slot_from(rhythm, found) == found


@given(rhythm=rhythms(), day=DAYS)
def test_what_is_planned_lies_in_own_hours_and_never_before_its_day(
    rhythm: Rhythm, day: date
) -> None:
    slot = slot_for(rhythm, day)

    assert slot.day >= day
    assert is_open(rhythm, to_utc(slot))
    assert local_of(to_utc(slot), rhythm.zone).day == slot.day


@given(rhythm=rhythms(), day=DAYS, n=st.integers(1, 12))
def test_between_a_day_and_its_nth_working_day_lie_as_many(
    rhythm: Rhythm, day: date, n: int
) -> None:
    found = working_days_after(rhythm, day, n)

    between = [day + timedelta(days=ahead) for ahead in range(1, (found - day).days + 1)]
    assert sum(works_on(rhythm, one) for one in between) == n
    assert works_on(rhythm, found)


def test_a_slot_at_every_hour_of_the_year_comes_once_a_day() -> None:
    night = with_slot(EVERY_HOUR, 7, time(2, 30))
    first = to_utc(slot_after(night, date(2027, 3, 26)))

    second = next_slot(night, first)
    third = next_slot(night, second)

    assert [local_of(one, ZONE).day.day for one in (first, second, third)] == [27, 28, 29]


@pytest.mark.parametrize(
    ("rhythm", "day", "expected"),
    [
        (OFFICE, date(2027, 3, 1), time(9, 30)),
        (Rhythm(ZONE, slot_time=time(13)), FRIDAY, time(8, 30)),
    ],
)
def test_what_belongs_on_a_day_comes_at_its_slot_or_its_opening(
    rhythm: Rhythm, day: date, expected: time
) -> None:
    assert slot_on(rhythm, day) == Local(day, expected, ZONE)


# A few minutes, so that not all messages leave at once.


@given(person=st.uuids())
def test_a_persons_own_minutes_are_the_same_each_time(person: UUID) -> None:
    assert timedelta(0) <= jitter(person) <= timedelta(minutes=10)
    assert jitter(person) == jitter(UUID(str(person)))


def test_people_added_one_after_the_other_are_spread() -> None:
    drawn = Counter(int(jitter(UUID(int=n)) / timedelta(minutes=1)) for n in range(1000))

    assert all(drawn[minute] > 60 for minute in range(10))


@pytest.mark.parametrize(
    ("rhythm", "moment", "moves"),
    [
        (OFFICE, "2027-03-01 10:00", True),
        (OFFICE, "2027-03-01 09:30", False),  # not on the full hour
        (OFFICE, "2027-03-01 10:00:01", False),
        (OFFICE, "2027-03-01 18:00", False),  # outside own hours: not for this to move
        (replace(OFFICE, closes=time(10, 2)), "2027-03-01 10:00", False),
        (replace(OFFICE, opens=time(0), closes=time(23, 59)), "2027-03-01 23:00", True),
        (in_a_shift_that_closes("10:02"), "2027-03-01 10:00", False),
        (in_a_shift_that_closes("10:30"), "2027-03-01 10:00", True),
    ],
)
def test_a_slot_on_the_full_hour_gets_those_minutes_within_the_hours(
    rhythm: Rhythm, moment: str, *, moves: bool
) -> None:
    minutes = jitter(ONE) if moves else timedelta(0)

    assert jitter(ONE) > timedelta(minutes=2)
    assert spread(rhythm, at(moment), ONE) == at(moment) + minutes


@given(rhythm=any_rhythms(), day=DAYS, person=st.uuids())
def test_those_minutes_never_leave_the_hours_or_the_day(
    rhythm: Rhythm, day: date, person: UUID
) -> None:
    slot = slot_for(rhythm, day)
    moment = to_utc(slot)

    found = spread(rhythm, moment, person)

    assert moment <= found <= moment + JITTER
    assert is_open(rhythm, found) == is_open(rhythm, moment)
    assert local_of(found, rhythm.zone).day == slot.day


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 24), date(2026, 11, 23)),
        (date(2026, 11, 23), date(2026, 11, 20)),
        (date(2026, 11, 22), date(2026, 11, 20)),
    ],
)
def test_the_working_day_before_a_monday_is_a_friday(day: date, expected: date) -> None:
    assert last_working_day_before(Rhythm(zone="Europe/Amsterdam"), day) == expected
