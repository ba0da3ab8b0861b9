"""Lists of when people work and when they are away: the bytes of a file become rows, or problems.

Pure. No problem says who somebody is: a line number is enough to find them, and what is printed
may be read by others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice, pairwise
from types import MappingProxyType
from typing import Final, Generic, TypeVar

from bot.lists import columns
from bot.lists.reading import BadTable, Row, read
from bot.lists.written_time import Written, read_after
from bot.lists.written_time import read as read_time
from bot.toml_file import Problem

SHIFT_COLUMNS: Final = ("person", "start", "end")
LEAVE_COLUMNS: Final = ("person", "first", "last")
LONGEST_SHIFT: Final = timedelta(hours=24)
LONGEST_LEAVE: Final = timedelta(days=731)
MOST_PROBLEMS: Final = 50

_PERSON: Final = ("email", "slack_id", "teams_id")
_CALLED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "person": "person, persoon, user, gebruiker",
        "date": "date, datum, day, dag",
        "start": "start, starts, begin, van, from, start time, starttijd, begintijd, aanvang, "
        "start date, startdatum, begindatum, starts at",
        "end": "end, ends, einde, eind, tot, to, until, end time, eindtijd, end date, einddatum, "
        "ends at",
        "first": "first, eerste, first day, eerste dag, van, vanaf, from, start, begin, "
        "start date, startdatum, begindatum",
        "last": "last, laatste, last day, laatste dag, tot en met, t m, tot, until, through, to, "
        "end, einde, eind, end date, einddatum",
    }
)
_NO_TIME: Final = "Write day and time, as 2026-11-23 07:00 or 23-11-2026 07:00."
_NO_DAY: Final = "Write a day, as 2026-12-24 or 24-12-2026."


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift of the list; `person` is an e-mail address or what a chat calls somebody."""

    line: int
    person: str = field(repr=False)
    start: Written
    end: Written


@dataclass(frozen=True, slots=True)
class Leave:
    """One absence of the list, from its first day to its last."""

    line: int
    person: str = field(repr=False)
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Span:
    """One shift as moments in UTC, and the line it stands on."""

    line: int
    starts_at: datetime
    ends_at: datetime


R = TypeVar("R", Shift, Leave)
RowOf = Callable[[str, int, Mapping[str, str]], R | Problem]


