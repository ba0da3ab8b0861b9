"""A table in a text file: which bytes are which letters, what separates values, and the rows.

Old spreadsheets write no word about their encoding. What is neither Unicode nor plainly Western
Windows is refused with a hint, not guessed: nobody is to be called "Zo‰".
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final

from bot.lists.table import LONGEST_LINE, BadTable, Row, Table, checked, is_blank
from bot.toml_file import Problem

Known = Callable[[str], bool]

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16's, so it is looked for first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAID: Final = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252",
}
_DELIMITERS: Final = (",", ";", "\t", "|")
_SEP_LINE: Final = re.compile(r'"?sep=([^\w\s"]|\t)"?[,;\t|]*\s*', re.IGNORECASE)
_CHUNK: Final = 1 << 20
_SAMPLE: Final = 4_096
_NUL_SHARE: Final = 0.3  # of the bytes of UTF-16, if it is mostly Western letters
# Letters that Western Europeans have in their names, and the signs that Office puts in texts.
_WESTERN: Final = re.compile(r"[\x00-\x7f\xa0«»°´·À-ÖØ-öø-ÿ€…‘’“”–—]*")
# Where other letters are read as those: Cyrillic as many accents on end, a Mac's é as a quote.
_FOREIGN: Final = re.compile(
    r"[À-ÿ]{3}|\w[‘“”–—…€](?=\w)|^[^“\r\n]*\w[‘”–—…](?=[;,\t|\r\n]|\Z)", re.MULTILINE
)
_NAME_IT: Final = (
    "Save it from your spreadsheet as 'CSV UTF-8', or say which it is: --encoding mac_roman "
    "(a Mac), cp850 (DOS), cp1250 (Central Europe) or another that Python knows."
)


def read_text(file: str, content: bytes, known: Known, encoding: str | None = None) -> Table:
    """Read a text file as a table; `known` says which names of columns are asked for.

    Raises:
        BadTable: its letters cannot be read, in the first rows already.

    """
    name = _encoding(file, content, encoding)
    lines = _lines(file, content, name)
    skipped, header = _first(lines)
    if said := _SEP_LINE.fullmatch(header):
        delimiter, rest = said[1], lines
        skipped += 1
    else:
        delimiter = _delimiter(header, known)
        rest = chain([header] if header else [], lines)
    rows = _rows(file, rest, delimiter, skipped)
    shown = "tab" if delimiter == "\t" else f"'{delimiter}'"
    how = f"CSV in {_SAID.get(name, name)}, separated by {shown}"
    return Table(how, checked(file, rows))


def _encoding(file: str, content: bytes, wanted: str | None) -> str:
    if wanted is not None:
        return _wanted(file, wanted)
    for bom, name in _BOMS:
        if content.startswith(bom):
            return name
    if name := _utf16(content[:_SAMPLE]):
        return name
    if _is_utf8(content):
        return "utf-8"
    if _is_western(content):
        return "cp1252"
    what = "It cannot be told in which encoding this file was written."
    raise BadTable(Problem(file, 1, what, _NAME_IT))


def _wanted(file: str, wanted: str) -> str:
    try:
        info = codecs.lookup(wanted)
        if info._is_text_encoding:  # noqa: SLF001 - as open() itself asks
            return info.name
    except (LookupError, ValueError):
        pass
    what = f"There is no encoding '{wanted[:40]}'."
    raise BadTable(Problem(file, 1, what, "Name one such as utf-8, cp1252, mac_roman or cp850."))


def _utf16(sample: bytes) -> str:
    """Name UTF-16 without a mark, by its many zero bytes; empty if it is not that."""
    half = len(sample) // 2
    first, second = sample[0::2].count(0), sample[1::2].count(0)
    if second > _NUL_SHARE * half and first < second / 4:
        return "utf-16-le"
    return "utf-16-be" if first > _NUL_SHARE * half and second < first / 4 else ""


def _is_utf8(content: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), _CHUNK):
            decoder.decode(content[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_western(content: bytes) -> bool:
    """Say whether it reads as what Excel wrote in Western Europe before it knew Unicode.

    Statistics do not help: on lists of names they took every such encoding for another one.
    """
    telling = re.findall(rb"[^\r\n]*[\x80-\xff][^\r\n]*[\r\n]?", content)
    try:
        text = b"".join(telling).decode("cp1252")
    except UnicodeDecodeError:
        return False
    return bool(_WESTERN.fullmatch(text)) and not _FOREIGN.search(text)


def _lines(file: str, content: bytes, encoding: str) -> Iterator[str]:
    """Yield the lines as an editor counts them, with their ends."""
    text = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
    number = 0
    while True:
        number += 1
        try:
            line = text.readline(LONGEST_LINE + 1)
        except (UnicodeError, ValueError):
            what = f"This line cannot be read as {_SAID.get(encoding, encoding)}."
            remedy = "Save it from your spreadsheet as 'CSV UTF-8'."
            at = max(_unreadable(content, encoding), number)
            raise BadTable(Problem(file, at, what, remedy)) from None
        if len(line) > LONGEST_LINE:
            what = f"This line has more than {LONGEST_LINE} characters."
            remedy = "Keep one person a line, and the columns that are asked for."
            raise BadTable(Problem(file, number, what, remedy))
        if not line:
            return
        yield line


def _unreadable(content: bytes, encoding: str) -> int:
    """Find the line that cannot be read: text is read in pieces, and the piece is all we know."""
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(encoding, errors="ignore")
        return len(before.splitlines()) + before.endswith(("\n", "\r"))
    except UnicodeError:
        pass
    return 1


def _first(lines: Iterator[str]) -> tuple[int, str]:
    """Give the first line that is not blank, and how many stood before it."""
    for skipped, line in enumerate(lines):
        if line.strip(" \t\r\n,;|\"'"):
            return skipped, line
    return 0, ""


def _delimiter(header: str, known: Known) -> str:
    def _worth(delimiter: str) -> tuple[int, int]:
        names = next(csv.reader([header], delimiter=delimiter, skipinitialspace=True), [])
        return sum(map(known, names)), len(names)

    return max(_DELIMITERS, key=_worth)


def _rows(file: str, lines: Iterator[str], delimiter: str, skipped: int) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
    began = skipped + 1
    try:
        for values in reader:
            if not is_blank(values):
                yield Row(began, values)
            began = skipped + reader.line_num + 1
    except csv.Error:
        what = "From here on this is not CSV."
        remedy = 'Look at the quotes: one that opens must close, and inside them write "".'
        raise BadTable(Problem(file, began, what, remedy)) from None
