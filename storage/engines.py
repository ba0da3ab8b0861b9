"""Connections: how each of the two databases is opened, and what its failures mean in words.

SQLite gets two pools: one connection that writes, and several that may only read. The driver must
not begin transactions by itself (`isolation_level=None`), or savepoints and DDL escape them.
"""

import sqlite3
from functools import partial
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy import delete, event, false
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from storage import patient
from storage.errors import DatabaseAway, StorageError
from storage.tables import keys

BUSY_MILLISECONDS: Final = 2_000
CONNECT_SECONDS: Final = 5
_READERS: Final = 8
_DURABLE: Final = ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON")
_PASSING: Final = ("journal_mode=WAL", "synchronous=OFF")
_DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
_SQLITE_AWAY: Final = {
    sqlite3.SQLITE_BUSY: "Another program keeps the database file locked.",
    sqlite3.SQLITE_LOCKED: "Another program keeps the database file locked.",
    sqlite3.SQLITE_FULL: "The disk with the database is full: make room.",
    sqlite3.SQLITE_IOERR: "The disk with the database cannot be read or written, or is full.",
    sqlite3.SQLITE_READONLY: "The database file, or its folder, may not be written.",
    sqlite3.SQLITE_CANTOPEN: "The database file cannot be opened: check its folder and rights.",
    sqlite3.SQLITE_NOTADB: "The file is no SQLite database: put a backup back.",
    sqlite3.SQLITE_CORRUPT: "The database file is damaged: put a backup back.",
}
_CROWDED: Final = ("too many clients", "too many connections", "remaining connection slots")
_REFUSED: Final = ('" does not exist', "authentication failed", "no password supplied")
_PRIMARY_CODE: Final = 0xFF  # SQLite's extended codes add detail in the higher bits


def read_url(url: str) -> URL:
    """Read the address of a database: a SQLite file or PostgreSQL.

    Raises:
        StorageError: it is another kind of database, or names no file.

    """
    try:
        read = make_url(url)
    except ArgumentError:
        raise StorageError("This is no address of a database.") from None
    if read.drivername not in _DRIVERS:
        raise StorageError(
            f"Holdfast does not know '{read.drivername}': use sqlite+aiosqlite:///FILE or "
            "postgresql+psycopg://USER@HOST/NAME."
        )
    read = read.set(drivername=_DRIVERS[read.drivername])
    if is_sqlite(read) and read.database in {None, "", ":memory:"}:
        raise StorageError("SQLite needs a file: sqlite+aiosqlite:///FILE.")
    return read


def is_sqlite(url: URL) -> bool:
    """Say whether this is the address of a SQLite file."""
    return url.get_backend_name() == "sqlite"


def file_of(url: URL) -> Path:
    """Give the file of a SQLite address."""
    return Path(url.database or "")


def sqlite_writer(url: URL, *, lasting: bool = True) -> AsyncEngine:
    """Make the one connection that writes to a SQLite file; `lasting` through a power cut."""
    engine = _sqlite(url, patient.WRITES, size=1, lasting=lasting)
    _on_connect(engine, *(_DURABLE if lasting else _PASSING), "foreign_keys=ON")
    return engine


def sqlite_migrator(url: URL) -> AsyncEngine:
    """Make a connection that changes the tables of a SQLite file, all in one transaction."""
    engine = _sqlite(url, patient.WRITES, size=1)
    # Foreign keys stay unchecked: SQLite changes a table by making a new one and dropping the old.
    _on_connect(engine, *_DURABLE)
    return engine


def sqlite_readers(url: URL) -> AsyncEngine:
    """Make a pool of connections that read a SQLite file and cannot change it."""
    engine = _sqlite(url, patient.READS, size=_READERS)
    _on_connect(engine, "query_only=ON")
    return engine


async def empty_log(writer: AsyncEngine) -> bool:
    """Move SQLite's write-ahead log into its file and empty it; False when somebody reads it."""
    async with writer.connect() as connection:
        # Not by the connection itself: it would begin first, and then nothing can be moved.
        bare = (await connection.get_raw_connection()).driver_connection
        if bare is None:
            return False
        async with bare.execute("PRAGMA wal_checkpoint(TRUNCATE)") as cursor:
            busy, _, _ = await cursor.fetchone()
    return not busy


