"""Work that nobody else may do at the same time, in whatever process they are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy import String, bindparam, func, select

from storage.database import Database
from storage.statements import Statement

_HASH: Final = func.hashtextextended(bindparam("what", type_=String), 0)
_LOCK: Final = Statement(select(func.pg_advisory_xact_lock(_HASH)))


@asynccontextmanager
async def alone(database: Database, what: str) -> AsyncIterator[None]:
    """Keep other processes out of `what` until the block ends; it waits for who is in there.

    A SQLite file has one process at work. On PostgreSQL a connection stays open meanwhile, and the
    lock goes with it.

    Raises:
        DatabaseAway: the database cannot be reached.

    """
    if not database.is_server:
        yield
        return
    async with database.read() as tx:
        await tx.run(_LOCK, what=what)
        yield
