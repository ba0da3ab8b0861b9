"""A table in an XLSX workbook: its first sheet with something on it, every cell as text.

openpyxl reads it as it streams by, but trusts what it reads: it is given only parts that were
measured first (`bot.lists.sheet_bounds`), and where it stumbles, the workbook is damaged.
"""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import IO, Final
from xml.parsers import expat

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import Stylesheet
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import ARC_STYLE, SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import fromstring, iterparse

from bot.lists.sheet_bounds import Measured, TooLarge
from bot.lists.table import BadTable, Row, Table, checked, is_blank
from bot.toml_file import Problem

LAST_ROW: Final = 1_048_576  # of Excel itself

_REMEDY: Final = "Open it in Excel, and save it as XLSX without a password, or as CSV UTF-8."
_STRICT: Final = b"http://purl.oclc.org/ooxml/"
_ILL: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    expat.ExpatError,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What a damaged file makes the readers of its layers raise."""

_WORD: Final = f"{{{SHEET_MAIN_NS}}}si"
_CODED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how Excel writes what XML cannot hold
_NEARLY: Final = timedelta(seconds=0.5)  # what a fraction of a day may lack of a time
_AT_ONCE: Final = 100  # rows


def read_sheet(file: str, content: bytes) -> Table:
    """Read the first sheet of a workbook that has anything on it.

    Raises:
        BadTable: it is no workbook, is damaged, or is far larger than a list of people; now, or
            from the rows later.

    """
    with _in_words(file):
        archive = Measured(content)
        _check_kind(file, archive.namelist())
        workbook = _Workbook(file, content, archive)
        filled = [sheet for sheet in workbook.sheets() if any(workbook.rows(sheet[1]))][:2]
    if not filled:
        return Table("XLSX", iter(()))
    name, part = filled[0]
    name = "".join(each for each in name if each.isprintable())[:40]
    others = "; the other sheets were left alone" if len(filled) > 1 else ""
    rows = _guarded(file, workbook.rows(part))
    return Table(f"XLSX, sheet '{name}'{others}", checked(file, rows))


@contextmanager
def _in_words(file: str) -> Iterator[None]:
    """Say in words what is wrong with a workbook, and nothing of what is odd but does no harm."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except TooLarge as error:
        remedy = "Copy the people into a new workbook, and save that."
        raise BadTable(Problem(file, 1, f"This workbook has {error}.", remedy)) from None
    except _ILL:
        what = "This workbook is damaged and cannot be read."
        raise BadTable(Problem(file, 1, what, _REMEDY)) from None


def _guarded(file: str, rows: Iterator[Row]) -> Iterator[Row]:
    while True:
        with _in_words(file):
            some = list(islice(rows, _AT_ONCE))
        if not some:
            return
        yield from some


def _check_kind(file: str, names: list[str]) -> None:
    what = ""
    if not any(name.startswith("xl/") for name in names):
        what = "This is a packed file, but no XLSX workbook."
    if "content.xml" in names:
        what = "This is an OpenDocument file."
    if "xl/workbook.bin" in names:
        what = "This is a binary workbook (XLSB)."
    if what:
        raise BadTable(Problem(file, 1, what, _REMEDY))


class _Workbook:
    """What openpyxl makes of a workbook, sheet by sheet.

    Its `load_workbook` would open parts that nobody measured, and keep of every row how high it
    is, which takes 80 MB for 100,000; so its steps are taken here one by one.
    """

    def __init__(self, file: str, content: bytes, archive: Measured) -> None:
        self._archive = archive
        self._reader = ExcelReader(io.BytesIO(content), read_only=True, keep_links=False)
        self._reader.archive = archive
        self._reader.read_manifest()
        self._reader.read_workbook()
        if _STRICT in archive.read(self._reader.parser.workbook_part_name):
            what = "This is a Strict Open XML workbook, which few programs read."
            raise BadTable(Problem(file, 1, what, _REMEDY))
        self._words = _Words()
        if words := self._reader.package.find(SHARED_STRINGS):
            with archive.open(words.PartName.lstrip("/")) as packed:
                self._words.take(packed)
        self._styles = Stylesheet()
        if ARC_STYLE in archive.namelist():
            self._styles = Stylesheet.from_tree(fromstring(archive.read(ARC_STYLE)))

    def sheets(self) -> Iterator[tuple[str, str]]:
        """Yield the name and the part of each sheet that can be seen; a chart is none."""
        for sheet, link in self._reader.parser.find_sheets():
            if sheet.state == "visible" and link.Type.endswith("/worksheet"):
                yield sheet.name, link.target

    def rows(self, part: str) -> Iterator[Row]:
        """Yield the rows of a sheet that are not blank."""
        with self._archive.open(part) as packed:
            parser = WorkSheetParser(
                packed,
                self._words,
                data_only=True,
                epoch=self._reader.wb.epoch,
                date_formats=self._styles.date_formats,
                timedelta_formats=self._styles.timedelta_formats,
            )
            # What follows the last row with something in it is not read: links, rules, drawings.
            for line, cells in islice(parser.parse(), self._archive.filled[part]):
                parser.row_dimensions.clear()
                if not 0 < line <= LAST_ROW:
                    raise TooLarge(f"something below row {LAST_ROW}")
                texts = {each["column"]: _text(each["value"], each["data_type"]) for each in cells}
                last = max((at for at, text in texts.items() if text), default=0)
                values = [texts.get(at, "") for at in range(1, last + 1)]
                if not is_blank(values):
                    yield Row(line, values)


class _Words:
    """The texts that cells refer to by number, packed: 100,000 people may have a million."""

    def __init__(self) -> None:
        self._packed = bytearray()
        self._ends = array("Q", [0])

    def take(self, packed: IO[bytes]) -> None:
        """Take the texts of a part; openpyxl would keep what is left of each of its elements."""
        events = iterparse(packed, ("start", "end"))
        _, root = next(events)
        for event, node in events:
            if event == "end" and node.tag == _WORD:
                self._packed += Text.from_tree(node).content.encode()
                self._ends.append(len(self._packed))
                root.clear()

    def __getitem__(self, at: int) -> str:
        start, end = self._ends[at], self._ends[at + 1]
        return self._packed[start:end].decode()


def _text(value: object, kind: str = "") -> str:
    """Give a cell as somebody would have typed it; an error is nothing.

    >>> _text(4.0), _text(True), _text("#N/A", "e"), _text(datetime(2026, 11, 23, 7, 30))
    ('4', 'TRUE', '', '2026-11-23 07:30')
    """
    match value:
        case None:
            return ""
        case str():
            return "" if kind == "e" else _decoded(value)
        case bool():
            return str(value).upper()
        case float():
            return str(int(value)) if value.is_integer() else str(value)
        case datetime():
            return (value + _NEARLY).isoformat(" ", "minutes").removesuffix(" 00:00")
        case time():
            return f"{datetime.combine(date.min, value) + _NEARLY:%H:%M}"
        case timedelta():
            return "{:02}:{:02}".format(*divmod((value + _NEARLY) // timedelta(minutes=1), 60))
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _decoded(text: str) -> str:
    return _CODED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
