"""The report of an import: a row a row, in a CSV file that only its owner can read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import merge
from pathlib import Path
from typing import Final

from bot.errors import BadContent
from bot.lists.comparing import Outcome
from bot.lists.roster import Entry, Roster
from bot.lists.writing import Value, write

COLUMNS: Final = ("row", "outcome", "written", "changed", "name", "email", "problem", "remedy")
_DELIMITERS: Final = {"nl": ";"}  # as spreadsheets of that language expect it


def check_place(file: Path) -> None:
    """Raise BadContent when a report cannot be written there, before anything else is done."""
    try:
        with file.open("a"):
            pass
    except OSError as error:
        raise BadContent(
            f"{file}: The report cannot be written ({error.strerror}): name another file."
        ) from None


def write_report(
    file: Path,
    roster: Roster,
    outcomes: Sequence[Outcome],
    is_written: bool,  # noqa: FBT001 - said once
    language: str,
) -> None:
    """Write what became of each row. Raises BadContent when the file cannot be written."""
    people = merge(roster.entries, roster.refused, key=lambda each: each.line)
    rows = _rows(people, outcomes, "yes" if is_written else "no")
    try:
        write(file, rows, delimiter=_DELIMITERS.get(language, ","))
    except OSError as error:
        raise BadContent(
            f"{file}: The report cannot be written ({error.strerror}): name another file."
        ) from None


def _rows(
    people: Iterator[Entry], outcomes: Sequence[Outcome], written: str
) -> Iterator[Sequence[Value]]:
    yield COLUMNS
    person = next(people, None)
    for each in outcomes:
        while person and person.line < each.line:
            person = next(people, None)
        ours = person if person and person.line == each.line else None
        problem = each.problem
        yield (
            each.line,
            each.kind,
            "no" if problem else written,
            ", ".join(each.changed),
            ours.name if ours else "",
            ours.email if ours else "",
            problem.what if problem else "",
            problem.remedy if problem else "",
        )