async def write_nothing(connection: AsyncConnection) -> None:
    """Have a page written that stays as it is; where nothing may be written, this raises."""
    if connection.dialect.name == "sqlite":
        # Setting it to what it is writes the file's first page all the same; nothing else would.
        version = (await connection.exec_driver_sql("PRAGMA user_version")).scalar_one()
        await connection.exec_driver_sql(f"PRAGMA user_version = {version:d}")
    else:
        # A server that only lets us read refuses this, though no row is touched.
        await connection.execute(delete(keys).where(false()))


def postgresql(url: URL) -> AsyncEngine:
    """Make a pool of connections to PostgreSQL; one that died is replaced when it is asked for."""
    return create_async_engine(
        url,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=10,
        connect_args={"connect_timeout": CONNECT_SECONDS, "application_name": "holdfast"},
    )


def _sqlite(url: URL, begins: str, *, size: int, lasting: bool = True) -> AsyncEngine:
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=size,
        max_overflow=0,
        connect_args={
            "async_creator_fn": partial(patient.connect, begins=begins, lasting=lasting),
            "isolation_level": None,
            "timeout": BUSY_MILLISECONDS / 1000,
        },
    )
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _on_connect(engine: AsyncEngine, *pragmas: str) -> None:
    def _connected(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine.sync_engine, "connect", _connected)


def _begin(connection: Connection) -> None:
    """Begin, unless that was done at the driver."""
    driver = connection.connection.driver_connection
    if driver is not None and not driver.in_transaction:
        connection.exec_driver_sql(driver.begins)


def is_busy(error: DBAPIError) -> bool:
    """Say whether another process holds the SQLite file's lock."""
    return _sqlite_code(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def is_missing_table(error: DBAPIError) -> bool:
    """Say whether a table that we asked for is not there."""
    said = isinstance(error.orig, sqlite3.OperationalError) and "no such table" in str(error.orig)
    return said or isinstance(error.orig, psycopg.errors.UndefinedTable)


def away(error: DBAPIError | PoolTimeout) -> DatabaseAway | None:
    """Tell in words why the database is away; None when it is not away but refuses."""
    if isinstance(error, PoolTimeout):
        return DatabaseAway("All connections to the database are in use: try again later.")
    if words := _SQLITE_AWAY.get(_sqlite_code(error)):
        return DatabaseAway(words)
    if isinstance(error.orig, psycopg.errors.DiskFull):
        return DatabaseAway("The disk of the PostgreSQL server is full: make room.")
    if isinstance(error.orig, psycopg.errors.ReadOnlySqlTransaction):
        return DatabaseAway("The PostgreSQL server only lets us read: is it a standby?")
    if isinstance(error.orig, psycopg.OperationalError) and _is_crowded(error.orig):
        return DatabaseAway(
            "All connections that the PostgreSQL server allows are in use: close some, or raise "
            "its max_connections."
        )
    if isinstance(error.orig, psycopg.OperationalError) and _is_refused(error.orig):
        return DatabaseAway(
            "The PostgreSQL server is there, and refuses us: the database or the user of "
            "HOLDFAST_DATABASE_URL is not there, or the password is wrong. Make them with "
            "createuser and createdb, or mend the address."
        )
    if isinstance(error.orig, psycopg.OperationalError) or error.connection_invalidated:
        return DatabaseAway("The PostgreSQL server does not answer, or broke off: try again.")
    return None


def _is_refused(error: psycopg.OperationalError) -> bool:
    # While connecting there is no code yet, only the server's words.
    return any(words in str(error) for words in _REFUSED)


def _is_crowded(error: psycopg.OperationalError) -> bool:
    # While connecting there is no code yet, only the server's words.
    return any(words in str(error) for words in _CROWDED)


def said_by(error: sqlite3.Error) -> str | None:
    """Tell in words what SQLite itself complains of; None when it is nothing that we know."""
    return _SQLITE_AWAY.get(code_of(error))


def code_of(error: BaseException | None) -> int:
    """Give SQLite's code of an error, without its details; 0 when it is not SQLite's."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & _PRIMARY_CODE


def _sqlite_code(error: DBAPIError) -> int:
    return code_of(error.orig)
