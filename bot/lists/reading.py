"""A table from the bytes of a file that people made, whatever the file is called.

The name of a file tells nothing: a ".csv" that Excel saved as a workbook is read as one. Whatever
the bytes are, there is a table, or a BadTable that says what to do.
"""

from __future__ import annotations

from typing import Final

from bot.lists.sheet import read_sheet
from bot.lists.table import MOST_BYTES, TOO_LARGE, BadTable, Row, Table
from bot.lists.text import Known, read_text
from bot.toml_file import Problem

__all__ = ["BadTable", "Row", "Table", "read"]

_ZIP: Final = b"PK\x03\x04"
_NOT_TABLES: Final = (
    (b"\xd0\xcf\x11\xe0", "This is an Excel workbook of the old kind, or one with a password."),
    (b"%PDF", "This is a PDF."),
    (b"\x89PNG", "This is a picture."),
    (b"\xff\xd8\xff", "This is a picture."),
    (b"GIF8", "This is a picture."),
    (b"PK\x05\x06", "This is an empty packed file."),
    (b"\x1f\x8b", "This is a packed file."),
    (b"{\\rtf", "This is a text document."),
    (b"<", "This is a web page or another file of tags, whatever it is called."),
    (b"{", "This is JSON."),
)
_REMEDY: Final = "Open it in Excel, and save it as XLSX without a password, or as CSV UTF-8."


def read(file: str, content: bytes, *, known: Known, encoding: str | None = None) -> Table:
    """Read a table; `file` is named in refusals, `known` says which column names are looked for.

    `encoding` is that of a text file, for one that cannot be told by looking at it.

    Raises:
        BadTable: now, or from the rows later.

    """
    if len(content) > MOST_BYTES:
        what, _, remedy = TOO_LARGE.partition(". ")
        raise BadTable(Problem(file, 1, f"{what}.", remedy))
    if content.startswith(_ZIP):
        return read_sheet(file, content)
    start = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    for sign, what in _NOT_TABLES:
        if start.startswith(sign):
            raise BadTable(Problem(file, 1, what, _REMEDY))
    return read_text(file, content, known, encoding)
