"""Local wall time and the moment it stands for.

A wall time is no moment: in a year with summer time one hour happens twice and one never, and some
zones have skipped a whole day. So we store day, time and zone, and ask here for the UTC moment.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Local:
    """A day and a wall time in an IANA zone, such as 2027-03-30 09:30 in Europe/Amsterdam.

    Raises:
        ValueError: `at` carries an offset of its own; the zone is what gives it one.
    """

    day: date
    at: time
    zone: str

    def __post_init__(self) -> None:
        if self.at.tzinfo is not None:
            raise ValueError(f"{self.at} carries an offset; give a wall time, and the zone apart.")


def utc(moment: datetime) -> datetime:
    """Give the same moment in UTC.

    Raises:
        ValueError: the moment is naive.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"{moment!r} has no time zone; give an aware datetime.")
    return moment.astimezone(UTC)


def known_zone(name: str) -> str:
    """Give the zone's name back when it is one that the calendar data knows.

    Raises:
        ValueError: unknown zone; the message names the nearest known one.
    """
    known = _zones()
    if name in known:
        return name
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.0)
    raise ValueError(f"{name!r} is no time zone. Did you mean {near[0]!r}?")


def to_utc(local: Local) -> datetime:
    """Give the UTC moment of a local wall time.

    A wall time that the clock skips gives the first moment after the gap; one that happens twice
    gives the first.

    >>> to_utc(Local(date(2027, 3, 28), time(2, 30), "Europe/Amsterdam")).isoformat()
    '2027-03-28T01:00:00+00:00'

    Raises:
        ValueError: unknown zone.
    """
    zone = ZoneInfo(known_zone(local.zone))
    wall = datetime.combine(local.day, local.at.replace(fold=0), tzinfo=zone)
    moment = wall.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return moment
    return _end_of_gap(before=wall.replace(fold=1).astimezone(UTC), after=moment, zone=zone)


def local_of(moment: datetime, zone: str) -> Local:
    """Give the wall time that a moment shows in a zone.

    Raises:
        ValueError: naive moment, or unknown zone.
    """
    wall = utc(moment).astimezone(ZoneInfo(known_zone(zone)))
    return Local(wall.date(), wall.time().replace(fold=0), zone)


def start_of(day: date, zone: str) -> datetime:
    """Give the UTC moment at which a day starts in a zone, usually midnight.

    Raises:
        ValueError: unknown zone.
    """
    return to_utc(Local(day, time(0), zone))


def tellable(moment: datetime, zone: str) -> datetime:
    """Give the first moment from this one on that its wall time stands for; UTC.

    That is the moment itself, but where an hour happens twice the second time is passed over, by
    whole minutes.

    Raises:
        ValueError: naive moment, or unknown zone.
    """
    found = utc(moment)
    while to_utc(local_of(found, zone)) != found:
        found += _MINUTE
    return found


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _end_of_gap(*, before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Find the second at which the clock jumps; it lies after `before`, at the latest `after`."""
    low, high = (before - _EPOCH) // _SECOND, -((_EPOCH - after) // _SECOND)
    offset = _at(low).astimezone(zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if _at(middle).astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return _at(high)


def _at(second: int) -> datetime:
    return _EPOCH + second * _SECOND
