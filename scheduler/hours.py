"""The moments of a rhythm: what is open, the next opening, the slot of a day, and working days.

In shifts the slot of a day is the first open moment from that day on. Beyond the last shift known
the person's fixed hours stand in, so that every plan has a moment: look at `has_known_shift`
before anybody is disturbed at one. The end of the hours is no longer open.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Final, TypeVar
from uuid import UUID

from scheduler.local import Local, local_of, start_of, to_utc, utc
from scheduler.rhythm import Rhythm, closes_on, with_slot, within_hours
from scheduler.shifts import Opening, known_days, openings, slots

__all__ = [
    "Rhythm",
    "first_slot_from",
    "first_working_day_after",
    "has_known_shift",
    "is_open",
    "jitter",
    "last_working_day_before",
    "next_open",
    "next_slot",
    "one_a_day",
    "slot_after",
    "slot_for",
    "slot_on",
    "spread",
    "with_slot",
    "working_days_after",
    "works_on",
]

HORIZON_DAYS: Final = 400  # and as many more as are closed, or known by their shifts
SLOT_WINDOW_DAYS: Final = 3  # the day itself and two more (docs/schedule rule 3.2)
JITTER: Final = timedelta(minutes=10)  # so that not everybody's message leaves on the hour; design

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_When = TypeVar("_When", date, datetime)


def works_on(rhythm: Rhythm, day: date) -> bool:
    """Tell whether a day is an own working day, holidays and leave set aside.

    Within the shifts known it is one on which a person may be reached from some moment on.
    """
    known = _known(rhythm)
    if known is not None and known[0] <= day <= known[1]:
        return any(local_of(one.starts_at, rhythm.zone).day == day for one in _openings(rhythm))
    weekday = day.isoweekday()
    return (
        weekday in rhythm.days
        and day not in rhythm.closed
        and rhythm.opens < closes_on(rhythm, weekday)
    )


def is_open(rhythm: Rhythm, moment: datetime) -> bool:
    """Tell whether a person may be reached at a moment: in own hours, or in a shift known.

    Raises:
        ValueError: naive moment.
    """
    local = local_of(moment, rhythm.zone)
    if rhythm.mode == "shifts":
        return any(one.starts_at <= moment < one.ends_at for one in _openings(rhythm))
    return works_on(rhythm, local.day) and within_hours(rhythm, local)


def has_known_shift(rhythm: Rhythm, moment: datetime) -> bool:
    """Tell whether a shift is known in which a person may be reached from a moment on.

    Always so in fixed hours. Without one, every moment given here is provisional.

    Raises:
        ValueError: naive moment.
    """
    after = utc(moment)
    return rhythm.mode == "fixed" or any(one.ends_at > after for one in _openings(rhythm))


def next_open(rhythm: Rhythm, moment: datetime) -> datetime:
    """Give the moment itself when it is open, else the next opening; UTC.

    Raises:
        ValueError: naive moment, or a rhythm that never opens.
    """
    if is_open(rhythm, moment):
        return utc(moment)
    if rhythm.mode == "shifts":
        later = (one.starts_at for one in _openings(rhythm) if one.starts_at > moment)
        return next(later, None) or next_open(*_beyond(rhythm, moment))
    each = (_moment_on(rhythm, day, rhythm.opens) for day in _days_from(rhythm, moment))
    return _first(rhythm, (one for one in each if one is not None and one > moment))


def next_slot(rhythm: Rhythm, after: datetime) -> datetime:
    """Give the next slot strictly after a moment; UTC.

    In fixed hours that is the slot's time on a working day; days on which that time lies outside
    own hours are passed over. In shifts it is the start of an opening.

    Raises:
        ValueError: naive moment, or a rhythm without a slot.
    """
    if rhythm.mode == "shifts":
        begins = (to_utc(one) for one in slots(_openings(rhythm), rhythm.zone))
        later = (one for one in begins if one > after)
        return next(later, None) or next_slot(*_beyond(rhythm, after))
    each = (_moment_on(rhythm, day, rhythm.slot_time) for day in _days_from(rhythm, after))
    return _first(rhythm, (one for one in each if one is not None and one > after))


def first_slot_from(rhythm: Rhythm, moment: datetime) -> datetime:
    """Give the first slot that is not before a moment; UTC. In a shift any open moment is one.

    Raises:
        ValueError: naive moment, or a rhythm without a slot.
    """
    if rhythm.mode == "shifts" and is_open(rhythm, moment):
        return utc(moment)
    return next_slot(rhythm, utc(moment) - datetime.resolution)


def slot_for(rhythm: Rhythm, day: date) -> Local:
    """Give the slot for something planned on a day (docs/schedule rule 3.2).

    >>> slot_for(Rhythm("Europe/Amsterdam"), date(2027, 3, 28)).day.isoformat()
    '2027-03-30'

    Raises:
        ValueError: a rhythm without a slot.
    """
    if rhythm.mode == "shifts":
        in_shifts = (one for one in slots(_openings(rhythm), rhythm.zone) if one.day >= day)
        return next(in_shifts, None) or _provisional(rhythm, day)
    window = (day + n * _DAY for n in range(SLOT_WINDOW_DAYS))
    wanted = next((one for one in window if one.isoweekday() == rhythm.slot_weekday), day)
    if _moment_on(rhythm, wanted, rhythm.slot_time) is not None:
        return Local(wanted, rhythm.slot_time, rhythm.zone)
    return slot_after(rhythm, wanted)


def slot_after(rhythm: Rhythm, day: date) -> Local:
    """Give the slot on the first own working day after a day that has one.

    Raises:
        ValueError: a rhythm without a slot.
    """
    if rhythm.mode == "shifts":
        return slot_for(rhythm, day + _DAY)
    found = (
        one
        for one in _days_after(rhythm, day)
        if _moment_on(rhythm, one, rhythm.slot_time) is not None
    )
    return Local(_first(rhythm, found), rhythm.slot_time, rhythm.zone)


def slot_on(rhythm: Rhythm, day: date) -> Local:
    """Give the moment for something that belongs on a working day: its slot, or its opening.

    In shifts it may be later when the day is none of theirs.

    Raises:
        ValueError: a rhythm without a slot.
    """
    if rhythm.mode == "shifts":
        return slot_for(rhythm, day)
    fits = _moment_on(rhythm, day, rhythm.slot_time) is not None
    return Local(day, rhythm.slot_time if fits else rhythm.opens, rhythm.zone)


def one_a_day(rhythm: Rhythm, wanted: Iterable[Local], *, after: date) -> Iterator[Local]:
    """Give the slots, each on a later day than the one before: a closure heaps them up.

    Raises:
        ValueError: a rhythm without a slot.
    """
    for one in wanted:
        slot = one if one.day > after else slot_after(rhythm, after)
        after = slot.day
        yield slot


def jitter(person: UUID) -> timedelta:
    """Give a person's own few minutes, 0 to 10: the same each time, and anybody's guess."""
    seconds = JITTER // _SECOND
    return int.from_bytes(sha256(person.bytes).digest()) % (seconds + 1) * _SECOND


def spread(rhythm: Rhythm, moment: datetime, person: UUID) -> datetime:
    """Give a slot on the full hour a person's own few minutes, where hours and day allow; UTC.

    Raises:
        ValueError: naive moment.
    """
    later = utc(moment) + jitter(person)
    planned, shown = local_of(moment, rhythm.zone), local_of(later, rhythm.zone)
    on_the_hour = planned.at.replace(hour=0) == time(0)
    fits = shown.day == planned.day and is_open(rhythm, moment) and is_open(rhythm, later)
    return later if on_the_hour and fits else utc(moment)


def working_days_after(rhythm: Rhythm, day: date, n: int) -> date:
    """Give the n-th own working day after a day; n is at least 1.

    Raises:
        ValueError: n below 1, or a rhythm without a working day.
    """
    if n < 1:
        raise ValueError(f"Working days are counted from 1, not {n}.")
    for _ in range(n):
        day = first_working_day_after(rhythm, day)
    return day


def first_working_day_after(rhythm: Rhythm, day: date) -> date:
    """Give the first own working day after a day.

    Raises:
        ValueError: a rhythm without a working day.
    """
    return _first(rhythm, (one for one in _days_after(rhythm, day) if works_on(rhythm, one)))


def last_working_day_before(rhythm: Rhythm, day: date) -> date:
    """Give the last own working day before a day.

    Raises:
        ValueError: a rhythm without a working day.
    """
    earlier = (day - n * _DAY for n in range(1, _horizon(rhythm) + 1))
    return _first(rhythm, (one for one in earlier if works_on(rhythm, one)))


def _moment_on(rhythm: Rhythm, day: date, at: time) -> datetime | None:
    """Give the moment of a time on a day, if it lies in own hours of that very day."""
    wanted = Local(day, at, rhythm.zone)
    if not (works_on(rhythm, day) and within_hours(rhythm, wanted)):
        return None
    moment = to_utc(wanted)
    # A clock that skips this time may carry it past closing, or into another day.
    shown = local_of(moment, rhythm.zone)
    return moment if shown.day == day and within_hours(rhythm, shown) else None


def _openings(rhythm: Rhythm) -> tuple[Opening, ...]:
    return openings(rhythm.shifts, rhythm.zone, rhythm.closed)


def _known(rhythm: Rhythm) -> tuple[date, date] | None:
    """Give the first and the last day of the shifts known; None in fixed hours or without any."""
    return known_days(rhythm.shifts, rhythm.zone) if rhythm.mode == "shifts" else None


def _beyond(rhythm: Rhythm, moment: datetime) -> tuple[Rhythm, datetime]:
    """Give the fixed hours that stand in, and the moment from which they do."""
    known = _known(rhythm)
    after = start_of(known[1] + _DAY, rhythm.zone) - datetime.resolution if known else moment
    return replace(rhythm, mode="fixed"), max(utc(moment), after)


def _provisional(rhythm: Rhythm, day: date) -> Local:
    known = _known(rhythm)
    return slot_for(replace(rhythm, mode="fixed"), max(day, known[1] + _DAY) if known else day)


def _horizon(rhythm: Rhythm) -> int:
    first, last = _known(rhythm) or (date.min, date.min)
    return HORIZON_DAYS + len(rhythm.closed) + (last - first).days


def _days_from(rhythm: Rhythm, moment: datetime) -> Iterator[date]:
    day = local_of(moment, rhythm.zone).day
    return (day + n * _DAY for n in range(_horizon(rhythm) + 1))


def _days_after(rhythm: Rhythm, day: date) -> Iterator[date]:
    return (day + n * _DAY for n in range(1, _horizon(rhythm) + 1))


def _first(rhythm: Rhythm, found: Iterator[_When]) -> _When:
    for one in found:
        return one
    days = ", ".join(map(str, sorted(rhythm.days))) or "none"
    raise ValueError(
        f"This rhythm has no moment in {_horizon(rhythm)} days: working days {days}, "
        f"hours {rhythm.opens:%H:%M} to {rhythm.closes:%H:%M}, Friday to "
        f"{rhythm.friday_closes:%H:%M}, slot at {rhythm.slot_time:%H:%M}, "
        f"{len(rhythm.closed)} days closed."
    )
