"""A person's copy as files that only their owner can read: whole under their names, or not there.

They are written under other names first, so that a copy that was cut off is never taken for one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.errors import BadContent
from storage.failpoints import failpoint

PART = ".part"


def names_of(to: Path) -> tuple[Path, Path]:
    """Give the names of the rows and of the page to read.

    >>> [str(each) for each in names_of(Path("sanne.json"))]
    ['sanne.json', 'sanne.html']
    """
    bare = to.with_suffix("") if to.suffix in {".json", ".html"} else to
    return bare.with_name(f"{bare.name}.json"), bare.with_name(f"{bare.name}.html")


def check_free(files: Sequence[Path]) -> None:
    """Raise BadContent when one is there already."""
    there = [each for each in files if each.exists()]
    if there:
        raise BadContent(f"{there[0]} is there already: name another file, or add --force.")


@contextmanager
def written(contents: Mapping[Path, bytes]) -> Iterator[None]:
    """Write all under other names; when the block raises, nothing is left of it.

    Raises:
        BadContent: a file cannot be written.

    """
    try:
        try:
            for file, content in contents.items():
                _write(_part(file), content)
        except OSError as error:
            raise BadContent(
                f"{error.filename or next(iter(contents))} cannot be written ({error.strerror}): "
                "name another file, or make room."
            ) from None
        yield
    except BaseException:  # cancelled too: no half a file stays
        for file in contents:
            _part(file).unlink(missing_ok=True)
        raise


def named(files: Sequence[Path]) -> None:
    """Give what was written its names.

    Raises:
        BadContent: that cannot be done; the copy is there all the same.

    """
    for file in files:
        failpoint("export.before_rename")
        try:
            _part(file).replace(file)
            _keep(file.parent)
        except OSError as error:
            raise BadContent(
                f"{file} cannot be written ({error.strerror}): the copy stands in {_part(file)}."
            ) from None


def _part(file: Path) -> Path:
    return file.with_name(file.name + PART)


def _write(file: Path, content: bytes) -> None:
    file.unlink(missing_ok=True)  # of a run that was killed: its rights may be any
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _keep(folder: Path) -> None:
    """Make the names in a folder outlast a loss of power."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
