"""Changes the tables from one release to the next, forwards and backwards.

A run is one transaction on both databases: killed half-way it did nothing, and is run again.
"""

from collections.abc import AsyncIterator, Callable
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


async def upgrade(url: str, revision: str = "head", *, by: str | None = None) -> None:
    """Bring the tables up to a revision; make the SQLite file if there is none.

    When they changed, that is noted in the audit trail as done by whoever is named.

    Raises:
        DatabaseAway: the database cannot be reached or written.
        NotReady: its revision is none that this release knows.

    """
    read = engines.read_url(url)
    if engines.is_sqlite(read):
        _make(engines.file_of(read))
    await _run(url, lambda config: command.upgrade(config, revision), by)


async def downgrade(url: str, revision: str) -> None:
    """Bring the tables back to a revision; "base" is none at all, and loses everything.

    Raises:
        DatabaseAway: the database cannot be reached or written.

    """
    await _run(url, lambda config: command.downgrade(config, revision))


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


def _make(file: Path) -> None:
    try:
        # Only for us to read: even sealed, it holds who is in which cohort.
        file.touch(mode=0o600)
    except OSError as error:
        raise DatabaseAway(f"The file {file} cannot be made: {error.strerror}.") from error


async def _run(url: str, work: Callable[[Config], None], by: str | None = None) -> None:
    def migrate(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        try:
            work(config)
        except CommandError as error:
            raise NotReady(
                "This database is of another release than this one, newer by the look of it: "
                "install that release, or restore a copy from before it."
            ) from error

    async with _connected(url) as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        before = await connection.run_sync(_revision)
        await connection.run_sync(migrate)
        after = await connection.run_sync(_revision)
        if by and after != before:
            tx = keyless(connection)
            subject = f"revision:{after}"
            now = await tx.now()
            await audit.note(tx, actor=by, action="db.upgrade", subject=subject, now=now)
        failpoint("migrate.before_commit")
    failpoint("migrate.after_commit")


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
