"""Inserts that may meet a row that is already there, the same on both databases.

An insert that fails spoils a PostgreSQL transaction; these do not fail, they say what happened.
"""

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


async def insert_new(connection: AsyncConnection, table: Table, **values: object) -> bool:
    """Insert a row unless one with the same unique values exists; say whether it is new."""
    insert = (
        sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
    )
    put = insert.values(values).on_conflict_do_nothing()
    return (await connection.execute(put.returning(*table.primary_key))).first() is not None
