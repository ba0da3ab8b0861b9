"""Measuring side by side: ours, theirs, ours, theirs, so that both meet the same machine.

A machine has better and worse minutes; a median of rounds taken in turn compares the sides even
then, and a mean would not.
"""

from __future__ import annotations

import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import TypeAlias

WARM_UP = 10  # of a round's units, one in so many is done before anything counts


@dataclass(frozen=True, slots=True)
class Work:
    """So many units of work that took so many seconds."""

    units: int
    seconds: float

    @property
    def each(self) -> float:
        """Seconds a unit."""
        return self.seconds / self.units


Side: TypeAlias = Callable[[int], Awaitable[Work]]
"""Does a round of about so many units, and says how many it did and in what time."""


@dataclass(slots=True)
class Stopwatch:
    """Counts the seconds in which it was not halted."""

    seconds: float = 0.0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Count what happens in this block."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - began


@dataclass(frozen=True, slots=True)
class Rounds:
    """What each round of a side was."""

    all: tuple[Work, ...]

    @property
    def each(self) -> float:
        """Seconds a unit: the median of the rounds."""
        return median(work.each for work in self.all)

    @property
    def a_second(self) -> float:
        """Units a second: the median of the rounds."""
        return 1 / self.each

    @property
    def units(self) -> int:
        """Units of all rounds together."""
        return sum(work.units for work in self.all)


@dataclass(frozen=True, slots=True)
class Duel:
    """Two sides that did the same work in turn."""

    ours: Rounds
    theirs: Rounds

    @property
    def ratio(self) -> float:
        """How many times as fast ours is."""
        return self.theirs.each / self.ours.each


@dataclass(frozen=True, slots=True)
class Load:
    """A side and how many units it does a round."""

    side: Side
    units: int
    warms_up: bool = field(default=True)


def at_share(values: Sequence[float], share: float) -> float:
    """Give the smallest of some values that this share of them does not exceed.

    >>> at_share([4, 1, 3, 2], 0.5), at_share([4, 1, 3, 2], 0.99)
    (2, 4)
    """
    return sorted(values)[max(math.ceil(share * len(values)) - 1, 0)]


async def duel(ours: Load, theirs: Load, rounds: int) -> Duel:
    """Let two sides work in turn, after each has warmed up."""
    for load in (ours, theirs):
        if load.warms_up:
            await load.side(max(load.units // WARM_UP, 1))
    done: tuple[list[Work], list[Work]] = ([], [])
    for _ in range(rounds):
        for load, works in zip((ours, theirs), done, strict=True):
            works.append(await load.side(load.units))
    return Duel(Rounds(tuple(done[0])), Rounds(tuple(done[1])))


async def alone(load: Load, rounds: int) -> Rounds:
    """Let one side work for so many rounds."""
    if load.warms_up:
        await load.side(max(load.units // WARM_UP, 1))
    return Rounds(tuple([await load.side(load.units) for _ in range(rounds)]))
