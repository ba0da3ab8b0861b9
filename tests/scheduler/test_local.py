"""Wall times and the moments they stand for, in every zone."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given

from scheduler.local import Local, local_of, start_of, to_utc, utc
from tests.scheduler.strategies import DAYS, MOMENTS, WALL_TIMES, ZONES

AMSTERDAM = "Europe/Amsterdam"
NAIVE = datetime(2027, 3, 1, 9, 30)  # noqa: DTZ001 - naive on purpose


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wall(text: str, zone: str) -> Local:
    at = datetime.fromisoformat(text)
    return Local(at.date(), at.time(), zone)


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        (wall("2027-03-02 09:30", AMSTERDAM), "2027-03-02 08:30"),
        (wall("2027-07-06 09:30", AMSTERDAM), "2027-07-06 07:30"),
        (wall("2027-03-02 09:30", "Asia/Kolkata"), "2027-03-02 04:00"),
        (wall("2027-03-02 09:30", "Pacific/Kiritimati"), "2027-03-01 19:30"),
        (wall("2027-03-02 09:30", "UTC"), "2027-03-02 09:30"),
    ],
)
def test_a_wall_time_is_one_moment(local: Local, expected: str) -> None:
    assert to_utc(local) == moment(expected)
    assert local_of(moment(expected), local.zone) == local


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        (wall("2027-03-28 02:30", AMSTERDAM), "2027-03-28 01:00"),
        (wall("2027-03-28 02:00", AMSTERDAM), "2027-03-28 01:00"),
        (wall("2027-03-28 02:59:59", AMSTERDAM), "2027-03-28 01:00"),
        (wall("2027-03-14 02:30", "America/New_York"), "2027-03-14 07:00"),
        (wall("2024-10-06 02:10", "Australia/Lord_Howe"), "2024-10-05 15:30"),
        # At midnight, so that the day has no start.
        (wall("2024-09-08 00:30", "America/Santiago"), "2024-09-08 04:00"),
        # Summer time that is left for Ramadan and comes back.
        (wall("2024-04-14 02:30", "Africa/Casablanca"), "2024-04-14 02:00"),
        # A whole day that never was: from 29 to 31 December 2011.
        (wall("2011-12-30 09:30", "Pacific/Apia"), "2011-12-30 10:00"),
    ],
)
def test_a_wall_time_that_is_skipped_gives_the_first_moment_after(
    local: Local, expected: str
) -> None:
    assert to_utc(local) == moment(expected)


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        (wall("2026-10-25 02:30", AMSTERDAM), "2026-10-25 00:30"),
        (wall("2026-11-01 01:30", "America/New_York"), "2026-11-01 05:30"),
        (wall("2024-03-10 02:30", "Africa/Casablanca"), "2024-03-10 01:30"),
    ],
)
def test_a_wall_time_that_happens_twice_gives_the_first(local: Local, expected: str) -> None:
    assert to_utc(local) == moment(expected)
    assert to_utc(Local(local.day, local.at.replace(fold=1), local.zone)) == moment(expected)


def test_the_second_of_two_same_wall_times_shows_the_same_local() -> None:
    first, second = moment("2026-10-25 00:30"), moment("2026-10-25 01:30")

    assert local_of(first, AMSTERDAM) == local_of(second, AMSTERDAM)
    assert local_of(second, AMSTERDAM).at.fold == 0


@given(moment=MOMENTS, zone=ZONES)
@example(moment=datetime(2026, 10, 25, 1, 30, tzinfo=UTC), zone=AMSTERDAM)
def test_there_and_back_shows_the_same_wall_time(moment: datetime, zone: str) -> None:
    back = to_utc(local_of(moment, zone))

    assert local_of(back, zone) == local_of(moment, zone)
    assert back <= moment


@given(day=DAYS, at=WALL_TIMES, zone=ZONES)
@example(day=date(2027, 3, 28), at=time(2, 30), zone=AMSTERDAM)
@example(day=date(2011, 12, 30), at=time(9, 30), zone="Pacific/Apia")
@example(day=date(1937, 7, 1), at=time(0, 0, 10), zone=AMSTERDAM)
def test_the_moment_is_the_first_at_which_the_clock_shows_that_much(
    day: date, at: time, zone: str
) -> None:
    wanted = datetime.combine(day, at)

    found = to_utc(Local(day, at, zone))

    just_before = found - datetime.resolution
    assert found.tzinfo is UTC
    assert found.astimezone(ZoneInfo(zone)).replace(tzinfo=None) >= wanted
    assert just_before.astimezone(ZoneInfo(zone)).replace(tzinfo=None) < wanted


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2027, 3, 28), "2027-03-27 23:00"), (date(2027, 7, 1), "2027-06-30 22:00")],
)
def test_a_day_starts_at_its_own_midnight(day: date, expected: str) -> None:
    assert start_of(day, AMSTERDAM) == moment(expected)


def test_any_offset_becomes_utc() -> None:
    there = datetime(2027, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))

    assert utc(there) == moment("2027-03-01 04:00")
    assert utc(there).tzinfo is UTC


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        utc(NAIVE)
    with pytest.raises(ValueError, match="no time zone"):
        local_of(NAIVE, AMSTERDAM)


def test_a_wall_time_with_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="carries an offset"):
        Local(date(2027, 3, 1), time(9, 30, tzinfo=UTC), AMSTERDAM)


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ("Europe/Amsterdm", "Europe/Amsterdam"),
        ("europe/amsterdam", "Europe/Amsterdam"),
        ("Europe", "Europe/"),  # a folder of the calendar data
        ("../etc/passwd", ""),
        ("", ""),
    ],
)
def test_an_unknown_zone_is_refused_with_the_nearest_known_one(wrong: str, near: str) -> None:
    with pytest.raises(ValueError, match=f"is no time zone. Did you mean '.*{near}"):
        to_utc(Local(date(2027, 3, 1), time(9, 30), wrong))
    with pytest.raises(ValueError, match="is no time zone"):
        local_of(moment("2027-03-01 09:30"), wrong)
