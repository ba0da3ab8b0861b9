"""Retention: from which day on everything of its kind is to go; pure, for any moment.

A course's own days count from its training day, so it is that day which is compared: texts of a
course go when it lies before `texts`, and all the rest when it lies before `codes`.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

TEXTS_DAYS: Final = 210
CODES_MONTHS: Final = 12
COURSE: Final = timedelta(days=90)  # codes are kept for months after its last day
EVENTS: Final = timedelta(days=90)
FAILED: Final = timedelta(days=30)
SHIFTS: Final = timedelta(days=14)
WITNESS: Final = timedelta(days=30)  # questions to somebody who was there (dialogues p)
AUDIT_MONTHS: Final = 24
_YEAR: Final = 12
_LAST_ZONE: Final = timedelta(hours=12)  # where a day ends last, behind UTC


@dataclass(frozen=True, slots=True)
class Policy:
    """How long texts (days from the training day) and codes (months from day 90) are kept."""

    texts_days: int = TEXTS_DAYS
    codes_months: int = CODES_MONTHS


PROMISED: Final = Policy()


@dataclass(frozen=True, slots=True)
class Limits:
    """What lies before these goes: days of training, and moments of what belongs to no course.

    `texts_days` is how many days texts are kept indeed, at most as long as codes.
    """

    texts: date
    codes: date
    texts_days: int
    texts_at: datetime
    codes_at: datetime
    events: datetime
    failed: datetime
    shifts: datetime
    witness: datetime
    audit: datetime


def limits(policy: Policy, now: datetime) -> Limits:
    """Say from when on what is to go at this moment (aware).

    Texts hang on the codes of the same course, so they are never kept longer than those. A day
    counts once it is over everywhere on earth.
    """
    utc = now.astimezone(UTC)
    today = (utc - _LAST_ZONE).date()
    codes = months_before(today, policy.codes_months) - COURSE
    texts = max(today - timedelta(days=policy.texts_days), codes)
    return Limits(
        texts=texts,
        codes=codes,
        texts_days=(today - texts).days,
        texts_at=_begin(texts),
        codes_at=_begin(codes),
        events=utc - EVENTS,
        failed=utc - FAILED,
        shifts=utc - SHIFTS,
        witness=utc - WITNESS,
        audit=_begin(months_before(today, AUDIT_MONTHS)),
    )


def months_before(day: date, months: int) -> date:
    """Give the same day some months before, or the last of that month if it is shorter."""
    year, month = divmod(day.year * _YEAR + day.month - 1 - months, _YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
