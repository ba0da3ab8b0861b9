"""A statement of SQLite is one trip to its thread, however it is read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from storage.cursors import ROWS_AT_ONCE, Cursor

LONG = 2 * ROWS_AT_ONCE + 1
NUMBERS = (
    "WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?) "
    "SELECT n FROM numbers"
)


@dataclass
class Trips:
    """A connection whose thread is this one, and how often one went there."""

    connection: sqlite3.Connection
    made: list[Callable[[], Any]] = field(default_factory=list)

    async def __call__(self, work: Callable[[], Any], /) -> Any:  # noqa: ANN401 - as the protocol
        """Go there."""
        self.made.append(work)
        return work()

    def cursor(self) -> Cursor:
        """Give a cursor."""
        return Cursor(self.connection.cursor, self)


@pytest.fixture
def trips() -> Iterator[Trips]:
    """Give a connection with an empty table."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE words (word TEXT)")
    yield Trips(connection)
    connection.close()


async def test_a_statement_is_one_trip(trips: Trips) -> None:
    async with trips.cursor() as cursor:
        await cursor.execute("SELECT 1 AS one UNION SELECT 2")
        rows = await cursor.fetchall()

    assert (rows, len(trips.made)) == ([(1,), (2,)], 1)
    assert [column[0] for column in cursor.description] == ["one"]


async def test_a_long_result_comes_in_its_order(trips: Trips) -> None:
    cursor = await trips.cursor().execute(NUMBERS, (LONG - 1,))

    first, few = await cursor.fetchone(), await cursor.fetchmany(2)
    default, rest = await cursor.fetchmany(), await cursor.fetchall()

    assert first
    assert [first, *few, *default, *rest] == [(number,) for number in range(LONG)]
    assert (len(few), len(default)) == (2, 1)
    assert (await cursor.fetchone(), await cursor.fetchall()) == (None, [])


async def test_a_stream_never_holds_all_of_a_long_result(trips: Trips) -> None:
    cursor = await trips.cursor().execute(NUMBERS, (LONG - 1,))

    some = await cursor.fetchmany(ROWS_AT_ONCE)

    assert (len(some), len(trips.made)) == (ROWS_AT_ONCE, 1)
    assert len(await cursor.fetchmany(ROWS_AT_ONCE)) == ROWS_AT_ONCE
    assert len(trips.made) == 2
    await cursor.close()


async def test_what_was_not_read_is_let_go_when_it_is_closed(trips: Trips) -> None:
    await trips.cursor().executemany("INSERT INTO words VALUES (?)", [("word",)] * LONG)
    async with trips.cursor() as cursor:
        await cursor.execute("SELECT word FROM words")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            await trips.cursor().execute("DROP TABLE words")

    await trips.cursor().execute("DROP TABLE words")

    assert await cursor.fetchall() == []


async def test_what_was_read_to_the_end_keeps_nothing_open(trips: Trips) -> None:
    cursor = await trips.cursor().execute("SELECT word FROM words")

    await trips.cursor().execute("DROP TABLE words")

    assert await cursor.fetchall() == []


async def test_one_knows_what_a_statement_changed(trips: Trips) -> None:
    inserts = await trips.cursor().executemany(
        "INSERT INTO words VALUES (?)", [("one",), ("two",)]
    )
    returns = await trips.cursor().execute("UPDATE words SET word = 'three' RETURNING word")
    inserted = await trips.cursor().execute("INSERT INTO words VALUES (?)", ("four",))

    assert (inserts.rowcount, inserts.description) == (2, None)
    assert (returns.rowcount, await returns.fetchall()) == (2, [("three",), ("three",)])
    assert (inserted.rowcount, inserted.lastrowid) == (1, 3)


async def test_a_cursor_may_be_used_again(trips: Trips) -> None:
    cursor = await trips.cursor().execute(NUMBERS, (LONG - 1,))

    await cursor.execute("SELECT 'again'")

    assert await cursor.fetchall() == [("again",)]


async def test_before_its_first_statement_a_cursor_knows_nothing(trips: Trips) -> None:
    async with trips.cursor() as cursor:
        assert (cursor.description, cursor.rowcount, cursor.lastrowid) == (None, -1, None)
        assert await cursor.fetchone() is None

    assert trips.made == []


async def test_what_is_wrong_with_a_statement_comes_out(trips: Trips) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table: pets"):
        await trips.cursor().execute("SELECT * FROM pets")
