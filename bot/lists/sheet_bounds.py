"""A packed workbook of which every part is measured before anything may read it.

The library that reads workbooks keeps what it reads, so too much of anything is found here first,
by the same parser, keeping nothing. Parts that nobody opens are not unpacked at all.
"""

from __future__ import annotations

import io
import zipfile
from typing import IO, Final, Literal
from xml.parsers import expat

from bot.lists.table import MOST_ROWS

MOST_UNPACKED: Final = 128 * 1024 * 1024  # bytes of one part
MOST_IN_ALL: Final = 2 * MOST_UNPACKED
MOST_TIMES: Final = 200  # what is unpacked, compared with the size of the file
SMALL: Final = 16 * 1024 * 1024  # bytes that may be unpacked from however few
LONGEST_TOKEN: Final = 1 << 20  # bytes of XML without an end in sight
MOST_WORDS: Final = 20 * MOST_ROWS
MOST_ELEMENTS: Final = 250_000  # of one row, or of a part apart from its rows and texts

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LET_GO: Final = frozenset((f"{_MAIN}row", f"{_MAIN}si"))
_FILLED: Final = frozenset((f"{_MAIN}v", f"{_MAIN}t"))
_CHUNK: Final = 1 << 16


class TooLarge(Exception):
    """There is more in this workbook than in any list of people; the words say of what."""


class Measured(zipfile.ZipFile):
    """The parts of a workbook, none of which is opened when it holds too much.

    `filled` tells how many rows, counted from the first, lead to the last with something in it.
    """

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content))
        self.filled: dict[str, int] = {}
        self._most = min(MOST_IN_ALL, max(SMALL, MOST_TIMES * len(content)))
        self._unpacked = 0

    def open(
        self,
        name: str | zipfile.ZipInfo,
        mode: Literal["r", "w"] = "r",
        pwd: bytes | None = None,
        *,
        force_zip64: bool = False,
    ) -> IO[bytes]:
        """Open a part, which is measured when it is opened first.

        Raises:
            TooLarge: it unpacks to too much, or has too many elements.
            expat.ExpatError: it is no XML, or not all of it.
            ValueError: it has what no program writes.

        """
        part = self.getinfo(name) if isinstance(name, str) else name
        if part.filename not in self.filled:
            self._check(part)
            with super().open(part) as packed:
                self.filled[part.filename] = _measured(packed)
        return super().open(part, mode, pwd, force_zip64=force_zip64)

    def _check(self, part: zipfile.ZipInfo) -> None:
        """Believe what a part says that it unpacks to: more is never read of it."""
        self._unpacked += part.file_size
        if part.file_size > MOST_UNPACKED:
            raise TooLarge(f"more than {MOST_UNPACKED >> 20} MB in one part")
        if self._unpacked > self._most:
            raise TooLarge(f"more than {self._most >> 20} MB once unpacked")


def _measured(packed: IO[bytes]) -> int:
    """Count the rows of a part, read to its end: there a lie about its size comes out."""
    counted = _Counted()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler = counted.starts
    parser.EndElementHandler = counted.ends
    parser.EntityDeclHandler = _refuse
    fed = 0
    while chunk := packed.read(_CHUNK):
        parser.Parse(chunk, False)  # noqa: FBT003 - it takes no keywords
        fed += len(chunk)
        if fed - parser.CurrentByteIndex > LONGEST_TOKEN:
            raise ValueError("No program writes a tag that long.")
    parser.Parse(b"", True)  # noqa: FBT003 - the same
    return counted.filled


class _Counted:
    """The elements of a part that are held at once by whoever reads it."""

    def __init__(self) -> None:
        self.filled = self._many = self._held = self._before = 0

    def starts(self, name: str, _: object) -> None:
        """Count an element."""
        if name in _LET_GO:
            self._many += 1
            self._before = self._held
            if self._many > MOST_WORDS:
                raise TooLarge(f"more than {MOST_WORDS} rows or texts")
            return
        self._held += 1
        if self._held > MOST_ELEMENTS:
            raise TooLarge(f"more than {MOST_ELEMENTS} things that are no rows or texts")
        if name in _FILLED:
            self.filled = self._many

    def ends(self, name: str) -> None:
        """Forget what was in a row, or in a text."""
        if name in _LET_GO:
            self._held = self._before


def _refuse(*_: object) -> None:
    raise ValueError("No workbook declares entities: they make much of little.")
