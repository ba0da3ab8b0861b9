"""A list of people as CSV: the bytes of a file become entries, or every problem with its line.

Pure, and it never raises: whatever the file holds, somebody has to be told what to mend. Nothing
is half right: one problem, and there are no entries.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from bot.toml_file import Problem, nearest

REQUIRED: Final = ("name", "email")
COLUMNS: Final = (*REQUIRED, "language", "zone", "manager_email")
LONGEST: Final = 200  # characters of one value
MOST_PROBLEMS: Final = 50

_EMAIL: Final = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")  # as an editor counts them
_LONGEST_SHOWN: Final = 40
_DELIMITERS: Final = (",", ";", "\t")

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One person of the list; `line` is where they stand, `manager_email` empty without one."""

    line: int
    name: str = field(repr=False)
    email: str = field(repr=False)
    language: str
    zone: str
    manager_email: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a value may be, and what an empty one means: languages and IANA zones."""

    languages: Collection[str]
    zones: Collection[str]
    language: str
    zone: str


@dataclass(frozen=True, slots=True)
class Roster:
    """What was read: everybody on the list, or the first 50 problems and nobody."""

    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()


def read(file: str, content: bytes, spoken: Spoken) -> Roster:
    r"""Read a list of people from the bytes of a file, which is only named in problems.

    >>> everywhere = Spoken(("nl", "en"), ("Europe/Amsterdam",), "nl", "Europe/Amsterdam")
    >>> read_ = read("a.csv", b"name,email\nSanne,s@x.nl\n", everywhere)
    >>> [entry.zone for entry in read_.entries]
    ['Europe/Amsterdam']
    """
    problems: list[Problem] = []
    rows = _rows(file, content, problems)
    entries = [_entry(line, row, spoken) for line, row in rows]
    found = (each for line, row in rows for each in _row_problems(file, line, row, spoken))
    problems += islice(found, MOST_PROBLEMS)  # looking for the nearest zone takes its time
    problems += _duplicates(file, entries)
    if not rows and not problems:
        what, remedy = "There is nobody in this list.", "Write one person a line."
        problems.append(Problem(file, 1, what, remedy))
    if problems:
        return Roster(problems=tuple(sorted(problems)[:MOST_PROBLEMS]))
    return Roster(entries=tuple(entries))


def normal(email: str) -> str:
    """Return an e-mail address as it is compared: capitals do not count."""
    return unicodedata.normalize("NFKC", email.strip()).casefold()


def _rows(file: str, content: bytes, problems: list[Problem]) -> list[tuple[int, Row]]:
    """Return every row with the line it begins on; none when the list cannot be read."""
    lines = _lines(file, content, problems)
    delimiter = max(_DELIMITERS, key=(lines[0] if lines else "").count)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    found: list[tuple[int, list[str]]] = []
    began = 1
    try:
        for values in reader:
            found.append((began, values))
            began = reader.line_num + 1
    except csv.Error:
        remedy = 'Look at the quotes: one that opens must close, and inside them write "".'
        problems.append(Problem(file, began, "This is not CSV.", remedy))
        return []
    filled = [(line, values) for line, values in found if any(each.strip() for each in values)]
    return list(_named(file, filled, problems)) if filled else []


def _lines(file: str, content: bytes, problems: list[Problem]) -> list[str]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        remedy = "Save it from your spreadsheet as 'CSV UTF-8'."
        problems.append(Problem(file, line, "The file is not UTF-8.", remedy))
        return []
    return _LINE.findall(text)


def _named(
    file: str, rows: Sequence[tuple[int, list[str]]], problems: list[Problem]
) -> Iterator[tuple[int, Row]]:
    """Give the values of each row their columns' names."""
    (line, header), *rest = rows
    columns = [each.strip().lower() for each in header]
    problems += islice(_header_problems(file, line, columns), MOST_PROBLEMS)
    if problems:
        return
    for number, values in rest:
        if any(each.strip() for each in values[len(columns) :]) or len(values) < len(REQUIRED):
            what = f"This row has {len(values)} values for {len(columns)} columns."
            remedy = "Put a value that has a separator in it in quotes."
            problems.append(Problem(file, number, what, remedy))
        else:
            clean = [" ".join(each.split()) for each in values]
            yield number, dict(zip(columns, clean, strict=False))