@dataclass(frozen=True, slots=True)
class Listed(Generic[R]):
    """What was read: every row, or the first problems and no row. `how` tells how it was read."""

    how: str = ""
    rows: tuple[R, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_shifts(file: str, content: bytes) -> Listed[Shift]:
    r"""Read a list of shifts from the bytes of a file, which is only named in problems.

    >>> read_shifts("a.csv", b"person,start,end\na@x.nl,2026-11-23 23:00,07:00").rows[0].end.day
    datetime.date(2026, 11, 24)
    """
    return _read(file, content, SHIFT_COLUMNS, _shift)


def read_leave(file: str, content: bytes) -> Listed[Leave]:
    r"""Read a list of absences; an empty last day is the first one.

    >>> read_leave("a.csv", b"person;first;last\na@x.nl;24-12-2026;\n").rows[0].last
    datetime.date(2026, 12, 24)
    """
    return _read(file, content, LEAVE_COLUMNS, _leave)


def spans_of(
    file: str, shifts: Sequence[Shift], zone: str
) -> tuple[tuple[Span, ...], tuple[Problem, ...]]:
    """Give one person's shifts as moments, the soonest first, and what is wrong with them.

    A shift that stands twice counts once.
    """
    spans = {
        (each.start.moment(zone), each.end.moment(zone)): each.line for each in reversed(shifts)
    }
    ordered = tuple(Span(line, *span) for span, line in sorted(spans.items()))
    return ordered, tuple(_span_problems(file, ordered))


def _span_problems(file: str, spans: Sequence[Span]) -> Iterator[Problem]:
    for each in spans:
        if each.ends_at <= each.starts_at:
            remedy = "A night shift ends on the next day."
            yield Problem(file, each.line, "This shift ends before it starts.", remedy)
        elif each.ends_at - each.starts_at > LONGEST_SHIFT:
            remedy = "Write one shift a row."
            yield Problem(file, each.line, "This shift lasts more than 24 hours.", remedy)
    for before, after in pairwise(spans):
        if after.starts_at < before.ends_at:
            what = f"This shift overlaps with the one on line {before.line}."
            yield Problem(file, after.line, what, "Keep the one that is right.")


def _read(file: str, content: bytes, wanted: tuple[str, ...], row_of: RowOf[R]) -> Listed[R]:
    try:
        table = read(file, content, known=lambda header: _column(header, wanted) is not None)
        rows = list(table.rows)
    except BadTable as bad:
        return Listed(problems=(bad.problem,))
    if len(rows) < 2:  # noqa: PLR2004 - the names of the columns, and one row
        what, remedy = "There is nothing in this list.", "Write one row for each."
        return Listed(problems=(Problem(file, 1, what, remedy),))
    where, problems = _places(file, rows[0], wanted)
    if problems:
        return Listed(problems=problems)
    found = [_one(file, row, where, row_of) for row in rows[1:]]
    wrong = tuple(islice((each for each in found if isinstance(each, Problem)), MOST_PROBLEMS))
    if wrong:
        return Listed(problems=wrong)
    return Listed(table.how, tuple(each for each in found if not isinstance(each, Problem)))


def _places(
    file: str, header: Row, wanted: tuple[str, ...]
) -> tuple[dict[str, int], tuple[Problem, ...]]:
    """Find where each column stands: the first of its name, "person" before other names of it."""
    named = [_column(each, wanted) for each in header.values]
    places = {name: named.index(name) for name in named if name is not None}
    person = next((name for name in ("person", *_PERSON) if name in places), None)
    if person is not None:
        places["person"] = places[person]
    missing = [name for name in wanted if name not in places and name != "last"]
    remedy = f"The first row names the columns: {', '.join(wanted)}."
    return places, tuple(
        Problem(file, header.line, f"There is no column '{name}'.", remedy) for name in missing
    )


def _column(header: str, wanted: Collection[str]) -> str | None:
    words = " ".join(re.findall(r"[^\W_]+", columns.clean(header).casefold()))
    ours = (*wanted, "date") if "start" in wanted else wanted
    named = (name for name in ours if words in _CALLED[name].split(", "))
    other = columns.column_of(header)
    return next(named, other if other in _PERSON else None)


def _one(file: str, row: Row, where: Mapping[str, int], row_of: RowOf[R]) -> R | Problem:
    values = {
        name: columns.clean(row.values[place]) if place < len(row.values) else ""
        for name, place in where.items()
    }
    if not values["person"]:
        remedy = "Write the e-mail address, or what the chat calls this person."
        return Problem(file, row.line, "The person is missing.", remedy)
    return row_of(file, row.line, values)


def _shift(file: str, line: int, values: Mapping[str, str]) -> Shift | Problem:
    day = read_time(values.get("date", ""))
    start = _start(values["start"], day)
    if start is None:
        return Problem(file, line, "The start is no day and time.", _NO_TIME)
    end = read_after(values["end"], start)
    if end is None or start.at is end.at is None:
        return Problem(file, line, "The end is no day and time.", _NO_TIME)
    return Shift(line, values["person"], start, end)


def _start(text: str, day: Written | None) -> Written | None:
    """Read a start; where the day has a column of its own, a time alone is enough."""
    if day is None:
        return read_time(text)
    return read_time(f"{day.day.isoformat()} {text}") or read_time(text)


def _leave(file: str, line: int, values: Mapping[str, str]) -> Leave | Problem:
    first = read_time(values["first"])
    last = read_time(values.get("last", "")) if values.get("last") else first
    if first is None or last is None:
        name = "first" if first is None else "last"
        return Problem(file, line, f"The {name} day is none.", _NO_DAY)
    if last.day < first.day:
        what, remedy = "The last day lies before the first.", "Swap them."
        return Problem(file, line, what, remedy)
    if last.day - first.day > LONGEST_LEAVE:
        what, remedy = "This absence lasts more than two years.", "Look at the year."
        return Problem(file, line, what, remedy)
    return Leave(line, values["person"], first.day, last.day)
