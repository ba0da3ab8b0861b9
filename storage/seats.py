"""The connections that transactions take and leave, of which some are kept in between.

Taking one from SQLAlchemy's pool, which keeps them too, costs more than a short transaction. One
is given back to the pool as soon as somebody waits there.
"""

import asyncio
import select
from typing import Any, Final

import psycopg
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.ends import to_the_end

_MOST: Final = 4  # of a kind: the pool has room for more
_FRESH: Final = 5.0  # seconds for which a server that says nothing is believed to be there


class Seats:
    """The connections of one engine to transactions of one kind: all may write, or none."""

    def __init__(self, engine: AsyncEngine, **options: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
        """Take the engine, whose pool says how many there may be, and how each is to be."""
        self.engine = engine
        self._options = options
        self._kept: list[tuple[AsyncConnection, float]] = []
        self._waiting = 0

    async def take(self) -> AsyncConnection:
        """Take a connection that is in no transaction; leave it afterwards."""
        while self._kept:
            connection, since = self._kept.pop()
            if _is_there(connection, self._now() - since):
                return connection
            await to_the_end(connection.close())
        self._waiting += 1
        try:
            return await self._connected()
        finally:
            self._waiting -= 1

    async def leave(self, connection: AsyncConnection, *, is_over: bool) -> None:
        """Give a connection back, in which a transaction is over or is to be undone."""
        if is_over and not self._waiting and len(self._kept) < _MOST:
            self._kept.append((connection, self._now()))
        else:
            await to_the_end(connection.close())

    async def give_up(self) -> None:
        """Give what is kept back to the pool."""
        while self._kept:
            await to_the_end(self._kept.pop()[0].close())

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    async def _connected(self) -> AsyncConnection:
        """Take a connection from the pool; one that arrives after we were cancelled goes back."""
        connection = self.engine.connect()
        try:
            await to_the_end(connection.start())
            if self._options:
                await connection.execution_options(**self._options)
        except BaseException:  # cancelled too: what is taken goes back
            if connection.sync_connection:
                await to_the_end(connection.close())
            raise
        return connection


def _is_there(connection: AsyncConnection, seconds: float) -> bool:
    """Say whether a connection that was kept can be used; the pool itself asks the server."""
    there = connection.sync_connection
    driver = there and there.connection.driver_connection
    if isinstance(driver, psycopg.AsyncConnection):
        return seconds < _FRESH and not driver.closed and not _has_news(driver.fileno())
    return driver is not None


def _has_news(server: int) -> bool:
    """Say whether a server said something unasked, such as that it goes away."""
    asked = select.poll()
    asked.register(server, select.POLLIN)
    return bool(asked.poll(0))
