"""The connections that transactions take and leave: those of a SQLite file are kept in between.

Taking one from SQLAlchemy's pool, which keeps them too, costs more than a short transaction. One
is given back to the pool as soon as somebody waits there.
"""

import asyncio

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.ends import to_the_end


class Seats:
    """The connections of one engine."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Take the engine, whose pool says how many there may be."""
        self.engine = engine
        self._keeps = engine.dialect.name == "sqlite"
        self._kept: list[AsyncConnection] = []
        self._waiting = 0

    async def take(self) -> AsyncConnection:
        """Take a connection that is in no transaction; leave it afterwards."""
        if self._kept:
            return self._kept.pop()
        self._waiting += 1
        try:
            return await _connected(self.engine)
        finally:
            self._waiting -= 1

    async def leave(self, connection: AsyncConnection, *, is_over: bool) -> None:
        """Give a connection back, in which a transaction is over or is to be undone."""
        if is_over and self._keeps and not self._waiting:
            self._kept.append(connection)
        else:
            await to_the_end(connection.close())

    async def give_up(self) -> None:
        """Give what is kept back to the pool."""
        while self._kept:
            await to_the_end(self._kept.pop().close())


async def _connected(engine: AsyncEngine) -> AsyncConnection:
    """Take a connection; one that arrives after we were cancelled goes back."""
    connection = engine.connect()
    try:
        await to_the_end(connection.start())
    except asyncio.CancelledError:
        if connection.sync_connection:
            await to_the_end(connection.close())
        raise
    return connection
