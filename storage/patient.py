"""A SQLite connection that lets go of its lock when it is closed in the middle of something.

A statement that was cancelled half-way outlives the connection until Python forgets it; without
the rollback it would keep everybody else from writing until then.
"""

import sqlite3
from contextlib import suppress
from functools import partial
from typing import Any, Final

import aiosqlite

from storage.cursors import Cursor

_ROWS_AT_ONCE: Final = 64


class Connection(aiosqlite.Connection):
    """A connection in a thread of its own."""

    def cursor(self) -> Cursor:  # type: ignore[override]
        """Give a cursor, which goes to the thread when it is used."""
        return Cursor(self._conn.cursor, self._execute)

    async def close(self) -> None:
        """Undo what was not committed, then close."""
        with suppress(sqlite3.Error, ValueError):  # it is gone already
            await self.rollback()
        await super().close()


def connect(database: str, **options: Any) -> Connection:  # noqa: ANN401 - the driver's own
    """Make a connection; await it to open the file."""
    connection = Connection(partial(sqlite3.connect, database, **options), _ROWS_AT_ONCE)
    # As SQLAlchemy does for its own: a process that was not closed properly still ends.
    connection._thread.daemon = True  # noqa: SLF001
    return connection
