"""Days and times as people write them in lists: ISO, day first, with an offset or without.

A time without an offset is what the clock on the wall shows where its person lives, so it is no
moment until a zone is known. The day comes first in `3/4/2027`: that is the third of April.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

from scheduler.local import Local, to_utc

_ISO: Final = r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})"
_DAY_FIRST: Final = r"(?P<d>\d{1,2})[-/. ](?P<m>\d{1,2})[-/. ](?P<y>\d{4})"
_TIME: Final = (
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.]\d{2}(?:[.,]\d+)?)?"
    r"(?:\s*(?:uur|u|h))?\s*(?P<offset>z|utc|[+-]\d{2}:?\d{2})?"
)
_DATES: Final = tuple(
    re.compile(rf"{day}(?:(?:[t,]|,?\s)\s*{_TIME})?", re.ASCII | re.IGNORECASE)
    for day in (_ISO, _DAY_FIRST)
)
_TIME_ALONE: Final = re.compile(_TIME, re.ASCII | re.IGNORECASE)
_MIDNIGHT_AGAIN: Final = "24"  # 24:00 is where a day ends

_YEARS: Final = range(2000, 2101)

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Written:
    """A day, and a time if there was one; `offset` is None where the wall of a zone is meant."""

    day: date
    at: time | None = None
    offset: timedelta | None = None

    def moment(self, zone: str) -> datetime:
        """Give the moment in UTC; a day without a time begins at midnight.

        Raises:
            ValueError: unknown zone.

        """
        at = self.at or time()
        if self.offset is None:
            return to_utc(Local(self.day, at, zone))
        return datetime.combine(self.day, at, timezone(self.offset)).astimezone(UTC)


def read(text: str) -> Written | None:
    """Read a day, and the time that may follow it.

    >>> read("23-11-2026 7:00") == read("2026-11-23T07:00")
    True
    """
    found = next((match for each in _DATES if (match := each.fullmatch(text.strip()))), None)
    if found is None or int(found["y"]) not in _YEARS:
        return None
    try:
        day = date(int(found["y"]), int(found["m"]), int(found["d"]))
        return _timed(day, found) if found["hour"] else Written(day)
    except (ValueError, OverflowError):
        return None


def read_after(text: str, start: Written) -> Written | None:
    """Read a day and time, or a time alone: then it is the first such time after a start.

    >>> read_after("7:00", Written(date(2026, 11, 23), time(23))).day.isoformat()
    '2026-11-24'
    """
    found = _TIME_ALONE.fullmatch(text.strip())
    if found is None:
        return read(text)
    try:
        end = _timed(start.day, found)
        end = Written(end.day, end.at, start.offset if end.offset is None else end.offset)
        same_day = end.day == start.day and (end.at or time()) <= (start.at or time())
        return Written(end.day + _DAY, end.at, end.offset) if same_day else end
    except (ValueError, OverflowError):
        return None


def _timed(day: date, found: re.Match[str]) -> Written:
    """Give the day with the time that was found. Raises ValueError for a time there is not."""
    offset = _offset(found["offset"])
    if found["hour"] == _MIDNIGHT_AGAIN and int(found["minute"]) == 0:
        return Written(day + _DAY, time(), offset)
    return Written(day, time(int(found["hour"]), int(found["minute"])), offset)


def _offset(text: str | None) -> timedelta | None:
    if text is None:
        return None
    if text.lower() in ("z", "utc"):
        return timedelta(0)
    hours, minutes = int(text[1:3]), int(text[-2:])
    found = timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1)
    timezone(found)  # raises ValueError for what is no offset
    return found
