"""The parts of an XLSX workbook, each taken from its XML while that goes by.

Cells say where they stand, and nothing holds them to it: every place is checked before room is
made for it. A formula is what Excel last made of it; a number that looks like a date stays one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bot.table import MOST_COLUMNS, MOST_ROWS, Row

MOST_WORDS: Final = 20 * MOST_ROWS
LAST_ROW: Final = 1_048_576  # of Excel itself
DEEPEST: Final = 64

_CELL: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_CODED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how Excel writes what XML cannot hold

Attributes = Mapping[str, str]


class TooLarge(Exception):
    """There is more in this workbook than in any list of people."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet, and the part of the file that it stands in."""

    name: str
    part: str
    is_visible: bool


class Part:
    """What is learnt of a part of a workbook, element by element; this learns nothing."""

    def __init__(self) -> None:
        self._depth = 0

    def starts(self, name: str, attributes: Attributes) -> None:
        """Take the start of an element."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise ValueError("No workbook is that deep.")
        self.begin(name.rpartition(" ")[2], attributes)

    def ends(self, name: str) -> None:
        """Take the end of an element."""
        self._depth -= 1
        self.end(name.rpartition(" ")[2])

    def says(self, text: str) -> None:
        """Take text between elements."""

    def declares(self, *_: object) -> None:
        """Refuse entities: they can make much of little."""
        raise ValueError("No workbook declares entities.")

    def begin(self, name: str, attributes: Attributes) -> None:
        """Take the start of an element, by its bare name."""

    def end(self, name: str) -> None:
        """Take the end of an element, by its bare name."""


class Links(Part):
    """Which part a link leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: dict[str, str] = {}

    def begin(self, name: str, attributes: Attributes) -> None:
        """Note a link."""
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")


class Sheets(Part):
    """The names of the sheets, their links, and whether they can be seen."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, bool]] = []

    def begin(self, name: str, attributes: Attributes) -> None:
        """Note a sheet."""
        if name == "sheet":
            links = (value for key, value in attributes.items() if key.endswith(" id"))
            is_visible = attributes.get("state", "visible") == "visible"
            self.found.append((attributes.get("name", ""), next(links, ""), is_visible))


class Words(Part):
    """The texts that cells refer to by number."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._pieces: list[str] = []
        self._listens = False
        self._aside = 0

    def says(self, text: str) -> None:
        """Take a piece of a text."""
        if self._listens:
            self._pieces.append(text)

    def begin(self, name: str, attributes: Attributes) -> None:
        """Begin to listen where a text stands; how it is pronounced is none."""
        _ = attributes
        self._aside += name == "rPh"
        self._listens = name == "t" and not self._aside

    def end(self, name: str) -> None:
        """Keep a whole text."""
        self._listens = False
        self._aside -= name == "rPh"
        if name == "si":
            self.found.append(_decoded("".join(self._pieces)))
            self._pieces = []
            if len(self.found) > MOST_WORDS:
                raise TooLarge(f"more than {MOST_WORDS} texts")


class Cells(Part):
    """The rows of a sheet, as their cells go by."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words.found
        self._rows: list[Row] = []
        self._line = self._column = 0
        self._values: list[str] = []
        self._type = ""
        self._pieces: list[str] = []
        self._listens = False
        self._aside = 0

    def taken(self) -> Iterator[Row]:
        """Give the rows that are complete, once."""
        rows, self._rows = self._rows, []
        return iter(rows)

    def says(self, text: str) -> None:
        """Take a piece of a cell."""
        if self._listens:
            self._pieces.append(text)

    def begin(self, name: str, attributes: Attributes) -> None:
        """Learn where a row or a cell stands."""
        match name:
            case "row":
                self._line = int(attributes.get("r") or self._line + 1)
                self._column, self._values = 0, []
                if not 0 < self._line <= LAST_ROW:
                    raise TooLarge(f"something below row {LAST_ROW}")
            case "c":
                self._column = _column(attributes.get("r")) or self._column + 1
                self._type, self._pieces = attributes.get("t", "n"), []
            case "rPh":
                self._aside += 1
            case _:
                self._listens = name in {"v", "t"} and not self._aside

    def end(self, name: str) -> None:
        """Keep a cell, or a row."""
        match name:
            case "row":
                self._rows.append(Row(self._line, self._values))
                self._values = []
            case "c":
                self._keep(self._text("".join(self._pieces)))
            case "rPh":
                self._aside -= 1
            case _:
                self._listens = False

    def _keep(self, text: str) -> None:
        if not text:
            return
        # One beyond what is read, so that it is seen that there is more.
        if self._column > MOST_COLUMNS + 1:
            raise TooLarge(f"something beyond column {MOST_COLUMNS}")
        self._values += [""] * (self._column - len(self._values))
        self._values[self._column - 1] = text

    def _text(self, said: str) -> str:
        """Give a cell as somebody would have typed it."""
        match self._type:
            case "s":
                number = int(said or -1)
                return self._words[number] if number >= 0 else ""
            case "inlineStr" | "str" | "d":
                return _decoded(said)
            case "b":
                return "TRUE" if said == "1" else "FALSE"
            case "e":
                return ""
            case _:
                return said.removesuffix(".0")


def _column(reference: str | None) -> int:
    """Read the column of a place such as "AB12", from 1 on; 0 when it is not said."""
    if reference is None:
        return 0
    found = _CELL.fullmatch(reference)
    if found is None:
        raise ValueError("This is no place on a sheet.")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column


def _decoded(text: str) -> str:
    return _CODED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
