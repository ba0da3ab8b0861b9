"""The file of a backup: a tar with `manifest.json` first and `content` after it, and no more.

It is written beside its name and takes that name when all of it is on the disk. Nothing is ever
unpacked by the names in it: a file from elsewhere could point anywhere.
"""

import fcntl
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO, Final

from storage.errors import DatabaseAway, Taken
from storage.manifest import BadBackup, Manifest

MANIFEST: Final = "manifest.json"
CONTENT: Final = "content"
_LARGEST_MANIFEST: Final = 1_000_000  # bytes
_PIECE: Final = 1 << 20  # bytes


@contextmanager
def written(file: Path) -> Iterator[IO[bytes]]:
    """Give `file`.part to write in, for us only; it goes when the block raises.

    Raises:
        DatabaseAway: it cannot be made.
        Taken: another process is writing it.

    """
    part = part_of(file)
    try:
        opened = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise unwritable(file, error) from error
    with os.fdopen(opened, "r+b") as made:
        _take(made, part)
        try:
            yield made
        finally:
            # Gone already where it took its name; the lock is still ours.
            part.unlink(missing_ok=True)


def part_of(file: Path) -> Path:
    """Name the file in which a backup is written until it is whole."""
    return Path(f"{file}.part")


def pack(made: IO[bytes], manifest: Manifest, content: Path) -> int:
    """Write a whole backup, and give its size in bytes once it is on the disk.

    Raises:
        OSError: the disk is full, or fails.

    """
    told = manifest.to_bytes()
    with tarfile.open(fileobj=made, mode="w") as tar, content.open("rb") as source:
        tar.addfile(_member(MANIFEST, len(told), manifest), BytesIO(told))
        tar.addfile(_member(CONTENT, manifest.size, manifest), source)
    made.flush()
    os.fsync(made.fileno())
    return made.tell()


def name(file: Path) -> None:
    """Give the file that was written its name, in place of whatever has it; for good."""
    part_of(file).replace(file)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Put on the disk which names a folder holds."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def manifest_of(file: Path) -> Manifest:
    """Read what a backup says of itself, and compare all of its content with that.

    Raises:
        BadBackup: it is damaged, cut off, or no backup.
        NewerBackup: its form is one that this release does not know.

    """
    for _ in pieces(file):
        pass
    with _content(file) as (manifest, _):
        return manifest


def unpack(file: Path, to: Path) -> None:
    """Write the content of a backup into a file for us only. Raises as `manifest_of` does."""
    try:
        opened = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "wb") as target:
            for piece in pieces(file):
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
    except OSError as error:
        raise unwritable(to, error) from error


def pieces(file: Path) -> Iterator[bytes]:
    """Yield the content of a backup, and only then find it damaged. Raises as `manifest_of` does.

    No copy of it is left anywhere by whoever is killed meanwhile.
    """
    with _content(file) as (manifest, content):
        whole = sha256()
        size = 0
        while piece := content.read(_PIECE):
            whole.update(piece)
            size += len(piece)
            yield piece
        if (size, whole.hexdigest()) != (manifest.size, manifest.sha256):
            raise _damaged(file)


def digest(file: Path) -> tuple[int, str]:
    """Give the size of a file in bytes and its SHA-256."""
    whole = sha256()
    size = 0
    with file.open("rb") as source:
        while piece := source.read(_PIECE):
            whole.update(piece)
            size += len(piece)
    return size, whole.hexdigest()


def unwritable(file: Path, error: OSError) -> DatabaseAway:
    """Say in words that a file cannot be written, and why."""
    return DatabaseAway(
        f"{file} cannot be written: {error.strerror}. Look at its folder, its rights and the room "
        "on the disk."
    )


@contextmanager
def _content(file: Path) -> Iterator[tuple[Manifest, IO[bytes]]]:
    try:
        with tarfile.open(file, "r:") as tar:
            manifest = Manifest.from_bytes(_next(tar, MANIFEST, file).read(_LARGEST_MANIFEST))
            yield manifest, _next(tar, CONTENT, file)
    except (tarfile.TarError, EOFError):
        raise _damaged(file) from None
    except BadBackup as error:
        raise _damaged(file) from error
    except IsADirectoryError:
        raise BadBackup(f"{file} is a folder: name the backup in it.") from None
    except OSError as error:
        raise BadBackup(
            f"{file} cannot be read: {error.strerror}. Look at its name and its rights."
        ) from error


def _next(tar: tarfile.TarFile, wanted: str, file: Path) -> IO[bytes]:
    member = tar.next()
    found = tar.extractfile(member) if member and member.isreg() else None
    if member is None or found is None or member.name != wanted:
        raise _damaged(file)
    return found


def _damaged(file: Path) -> BadBackup:
    return BadBackup(
        f"{file} is no backup of Holdfast, or it is damaged or cut off: its content is not what "
        "was written. Take another copy of it, or an older backup. Nothing was changed."
    )


def _take(made: IO[bytes], part: Path) -> None:
    """Lock the file, be it new or left by a process that was killed, and empty it."""
    try:
        fcntl.flock(made, fcntl.LOCK_EX | fcntl.LOCK_NB)
        ours = os.fstat(made.fileno()).st_ino == part.stat().st_ino
    except (BlockingIOError, FileNotFoundError):
        ours = False
    if not ours:
        raise Taken(f"Another Holdfast is writing {part}: wait until it is done.")
    os.fchmod(made.fileno(), 0o600)
    made.truncate(0)


def _member(called: str, size: int, manifest: Manifest) -> tarfile.TarInfo:
    member = tarfile.TarInfo(called)
    member.size, member.mode = size, 0o600
    member.mtime = int(manifest.machine_at.timestamp())
    return member
