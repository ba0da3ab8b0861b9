"""Changes the tables from one release to the next, forwards and backwards.

A run is one transaction on both databases: killed half-way it did nothing, and is run again.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import audit, engines
from storage.database import keyless
from storage.errors import DatabaseAway, NotReady, StorageError
from storage.failpoints import failpoint

_LOCK = 0x486F6C64  # any number, as long as every Holdfast takes the same


Before = Callable[[str], Awaitable[None]]


async def upgrade(
    url: str, revision: str = "head", *, before: Before | None = None, by: str | None = None
) -> None:
    """Bring the tables up to a revision; make the SQLite file if there is none.

    `before` gets the revision of tables that are older than this release, under the lock: whoever
    waited for another to upgrade them finds nothing older any more. When the tables changed, that
    is noted in the audit trail as done `by` whoever is named.

    Raises:
        DatabaseAway: the database cannot be reached or written.
        NotReady: its revision is none that this release knows.

    """
    read = engines.read_url(url)
    if engines.is_sqlite(read):
        _make(engines.file_of(read))
    async with locked(url) as connection:
        older = await connection.run_sync(_revision)
        if before and older not in {None, head()} and knows(older):
            await before(older)
        await upgrade_on(connection, revision)
        await _note(connection, older, by)
        failpoint("migrate.before_commit")
    failpoint("migrate.after_commit")


async def _note(connection: AsyncConnection, older: str | None, by: str | None) -> None:
    newer = await connection.run_sync(_revision)
    if by is None or newer == older:
        return
    tx = keyless(connection)
    await audit.note(
        tx, actor=by, action="db.upgrade", subject=f"revision:{newer}", now=await tx.now()
    )


async def upgrade_on(connection: AsyncConnection, revision: str = "head") -> None:
    """Bring the tables up in the transaction of a connection that `locked` gave.

    Raises:
        NotReady: their revision is none that this release knows.

    """
    await _run(connection, lambda config: command.upgrade(config, revision))


async def downgrade(url: str, revision: str) -> None:
    """Bring the tables back to a revision; "base" is none at all, and loses everything.

    Raises:
        DatabaseAway: the database cannot be reached or written.

    """
    async with locked(url) as connection:
        await _run(connection, lambda config: command.downgrade(config, revision))
        failpoint("migrate.before_commit")
    failpoint("migrate.after_commit")


async def current(url: str) -> str | None:
    """Give the revision of the tables; None when there are none.

    Raises:
        DatabaseAway: the database cannot be reached.

    """
    file = engines.read_url(url)
    if engines.is_sqlite(file) and not engines.file_of(file).exists():
        return None
    async with _connected(url) as connection:
        return await connection.run_sync(_revision)


def head() -> str:
    """Give the revision that this release works with."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    if newest is None:
        raise StorageError("The migrations are not installed.")
    return newest


def knows(revision: str | None) -> bool:
    """Say whether a revision is one of this release or of one before it."""
    walked = ScriptDirectory.from_config(_config()).walk_revisions()
    return revision in {each.revision for each in walked}


@asynccontextmanager
async def locked(url: str) -> AsyncIterator[AsyncConnection]:
    """Give a transaction in which tables may be changed, one process after the other.

    Raises:
        DatabaseAway: the database cannot be reached or written.

    """
    async with _connected(url) as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        yield connection


def _make(file: Path) -> None:
    try:
        # Only for us to read: even sealed, it holds who is in which cohort.
        file.touch(mode=0o600)
    except OSError as error:
        raise DatabaseAway(f"The file {file} cannot be made: {error.strerror}.") from error


async def _run(connection: AsyncConnection, work: Callable[[Config], None]) -> None:
    def _migrate(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        try:
            work(config)
        except CommandError as error:
            raise NotReady(
                "This database is of another release than this one, newer by the look of it: "
                "install that release, or restore a copy from before it."
            ) from error

    await connection.run_sync(_migrate)


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[AsyncConnection]:
    read = engines.read_url(url)
    make = engines.sqlite_migrator if engines.is_sqlite(read) else engines.postgresql
    engine = make(read)
    try:
        async with engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        if words := engines.away(error):
            raise words from error
        raise
    finally:
        await engine.dispose()


def _config() -> Config:
    found = find_spec("migrations")
    if found is None or found.origin is None:
        raise StorageError("The migrations are not installed.")
    config = Config()
    config.set_main_option("script_location", str(Path(found.origin).parent).replace("%", "%%"))
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
