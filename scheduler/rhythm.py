"""A person's rhythm: own days and hours, or shifts, and the slot in which a visit comes.

A slot on a weekday is a wish, own hours are a limit: a part-timer's slot may lie on a day off, and
then the next own working day takes its place. Who works in shifts keeps the hours as well: they
stand in for what lies beyond the last shift known.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from difflib import get_close_matches
from typing import Final, Literal, Self, TypeAlias

from scheduler.local import Local, known_zone
from scheduler.shifts import Shift

Mode: TypeAlias = Literal["fixed", "shifts"]

VERSION: Final = 2
FRIDAY: Final = 5

_HOURS: Final = ("slot_weekday", "slot_time", "days", "opens", "closes", "friday_closes")
# The keys of each version. The first held what is asked anew each time since then.
_KEYS: Final[Mapping[object, tuple[str, ...]]] = {
    1: (*_HOURS, "zone", "closed"),
    VERSION: (*_HOURS, "mode"),
}


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a person may be reached; weekdays are ISO numbers, 1 is Monday, times are local.

    `closed` are the days on which nobody is reached: leave, and public holidays unless in shifts.
    `shifts` count in the mode "shifts" only.

    Raises:
        ValueError: unknown zone or mode, a weekday outside 1-7, or a time with an offset.
    """

    zone: str
    slot_weekday: int = 2
    slot_time: time = time(9, 30)
    days: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    opens: time = time(8, 30)
    closes: time = time(17, 30)
    friday_closes: time = time(12)
    closed: frozenset[date] = frozenset()
    mode: Mode = "fixed"
    shifts: tuple[Shift, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        known_zone(self.zone)
        wrong = sorted({self.slot_weekday, *self.days} - set(range(1, 8)))
        if wrong:
            raise ValueError(f"{wrong[0]} is no weekday; Monday is 1 and Sunday 7.")
        for at in (self.slot_time, self.opens, self.closes, self.friday_closes):
            if at.tzinfo is not None:
                raise ValueError(f"{at} carries an offset; give a wall time, and the zone apart.")
        _mode(self.mode)

    def to_json(self) -> dict[str, object]:
        """Give plain values that JSON can hold, with the version of their form.

        Zone, closed days and shifts are not among them: they have places of their own.
        """
        return {
            "version": VERSION,
            "mode": self.mode,
            "slot_weekday": self.slot_weekday,
            "slot_time": self.slot_time.isoformat(),
            "days": sorted(self.days),
            "opens": self.opens.isoformat(),
            "closes": self.closes.isoformat(),
            "friday_closes": self.friday_closes.isoformat(),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, object], zone: str) -> Self:
        """Read what `to_json` wrote, now or in its first version, for a person in a zone.

        Raises:
            ValueError: another version, a missing or unknown key, or a value that does not fit.
        """
        _check_keys(stored)
        try:
            return cls(
                zone=zone,
                slot_weekday=_number(stored["slot_weekday"]),
                slot_time=time.fromisoformat(_text(stored["slot_time"])),
                days=frozenset(_number(day) for day in _list(stored["days"])),
                opens=time.fromisoformat(_text(stored["opens"])),
                closes=time.fromisoformat(_text(stored["closes"])),
                friday_closes=time.fromisoformat(_text(stored["friday_closes"])),
                mode=_mode(stored.get("mode", "fixed")),
            )
        except ValueError as error:
            raise ValueError(f"The stored rhythm cannot be read: {error}") from error


def with_slot(rhythm: Rhythm, weekday: int, at: time) -> Rhythm:
    """Give the fixed rhythm with the slot that a person chose; a chosen day is one they work.

    A slot on Friday afternoon opens that afternoon: own words win over the default.

    Raises:
        ValueError: the slot lies outside the hours of that weekday.
    """
    chosen = replace(
        rhythm, mode="fixed", slot_weekday=weekday, slot_time=at, days=rhythm.days | {weekday}
    )
    if weekday == FRIDAY and at >= chosen.friday_closes:
        chosen = replace(chosen, friday_closes=chosen.closes)
    if not chosen.opens <= at < closes_on(chosen, weekday):
        raise ValueError(
            f"{at:%H:%M} lies outside the hours {chosen.opens:%H:%M} to {chosen.closes:%H:%M}."
        )
    return chosen


def closes_on(rhythm: Rhythm, weekday: int) -> time:
    """Give the time at which own hours end on a weekday."""
    return rhythm.friday_closes if weekday == FRIDAY else rhythm.closes


def within_hours(rhythm: Rhythm, local: Local) -> bool:
    """Tell whether a wall time lies in own hours, were its day a working day."""
    return rhythm.opens <= local.at < closes_on(rhythm, local.day.isoweekday())


def _check_keys(stored: Mapping[str, object]) -> None:
    version = stored.get("version")
    names = _KEYS.get(version)
    if names is None:
        raise ValueError(f"This rhythm has version {version!r}; only 1 and {VERSION} can be read.")
    for key in sorted(stored.keys() - {"version", *names}):
        near = get_close_matches(key, names, n=1, cutoff=0.0)[0]
        raise ValueError(f"A rhythm has no key {key!r}. Did you mean {near!r}?")
    for key in sorted(set(names) - stored.keys()):
        raise ValueError(f"The stored rhythm lacks the key {key!r}.")


def _mode(value: object) -> Mode:
    if value == "fixed":
        return "fixed"
    if value == "shifts":
        return "shifts"
    raise ValueError(f"{value!r} is no way to work; there are 'fixed' and 'shifts'.")


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