def _header_problems(file: str, line: int, columns: Sequence[str]) -> Iterator[Problem]:
    strange = [column for column in dict.fromkeys(columns) if column not in COLUMNS]
    for column in strange:
        what = f"Unknown column '{_shown(column)}'."
        yield Problem(file, line, what, nearest(column, COLUMNS))
    for column in COLUMNS:
        if columns.count(column) > 1:
            yield Problem(file, line, f"The column '{column}' is here twice.", "Take one out.")
        if column in REQUIRED and column not in columns and not strange:
            remedy = f"The first line names the columns: {', '.join(COLUMNS)}."
            yield Problem(file, line, f"There is no column '{column}'.", remedy)


def _entry(line: int, row: Row, spoken: Spoken) -> Entry:
    return Entry(
        line=line,
        name=row.get("name", ""),
        email=row.get("email", ""),
        language=row.get("language", "").lower() or spoken.language,
        zone=row.get("zone") or spoken.zone,
        manager_email=row.get("manager_email", ""),
    )


def _row_problems(file: str, line: int, row: Row, spoken: Spoken) -> Iterator[Problem]:
    entry = _entry(line, row, spoken)
    if not entry.name:
        yield Problem(file, line, "The name is missing.", "Write what this person is called.")
    if not entry.email:
        yield Problem(file, line, "The e-mail address is missing.", "It tells people apart.")
    elif not _EMAIL.fullmatch(entry.email):
        yield Problem(file, line, "This is no e-mail address.", "Write one, as name@example.org.")
    if entry.manager_email and not _EMAIL.fullmatch(entry.manager_email):
        what = "The manager's e-mail address is none."
        yield Problem(file, line, what, "Write one, or leave it empty.")
    if entry.manager_email and normal(entry.manager_email) == normal(entry.email):
        what = "This person would be their own manager."
        yield Problem(file, line, what, "Write the manager's address, or leave it empty.")
    if entry.language not in spoken.languages:
        what = f"Unknown language '{_shown(entry.language)}'."
        yield Problem(file, line, what, f"Choose from: {', '.join(sorted(spoken.languages))}.")
    if entry.zone not in spoken.zones:
        yield Problem(
            file, line, f"Unknown zone '{_shown(entry.zone)}'.", _zone(entry.zone, spoken)
        )
    for column, value in row.items():
        if len(value) > LONGEST or not value.isprintable():
            what = f"The value under '{column}' is longer than {LONGEST} characters or unreadable."
            yield Problem(file, line, what, "Write it shorter, in plain characters.")


def _zone(zone: str, spoken: Spoken) -> str:
    """Return the remedy for an unknown zone: the nearest one, also by its city alone."""
    cities = {each.rpartition("/")[2].lower(): each for each in sorted(spoken.zones)}
    city = zone.replace(" ", "_").lower()
    if city in cities:
        return f'Did you mean "{cities[city]}"?'
    meant = nearest(zone[:LONGEST], spoken.zones)
    return meant if meant.startswith("Did") else "Write one such as Europe/Amsterdam."


def _duplicates(file: str, entries: Sequence[Entry]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for entry in entries:
        before = first.setdefault(normal(entry.email), entry.line)
        if entry.email and before != entry.line:
            what = f"This e-mail address stands on line {before} already."
            yield Problem(file, entry.line, what, "Keep one row for each person.")


def _shown(value: str) -> str:
    printable = "".join(each for each in value if each.isprintable())
    shown = printable[:_LONGEST_SHOWN]
    return shown if shown == printable else f"{shown}…"
