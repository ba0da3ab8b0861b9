"""Putting a backup back: into a SQLite file or a PostgreSQL database, whole or not at all.

Everything that can be wrong is looked at first. Then the new state is made complete where nobody
sees it (loaded, upgraded, erased again) and takes the old one's place in one step, so a process
that is killed leaves the one or the other.
"""

from collections.abc import Awaitable, Callable

from sqlalchemy.engine import URL

from storage import engines, migrate, restoring_file, restoring_server
from storage.backups import Backup
from storage.database import Transaction
from storage.errors import StorageError, WrongKey
from storage.keyring import Keyring
from storage.ledger import Ledger
from storage.manifest import Manifest, NewerBackup

Finish = Callable[[Transaction], Awaitable[None]]

_KINDS = {"sqlite": "a SQLite file", "postgresql": "PostgreSQL"}
_SUCH = {
    "sqlite": "sqlite+aiosqlite:///FILE",
    "postgresql": "postgresql+psycopg://USER@HOST/NAME",
}


class OtherKind(StorageError):
    """This is a backup of the other kind of database: restore it into one of its own kind."""


def check(backup: Backup, url: str, keyring: Keyring) -> None:
    """Look at all that a backup says of itself, before anything is touched.

    Raises:
        NewerBackup: a newer release made it.
        OtherKind: it is of the other kind of database.
        WrongKey: a master key that it was sealed with is not here, or is another one.

    """
    manifest = backup.manifest
    if not migrate.knows(manifest.revision):
        raise NewerBackup(
            f"{backup.file} was made by Holdfast {manifest.release}, which is newer than this "
            f"one: its tables are at revision {manifest.revision}, and this one knows those up to "
            f"{migrate.head()}. Install that release, and restore it there."
        )
    _check_kind(backup, engines.read_url(url))
    _check_keys(manifest, keyring)


async def restore(
    backup: Backup,
    url: str,
    keyring: Keyring,
    *,
    ledger: Ledger,
    replace: bool,
    finish: Finish,
) -> None:
    """Put a backup back, with the tables of this release.

    `finish` is done in the restored database before anybody sees it: erasing again, and noting.

    Raises:
        NewerBackup, OtherKind, WrongKey: as `check` does.
        BadBackup: what is in it is not what it says.
        Taken: there is a database already, and it is not to be replaced.
        Held: somebody works on that database.
        DatabaseAway: it, or the folder, cannot be reached or written.

    """
    check(backup, url, keyring)
    read = engines.read_url(url)
    if engines.is_sqlite(read):
        file = engines.file_of(read)
        await restoring_file.restore(backup, file, keyring, ledger, finish, replace=replace)
    else:
        await restoring_server.restore(backup, url, keyring, ledger, finish, replace=replace)


def _check_kind(backup: Backup, url: URL) -> None:
    theirs, ours = backup.manifest.dialect, url.get_backend_name()
    if theirs != ours:
        raise OtherKind(
            f"{backup.file} is a backup of {_KINDS[theirs]}, and HOLDFAST_DATABASE_URL is "
            f"{_KINDS[ours]}: one is not made of the other. Set HOLDFAST_DATABASE_URL to "
            f"{_SUCH[theirs]} and restore it there."
        )


def _check_keys(manifest: Manifest, keyring: Keyring) -> None:
    for kid, value in manifest.keys.items():
        if kid not in keyring.ids:
            raise WrongKey(
                f"This backup was sealed with the master key '{kid}', which is not among the keys "
                "given: give that key too with HOLDFAST_MASTER_KEYS_FILE. Without it nothing in "
                "the backup can be read. Nothing was changed."
            )
        if keyring.check_value(kid).hex() != value:
            raise WrongKey(
                f"The master key '{kid}' is another one than this backup was sealed with: give "
                "the key of that time with HOLDFAST_MASTER_KEYS_FILE. Nothing was changed."
            )
