"""A connection to SQLite: short statements here and now, and nothing beside its thread."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.patient import READS, WRITES, Connection, connect

PATIENCE = 2_000
LONG = (
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 300000) "
    "SELECT max(x) FROM c"
)


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[Connection]:
    """Give a connection to a file with an empty table."""
    opened = connect(str(tmp_path / "a.db"), WRITES, isolation_level=None)
    await opened
    await opened.carry_out("PRAGMA journal_mode=WAL", ())
    await opened.carry_out("CREATE TABLE words (word TEXT)", ())
    yield opened
    await opened.close()


async def test_a_short_statement_waits_for_nothing(connection: Connection) -> None:
    coroutine = connection.carry_out("INSERT INTO words VALUES (?) RETURNING word", ("one",))

    with pytest.raises(StopIteration) as done:
        coroutine.send(None)

    assert done.value.value[0] == [("one",)]


async def test_nothing_runs_beside_a_statement_whose_asker_was_cancelled(
    connection: Connection,
) -> None:
    asked = asyncio.create_task(connection.cursor().execute(LONG))
    await asyncio.wait((asked,), timeout=0.001)
    asked.cancel()
    await asyncio.wait((asked,))
    coroutine = connection.carry_out("SELECT 1", ())
    waits = coroutine.send(None)
    coroutine.close()

    assert waits is not None
    await connection.carry_out("SELECT 1", ())
    with pytest.raises(StopIteration):
        connection.carry_out("SELECT 1", ()).send(None)


async def test_a_lock_that_is_taken_is_waited_for_in_the_thread(
    connection: Connection, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        beginning = asyncio.create_task(connection.begin(PATIENCE))
        done, _ = await asyncio.wait((beginning,), timeout=0.05)
        other.execute("COMMIT")
        await beginning

    assert not done
    assert connection.in_transaction
    assert await connection.carry_out("PRAGMA busy_timeout", ()) == ([(PATIENCE,)], -1)


async def test_what_changed_nothing_is_committed_here(connection: Connection) -> None:
    await connection.begin(PATIENCE)
    await connection.carry_out("SELECT * FROM words", ())
    read_only = connection.commit_here()
    await connection.begin(PATIENCE)
    await connection.carry_out("INSERT INTO words VALUES ('one')", ())
    written = connection.commit_here()
    await connection.commit()

    assert (read_only, written) == (True, False)
    assert await connection.carry_out("SELECT word FROM words", ()) == ([("one",)], -1)


async def test_what_need_not_last_is_committed_here(tmp_path: Path) -> None:
    passing = connect(str(tmp_path / "a.db"), WRITES, lasting=False, isolation_level=None)
    await passing
    await passing.carry_out("CREATE TABLE words (word)", ())
    await passing.begin(PATIENCE)
    await passing.carry_out("INSERT INTO words VALUES ('one')", ())

    assert passing.commit_here()
    assert not passing.in_transaction
    await passing.close()


async def test_who_reads_begins_without_the_lock(connection: Connection, tmp_path: Path) -> None:
    await connection.begin(PATIENCE)
    reader = connect(str(tmp_path / "a.db"), READS, isolation_level=None)
    await reader

    await reader.begin(PATIENCE)

    assert (reader.in_transaction, reader.commit_here()) == (True, True)
    await reader.close()


async def test_closing_lets_go_of_the_lock(connection: Connection, tmp_path: Path) -> None:
    other = connect(str(tmp_path / "a.db"), WRITES, isolation_level=None)
    await other
    await other.begin(PATIENCE)
    await other.carry_out("INSERT INTO words VALUES ('undone')", ())

    await other.close()
    await connection.begin(1)

    assert await connection.carry_out("SELECT * FROM words", ()) == ([], -1)
