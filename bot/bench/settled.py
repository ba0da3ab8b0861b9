"""A new database in which a town has settled: where what is measured by itself begins."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.bench.grounds import Ground, opened
from bot.bench.town import Town, settle
from storage.database import Database


@asynccontextmanager
async def settled(ground: Ground) -> AsyncIterator[tuple[Database, Town]]:
    """Give a new database and the town in it, until the block ends."""
    async with opened(ground) as database:
        async with database.write() as tx:
            town = await settle(tx)
        yield database, town
