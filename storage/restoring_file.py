"""Putting a backup of a SQLite database back: made whole beside the old file, then in its place.

A write-ahead log belongs to one file only. Beside another it would be read as if it were that
one's, so the old file takes in its log, and keeps everybody out, before it is replaced.
"""

import asyncio
import os
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL

from storage import archive, copies, engines, migrate
from storage.backups import Backup
from storage.database import Database, Transaction
from storage.errors import DatabaseAway, Held, NotReady, Taken
from storage.failpoints import failpoint
from storage.held import Hold
from storage.keyring import Keyring
from storage.ledger import Ledger
from storage.manifest import BadBackup

DAMAGED: Final = ".damaged"
"""What a database that nothing can be read of is called, once another took its place."""

_BESIDE: Final = ("-wal", "-shm", "-journal")
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_BROKEN: Final = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
_PATIENCE: Final = 2.0  # seconds
_NO_DATABASE: Final = bytes(16)  # where "SQLite format 3" stood

Finish = Callable[[Transaction], Awaitable[None]]


async def restore(
    backup: Backup, file: Path, keyring: Keyring, ledger: Ledger, finish: Finish, *, replace: bool
) -> None:
    """Put a backup back as this file. Raises as `restoring.restore` does."""
    hold = Hold(file)
    target = _real(file)
    fresh = Path(f"{target}.restoring")
    try:
        if not replace:
            await asyncio.to_thread(_check_empty, target)
        _remove(fresh)
        await _loaded(backup, fresh)
        failpoint("restore.loaded")
        await migrate.upgrade(_url(fresh))
        failpoint("restore.upgraded")
        await _finished(fresh, keyring, ledger, finish)
        failpoint("restore.before_replace")
        await asyncio.to_thread(_put, fresh, target)
        failpoint("restore.after_replace")
    finally:
        _remove(fresh)
        hold.release()


async def _loaded(backup: Backup, fresh: Path) -> None:
    await asyncio.to_thread(archive.unpack, backup.file, fresh)
    try:
        found = await copies.in_file(fresh)
    except (DatabaseAway, NotReady) as error:
        raise BadBackup(f"{backup.file} cannot be used. {error.message}") from error
    if found.rows != backup.manifest.rows or found.revision != backup.manifest.revision:
        raise BadBackup(f"{backup.file}: The rows in it are not those that it tells of.")


async def _finished(fresh: Path, keyring: Keyring, ledger: Ledger, finish: Finish) -> None:
    database = await Database.open(_url(fresh), keyring, ledger=ledger.file)
    try:
        async with database.write() as tx:
            await finish(tx)
        await database.tidy()
    finally:
        await database.close()
    await asyncio.to_thread(_settled, fresh)


def _settled(fresh: Path) -> None:
    """Make of a database one file without a log, all of it on the disk."""
    with closing(copies.opened(fresh)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    with fresh.open("rb") as made:
        os.fsync(made.fileno())


def _check_empty(target: Path) -> None:
    """Raise Taken unless there is no database, or one without a table."""
    if not target.exists():
        return
    with _in_words(target), closing(copies.opened(target, timeout=_PATIENCE)) as connection:
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            return
    raise Taken(
        f"{target} holds a database already. To put the backup in its place, and lose what is in "
        "it now, add --replace; make a backup of it first."
    )


def _put(fresh: Path, target: Path) -> None:
    """Put a file in another's place."""
    if not target.exists():
        _remove_beside(target)
        fresh.replace(target)
    elif _is_broken(target):
        _set_aside(target)
        fresh.replace(target)
    else:
        with _alone(target):
            fresh.replace(target)
    archive.sync_folder(target.parent)


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Keep everybody out of a database, make one file of it, and void it once it is replaced.

    Who has opened it meanwhile, and waits, finds no database instead of writing into a file that
    has no name any more; the log of that would lie beside the new one.
    """
    old = os.open(target, os.O_RDWR)  # closed last: closing it lets go of SQLite's locks too
    try:
        with _in_words(target), closing(copies.opened(target, timeout=_PATIENCE)) as connection:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("BEGIN EXCLUSIVE")
            yield
            os.pwrite(old, _NO_DATABASE, 0)
    finally:
        os.close(old)


@contextmanager
def _in_words(target: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        if engines.code_of(error) in _BUSY:
            raise Held(
                f"Somebody is at work on {target}: stop Holdfast, wait until its commands are "
                "done, and restore again. Nothing was changed."
            ) from error
        said = engines.said_by(error) or "SQLite cannot read it."
        raise DatabaseAway(
            f"{target}: {said} To put this backup in its place, add --replace: what is there is "
            f"kept as {target.name}{DAMAGED}."
        ) from error


def _is_broken(target: Path) -> bool:
    try:
        with closing(copies.opened(target, timeout=_PATIENCE)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        return engines.code_of(error) in _BROKEN
    return False


def _set_aside(target: Path) -> None:
    """Keep a damaged database, with its log, under another name."""
    for end in (*_BESIDE, ""):  # the database last: as long as it is there, it is set aside again
        beside = Path(f"{target}{end}")
        if beside.exists():
            beside.replace(f"{target}{DAMAGED}{end}")


def _remove(file: Path) -> None:
    _remove_beside(file)
    file.unlink(missing_ok=True)


def _remove_beside(file: Path) -> None:
    for end in _BESIDE:
        Path(f"{file}{end}").unlink(missing_ok=True)


def _real(file: Path) -> Path:
    """Follow a link: the file behind it is replaced, not the link."""
    return file.resolve()


def _url(file: Path) -> str:
    return URL.create("sqlite+aiosqlite", database=str(file)).render_as_string()
