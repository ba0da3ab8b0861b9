"""Backups: one file with all that is in a database, made while others work on it.

The master keys and the ledger of erasures are never in it: whoever finds a backup reads nobody's
words, and whoever was erased stays erased when it is put back.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Final

from storage import archive, copies, engines, migrate
from storage.errors import NotReady, Taken
from storage.failpoints import failpoint
from storage.manifest import Manifest
from storage.moments import check_aware

_CONTENT: Final = ".content.part"

Named = Callable[[Manifest], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that is there: its file, its size in bytes, and what it says of itself."""

    file: Path
    size: int
    manifest: Manifest


async def make(
    url: str,
    file: Path,
    now: datetime,
    *,
    force: bool = False,
    before_named: Named | None = None,
) -> Backup:
    """Back a database up into a file; what has that name stays as it is until all is written.

    `now` is the machine's moment. `before_named` is done last of all, before the file gets its
    name: a backup of which that cannot be done is none.

    Raises:
        NotReady: there is no database, it has no tables, or those of a newer release.
        DatabaseAway: the database cannot be read, or the file cannot be written.
        Taken: there is such a file, or somebody is writing it.

    """
    check_aware(now)
    _check_free(url, file, force=force)
    content = Path(f"{file}{_CONTENT}")
    with archive.written(file) as made:
        try:
            manifest = await _copied(url, content, now)
            failpoint("backup.copied")
            size = await asyncio.to_thread(archive.pack, made, manifest, content)
            _remove(content)
            if before_named:
                await before_named(manifest)
            failpoint("backup.before_rename")
            _check_free(url, file, force=force)
            archive.name(file)
        except OSError as error:
            raise archive.unwritable(file, error) from error
        finally:
            _remove(content)
    return Backup(file, size, manifest)


async def read(file: Path) -> Backup:
    """Read a backup, all of it.

    Raises:
        BadBackup: it is damaged, cut off, or no backup.
        NewerBackup: a newer release made it.

    """
    manifest = await asyncio.to_thread(archive.manifest_of, file)
    return Backup(file, _size(file), manifest)


def release() -> str:
    """Name the release of Holdfast that is running."""
    return version("holdfast")


def clear_leftovers(folder: Path, names: str) -> None:
    """Remove what backups that were killed left in a folder; `names` is a pattern of theirs."""
    for left in folder.glob(f"{names}.part"):
        left.unlink(missing_ok=True)


def _check_free(url: str, file: Path, *, force: bool) -> None:
    read = engines.read_url(url)
    if engines.is_sqlite(read) and file.resolve() == engines.file_of(read).resolve():
        raise Taken(f"{file} is the database itself: give the backup another name.")
    if file.is_dir():
        raise Taken(f"{file} is a folder: give the backup a name in it, such as {file}/monday.")
    if file.exists() and not force:
        raise Taken(
            f"There is a file {file} already: give the backup another name, or write over that "
            "file with --force."
        )


async def _copied(url: str, content: Path, now: datetime) -> Manifest:
    _make_for_us(content)
    found = await copies.copy(url, content)
    if not migrate.knows(found.revision):
        raise NotReady(
            f"The tables of this database are at revision {found.revision}, which this Holdfast "
            "does not know: a newer one made them. Back them up with that one."
        )
    size, digest = await asyncio.to_thread(archive.digest, content)
    at = now + (found.offset or timedelta(0))
    return Manifest(
        release=release(), revision=found.revision, dialect=found.dialect, at=at, machine_at=now,
        keys=found.keys, rows=found.rows, size=size, sha256=digest,
    )  # fmt: skip


def _make_for_us(file: Path) -> None:
    """Make an empty file that only we can read; SQLite and pg_dump write into it.

    Never the one that a killed process left: its pg_dump may be writing there still.
    """
    _remove(file)
    file.touch(mode=0o600, exist_ok=False)


def _remove(file: Path) -> None:
    file.unlink(missing_ok=True)


def _size(file: Path) -> int:
    return file.stat().st_size
