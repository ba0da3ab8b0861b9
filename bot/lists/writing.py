"""A table to a file that spreadsheets open: CSV in which no value is taken for a formula.

`'` goes before what a spreadsheet would take for one; `unescaped` takes it off again, so that what
was written here can be read here.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

_SIGNS: Final = "=+-@\t\r\n\0"
_WIDE: Final = "＝＋－＠"  # which some spreadsheets read as the narrow ones
FORMULA: Final = frozenset(_SIGNS + _WIDE)
_QUOTE: Final = "'"

Value = str | int | None


def escaped(value: Value) -> str:
    """Give a value as a spreadsheet shows it, and never calculates it.

    >>> escaped("=1+1"), escaped(" @SUM(A1)"), escaped("Sanne"), escaped(-3)
    ("'=1+1", "' @SUM(A1)", 'Sanne', '-3')
    """
    if value is None or isinstance(value, int):
        return "" if value is None else str(value)
    return f"{_QUOTE}{value}" if _is_formula(value) or value.startswith(_QUOTE) else value


def unescaped(value: str) -> str:
    """Give back what was escaped."""
    bare = value.removeprefix(_QUOTE)
    return bare if bare != value and (_is_formula(bare) or bare.startswith(_QUOTE)) else value


def write(file: Path, rows: Iterable[Sequence[Value]], *, delimiter: str = ",") -> None:
    """Write rows, the first of which names the columns, to a file that only its owner can read.

    It is UTF-8 with the mark by which spreadsheets know it. Raises OSError as opening does.
    """
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8-sig", errors="replace", newline="") as text:
        writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
        writer.writerows([escaped(value) for value in row] for row in rows)


def _is_formula(value: str) -> bool:
    return value[:1] in FORMULA or value.lstrip()[:1] in FORMULA
