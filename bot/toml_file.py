"""A TOML file that people write: its values, the line each stands on, and what is wrong with it.

Reading never raises on what the file holds: `tomllib` tells no lines, so a small scanner finds
them, and a fault is a `Problem` that says where, what and how to mend it.
"""

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

Where: TypeAlias = tuple[str | int, ...]

_TOKEN = re.compile(
    r'''
      (?P<comment>\#[^\n]*)
    | (?P<string>"""(?:\\.|[^\\])*?"""(?:"{0,2}) | \'\'\'.*?\'\'\'(?:\'{0,2})
        | "(?:\\.|[^"\\\n])*" | '[^'\n]*')
    | (?P<newline>\n)
    | (?P<sign>[\[\]{}=,])
    | (?P<bare>[^\s\[\]{}=,.\#"']+)
    | (?P<rest>.)
    ''',
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault in what people wrote: the file, its line, what is wrong and how to mend it."""

    file: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        """Return the problem as one line to print."""
        return f"{self.file}:{self.line}: {self.what} {self.remedy}"


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A file that could be read: its name, its values and the text that they were read from."""

    name: str
    table: Mapping[str, Any]
    source: str = field(repr=False)

    @property
    def lines(self) -> Mapping[Where, int]:
        """Return the line of every key and element."""
        return _lines(self.source)

    def line(self, where: Where) -> int:
        """Return the line of a value, or of the nearest table around it."""
        lines, ends = self.lines, range(len(where), 0, -1)
        return next((lines[where[:end]] for end in ends if where[:end] in lines), 1)

    def problem(self, where: Where, what: str, remedy: str) -> Problem:
        """Return a fault of the value at this place."""
        return Problem(self.name, self.line(where), what, remedy)


def read_toml(folder: Path, name: str) -> TomlFile | Problem:
    """Read one file of a folder, or say why it cannot be read."""
    try:
        written = (folder / name).read_bytes()
    except FileNotFoundError:
        return Problem(name, 1, "The file is missing.", "Create it.")
    except (OSError, ValueError) as error:
        return Problem(name, 1, f"The file cannot be opened: {error}.", "Look at its rights.")
    try:
        source = written.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = written.count(b"\n", 0, error.start) + 1
        return Problem(name, line, "The file is not UTF-8.", "Save it with the encoding UTF-8.")
    return _parse(name, source)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the remedy for an unknown name: the nearest known one, or all of them.

    >>> nearest("point", ["points", "text"])
    'Did you mean "points"?'
    """
    known = sorted(known)
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f'Did you mean "{close[0]}"?'
    return f"Known here: {', '.join(known)}." if known else "Nothing can stand here."


def _parse(name: str, source: str) -> TomlFile | Problem:
    try:
        table = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(found[1]) if found else source.count("\n") + 1
        return Problem(name, line, f"This is not TOML: {error}.", "Look at quotes and brackets.")
    except (ValueError, RecursionError) as error:
        return Problem(name, 1, f"The file cannot be read: {error}.", "Make it simpler.")
    return TomlFile(name, table, source)


@lru_cache(maxsize=1)  # looked for only when something is wrong, and then often more than once
def _lines(source: str) -> Mapping[Where, int]:
    return _Scan().run(source)


@dataclass(slots=True)
class _Level:
    """Where the scanner is: in a table, an array or an inline table, at a key or at a value."""

    kind: Literal["table", "array", "inline"]
    path: Where
    keys: list[str] = field(default_factory=list)
    value: Where | None = None
    index: int = 0

    def place(self) -> Where | None:
        """Return the place of the value being read, if it is a value."""
        return (*self.path, self.index) if self.kind == "array" else self.value


@dataclass(slots=True)
class _Scan:
    """A walk over the tokens of valid TOML that notes the line of every key and element."""

    lines: dict[Where, int] = field(default_factory=dict)
    levels: list[_Level] = field(default_factory=lambda: [_Level("table", ())])
    counts: dict[Where, int] = field(default_factory=dict)
    header: list[str] | None = None
    many: bool = False
    line: int = 1

    def run(self, source: str) -> dict[Where, int]:
        """Walk through a file's text, and give the line on which each key stands."""
        for token in _TOKEN.finditer(source):
            text = token[0]
            match token.lastgroup:
                case "newline":
                    self._newline()
                case "sign":
                    self._sign(text)
                case "string" | "bare":
                    self._word(text)
            self.line += text.count("\n")
        return self.lines

    def _newline(self) -> None:
        self.header = None
        if len(self.levels) == 1:
            self.levels[0].keys, self.levels[0].value = [], None

    def _sign(self, sign: str) -> None:
        level = self.levels[-1]
        place = level.place()
        if self.header is not None or (place is None and sign == "["):
            self._header(sign)
        elif sign in "[{" and place is not None:
            self._note(place)
            self.levels.append(_Level("array" if sign == "[" else "inline", place))
        elif sign in "]}" and len(self.levels) > 1:
            self.levels.pop()
        elif sign == ",":
            level.index += 1
            level.keys, level.value = [], None
        else:
            level.value = (*level.path, *level.keys)
            self._note(level.value)

    def _word(self, text: str) -> None:
        level = self.levels[-1]
        place = level.place()
        if self.header is not None:
            self.header.append(_unquoted(text))
        elif place is None:
            level.keys.append(_unquoted(text))
        else:
            self._note(place)

    def _header(self, sign: str) -> None:
        if sign == "[":
            self.many = self.header is not None
            self.header = []
        elif self.header:
            path = self._table(self.header, many=self.many)
            self.levels = [_Level("table", path)]
            self._note(path)
            self.header = []

    def _table(self, keys: list[str], *, many: bool) -> Where:
        path: Where = ()
        for position, key in enumerate(keys, start=1):
            path = (*path, key)
            if many and position == len(keys):
                self.counts[path] = self.counts.get(path, -1) + 1
            if path in self.counts:
                path = (*path, self.counts[path])
        return path

    def _note(self, place: Where) -> None:
        for end in range(1, len(place) + 1):
            self.lines.setdefault(place[:end], self.line)


def _unquoted(text: str) -> str:
    """Return a key without its quotes."""
    return next(iter(tomllib.loads(f"{text} = 0"))) if text[0] in "\"'" else text
