"""A table in an XLSX workbook: its first sheet with something on it, every cell as text.

Read as it streams by, because a library that holds the sheet needs more memory than all else
together. Nothing is unpacked but what is read, and never more of it than people need.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

from bot.sheet_parts import Cells, Links, Part, Sheet, Sheets, TooLarge, Words
from bot.table import BadTable, Row, Table, checked, is_blank
from bot.toml_file import Problem

MOST_UNPACKED: Final = 128 * 1024 * 1024  # of one part
LONGEST_TOKEN: Final = 1 << 20  # bytes of XML without an end in sight

_WORKBOOK: Final = "xl/workbook.xml"
_LINKS: Final = "xl/_rels/workbook.xml.rels"
_WORDS: Final = "sharedStrings"
_LOCAL_HEADER: Final = struct.Struct("<4s22xHH")
_CHUNK: Final = 1 << 16
_REMEDY: Final = "Open it in Excel, and save it as XLSX without a password, or as CSV UTF-8."
_ILL: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    expat.ExpatError,
    ArithmeticError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What a damaged file makes the readers of its layers raise."""


def read_sheet(file: str, content: bytes) -> Table:
    """Read the first sheet of a workbook that has anything on it.

    Raises:
        BadTable: it is no workbook, is damaged, or is far larger than a list of people; now, or
            from the rows later.

    """
    try:
        workbook = _Workbook(content)
        _check_kind(file, workbook.names)
        sheets = [sheet for sheet in workbook.sheets() if sheet.is_visible]
        filled = [sheet for sheet in sheets if any(workbook.rows(sheet))][:2]
    except TooLarge as error:
        raise _too_large(file, str(error)) from None
    except _ILL:
        raise _damaged(file) from None
    if not filled:
        return Table("XLSX", iter(()))
    name = "".join(each for each in filled[0].name if each.isprintable())[:40]
    others = "; the other sheets were left alone" if len(filled) > 1 else ""
    rows = _guarded(file, workbook.rows(filled[0]))
    return Table(f"XLSX, sheet '{name}'{others}", checked(file, rows))


def _guarded(file: str, rows: Iterator[Row]) -> Iterator[Row]:
    try:
        yield from rows
    except TooLarge as error:
        raise _too_large(file, str(error)) from None
    except _ILL:
        raise _damaged(file) from None


class _Workbook:
    """A packed workbook, of which parts are unpacked while they are read."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self._parts = {part.filename: part for part in archive.infolist()}
        self._words: Words | None = None

    @property
    def names(self) -> set[str]:
        """Name the parts."""
        return set(self._parts)

    def sheets(self) -> list[Sheet]:
        """List the sheets in their order, each with the part that it stands in."""
        links, sheets = Links(), Sheets()
        self._read(_LINKS, links)
        self._read(_WORKBOOK, sheets)
        return [
            Sheet(name, _path(links.targets[link]), is_visible=is_visible)
            for name, link, is_visible in sheets.found
            if link in links.targets
        ]

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """Yield the rows of a sheet that are not blank."""
        cells = Cells(self._shared())
        for _ in self._steps(sheet.part, cells):
            for row in cells.taken():
                if not is_blank(row.values):
                    yield row

    def _shared(self) -> Words:
        """Read the texts that cells refer to by number, once."""
        if self._words is None:
            self._words = Words()
            for name in self._parts:
                if _WORDS in name and name.endswith(".xml"):
                    self._read(name, self._words)
        return self._words

    def _read(self, name: str, part: Part) -> None:
        for _ in self._steps(name, part):
            pass

    def _steps(self, name: str, part: Part) -> Iterator[None]:
        """Read a part, pausing now and then for what was read to be taken."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = part.starts
        parser.EndElementHandler = part.ends
        parser.CharacterDataHandler = part.says
        parser.EntityDeclHandler = part.declares
        fed = 0
        for chunk in self._unpacked(self._parts[name]):
            parser.Parse(chunk, False)  # noqa: FBT003 - it takes no keywords
            fed += len(chunk)
            if fed > MOST_UNPACKED:
                raise TooLarge(f"more than {MOST_UNPACKED >> 20} MB in one part")
            if fed - parser.CurrentByteIndex > LONGEST_TOKEN:
                raise zipfile.BadZipFile
            yield
        parser.Parse(b"", True)  # noqa: FBT003 - the same
        yield

    def _unpacked(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        """Yield what a part unpacks to, whatever length the file says that it has."""
        start = part.header_offset
        magic, name, extra = _LOCAL_HEADER.unpack_from(self._content, start)
        start += _LOCAL_HEADER.size + name + extra
        packed = memoryview(self._content)[start : start + part.compress_size]
        if magic != b"PK\x03\x04" or part.flag_bits & 1:
            raise zipfile.BadZipFile
        is_packed = part.compress_type == zipfile.ZIP_DEFLATED
        if not is_packed and part.compress_type != zipfile.ZIP_STORED:
            raise zipfile.BadZipFile
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        for at in range(0, len(packed), _CHUNK):
            left = bytes(packed[at : at + _CHUNK])
            while left and is_packed:
                yield inflate.decompress(left, _CHUNK)
                left = inflate.unconsumed_tail
            if left:
                yield left


def _path(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target.removeprefix('./')}"


def _check_kind(file: str, names: set[str]) -> None:
    if {_WORKBOOK, _LINKS} <= names:
        return
    what = "This is a packed file, but no XLSX workbook."
    if "content.xml" in names:
        what = "This is an OpenDocument file."
    if "xl/workbook.bin" in names:
        what = "This is a binary workbook (XLSB)."
    raise BadTable(Problem(file, 1, what, _REMEDY))


def _too_large(file: str, what: str) -> BadTable:
    remedy = "Copy the people into a new workbook, and save that."
    return BadTable(Problem(file, 1, f"This workbook has {what}.", remedy))


def _damaged(file: str) -> BadTable:
    return BadTable(Problem(file, 1, "This workbook is damaged and cannot be read.", _REMEDY))
