"""Shifts, and when somebody who works them may be reached.

An opening belongs to the day on which it begins, although a night shift ends on the next: one
shift is one working day. Its first hour and its last are nobody's moment, nor the rest after it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from scheduler.local import Local, local_of, start_of, tellable, to_utc, utc

MARGIN: Final = timedelta(hours=1)  # docs/schedule rule 3.1: handing over takes both ends
REST_AFTER_NIGHT: Final = timedelta(hours=11)  # docs/schedule rule 3.1
# A shift with any part between midnight and this hour is a night shift, so that one that starts
# at 05:30 counts as well: rather rest too long than be woken. Design.
NIGHT_ENDS: Final = time(6)
REMEMBERED: Final = 256  # rosters at a time

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """When a person works, from a moment until another; where and what is nobody's business.

    Raises:
        ValueError: naive moments, or an end that is not after the start.
    """

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        if utc(self.ends_at) <= utc(self.starts_at):
            raise ValueError(
                f"A shift ends after it starts, not from {self.starts_at} to {self.ends_at}."
            )


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """A span in which a person may be reached: from `starts_at` on, before `ends_at`; UTC."""

    starts_at: datetime
    ends_at: datetime


@lru_cache(maxsize=REMEMBERED)
def openings(
    shifts: tuple[Shift, ...], zone: str, closed: frozenset[date] = frozenset()
) -> tuple[Opening, ...]:
    """Give when a person may be reached, soonest first; they neither touch nor overlap.

    That is between one hour after the start and one hour before the end of any shift, and not in
    the 11 hours after a night shift, nor on a closed day. Shifts may come in any order, twice,
    and overlap; one of two hours or less opens nothing.

    Raises:
        ValueError: unknown zone.
    """
    cores = [Opening(utc(one.starts_at) + MARGIN, utc(one.ends_at) - MARGIN) for one in shifts]
    joined = tuple(_joined(one for one in cores if one.starts_at < one.ends_at))
    nights = [utc(one.ends_at) for one in shifts if is_night(one, zone)]
    cuts = [Opening(end, end + REST_AFTER_NIGHT) for end in nights]
    cuts += _days_off(joined, zone, closed)
    for cut in cuts:
        joined = tuple(left for one in joined for left in _without(one, cut))
    return joined


def slots(among: Iterable[Opening], zone: str) -> Iterator[Local]:
    """Give the first moment of each opening that a wall time can tell.

    Raises:
        ValueError: unknown zone.
    """
    for one in among:
        moment = tellable(one.starts_at, zone)
        if moment < one.ends_at:
            yield local_of(moment, zone)


def known_days(shifts: Iterable[Shift], zone: str) -> tuple[date, date] | None:
    """Give the first and the last day of which some shift is known; None without any.

    Raises:
        ValueError: unknown zone.
    """
    held = sorted(shifts)
    if not held:
        return None
    last = max(one.ends_at for one in held)
    return local_of(held[0].starts_at, zone).day, local_of(last, zone).day


def is_night(shift: Shift, zone: str) -> bool:
    """Tell whether a part of a shift lies between midnight and six.

    Raises:
        ValueError: unknown zone.
    """
    day = local_of(shift.starts_at, zone).day
    nights = ((start_of(each, zone), _to_six(each, zone)) for each in (day, day + _DAY))
    return any(shift.starts_at < six and shift.ends_at > midnight for midnight, six in nights)


def _to_six(day: date, zone: str) -> datetime:
    return to_utc(Local(day, NIGHT_ENDS, zone))


def _joined(spans: Iterable[Opening]) -> Iterator[Opening]:
    """Join spans that touch or overlap."""
    held: Opening | None = None
    for one in sorted(spans):
        if held is None or one.starts_at > held.ends_at:
            if held is not None:
                yield held
            held = one
        else:
            held = Opening(held.starts_at, max(held.ends_at, one.ends_at))
    if held is not None:
        yield held


def _days_off(spans: tuple[Opening, ...], zone: str, closed: frozenset[date]) -> Iterator[Opening]:
    """Give the closed days that lie among these spans."""
    if not spans:
        return
    first, last = (local_of(each, zone).day for each in (spans[0].starts_at, spans[-1].ends_at))
    for day in closed:
        if first <= day <= last:
            yield Opening(start_of(day, zone), start_of(day + _DAY, zone))


def _without(one: Opening, cut: Opening) -> Iterator[Opening]:
    """Give what a cut leaves of a span: nothing, one part or two."""
    if one.starts_at < min(one.ends_at, cut.starts_at):
        yield Opening(one.starts_at, min(one.ends_at, cut.starts_at))
    if max(one.starts_at, cut.ends_at) < one.ends_at:
        yield Opening(max(one.starts_at, cut.ends_at), one.ends_at)
