"""A person's rhythm: own days, own hours and the slot in which a visit comes.

A slot on a weekday is a wish, own hours are a limit: a part-timer's slot may lie on a day off, and
then the next own working day takes its place. The end of the hours is no longer open.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Self, TypeVar

from scheduler.local import Local, known_zone, local_of, to_utc, utc

VERSION = 1
FRIDAY = 5
HORIZON_DAYS = 400
SLOT_WINDOW_DAYS = 3  # the day itself and two more (docs/schedule rule 3.2)

_DAY = timedelta(days=1)
_When = TypeVar("_When", date, datetime)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a person may be reached; weekdays are ISO numbers, 1 is Monday, times are local.

    Raises:
        ValueError: unknown zone, a weekday outside 1-7, or a time with an offset of its own.
    """

    zone: str
    slot_weekday: int = 2
    slot_time: time = time(9, 30)
    days: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    opens: time = time(8, 30)
    closes: time = time(17, 30)
    friday_closes: time = time(12)
    closed: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        known_zone(self.zone)
        wrong = sorted({self.slot_weekday, *self.days} - set(range(1, 8)))
        if wrong:
            raise ValueError(f"{wrong[0]} is no weekday; Monday is 1 and Sunday 7.")
        for at in (self.slot_time, self.opens, self.closes, self.friday_closes):
            if at.tzinfo is not None:
                raise ValueError(f"{at} carries an offset; give a wall time, and the zone apart.")

    def to_json(self) -> dict[str, object]:
        """Give plain values that JSON can hold, with the version of their form."""
        return {
            "version": VERSION,
            "zone": self.zone,
            "slot_weekday": self.slot_weekday,
            "slot_time": self.slot_time.isoformat(),
            "days": sorted(self.days),
            "opens": self.opens.isoformat(),
            "closes": self.closes.isoformat(),
            "friday_closes": self.friday_closes.isoformat(),
            "closed": [day.isoformat() for day in sorted(self.closed)],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> Self:
        """Read what `to_json` wrote.

        Raises:
            ValueError: another version, a missing or unknown key, or a value that does not fit.
        """
        _check_keys(stored, [field.name for field in fields(cls)])
        try:
            return cls(
                zone=_text(stored["zone"]),
                slot_weekday=_number(stored["slot_weekday"]),
                slot_time=time.fromisoformat(_text(stored["slot_time"])),
                days=frozenset(_number(day) for day in _list(stored["days"])),
                opens=time.fromisoformat(_text(stored["opens"])),
                closes=time.fromisoformat(_text(stored["closes"])),
                friday_closes=time.fromisoformat(_text(stored["friday_closes"])),
                closed=frozenset(
                    date.fromisoformat(_text(day)) for day in _list(stored["closed"])
                ),
            )
        except ValueError as error:
            raise ValueError(f"The stored rhythm cannot be read: {error}") from error


def with_slot(rhythm: Rhythm, weekday: int, at: time) -> Rhythm:
    """Give the rhythm with the slot that a person chose; a chosen day is a day they work.

    A slot on Friday afternoon opens that afternoon: own words win over the default.

    Raises:
        ValueError: the slot lies outside the hours of that weekday.
    """
    chosen = replace(rhythm, slot_weekday=weekday, slot_time=at, days=rhythm.days | {weekday})
    if weekday == FRIDAY and at >= chosen.friday_closes:
        chosen = replace(chosen, friday_closes=chosen.closes)
    if not chosen.opens <= at < _closes_on(chosen, weekday):
        raise ValueError(
            f"{at:%H:%M} lies outside the hours {chosen.opens:%H:%M} to {chosen.closes:%H:%M}."
        )
    return chosen


def works_on(rhythm: Rhythm, day: date) -> bool:
    """Tell whether a day is an own working day, holidays and leave set aside."""
    weekday = day.isoweekday()
    return (
        weekday in rhythm.days
        and day not in rhythm.closed
        and rhythm.opens < _closes_on(rhythm, weekday)
    )


def is_open(rhythm: Rhythm, moment: datetime) -> bool:
    """Tell whether a moment lies in the person's own hours.

    Raises:
        ValueError: naive moment.
    """
    local = local_of(moment, rhythm.zone)
    return works_on(rhythm, local.day) and _within_hours(rhythm, local)


def next_open(rhythm: Rhythm, moment: datetime) -> datetime:
    """Give the moment itself when it lies in own hours, else the next opening; UTC.

    Raises:
        ValueError: naive moment, or no opening in 400 days.
    """
    if is_open(rhythm, moment):
        return utc(moment)
    openings = (_moment_on(rhythm, day, rhythm.opens) for day in _days_from(rhythm, moment))
    return _first(rhythm, (one for one in openings if one is not None and one > moment))


def next_slot(rhythm: Rhythm, after: datetime) -> datetime:
    """Give the slot's time on the next own working day, strictly after a moment; UTC.

    Days on which that time lies outside own hours are passed over.

    Raises:
        ValueError: naive moment, or no slot in 400 days.
    """
    slots = (_moment_on(rhythm, day, rhythm.slot_time) for day in _days_from(rhythm, after))
    return _first(rhythm, (one for one in slots if one is not None and one > after))


def slot_for(rhythm: Rhythm, day: date) -> Local:
    """Give the slot for something planned on a day (docs/schedule rule 3.2).

    >>> slot_for(Rhythm("Europe/Amsterdam"), date(2027, 3, 28)).day.isoformat()
    '2027-03-30'

    Raises:
        ValueError: no slot in 400 days.
    """
    window = (day + n * _DAY for n in range(SLOT_WINDOW_DAYS))
    wanted = next((one for one in window if one.isoweekday() == rhythm.slot_weekday), day)
    if _moment_on(rhythm, wanted, rhythm.slot_time) is not None:
        return Local(wanted, rhythm.slot_time, rhythm.zone)
    return slot_after(rhythm, wanted)


def slot_after(rhythm: Rhythm, day: date) -> Local:
    """Give the slot on the first own working day after a day that has one.

    Raises:
        ValueError: no slot in 400 days.
    """
    later = (day + n * _DAY for n in range(1, HORIZON_DAYS + 1))
    found = (one for one in later if _moment_on(rhythm, one, rhythm.slot_time) is not None)
    return Local(_first(rhythm, found), rhythm.slot_time, rhythm.zone)


def one_a_day(rhythm: Rhythm, slots: Iterable[Local], *, after: date) -> Iterator[Local]:
    """Give the slots, each on a later day than the one before: a closure heaps them up.

    Raises:
        ValueError: no slot in 400 days.
    """
    for wanted in slots:
        slot = wanted if wanted.day > after else slot_after(rhythm, after)
        after = slot.day
        yield slot


def first_slot_from(rhythm: Rhythm, moment: datetime) -> datetime:
    """Give the first slot that is not before a moment; UTC.

    Raises:
        ValueError: naive moment, or no slot in 400 days.
    """
    return next_slot(rhythm, utc(moment) - datetime.resolution)


def working_days_after(rhythm: Rhythm, day: date, n: int) -> date:
    """Give the n-th own working day after a day; n is at least 1.

    Raises:
        ValueError: n below 1, or no working day in 400 days.
    """
    if n < 1:
        raise ValueError(f"Working days are counted from 1, not {n}.")
    for _ in range(n):
        day = first_working_day_after(rhythm, day)
    return day


def first_working_day_after(rhythm: Rhythm, day: date) -> date:
    """Give the first own working day after a day.

    Raises:
        ValueError: no working day in 400 days.
    """
    later = (day + n * _DAY for n in range(1, HORIZON_DAYS + 1))
    return _first(rhythm, (one for one in later if works_on(rhythm, one)))


def last_working_day_before(rhythm: Rhythm, day: date) -> date:
    """Give the last own working day before a day.

    Raises:
        ValueError: no working day in 400 days.
    """
    earlier = (day - n * _DAY for n in range(1, HORIZON_DAYS + 1))
    return _first(rhythm, (one for one in earlier if works_on(rhythm, one)))


def _closes_on(rhythm: Rhythm, weekday: int) -> time:
    return rhythm.friday_closes if weekday == FRIDAY else rhythm.closes


def _within_hours(rhythm: Rhythm, local: Local) -> bool:
    return rhythm.opens <= local.at < _closes_on(rhythm, local.day.isoweekday())


def _moment_on(rhythm: Rhythm, day: date, at: time) -> datetime | None:
    """Give the moment of a time on a day, if it lies in own hours of that very day."""
    wanted = Local(day, at, rhythm.zone)
    if not (works_on(rhythm, day) and _within_hours(rhythm, wanted)):
        return None
    moment = to_utc(wanted)
    # A clock that skips this time may carry it past closing, or into another day.
    shown = local_of(moment, rhythm.zone)
    return moment if shown.day == day and _within_hours(rhythm, shown) else None


def _days_from(rhythm: Rhythm, moment: datetime) -> Iterator[date]:
    day = local_of(moment, rhythm.zone).day
    return (day + n * _DAY for n in range(HORIZON_DAYS + 1))


def _first(rhythm: Rhythm, found: Iterator[_When]) -> _When:
    for one in found:
        return one
    days = ", ".join(map(str, sorted(rhythm.days))) or "none"
    raise ValueError(
        f"This rhythm has no moment in {HORIZON_DAYS} days: working days {days}, "
        f"hours {rhythm.opens:%H:%M} to {rhythm.closes:%H:%M}, Friday to "
        f"{rhythm.friday_closes:%H:%M}, slot at {rhythm.slot_time:%H:%M}, "
        f"{len(rhythm.closed)} days closed."
    )


def _check_keys(stored: Mapping[str, object], names: list[str]) -> None:
    version = stored.get("version")
    if version != VERSION:
        raise ValueError(f"This rhythm has version {version!r}; only {VERSION} can be read.")
    for key in sorted(stored.keys() - {"version", *names}):
        near = get_close_matches(key, names, n=1, cutoff=0.0)[0]
        raise ValueError(f"A rhythm has no key {key!r}. Did you mean {near!r}?")
    for key in sorted(set(names) - stored.keys()):
        raise ValueError(f"The stored rhythm lacks the key {key!r}.")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise ValueError(f"{value!r} is no text.")


def _number(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError(f"{value!r} is no whole number.")


def _list(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    raise ValueError(f"{value!r} is no list.")
