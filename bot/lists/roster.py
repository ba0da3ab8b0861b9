"""A list of people: the bytes of a file become entries, and every problem with its place.

Pure, and it never raises: whatever the file holds, somebody has to be told what to mend. A row
with a problem is no entry; whether the others count is for whoever asked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.lists import columns
from bot.lists.columns import COLUMNS, NAME_PARTS
from bot.lists.entries import Entries, Entry, Marks, normal
from bot.lists.reading import BadTable, Row
from bot.lists.reading import read as read_table
from bot.lists.writing import unescaped
from bot.toml_file import Problem, nearest

__all__ = ["COLUMNS", "Entry", "Roster", "Spoken", "normal", "read"]

REACHED: Final = ("email", "slack_id", "teams_id")
"""The columns that tell who somebody is; one of them must be filled."""
LONGEST: Final = 200  # characters of one value

_EMAIL: Final = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")
_SLACK: Final = re.compile(r"[UW][A-Z0-9]{5,30}")
_TEAMS: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|\d+:[^\s@]+")
_LONGEST_SHOWN: Final = 40
_MOST_LOOKED_FOR: Final = 200  # unknown zones: looking for the nearest one takes its time

_ANOTHER: Final = "Look up whose it is: Slack shows it under Profile, Copy member ID: U024BE7LH."
_OBJECT_ID: Final = "Write the person's object ID in Entra, as 8-4-4-4-12 digits and letters."
_EXCEL: Final = (
    "If Excel made a date of it, make the cells of this column text, and type it again."
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a value may be: languages and IANA zones."""

    languages: Collection[str]
    zones: Collection[str]


@dataclass(frozen=True, slots=True)
class Roster:
    """What was read: the entries, every problem by its line, and what was taken for granted.

    `refused` has the name and e-mail address, as far as they can be shown, of rows with a problem.
    """

    entries: Sequence[Entry] = ()
    refused: Sequence[Entry] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def read(file: str, content: bytes, spoken: Spoken, *, encoding: str | None = None) -> Roster:
    r"""Read a list of people from the bytes of a file, which is only named in problems.

    >>> read_ = read("a.csv", b"naam;e-mail\nSanne;s@x.nl\n", Spoken(("nl", "en"), ("UTC",)))
    >>> [(entry.line, entry.email) for entry in read_.entries], read_.notes
    ([(2, 's@x.nl')], ("Read as CSV in UTF-8, separated by ';'.",))
    """
    reading = _Reading(file, spoken)
    notes: list[str] = []
    try:
        known = lambda name: columns.column_of(name) is not None  # noqa: E731 - a sentence
        table = read_table(file, content, known=known, encoding=encoding)
        notes.append(f"Read as {table.how}.")
        header = next(table.rows, None)
        if header:
            notes += reading.take_header(header)
        if header and not reading.problems:
            reading.take(table.rows)
    except BadTable as refused:
        reading.problems.append(refused.problem)
    if not reading.rows and not reading.problems:
        what, remedy = "There is nobody in this list.", "Write one person a line."
        reading.problems.append(Problem(file, 1, what, remedy))
    problems = tuple(sorted(reading.problems))
    return Roster(reading.entries, reading.refused, problems, tuple(notes))


