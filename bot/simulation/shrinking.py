"""The shortest history that still shows a violation: one team's, with all left out that may be.

A team lives alone as it does among others, so it is let live again by itself; then steps are left
out, many at a time and at last one by one, for as long as the same still goes wrong.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bot.simulation.acting import Step
from bot.simulation.characters import TEAM, Character, character, start_of
from bot.simulation.checking import Violation
from bot.simulation.life import DAY
from bot.simulation.lives import Lived, Wanted, empty_file, live
from storage import migrate

PATIENCE: Final = 90.0  # seconds in which a history is made shorter


@dataclass(frozen=True, slots=True)
class History:
    """What a team did and read until something went wrong; `lines` tell it, one step each.

    `steps` were left of `of` steps.
    """

    violation: Violation
    who: Sequence[str]
    lines: Sequence[str]
    steps: int
    of: int


async def shortest_history(wanted: Wanted, violation: Violation) -> History | None:
    """Find the shortest history of a violation; None when the team alone does not show it."""
    async with _again(wanted, violation) as again:
        whole = await again.live()
        if not again.shows(whole):
            return None
        ends = time.monotonic() + PATIENCE

        async def fails(steps: Sequence[Step]) -> bool:
            return again.shows(await again.live(steps))

        steps = await shorter(whole.taken, fails, lambda: time.monotonic() > ends)
        told = await again.live(steps)
    who = [_described(each) for each in again.who]
    return History(violation, who, told.told, len(steps), len(whole.taken))


async def shorter(
    steps: Sequence[Step],
    fails: Callable[[Sequence[Step]], Awaitable[bool]],
    is_enough: Callable[[], bool],
) -> Sequence[Step]:
    """Leave steps out, halves first and single ones last, as long as it fails all the same."""
    size = max(len(steps) // 2, 1)
    while True:
        at = 0
        while at < len(steps):
            if is_enough():
                return steps
            left = [*steps[:at], *steps[at + size :]]
            if await fails(left):
                steps = left
            else:
                at += size
        if size == 1:
            return steps
        size //= 2


@dataclass
class _Again:
    """One team that lives again, each time on a fresh copy of an empty database."""

    wanted: Wanted
    violation: Violation
    who: Sequence[Character]
    empty: Path

    async def live(self, script: Sequence[Step] | None = None) -> Lived:
        """Let them live again: as they like, or by a script."""
        async with empty_file() as url:
            shutil.copy(self.empty, url.partition(":///")[2])
            wanted = replace(self.wanted, url=url, kill_every=0)
            return await live(wanted, self.who, script=script, aloud=True)

    def shows(self, lived: Lived) -> bool:
        """Say whether the same goes wrong, be it at another moment."""
        kind, whom = self.violation.kind, self.violation.what.partition(":")[0]
        return any(
            (each.kind, each.what.partition(":")[0]) == (kind, whom) for each in lived.checks.first
        )


@asynccontextmanager
async def _again(wanted: Wanted, violation: Violation) -> AsyncIterator[_Again]:
    first = violation.team * TEAM
    numbers = range(first, min(first + TEAM, wanted.people))
    days = -(-(violation.at - start_of(wanted.seed)) // DAY)
    async with empty_file() as url:
        await migrate.upgrade(url)
        yield _Again(
            replace(wanted, days=min(max(days, 1), wanted.days)), violation,
            [character(wanted.seed, number) for number in numbers], Path(url.partition(":///")[2]),
        )  # fmt: skip


def _described(someone: Character) -> str:
    works = "in shifts" if someone.turn is not None else f"days {sorted(someone.rhythm.days)}"
    away = "".join(f", away {first} to {last}" for first, last in someone.leave)
    return f"{someone.user}: {someone.language}, {someone.zone}, {works}{away}"
