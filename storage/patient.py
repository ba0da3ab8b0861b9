"""A SQLite connection: short statements in the event loop itself, all that may wait in a thread.

What runs in the thread runs on, whoever stopped waiting for it; so nothing else is done with the
connection before that is over. Closed in the middle of something, it lets go of its lock: a
statement that was cancelled would else keep everybody from writing until Python forgets it.
"""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Final, TypeAlias

import aiosqlite

from storage.cursors import Cursor
from storage.statements import Values

READS: Final = "BEGIN"
WRITES: Final = "BEGIN IMMEDIATE"
_ROWS_AT_ONCE: Final = 64
_STATEMENTS: Final = 512  # that SQLite keeps compiled: all that are built once, and some

Done: TypeAlias = tuple[list[tuple[Any, ...]], int]
"""The rows that a statement gave, and how many it touched."""


class Connection(aiosqlite.Connection):
    """A connection with a thread of its own; `begins` is how its transactions do.

    Committing waits for the disk, unless it is not `lasting`.
    """

    def __init__(
        self, connector: Callable[[], sqlite3.Connection], begins: str, *, lasting: bool = True
    ) -> None:
        """Take how the file is opened, and how a transaction begins."""
        super().__init__(connector, _ROWS_AT_ONCE)
        self.begins = begins
        self._lasting = lasting
        self._under_way: list[None] = []  # one for all that the thread has yet to finish
        self._changes = 0

    def cursor(self) -> Cursor:  # type: ignore[override]
        """Give a cursor, which goes to the thread when it is used."""
        return Cursor(self._conn.cursor, self._execute)

    async def carry_out(self, sql: str, values: Values) -> Done:
        """Carry out a short statement here and now, unless the thread is still at work."""
        if self._under_way:
            done: Done = await self._execute(_carried_out, self._conn, sql, values)
            return done
        return _carried_out(self._conn, sql, values)

    async def begin(self, patience: int) -> None:
        """Begin a transaction; where another process has the lock, wait in the thread.

        `patience` is the milliseconds for which SQLite waits.
        """
        if self._under_way:
            await self._execute(self._conn.execute, self.begins)
        elif self.begins == READS:
            self._conn.execute(self.begins)  # which waits for nobody
        else:
            await self._lock(patience)
        self._changes = self._conn.total_changes

    async def _lock(self, patience: int) -> None:
        try:
            self._conn.execute("PRAGMA busy_timeout=0")
            self._conn.execute(self.begins)
        except sqlite3.OperationalError:
            self._conn.execute(f"PRAGMA busy_timeout={patience:d}")
            await self._execute(self._conn.execute, self.begins)
        else:
            self._conn.execute(f"PRAGMA busy_timeout={patience:d}")

    def commit_here(self) -> bool:
        """Commit what waits for no disk, such as what changed no row; else say False."""
        waits = self._lasting and self._conn.total_changes != self._changes
        if self._under_way or waits:
            return False
        self._conn.commit()
        return True

    async def rollback(self) -> None:
        """Undo what was not committed, if there is anything."""
        if self._under_way or self._conn.in_transaction:
            await super().rollback()

    async def close(self) -> None:
        """Undo what was not committed, then close."""
        with suppress(sqlite3.Error, ValueError):  # it is gone already
            await self.rollback()
        await super().close()

    async def _execute(self, fn: Callable[..., object], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as the driver's
        """Do something in the thread."""
        if self._running and self._connection:
            self._under_way.append(None)
        work = partial(self._over, partial(fn, *args, **kwargs))
        return await super()._execute(work)  # type: ignore[no-untyped-call]

    def _over(self, work: Callable[[], object]) -> object:
        try:
            return work()
        finally:
            self._under_way.pop()


def connect(database: str, begins: str, *, lasting: bool = True, **options: Any) -> Connection:  # noqa: ANN401 - the driver's own
    """Make a connection; await it to open the file."""
    # One of its threads uses it at a time; SQLite must not insist that it is always the same.
    options = {**options, "check_same_thread": False, "cached_statements": _STATEMENTS}
    opened = partial(sqlite3.connect, database, **options)
    connection = Connection(opened, begins, lasting=lasting)
    # As SQLAlchemy does for its own: a process that was not closed properly still ends.
    connection._thread.daemon = True  # noqa: SLF001
    return connection


def _carried_out(connection: sqlite3.Connection, sql: str, values: Values) -> Done:
    cursor = connection.execute(sql, values)
    rows = cursor.fetchall()
    return rows, cursor.rowcount
