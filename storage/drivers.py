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
from storage.patient import Done
from storage.statements import Prepared, Values

_ERRORS: Final = (sqlite3.Error, psycopg.Error)


def _driver(connection: AsyncConnection) -> Any:  # noqa: ANN401 - patient.Connection or psycopg's
    there = connection.sync_connection
    return there and there.connection.driver_connection


async def carry_out(
    connection: AsyncConnection, prepared: Prepared, given: Mapping[str, object]
) -> Done:
    """Carry out a statement; give the rows that it gave, and how many it touched.

    Raises:
        DBAPIError: the database refused it, or is away.

    """
    return await say(
        connection, prepared.sql, prepared.values(given), gives=bool(prepared.columns)
    )


async def say(
    connection: AsyncConnection, sql: str, values: Values = (), *, gives: bool = False
) -> Done:
    """Carry out SQL, which `gives` rows or not. Raises as `carry_out` does."""
    driver = _driver(connection)
    try:
        if isinstance(driver, patient.Connection):
            return await driver.carry_out(sql, values)
        cursor = await driver.cursor().execute(sql, values)
        return (await cursor.fetchall() if gives else []), cursor.rowcount
    except _ERRORS as error:
        raise await _told(connection, sql, error) from error


async def begin(connection: AsyncConnection, patience: int) -> None:
    """Begin a transaction; `patience` is for how many milliseconds to wait for SQLite's lock.

    PostgreSQL's driver begins by itself. Raises as `carry_out` does.
    """
    driver = _driver(connection)
    if isinstance(driver, patient.Connection):
        with _telling(connection, driver.begins):
            await driver.begin(patience)


async def commit(connection: AsyncConnection) -> None:
    """Commit what was done by either way. Raises as `carry_out` does."""
    if connection.in_transaction():
        await connection.commit()
        return
    with _telling(connection, "COMMIT"):
        await _driver(connection).commit()


@contextmanager
def _telling(connection: AsyncConnection, sql: str) -> Iterator[None]:
    try:
        yield
    except _ERRORS as error:
        raise _as_sqlalchemy_does(connection, sql, error) from error


async def _told(connection: AsyncConnection, sql: str, error: Exception) -> Exception:
    told = _as_sqlalchemy_does(connection, sql, error)
    if isinstance(told, DBAPIError) and told.connection_invalidated:
        await connection.invalidate(error)
    return told


def _as_sqlalchemy_does(connection: AsyncConnection, sql: str, error: Exception) -> Exception:
    dialect = connection.dialect
    driver = _driver(connection)
    return DBAPIError.instance(
        sql,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=bool(getattr(driver, "broken", False)),
        dialect=dialect,
    )
