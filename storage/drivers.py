"""A database's own driver, for what is done in every turn: without SQLAlchemy in between.

SQLAlchemy made the statement and keeps the connection, and knows of no transaction until somebody
executes by it; so whoever begins here must also commit here.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import patient
from storage.ends import to_the_end
from storage.patient import Done
from storage.statements import Statement, Values

_ERRORS: Final = (sqlite3.Error, psycopg.Error)


async def rows(
    connection: AsyncConnection, statement: Statement, given: Mapping[str, object]
) -> list[dict[str, Any]]:
    """Carry out a statement, and give the rows that it gives, by column.

    Raises:
        DBAPIError: the database refused it, or is away.

    """
    prepared = statement.prepared(connection.dialect, tuple(given))
    found, _ = await say(connection, prepared.sql, prepared.values(given), gives=True)
    return [prepared.read(row) for row in found]


async def run(
    connection: AsyncConnection, statement: Statement, given: Mapping[str, object]
) -> int:
    """Carry out a statement, and count the rows it touched. Raises as `rows` does."""
    prepared = statement.prepared(connection.dialect, tuple(given))
    return (await say(connection, prepared.sql, prepared.values(given)))[1]


async def say(
    connection: AsyncConnection, sql: str, values: Values = (), *, gives: bool = False
) -> Done:
    """Carry out SQL, which `gives` rows or not. Raises as `rows` does."""
    driver = _driver(connection)
    try:
        if isinstance(driver, patient.Connection):
            return await driver.carry_out(sql, values)
        cursor = await driver.cursor().execute(sql, values)
        return (await cursor.fetchall() if gives else []), cursor.rowcount
    except _ERRORS as error:
        told = _told(connection, sql, error)
        if told.connection_invalidated:
            await connection.invalidate(error)
        raise told from error


async def begin(connection: AsyncConnection, patience: int) -> None:
    """Begin a transaction; `patience` is for how many milliseconds to wait for SQLite's lock.

    PostgreSQL's driver begins by itself. Raises as `rows` does.
    """
    driver = _driver(connection)
    if isinstance(driver, patient.Connection):
        with _telling(connection, driver.begins):
            await driver.begin(patience)


async def commit(connection: AsyncConnection) -> None:
    """Commit what was done by either way, and be cancelled only then. Raises as `rows` does."""
    driver = _driver(connection)
    if connection.in_transaction():
        await to_the_end(connection.commit())
        return
    with _telling(connection, "COMMIT"):
        if not (isinstance(driver, patient.Connection) and driver.commit_here()):
            await to_the_end(driver.commit())


def _driver(connection: AsyncConnection) -> Any:  # noqa: ANN401 - ours, or psycopg's
    there = connection.sync_connection
    if there is not None and there.invalidated:
        # SQLAlchemy would connect anew by itself, in the middle of a transaction that is gone.
        raise DBAPIError.instance(
            "", None, psycopg.OperationalError("The connection is lost."), psycopg.Error,
            hide_parameters=True, connection_invalidated=True, dialect=connection.dialect,
        )  # fmt: skip
    return there and there.connection.driver_connection


@contextmanager
def _telling(connection: AsyncConnection, sql: str) -> Iterator[None]:
    try:
        yield
    except _ERRORS as error:
        raise _told(connection, sql, error) from error


def _told(connection: AsyncConnection, sql: str, error: Exception) -> DBAPIError:
    """Tell of an error as SQLAlchemy does, without the values."""
    dialect = connection.dialect
    told = DBAPIError.instance(
        sql,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=bool(getattr(_driver(connection), "broken", False)),
        dialect=dialect,
    )
    assert isinstance(told, DBAPIError)  # noqa: S101 - each of the drivers' errors is one
    return told
