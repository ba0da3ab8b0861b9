"""Claiming: what is due is found just as fast, however much is planned for later days."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.bench.crowded import Crowded
from bot.bench.measured import Duel, Load, Work, duel
from bot.bench.sizes import Sizes
from storage import due_nudges
from storage.database import Database

CLAIMS: int = 5  # in a round: one is over too soon to compare


@dataclass(frozen=True, slots=True)
class Claims:
    """A crowd, and what is due in it."""

    database: Database
    crowded: Crowded

    async def claim(self, count: int) -> Work:
        """Claim so much that is due, and give it back, some times over; a unit is one nudge."""
        seconds, claimed = 0.0, 0
        for _ in range(CLAIMS):
            began = time.perf_counter()
            async with self.database.write() as tx:
                found = await due_nudges.claim(tx, self.crowded.due, await tx.now(), count)
            seconds += time.perf_counter() - began
            claimed += len(found)
            async with self.database.write() as tx:
                await due_nudges.give_back(tx, found)
        return Work(claimed, seconds)


@asynccontextmanager
async def claims(crowded: Crowded) -> AsyncIterator[Claims]:
    """Open a crowd's database, until the block ends."""
    database = await Database.open(crowded.url, crowded.keyring)
    try:
        yield Claims(database, crowded)
    finally:
        await database.close()


async def measure(few: Crowded, many: Crowded, sizes: Sizes) -> Duel:
    """Measure a claim among few beside one among many; the ratio is what the many cost more."""
    async with claims(few) as ours, claims(many) as theirs:
        return await duel(
            Load(ours.claim, sizes.claimed), Load(theirs.claim, sizes.claimed), sizes.rounds
        )
