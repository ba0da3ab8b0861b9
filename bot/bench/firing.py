"""Firing: visits that fall due are opened, to committed letters in the outbox, by the real hands.

Ours decides about each with the facts of the moment, seals a dialogue and lays out its letter; the
peer's jobs only read, update and insert.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.app import Pace
from bot.bench.grounds import Ground
from bot.bench.measured import Duel, Load, Work, duel
from bot.bench.peer_apscheduler import jobs
from bot.bench.settled import settled
from bot.bench.sizes import Sizes
from bot.bench.town import Town, many_like
from bot.nudges import Nudges
from storage import outbox
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Visits:
    """A town in which learners are visited."""

    database: Database
    town: Town

    async def fire(self, count: int) -> Work:
        """Open so many of the visits that are due; a unit is a visit."""
        before = await self.letters()
        hands = Nudges(self.database, lease=Pace().lease)
        began = time.perf_counter()
        await hands.open_due(self.town.first_visit, count)
        seconds = time.perf_counter() - began
        return Work(await self.letters() - before, seconds)

    async def letters(self) -> int:
        """Count the letters that stand ready."""
        async with self.database.read() as tx:
            return await outbox.waiting(tx)


@asynccontextmanager
async def visits(ground: Ground, due: int) -> AsyncIterator[Visits]:
    """Give a town in which so many visits are due at once, until the block ends."""
    async with settled(ground) as (database, town):
        await many_like(database, town.model, due - 1)
        yield Visits(database, town)


async def measure(ground: Ground, sizes: Sizes) -> Duel:
    """Measure an opened visit of ours beside a job that ran."""
    async with visits(ground, sizes.due) as ours, jobs(ground) as theirs:
        return await duel(
            Load(ours.fire, sizes.fired), Load(theirs.fire, sizes.fired), sizes.rounds
        )
