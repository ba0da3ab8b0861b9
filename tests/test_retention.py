"""From which day on everything is to go, at any moment."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retention import COURSE, PROMISED, Policy, limits, months_before

NOW = datetime(2027, 7, 1, 13, 0, tzinfo=UTC)


def test_texts_stay_until_the_210th_day_after_the_training_is_over() -> None:
    found = limits(PROMISED, NOW)

    assert found.texts == date(2027, 7, 1) - timedelta(days=210)
    assert found.texts_days == 210
    assert found.texts_at == datetime(2026, 12, 3, tzinfo=UTC)


def test_codes_stay_until_twelve_months_after_day_90() -> None:
    assert limits(PROMISED, NOW).codes + COURSE == date(2026, 7, 1)


@pytest.mark.parametrize(("hour", "day"), [(11, 30), (12, 1)])
def test_a_day_is_over_when_it_is_over_everywhere(hour: int, day: int) -> None:
    found = limits(PROMISED, NOW.replace(hour=hour))

    assert (found.texts + timedelta(days=210)).day == day


def test_a_moment_counts_the_same_in_any_zone() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=9)))

    assert limits(PROMISED, elsewhere) == limits(PROMISED, NOW)


def test_events_failed_words_shifts_and_the_trail_have_their_own_time() -> None:
    found = limits(PROMISED, NOW)

    assert NOW - found.events == timedelta(days=90)
    assert NOW - found.failed == timedelta(days=30)
    assert NOW - found.shifts == timedelta(days=14)
    assert found.audit == datetime(2025, 7, 1, tzinfo=UTC)


def test_texts_are_never_kept_longer_than_the_codes_they_hang_on() -> None:
    found = limits(Policy(texts_days=3650, codes_months=1), NOW)

    assert found.texts == found.codes == date(2027, 6, 1) - COURSE
    assert found.texts_days == 120


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2027, 3, 31), 1, date(2027, 2, 28)),
        (date(2027, 1, 15), 1, date(2026, 12, 15)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2027, 12, 1), 24, date(2025, 12, 1)),
    ],
)
def test_months_end_where_they_end(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(1, 3650), st.integers(1, 120))
def test_what_went_once_never_comes_back(day: date, texts: int, codes: int) -> None:
    policy, now = Policy(texts, codes), datetime(day.year, day.month, day.day, tzinfo=UTC)

    today, tomorrow = limits(policy, now), limits(policy, now + timedelta(days=1))

    assert today.texts <= tomorrow.texts
    assert today.codes <= tomorrow.codes
    assert today.codes <= today.texts