class _Reading:
    """A list while it is read: what each column means, and who was on it already."""

    def __init__(self, file: str, spoken: Spoken) -> None:
        self.entries = Entries()
        self.refused = Entries()
        self.problems: list[Problem] = []
        self.rows = 0
        self._file = file
        self._spoken = spoken
        self._zones = {zone.casefold(): zone for zone in spoken.zones}
        self._places: dict[str, int] = {}
        self._headers: dict[str, str] = {}
        self._width = 0
        self._says: frozenset[str] = frozenset()
        self._marks = {column: Marks() for column in REACHED}
        self._remedies: dict[str, str] = {}

    def take_header(self, row: Row) -> Iterator[str]:
        """Learn which column is which; yield what is to be told about it."""
        names = [unescaped(columns.clean(each)) for each in row.values]
        self._width = len(names)
        unused = []
        for place in sorted(range(len(names)), key=lambda at: columns.precision(names[at])):
            column = columns.column_of(names[place])
            if column is None or column in self._places:
                unused.append(place)
            else:
                self._places[column], self._headers[column] = place, _shown(names[place])
        if "name" in self._places:
            unused += [self._places.pop(part) for part in NAME_PARTS if part in self._places]
        self._says = frozenset(self._places)
        self.problems += self._header_problems(row.line, names, unused)
        if others := [_shown(names[place]) for place in sorted(unused) if names[place]]:
            yield f"Not used: {', '.join(others[:20])}{', …' if len(others) > 20 else ''}."  # noqa: PLR2004

    def take(self, rows: Iterator[Row]) -> None:
        """Read the people, each row an entry or problems."""
        for row in rows:
            self.rows += 1
            found = len(self.problems)
            values, entry = self._entry(row)
            self.problems += self._row_problems(row, values, entry)
            if len(self.problems) == found:
                self.entries.add(entry)
            else:
                self.refused.add(_who(entry))
        self._refuse_twins()

    def _refuse_twins(self) -> None:
        again = list(self._again())
        self.problems += again
        lines = {each.line for each in again}
        twins = [_who(each) for each in self.entries if each.line in lines] if lines else []
        self.entries = self.entries.without(lines)
        self.refused = Entries(sorted([*self.refused, *twins], key=lambda each: each.line))

    def _header_problems(
        self, line: int, names: Sequence[str], unused: Sequence[int]
    ) -> Iterator[Problem]:
        for place in unused:
            name = names[place]
            if name and names.index(name) != place and columns.column_of(name):
                what = f"The column '{_shown(name)}' is here twice."
                yield Problem(self._file, line, what, "Take one out.")
            meant = columns.meant(name)
            if columns.column_of(name) is None and meant and meant not in self._places:
                what = f"Unknown column '{_shown(name)}'."
                yield Problem(self._file, line, what, f'Did you mean "{meant}"?')
        all_of_them = f"The first line names the columns: {', '.join(COLUMNS)}."
        mistyped = {columns.meant(names[place]) for place in unused}
        if not (self._says | mistyped) & {"name", *NAME_PARTS}:
            yield Problem(self._file, line, "There is no column 'name'.", all_of_them)
        if not (self._says | mistyped) & set(REACHED):
            what = f"There is no column {' or '.join(map(repr, REACHED))}."
            yield Problem(self._file, line, what, all_of_them)

    def _entry(self, row: Row) -> tuple[Mapping[str, str], Entry]:
        """Give what a row says under each of our columns, and what was read of it."""
        values = {
            column: unescaped(columns.clean(row.values[place]))
            for column, place in self._places.items()
            if place < len(row.values)
        }
        said = {key: value for key, value in values.items() if len(value) <= LONGEST}
        parts = (said.get(part, "") for part in NAME_PARTS)
        zone = said.get("zone", "")
        entry = Entry(
            line=row.line,
            name=said.get("name", "") or " ".join(filter(None, parts)),
            email=said.get("email", "").removeprefix("mailto:"),
            language=columns.language(said.get("language", ""), self._spoken.languages) or "",
            zone=self._zones.get(zone.replace(" ", "_").casefold(), ""),
            manager_email=said.get("manager_email", ""),
            coach_email=said.get("coach_email", ""),
            hours=columns.hours(said.get("hours", "")) or "",
            days=columns.days(said.get("days", "")) or "",
            slack_id=said.get("slack_id", "").upper(),
            teams_id=said.get("teams_id", ""),
            says=self._says,
        )
        for column, who in zip(
            REACHED, (normal(entry.email), entry.slack_id, entry.teams_id.casefold()), strict=True
        ):
            if who:
                self._marks[column].add(who, row.line)
        return values, entry

    def _row_problems(
        self, row: Row, values: Mapping[str, str], entry: Entry
    ) -> Iterator[Problem]:
        if any(each and not each.isspace() for each in row.values[self._width :]):
            what = f"This row has {len(row.values)} values for {self._width} columns."
            remedy = "Put a value that has a separator in it in quotes."
            yield Problem(self._file, row.line, what, remedy)
        for column, value in values.items():
            if len(value) > LONGEST or not columns.is_readable(value):
                what = f"This is longer than {LONGEST} characters, or unreadable."
                yield self._at(row.line, column, what, "Write it shorter, in plain characters.")
                return
        if not entry.name:
            what, remedy = "The name is missing.", "Write what this person is called."
            yield self._at(row.line, "name", what, remedy)
        if not (entry.email or entry.slack_id or entry.teams_id):
            what = "The e-mail address is missing."
            yield self._at(row.line, "email", what, "It, or an id in a chat, tells people apart.")
        yield from self._wrong_addresses(entry)
        yield from self._wrong_values(row.line, values, entry)

    def _wrong_addresses(self, entry: Entry) -> Iterator[Problem]:
        if entry.email and not _is_address(entry.email):
            what, remedy = "This is no e-mail address.", "Write one, as name@example.org."
            yield self._at(entry.line, "email", what, remedy)
        for who, address in (("manager", entry.manager_email), ("coach", entry.coach_email)):
            if address and not _is_address(address):
                what = f"The {who}'s e-mail address is none."
                yield self._at(entry.line, f"{who}_email", what, "Write one, or leave it empty.")
            elif address and normal(address) == normal(entry.email):
                what = f"This person would be their own {who}."
                remedy = f"Write the {who}'s address, or leave it empty."
                yield self._at(entry.line, f"{who}_email", what, remedy)
        if entry.slack_id and not _SLACK.fullmatch(entry.slack_id):
            yield self._at(entry.line, "slack_id", "This is no member ID of Slack.", _ANOTHER)
        if entry.teams_id and not _TEAMS.fullmatch(entry.teams_id):
            yield self._at(entry.line, "teams_id", "This is no user of Teams.", _OBJECT_ID)

    def _wrong_values(
        self, line: int, values: Mapping[str, str], entry: Entry
    ) -> Iterator[Problem]:
        for column, read_ in (
            ("language", entry.language),
            ("zone", entry.zone),
            ("hours", entry.hours),
            ("days", entry.days),
        ):
            value = values.get(column, "")
            if value and not read_:
                what = f"Unknown {column} '{_shown(value)}'."
                yield self._at(line, column, what, self._remedy(column, value))

    def _remedy(self, column: str, value: str) -> str:
        match column:
            case "language":
                return f"Choose from: {', '.join(sorted(self._spoken.languages))}."
            case "zone":
                return self._nearest_zone(value)
            case "hours":
                return "Write them as 08:30-17:00, at least an hour."
            case _:
                return f"Write them as mo-th, or as mo,tu,th. {_EXCEL}"

    def _nearest_zone(self, zone: str) -> str:
        """Return the remedy for an unknown zone: the nearest one, also by its city alone."""
        if zone not in self._remedies and len(self._remedies) < _MOST_LOOKED_FOR:
            zones = self._spoken.zones
            cities = {each.rpartition("/")[2].lower(): each for each in sorted(zones)}
            city = cities.get(zone.replace(" ", "_").lower())
            meant = f'Did you mean "{city}"?' if city else nearest(zone, zones)
            self._remedies[zone] = meant if meant.startswith("Did") else ""
        return self._remedies.get(zone) or "Write one such as Europe/Amsterdam."

    def _again(self) -> Iterator[Problem]:
        """Find who is on the list twice."""
        for column, marks in self._marks.items():
            thing = "e-mail address" if column == "email" else "id"
            for line, first in marks.twice():
                what = f"This {thing} stands on line {first} already."
                yield self._at(line, column, what, "Keep one row for each person.")

    def _at(self, line: int, column: str, what: str, remedy: str) -> Problem:
        """Say it of a column, by the name that it has in this file."""
        return Problem(self._file, line, f"{self._headers.get(column, column)}: {what}", remedy)


def _who(entry: Entry) -> Entry:
    return Entry(entry.line, _shown(entry.name), _shown(entry.email))


def _shown(value: str) -> str:
    printable = "".join(each for each in value if each.isprintable())
    shown = printable[:_LONGEST_SHOWN]
    return shown if shown == printable else f"{shown}…"


def _is_address(email: str) -> bool:
    """Say whether this can be an e-mail address; signs that nobody sees would hide a twin."""
    return email.isprintable() and _EMAIL.fullmatch(email) is not None
