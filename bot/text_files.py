"""Every text file of a folder, `<language>/<file>.toml`, read and compared across languages.

A key is "<file>.<row>", and "<file>.<row>.deeper" for a question's own deepening. `lexicon.toml`
and `care_words.toml` lie in the same folders but are no text files: see `bot.lexicon`, `bot.care`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from bot.errors import BadContent
from bot.rows import Fault, Row, override_faults, read_row, row_faults, twin_faults
from bot.toml_file import Problem, TomlFile, nearest, read_toml

NO_TEXTS: Final = frozenset({"lexicon", "care_words"})

Rows: TypeAlias = Mapping[str, Row]
"""The rows of one language by their key."""

Overrides: TypeAlias = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""What a programme says otherwise: language → file → row → the row's table."""

NO_OVERRIDES: Final[Overrides] = MappingProxyType({})


def load_rows(folder: Path) -> Mapping[str, Rows]:
    """Read the rows of every language of a folder.

    Raises:
        BadContent: with every fault: its file, line, row and remedy.

    """
    files: dict[str, dict[str, TomlFile]] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*/*.toml")):
        language, file = path.parent.name, path.stem
        by_file = files.setdefault(language, {})
        read = read_toml(folder, f"{language}/{path.name}")
        if isinstance(read, Problem):
            problems.append(read)
        elif file not in NO_TEXTS:
            by_file[file] = read
    problems += [problem for language in files for problem in _faulty(files[language], language)]
    if not files:
        raise BadContent(f"There are no texts in {folder}.")
    problems = problems or list(_missing(files)) or list(_different(files))
    if problems:
        raise BadContent("\n".join(map(str, sorted(problems))))
    return {language: _rows(by_file) for language, by_file in files.items()}


def override_rows(rows: Mapping[str, Rows], overrides: Overrides) -> Mapping[str, Rows]:
    """Return the rows with what a programme says otherwise.

    Raises:
        BadContent: with every fault of the overrides.

    """
    faults = [
        f"{language}, {file}.{row}: {fault.what} {fault.remedy}"
        for language, file, row, fault in faults_of_overrides(rows, overrides)
    ]
    if faults:
        raise BadContent("\n".join(faults))
    changed = {language: dict(by_key) for language, by_key in rows.items()}
    for language, file, name, table in _each(overrides):
        key = f"{file}.{name}"
        changed[language].update(_with_deeper(key, read_row(table, rows[language][key])))
    return changed


def faults_of_overrides(
    rows: Mapping[str, Rows], overrides: Overrides
) -> Iterator[tuple[str, str, str, Fault]]:
    """Yield language, file, row and fault of all that is wrong with overrides."""
    for language, file, name, table in _each(overrides):
        known = rows.get(language, {})
        base = known.get(f"{file}.{name}")
        if base is None:
            remedy = nearest(f"{file}.{name}", known)
            yield language, file, name, Fault((), f"There is no text {file}.{name}.", remedy)
        else:
            for fault in override_faults(table, base, language):
                yield language, file, name, fault


def _each(overrides: Overrides) -> Iterator[tuple[str, str, str, Any]]:
    for language, files in overrides.items():
        for file, rows in files.items():
            for name, table in rows.items():
                yield language, file, name, table


def _rows(files: Mapping[str, TomlFile]) -> Rows:
    rows: dict[str, Row] = {}
    for file, toml in files.items():
        for name, table in toml.table.items():
            rows.update(_with_deeper(f"{file}.{name}", read_row(table)))
    return rows


def _with_deeper(key: str, row: Row) -> Rows:
    deeper = {f"{key}.deeper": Row({"other": row.deeper})} if row.deeper else {}
    return {key: row, **deeper}


def _faulty(files: Mapping[str, TomlFile], language: str) -> Iterator[Problem]:
    for toml in files.values():
        for name, table in toml.table.items():
            for fault in row_faults(table, language):
                yield _problem(toml, name, fault)


def _missing(files: Mapping[str, Mapping[str, TomlFile]]) -> Iterator[Problem]:
    """Yield the files and rows that one language has and another has not."""
    for language, by_file in files.items():
        for other, theirs in files.items():
            for file in theirs.keys() - by_file.keys():
                remedy = f"Translate {other}/{file}.toml."
                yield Problem(f"{language}/{file}.toml", 1, "The file is missing.", remedy)
            for file in theirs.keys() & by_file.keys():
                for name in theirs[file].table.keys() - by_file[file].table.keys():
                    fault = Fault((), "The row is missing.", f"Translate it from {other}.")
                    yield _problem(by_file[file], name, fault)


def _different(files: Mapping[str, Mapping[str, TomlFile]]) -> Iterator[Problem]:
    """Yield where the rows of a language differ from those of the first one."""
    first, *others = files
    for language in others:
        for file, toml in files[language].items():
            for name, table in toml.table.items():
                twin = read_row(files[first][file].table[name])
                for fault in twin_faults(read_row(table), twin, first):
                    yield _problem(toml, name, fault)


def _problem(toml: TomlFile, name: str, fault: Fault) -> Problem:
    return toml.problem((name, *fault.where), f"[{name}] {fault.what}", fault.remedy)
