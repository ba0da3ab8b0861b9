"""The demo's clock: how far it was turned. A database with a row here is a demo's, for good."""

import math
from datetime import timedelta
from typing import Final

from sqlalchemy import select, update

from storage.database import Transaction
from storage.statements import Statement
from storage.tables import clock

_ONLY: Final = 1
_SET: Final = Statement(update(clock))


async def get(tx: Transaction) -> timedelta | None:
    """Read how far the clock was turned; None when this is no demo's database."""
    row = await tx.row(select(clock.c.offset_seconds).where(clock.c.id == _ONLY))
    return timedelta(seconds=row["offset_seconds"]) if row else None


async def set(tx: Transaction, offset: timedelta) -> None:  # noqa: A001 - a clock is set
    """Turn the clock; parts of a second are rounded up, so that what was due then is due."""
    seconds = math.ceil(offset.total_seconds())
    if not await tx.insert_new(clock, id=_ONLY, offset_seconds=seconds):
        await tx.run(_SET, offset_seconds=seconds)
