"""Disks without room: a real one of a few megabytes, and one that a limit of the system makes.

A limit holds for every file of this process: nothing else is to be written while it lasts.
"""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from tests.support.leaving_out import leave_out

SIZE: Final = "4m"
_BLOCK: Final = b"x" * 4096


class Disk(Protocol):
    """A folder on a disk that can be filled; `full` says that it is while the block lasts."""

    @property
    def folder(self) -> Path:
        """Where its files stand."""
        ...

    @contextmanager
    def full(self) -> Iterator[None]:
        """Leave no room for another byte while the block lasts."""
        ...


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A file system of its own, in memory, that is filled to the last byte."""

    folder: Path

    @contextmanager
    def full(self) -> Iterator[None]:
        """Fill it, and make room again."""
        filler = self.folder / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(_BLOCK) == len(_BLOCK):
                pass
        try:
            yield
        finally:
            filler.unlink()


@dataclass(frozen=True, slots=True)
class LimitedDisk:
    """A folder in which the file that grows, a log or a ledger, may not."""

    folder: Path

    @contextmanager
    def full(self) -> Iterator[None]:
        """Let no file grow, and let them again."""
        growing = (*self.folder.glob("*-wal"), *self.folder.glob("*.erasures"))
        most = min((each.stat().st_size for each in growing), default=0)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """Mount a small disk on a folder; left out where that is not allowed."""
    if os.geteuid() != 0 or _fails("mount", "-t", "tmpfs", "-o", f"size={SIZE}", "small", folder):
        leave_out("right to mount a small disk", "Run this as root where mounting is allowed.")
    try:
        yield SmallDisk(folder)
    finally:
        _fails("umount", "--lazy", folder)


def _fails(*command: str | Path) -> bool:
    try:
        done = subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - our own
    except FileNotFoundError:
        return True
    return done.returncode != 0
