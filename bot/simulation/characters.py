"""Who takes part in a simulation: where they live, when they work, and how they are.

Everything of a character is drawn from the seed and their own number alone, so that a few of them
can be let live again without the others, and do the same.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from bot.own_hours import with_hours
from scheduler.local import Local, to_utc
from scheduler.rhythm import Rhythm

TEAM: Final = 6
"""People in a team: all but the last follow the training, and any may ask any other."""
TEN: Final = 10  # of whom three work in shifts and three part-time
LEAVE_FOR_GOOD: Final = 3  # of a hundred
GO_ON_LEAVE: Final = 30
ANSWERS: Final = (0.0, 0.4, 0.8, 0.9, 0.95)
ZONES: Final = (
    *("Europe/Amsterdam",) * 5,
    "Europe/London",
    "Europe/Helsinki",
    "America/New_York",
    "Pacific/Auckland",
    "Asia/Kolkata",
)
# Mondays from which a hundred days go over a change of the clock and many holidays.
MONDAYS: Final = (date(2026, 9, 7), date(2027, 1, 25), date(2027, 9, 13), date(2028, 2, 7))
_SYLLABLES: Final = tuple(a + b for a in "kvzrmntl" for b in "aeiou")
_WEEK: Final = timedelta(days=7)
_ROTATION: Final = (7, 7, 15, 15, 23, 23, None, None)  # early, late and night shifts, days off
_QUICK: Final = (7, 15, 23, 15, 23, 15, None, None)  # with an afternoon after each night
_SHIFT: Final = timedelta(hours=8)

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Character:
    """Somebody: how they work, and how likely it is that they do something.

    `answers` is the chance that they answer a message, `patience` how many hours that takes them
    on average. `turn` is where they are in the rotation of shifts; None for fixed days.
    """

    number: int
    name: str
    language: str
    zone: str
    rhythm: Rhythm
    turn: int | None
    leave: tuple[tuple[date, date], ...]
    answers: float
    patience: float
    leaves_after: int | None
    follows: bool

    @property
    def id(self) -> UUID:
        """The row of this person, the same in every run."""
        return UUID(int=0x7 << 76 | 0b10 << 62 | self.number + 1)

    @property
    def user(self) -> str:
        """What the chat calls them."""
        return self.name.casefold()

    @property
    def team(self) -> int:
        """The number of their team."""
        return self.number // TEAM


def chance_of(seed: int, *of: object) -> random.Random:
    """Give the dice of somebody or something, which nobody else rolls."""
    return random.Random(":".join(map(str, (seed, *of))))  # noqa: S311 - nothing is secret here


def monday_of(seed: int) -> date:
    """Give the day on which a simulation begins."""
    return MONDAYS[seed % len(MONDAYS)]


def start_of(seed: int) -> datetime:
    """Give the moment at which a simulation begins: before the hours of almost everybody."""
    return datetime.combine(monday_of(seed), time(4), UTC)


def training_of(seed: int, team: int) -> date:
    """Give the day of a team's training, within the first three weeks."""
    days = (0, 1, 3, 7, 9, 14, 17, 21)
    return monday_of(seed) + timedelta(
        days=days[chance_of(seed, "team", team).randrange(len(days))]
    )


def character(seed: int, number: int) -> Character:
    """Draw somebody: three of ten work in shifts, three of ten part-time."""
    chance = chance_of(seed, "character", number)
    zone = chance.choice(ZONES)
    works = number % TEN
    rhythm = Rhythm(zone)
    if works in (3, 4, 5):
        hours = chance.choice(("08:00-12:30", "12:00-17:00", "09:00-16:00"))
        days = ",".join(map(str, sorted(chance.sample(range(1, 6), k=chance.randint(2, 4)))))
        rhythm = with_hours(rhythm, hours, days)
    return Character(
        number=number,
        name=_name(number),
        language=chance.choice(("nl", "nl", "en")),
        zone=zone,
        rhythm=rhythm,
        turn=chance.randrange(len(_ROTATION)) if works in (0, 1, 2) else None,
        leave=_leave(seed, chance),
        answers=chance.choice(ANSWERS),
        patience=chance.choice((0.5, 3, 20, 60)),
        leaves_after=chance.randint(5, 90) if chance.randrange(100) < LEAVE_FOR_GOOD else None,
        follows=number % TEAM != TEAM - 1,
    )


def roster(someone: Character, since: date, days: int) -> Iterator[Span]:
    """Yield the shifts of somebody who rotates, from a day on."""
    if someone.turn is None:
        return
    rotation = _QUICK if someone.number % TEN == 0 else _ROTATION
    for number in range(days):
        day = since + timedelta(days=number)
        hour = rotation[(day.toordinal() + someone.turn) % len(rotation)]
        if hour is not None:
            begins = to_utc(Local(day, time(hour), someone.zone))
            yield begins, begins + _SHIFT


def _leave(seed: int, chance: random.Random) -> tuple[tuple[date, date], ...]:
    if chance.randrange(100) >= GO_ON_LEAVE:
        return ()
    first = monday_of(seed) + timedelta(days=chance.randint(3, 80))
    return ((first, first + timedelta(days=chance.choice((0, 2, 6, 13, 20)))),)


def _name(number: int) -> str:
    """Give a name that nobody else has, and that is no word of either language."""
    base = len(_SYLLABLES)
    digits = (number // base**2 % base, number // base % base, number % base)
    return "".join(_SYLLABLES[digit] for digit in digits).capitalize() + "s"
