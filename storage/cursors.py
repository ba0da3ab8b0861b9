"""A cursor of SQLite that goes to its thread once for a statement, and comes back with the rows.

The driver's own goes there four times: to be made, to run, to read and to be closed. Rows beyond
the first `ROWS_AT_ONCE` stay there until they are asked for, so a stream never holds all of them.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Any, Final, Protocol, Self, TypeAlias

ROWS_AT_ONCE: Final = 1_000

Row: TypeAlias = tuple[Any, ...]


class Thread(Protocol):
    """Where the functions of a connection run, one after the other."""

    async def __call__(self, work: Callable[[], Any], /) -> Any:  # noqa: ANN401 - what it returns
        """Run a function there. Raises what it raises."""
        ...


class Cursor:
    """A statement and its rows, as SQLAlchemy wants them of an asynchronous driver."""

    def __init__(self, make: Callable[[], sqlite3.Cursor], thread: Thread) -> None:
        """Go nowhere yet; `make` is called in the thread."""
        self.arraysize = 1
        self._make = make
        self._thread = thread
        self._there: sqlite3.Cursor | None = None
        self._rows: deque[Row] = deque()
        self._is_over = True

    async def __aenter__(self) -> Self:
        """Go nowhere yet."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of what was not read."""
        await self.close()

    @property
    def description(self) -> Any:  # noqa: ANN401 - the driver's own
        """Name the columns; None for a statement that has no rows."""
        return self._there.description if self._there else None

    @property
    def rowcount(self) -> int:
        """Count the rows that were changed; -1 when that is not known."""
        return self._there.rowcount if self._there else -1

    @property
    def lastrowid(self) -> int | None:
        """Give the number that SQLite gave to the row that was inserted last."""
        return self._there.lastrowid if self._there else None

    async def execute(self, sql: str, parameters: Any = ()) -> Self:  # noqa: ANN401 - the driver's own
        """Run a statement, and read its first rows."""
        return await self._run(lambda cursor: cursor.execute(sql, parameters))

    async def executemany(self, sql: str, parameters: Any) -> Self:  # noqa: ANN401 - the driver's own
        """Run a statement with each of these."""
        return await self._run(lambda cursor: cursor.executemany(sql, parameters))

    async def fetchone(self) -> Row | None:
        """Give the next row; None after the last."""
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def fetchmany(self, size: int | None = None) -> list[Row]:
        """Give the next rows, at most so many."""
        wanted = self.arraysize if size is None else size
        if len(self._rows) < wanted:
            await self._read(max(wanted, ROWS_AT_ONCE))
        return [self._rows.popleft() for _ in range(min(wanted, len(self._rows)))]

    async def fetchall(self) -> list[Row]:
        """Give all that were not given yet."""
        while not self._is_over:
            await self._read(ROWS_AT_ONCE)
        rows = list(self._rows)
        self._rows.clear()
        return rows

    async def close(self) -> None:
        """Let go of what was not read."""
        self._rows.clear()
        if self._there and not self._is_over:
            self._is_over = True
            await self._thread(self._there.close)

    async def _run(self, run: Callable[[sqlite3.Cursor], object]) -> Self:
        await self.close()
        self._there, rows, self._is_over = await self._thread(partial(_begun, self._make, run))
        self._rows.extend(rows)
        return self

    async def _read(self, most: int) -> None:
        if self._there and not self._is_over:
            rows, self._is_over = await self._thread(partial(_read, self._there, most))
            self._rows.extend(rows)


def _begun(
    make: Callable[[], sqlite3.Cursor], run: Callable[[sqlite3.Cursor], object]
) -> tuple[sqlite3.Cursor, list[Row], bool]:
    """Run a statement; give its cursor, its first rows, and whether these are all."""
    cursor = make()
    run(cursor)
    return cursor, *_read(cursor, ROWS_AT_ONCE)


def _read(cursor: sqlite3.Cursor, most: int) -> tuple[list[Row], bool]:
    """Read the next rows, and close the cursor when these are the last."""
    rows = cursor.fetchmany(most)
    is_over = len(rows) < most
    if is_over:
        cursor.close()
    return rows, is_over
