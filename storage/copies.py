"""A copy of a whole database as it is at one moment, while others go on writing in it.

What is said of it is read in the copy, or in the snapshot it is made of: never beside it, where
another row may have come meanwhile. Tables of an older release are copied as they are.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, func, inspect, select, table, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage import dumps, engines, tables
from storage.errors import DatabaseAway, NotReady

_PATIENCE: Final = 30.0  # seconds that another program may keep a SQLite file locked
_WHOLE: Final = "ok"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is in a database: revision, check values of keys in hex, rows by table, the clock.

    `offset` is how far a demo's clock was turned; None where there is none.
    """

    dialect: Literal["sqlite", "postgresql"]
    revision: str
    keys: Mapping[str, str]
    rows: Mapping[str, int]
    offset: timedelta | None


async def copy(url: str, file: Path) -> Facts:
    """Write a copy of a database into a file, which must not be there, and say what is in it.

    Raises:
        NotReady: there is no database, or it has no tables.
        DatabaseAway: it cannot be read, is damaged, or the copy cannot be written.

    """
    read = engines.read_url(url)
    if not engines.is_sqlite(read):
        return await _dumped(read, file)
    source = engines.file_of(read)
    if not source.exists():
        raise NotReady(f"There is no database {source} yet: there is nothing to back up.")
    await asyncio.to_thread(_vacuumed, source, file)
    return await in_file(file)


async def in_file(file: Path) -> Facts:
    """Say what is in a SQLite file that nobody works on, once its integrity is checked.

    Raises:
        NotReady: it has no tables.
        DatabaseAway: it is damaged.

    """
    await asyncio.to_thread(_check, file)
    engine = engines.sqlite_readers(URL.create("sqlite+aiosqlite", database=str(file)))
    async with _begun(engine) as connection:
        return await facts(connection)


async def facts(connection: AsyncConnection) -> Facts:
    """Say what is in the database of a connection. Raises NotReady when it has no tables."""
    revision, names = await connection.run_sync(_shape)
    if revision is None:
        raise NotReady
    rows = {each: await _count(connection, each) for each in sorted(names)}
    known = await connection.execute(select(tables.keys.c.kid, tables.keys.c.check_value))
    keys = {kid: value.hex() for kid, value in known}
    turned = (await connection.execute(select(tables.clock.c.offset_seconds))).scalar_one_or_none()
    offset = None if turned is None else timedelta(seconds=turned)
    is_sqlite = connection.dialect.name == "sqlite"
    return Facts("sqlite" if is_sqlite else "postgresql", revision, keys, rows, offset)


def opened(file: Path, *, timeout: float = _PATIENCE) -> sqlite3.Connection:
    """Open a SQLite file that is there; transactions are ours to begin."""
    where = f"file:{quote(str(file.resolve()))}?mode=rw"
    return sqlite3.connect(where, uri=True, isolation_level=None, timeout=timeout)


def _shape(connection: Connection) -> tuple[str | None, list[str]]:
    revision = MigrationContext.configure(connection).get_current_revision()
    return revision, inspect(connection).get_table_names()


async def _count(connection: AsyncConnection, name: str) -> int:
    counted = select(func.count()).select_from(table(name))
    return int((await connection.execute(counted)).scalar_one())


def _vacuumed(source: Path, file: Path) -> None:
    """Copy a SQLite file without what was deleted from it: free pages do not come along."""
    try:
        with closing(opened(source)) as connection:
            connection.execute("VACUUM INTO ?", [str(file)])
    except sqlite3.Error as error:
        said = engines.said_by(error) or "SQLite cannot copy it."
        raise DatabaseAway(f"{source} cannot be copied to {file}: {said}") from error


def _check(file: Path) -> None:
    try:
        with closing(opened(file)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise DatabaseAway(f"{file}: {engines.said_by(error) or 'It cannot be read.'}") from error
    if found != _WHOLE:
        raise DatabaseAway(f"{file}: The database is damaged: put an older backup back.")


async def _dumped(url: URL, file: Path) -> Facts:
    async with _begun(engines.postgresql(url), isolation_level="REPEATABLE READ") as connection:
        found = await facts(connection)
        snapshot = await connection.execute(text("SELECT pg_export_snapshot()"))
        schema = (await connection.execute(text("SELECT current_schema()"))).scalar_one()
        names = [f'"{schema}"."{name}"' for name in found.rows]
        await dumps.dump(url, file, names, snapshot.scalar_one())
    return found


@asynccontextmanager
async def _begun(engine: AsyncEngine, **options: str) -> AsyncIterator[AsyncConnection]:
    """Give a transaction that only reads."""
    try:
        async with engine.connect() as connection:
            await connection.execution_options(**options)
            async with connection.begin():
                yield connection
    except DBAPIError as error:
        if words := engines.away(error):
            raise words from error
        raise
    finally:
        await engine.dispose()
