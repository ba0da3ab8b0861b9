"""The hours and days that a list says somebody works, as a rhythm.

Pure. A slot that the new hours leave no room for is moved into them: a rhythm without a moment is
nobody's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from typing import Final

from scheduler.rhythm import Rhythm, closes_on

_SETTLED: Final = 1  # hours after they came in
_LAST_HOUR: Final = 23


def with_hours(rhythm: Rhythm, hours: str, days: str) -> Rhythm:
    """Give a rhythm in these hours ("08:30-17:00") and on these days ("1,2,4"); "" changes none.

    Hours that are said hold on Fridays too.

    >>> part_time = with_hours(Rhythm("UTC"), "12:00-17:00", "1,5")
    >>> part_time.slot_time.isoformat(), sorted(part_time.days), part_time.friday_closes.hour
    ('13:00:00', [1, 5], 17)
    """
    if hours:
        opens, closes = map(time.fromisoformat, hours.split("-"))
        rhythm = replace(rhythm, opens=opens, closes=closes, friday_closes=closes)
    if days:
        rhythm = replace(rhythm, days=frozenset(map(int, days.split(","))))
    return rhythm if _has_room(rhythm) else replace(rhythm, slot_time=_slot(rhythm))


def with_room_at(rhythm: Rhythm, at: time) -> Rhythm:
    """Give a rhythm whose hours reach a time that the person chose: own words win over a list.

    >>> with_room_at(with_hours(Rhythm("UTC"), "08:00-12:00", ""), time(13)).closes.hour
    14
    """
    opens, closes = min(rhythm.opens, at), rhythm.closes
    if at >= closes:
        closes = time(at.hour + 1, at.minute) if at.hour < _LAST_HOUR else time.max
    return replace(rhythm, opens=opens, closes=closes)


def listed_hours(zone: str, said: Mapping[str, str]) -> Mapping[str, object] | None:
    """Give the rhythm that the last list said, as it is stored; None where it said none."""
    hours, days = said.get("hours", ""), said.get("days", "")
    return with_hours(Rhythm(zone), hours, days).to_json() if hours or days else None


def _has_room(rhythm: Rhythm) -> bool:
    days = rhythm.days & {rhythm.slot_weekday} or rhythm.days
    return any(rhythm.opens <= rhythm.slot_time < closes_on(rhythm, day) for day in days)


def _slot(rhythm: Rhythm) -> time:
    """Give a time in the hours of every day: an hour after they begin, where there is one."""
    settled = rhythm.opens.replace(hour=min(rhythm.opens.hour + _SETTLED, _LAST_HOUR))
    ends = min(closes_on(rhythm, day) for day in rhythm.days)
    return settled if settled < ends else rhythm.opens
