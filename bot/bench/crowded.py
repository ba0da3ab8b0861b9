"""Two databases that differ in one thing: in how many are enrolled who wait for a later day.

In both, as many learners have a visit due at the same moment.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.bench import crowd
from bot.bench.grounds import Ground, migrated
from bot.bench.sizes import Sizes
from bot.bench.town import more_like, settle
from storage.database import Database
from storage.keyring import Keyring, new_key, write_key

AT_ONCE: Final = 100_000  # people a transaction


@dataclass(frozen=True, slots=True)
class Crowded:
    """A database with this many who wait; `due` is when `visits` learners have a visit due."""

    url: str
    key: str = field(repr=False)
    enrolled: int
    visits: int
    due: datetime

    @property
    def keyring(self) -> Keyring:
        """Give the master key of it."""
        return Keyring.read(self.key)


@asynccontextmanager
async def crowded(ground: Ground, sizes: Sizes) -> AsyncIterator[tuple[Crowded, Crowded]]:
    """Give the database of the few and that of the many, until the block ends."""
    async with AsyncExitStack() as stack:
        few, many = [
            await _filled(await stack.enter_async_context(migrated(ground)), enrolled, sizes)
            for enrolled in sizes.crowd
        ]
        yield few, many


async def _filled(url: str, enrolled: int, sizes: Sizes) -> Crowded:
    key = write_key("bench", new_key())
    database = await Database.open(url, Keyring.read(key))
    try:
        async with database.write() as tx:
            town = await settle(tx)
            await more_like(tx, town.model, sizes.morning - 1)
        for first in range(0, enrolled, AT_ONCE):
            last = min(first + AT_ONCE, enrolled)
            async with database.write() as tx:
                await crowd.enrol(tx, town, first, last)
                await crowd.plan(tx, town.last_nudge, first, last)
    finally:
        await database.close()
    return Crowded(url, key, enrolled, sizes.morning, town.first_visit)
