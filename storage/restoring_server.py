"""Putting a backup of a PostgreSQL database back: all in one transaction, so nobody sees half.

The tables that are there go, those of the backup come, and they are upgraded and tidied up, before
anything is committed: a process that is killed leaves the database as it was.
"""

from collections.abc import Collection

import psycopg
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import quoted_name

from storage import archive, copies, dumps, keys, migrate
from storage.backups import Backup
from storage.database import Transaction, bound
from storage.errors import Held, NotReady, StorageError, Taken
from storage.failpoints import failpoint
from storage.keyring import Keyring
from storage.ledger import Ledger
from storage.manifest import BadBackup
from storage.restoring_file import Finish
from storage.schema import metadata

_VERSION = "alembic_version"
_OTHERS = """
SELECT coalesce(nullif(application_name, ''), 'a program without a name') AS name
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
AND coalesce(backend_type, 'client backend') = 'client backend'
"""


async def restore(
    backup: Backup, url: str, keyring: Keyring, ledger: Ledger, finish: Finish, *, replace: bool
) -> None:
    """Put a backup back into this database. Raises as `restoring.restore` does."""
    async with migrate.locked(url) as connection:
        await _check_alone(connection)
        await _cleared(connection, backup, replace=replace)
        await _loaded(connection, backup)
        failpoint("restore.loaded")
        await migrate.upgrade_on(connection)
        failpoint("restore.upgraded")
        await finish(await _transaction(connection, keyring, ledger))
        failpoint("restore.before_replace")
    failpoint("restore.after_replace")


async def _check_alone(connection: AsyncConnection) -> None:
    """Raise Held when anybody else is connected."""
    others = sorted({row.name for row in await connection.execute(text(_OTHERS))})
    if others:
        raise Held(
            f"Others are connected to this database ({', '.join(others)}): stop Holdfast and "
            "whatever else works on it, and restore again. Nothing was changed."
        )


async def _cleared(connection: AsyncConnection, backup: Backup, *, replace: bool) -> None:
    """Remove the tables that are there, if they may be replaced and are Holdfast's.

    Raises:
        Taken: they may not, or others would be left that a newer Holdfast may have made.

    """
    there = set(await connection.run_sync(_tables))
    if there and not replace:
        raise Taken(
            "This database has tables already. To put the backup in their place, and lose what is "
            "in them now, add --replace; make a backup of it first."
        )
    ours = {*metadata.tables, *backup.manifest.rows, _VERSION}
    if there - ours and not await _is_known(connection, there):
        raise Taken(
            "This database has tables that this Holdfast does not know "
            f"({', '.join(sorted(there - ours))}): a newer one made them. Restore into an empty "
            "database instead."
        )
    await _drop(connection, there & ours)


async def _drop(connection: AsyncConnection, names: Collection[str]) -> None:
    quote = connection.dialect.identifier_preparer.quote
    for name in sorted(names):
        await connection.execute(
            text(f"DROP TABLE {quote(quoted_name(name, quote=True))} CASCADE")
        )


async def _is_known(connection: AsyncConnection, there: Collection[str]) -> bool:
    """Say whether the tables are of this release or an older one, beside tables of others."""
    if _VERSION not in there:
        return True
    found = await connection.execute(text(f"SELECT version_num FROM {_VERSION}"))  # noqa: S608 - ours
    revision = found.scalar_one_or_none()
    return revision is None or migrate.knows(revision)


async def _loaded(connection: AsyncConnection, backup: Backup) -> None:
    bare = (await connection.get_raw_connection()).driver_connection
    if not isinstance(bare, psycopg.AsyncConnection):
        raise StorageError("This is no connection to PostgreSQL.")
    await dumps.load(bare, archive.pieces(backup.file))
    try:
        found = await copies.facts(connection)
    except NotReady as error:
        raise BadBackup(f"{backup.file} cannot be used: it has no tables.") from error
    wanted = backup.manifest.rows
    there = {name: found.rows.get(name) for name in wanted}
    if there != wanted or found.revision != backup.manifest.revision:
        raise BadBackup(f"{backup.file}: The rows in it are not those that it tells of.")


async def _transaction(
    connection: AsyncConnection, keyring: Keyring, ledger: Ledger
) -> Transaction:
    if not await keys.check(connection, keyring):
        await keys.add(connection, keyring)
    return bound(connection, keyring, "postgresql", ledger)


def _tables(connection: Connection) -> list[str]:
    return inspect(connection).get_table_names()
