"""When somebody may be reached, told once more and in the plainest way.

Nothing here is the scheduler's: it is what the scheduler is checked against. What a person chose
is read from their row; holidays come from the calendar of the country they live in.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import holidays

from storage.people import Person

# Country, and the part whose holidays most people there have.
COUNTRIES: Final[Mapping[str, tuple[str, str | None]]] = {
    "Europe/Amsterdam": ("NL", None),
    "Europe/London": ("GB", "ENG"),
    "Europe/Helsinki": ("FI", None),
    "America/New_York": ("US", None),
    "Pacific/Auckland": ("NZ", None),
    "Asia/Kolkata": ("IN", None),
}
YEARS: Final = range(2026, 2031)
_HOUR: Final = timedelta(hours=1)
_REST: Final = timedelta(hours=11)
_NIGHT: Final = (time(0), time(6))
_FRIDAY: Final = 5
_USUAL: Final[Mapping[str, Any]] = {
    "mode": "fixed", "days": [1, 2, 3, 4, 5],
    "opens": "08:30:00", "closes": "17:30:00", "friday_closes": "12:00:00",
}  # fmt: skip


def is_within(person: Person, moment: datetime) -> bool:
    """Say whether somebody may get a message now that they did not ask for."""
    local = moment.astimezone(ZoneInfo(person.zone))
    return not _is_quiet(person, local.date()) and _works(person, moment, local)


def _is_quiet(person: Person, today: date) -> bool:
    quiet = person.quiet
    return quiet is not None and (quiet.until is None or today <= quiet.until)


def _works(person: Person, moment: datetime, local: datetime) -> bool:
    if any(first <= local.date() <= last for first, last in person.leave):
        return False
    chosen = {**_USUAL, **(person.rhythm or {})}
    if chosen["mode"] == "shifts":
        return _is_in_shift(person, moment)
    if local.date() in _holidays(person.zone) or local.isoweekday() not in chosen["days"]:
        return False
    closes = "friday_closes" if local.isoweekday() == _FRIDAY else "closes"
    opens, ends = (time.fromisoformat(chosen[each]) for each in ("opens", closes))
    return opens <= local.time() < ends


def _is_in_shift(person: Person, moment: datetime) -> bool:
    inside = any(start + _HOUR <= moment < end - _HOUR for start, end in person.shifts)
    resting = any(
        end <= moment < end + _REST and _is_night(start, end, ZoneInfo(person.zone))
        for start, end in person.shifts
    )
    return inside and not resting


def _is_night(start: datetime, end: datetime, zone: ZoneInfo) -> bool:
    minutes = int((end - start).total_seconds() // 60)
    local = (
        (start + timedelta(minutes=minute)).astimezone(zone).time()
        for minute in range(0, minutes, 30)
    )
    return any(_NIGHT[0] <= each < _NIGHT[1] for each in local)


@cache
def _holidays(zone: str) -> frozenset[date]:
    country, part = COUNTRIES[zone]
    return frozenset(holidays.country_holidays(country, subdiv=part, years=YEARS))
