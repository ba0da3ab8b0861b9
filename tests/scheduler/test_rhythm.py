"""What a rhythm is made of, and how it is stored."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given

from scheduler.hours import slot_for
from scheduler.local import Local
from scheduler.rhythm import Rhythm, with_slot
from scheduler.shifts import Shift
from tests.scheduler.strategies import any_rhythms

ZONE = "Europe/Amsterdam"
OFFICE = Rhythm(ZONE)
PART_TIME = Rhythm(ZONE, days=frozenset({1, 3, 5}))
EARLY = Shift(datetime(2027, 3, 1, 6, tzinfo=UTC), datetime(2027, 3, 1, 14, tzinfo=UTC))
FIRST_VERSION = {
    "version": 1,
    "zone": ZONE,
    "slot_weekday": 4,
    "slot_time": "13:00:00",
    "days": [1, 2, 4],
    "opens": "08:30:00",
    "closes": "17:30:00",
    "friday_closes": "12:00:00",
    "closed": [],
}


@given(rhythm=any_rhythms())
def test_a_rhythm_is_read_as_it_was_written_but_for_what_is_kept_elsewhere(
    rhythm: Rhythm,
) -> None:
    stored = replace(rhythm, closed=frozenset(), shifts=())

    assert Rhythm.from_json(rhythm.to_json(), rhythm.zone) == stored


def test_a_rhythm_is_written_in_plain_values_without_leave_holidays_or_shifts() -> None:
    rhythm = Rhythm(ZONE, closed=frozenset({date(2027, 4, 27)}), mode="shifts", shifts=(EARLY,))

    assert rhythm.to_json() == {
        "version": 2,
        "mode": "shifts",
        "slot_weekday": 2,
        "slot_time": "09:30:00",
        "days": [1, 2, 3, 4, 5],
        "opens": "08:30:00",
        "closes": "17:30:00",
        "friday_closes": "12:00:00",
    }


def test_the_first_version_is_still_read() -> None:
    read = Rhythm.from_json(FIRST_VERSION, "Europe/Lisbon")

    assert read == Rhythm(
        "Europe/Lisbon", slot_weekday=4, slot_time=time(13), days=frozenset({1, 2, 4})
    )
    assert Rhythm.from_json(read.to_json(), "Europe/Lisbon") == read


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": 3}, "version 3; only 1 and 2"),
        ({"version": None}, "version None"),
        ({"slot_tijd": "09:30"}, "no key 'slot_tijd'. Did you mean 'slot_time'"),
        ({"zone": ZONE}, "no key 'zone'"),
        ({"mode": "nights"}, "'nights' is no way to work; there are 'fixed' and 'shifts'"),
        ({"slot_weekday": True}, "True is no whole number"),
        ({"slot_weekday": "2"}, "'2' is no whole number"),
        ({"slot_weekday": 8}, "8 is no weekday"),
        ({"days": [1, 0]}, "0 is no weekday"),
        ({"days": "12345"}, "'12345' is no list"),
        ({"opens": "half nine"}, "cannot be read"),
        ({"opens": 9}, "9 is no text"),
        ({"closes": "17:30+01:00"}, "carries an offset"),
    ],
)
def test_a_stored_rhythm_that_does_not_fit_is_refused(
    change: dict[str, object], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        Rhythm.from_json({**OFFICE.to_json(), **change}, ZONE)


@pytest.mark.parametrize("stored", [OFFICE.to_json(), FIRST_VERSION])
def test_a_stored_rhythm_that_lacks_a_key_is_refused(stored: dict[str, object]) -> None:
    lacking = {key: value for key, value in stored.items() if key != "opens"}

    with pytest.raises(ValueError, match="lacks the key 'opens'"):
        Rhythm.from_json(lacking, ZONE)


def test_a_rhythm_in_no_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="Did you mean 'Europe/Amsterdam'"):
        Rhythm.from_json(OFFICE.to_json(), "Europe/Amsterdm")


def test_a_chosen_slot_lies_in_own_hours() -> None:
    assert with_slot(OFFICE, 4, time(13)) == Rhythm(ZONE, slot_weekday=4, slot_time=time(13))


def test_a_chosen_day_is_a_day_they_work() -> None:
    assert with_slot(PART_TIME, 2, time(9)).days == frozenset({1, 2, 3, 5})


def test_who_chooses_a_slot_works_in_shifts_no_more() -> None:
    in_shifts = replace(PART_TIME, mode="shifts")

    assert with_slot(in_shifts, 3, time(9)) == replace(
        PART_TIME, slot_weekday=3, slot_time=time(9)
    )


def test_a_slot_on_friday_afternoon_opens_that_afternoon() -> None:
    chosen = with_slot(OFFICE, 5, time(14))

    assert slot_for(chosen, date(2027, 3, 3)) == Local(date(2027, 3, 5), time(14), ZONE)
    assert with_slot(OFFICE, 5, time(9)).friday_closes == time(12)


@pytest.mark.parametrize(("weekday", "slot"), [(1, time(7)), (2, time(17, 30)), (5, time(18))])
def test_a_chosen_slot_outside_own_hours_is_refused(weekday: int, slot: time) -> None:
    with pytest.raises(ValueError, match=f"{slot:%H:%M} lies outside the hours 08:30 to 17:30"):
        with_slot(OFFICE, weekday, slot)
