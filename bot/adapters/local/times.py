"""Moments in words, in the zone of whoever reads them, with the place that names the zone."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_location


def local(moment: datetime, zone: str) -> datetime:
    """Give the wall time of a moment.

    Raises: ValueError when the moment is naive.
    """
    if moment.utcoffset() is None:
        raise ValueError("a naive moment has no wall time")
    return moment.astimezone(ZoneInfo(zone))


def in_words(day: date, language: str) -> str:
    """Write a day in full.

    >>> in_words(date(2026, 11, 24), "nl")
    'dinsdag 24 november 2026'
    """
    return format_date(day, "EEEE d MMMM y", locale=language)


def in_short(day: date, language: str) -> str:
    """Write a day as messages do.

    >>> in_short(date(2026, 11, 24), "nl")
    'di 24 nov'
    """
    return format_date(day, "EEE d MMM", locale=language)


def clock_time(at: time, language: str) -> str:
    """Write a time of day.

    >>> clock_time(time(9, 30), "en")
    '9:30'
    """
    return format_time(at, "H:mm", locale=language)


def place(zone: str, language: str) -> str:
    """Name the place that a zone is called after.

    >>> place("Europe/Lisbon", "nl")
    'Lissabon'
    """
    return get_timezone_location(zone, locale=language, return_city=True)
