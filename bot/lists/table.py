"""What a table is once it was read: numbered rows of text, and the refusal when it is none.

`line` is what the reader of the file sees: the line in an editor, or the row number in Excel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from bot.errors import BadContent
from bot.toml_file import Problem

MOST_BYTES: Final = 64 * 1024 * 1024
MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 200
TOO_LARGE: Final = (
    f"The file is larger than {MOST_BYTES >> 20} MB. Keep the columns that are asked for, or "
    "split it."
)
LONGEST_LINE: Final = 100_000  # characters; of one line, not of one value


class BadTable(BadContent):
    """This file holds no table that can be read: save it as CSV UTF-8 or XLSX."""

    def __init__(self, problem: Problem) -> None:
        """Take what is wrong, with its place and its remedy."""
        self.problem = problem
        super().__init__(str(problem))


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not blank, and the line it begins on."""

    line: int
    values: list[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Table:
    """A table under way: how it was read, and its rows, which raise BadTable where they end ill.

    `how` tells a person what was taken for granted, such as "CSV in UTF-8, separated by ';'".
    """

    how: str
    rows: Iterator[Row]


def is_blank(values: list[str]) -> bool:
    """Say whether nothing stands in a row."""
    return not any(each and not each.isspace() for each in values)


def checked(file: str, rows: Iterator[Row]) -> Iterator[Row]:
    """Pass rows on, up to what is still a list of people.

    Raises:
        BadTable: there are more rows or columns than that.

    """
    for number, row in enumerate(rows):
        if len(row.values) > MOST_COLUMNS and not is_blank(row.values[MOST_COLUMNS:]):
            what = f"This row has {len(row.values)} columns; at most {MOST_COLUMNS} are read."
            raise BadTable(Problem(file, row.line, what, "Keep the columns that are asked for."))
        if number > MOST_ROWS:  # the first one names the columns
            what = f"There are more than {MOST_ROWS} rows."
            remedy = "Split the file, and import one part after the other."
            raise BadTable(Problem(file, row.line, what, remedy))
        yield row
