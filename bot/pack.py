"""A programme pack: a folder of TOML that trainers write, read and checked with file and line.

`programme.toml` says what is the same in every language; the words stand under the same keys in
one folder per language. Checking never raises, whatever the files hold.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, TypeAlias

from bot.lexicon import TEXTS
from bot.pack_shape import FILES, OVERRIDES, PROGRAMME
from bot.schema import Kind, faults
from bot.text_files import faults_of_overrides, load_rows
from bot.toml_file import Problem, TomlFile, Where, nearest, read_toml

SKELETON: Final = "programme.toml"
TEXTS_FILE: Final = "texts.toml"

Content: TypeAlias = Mapping[str, Any]
"""All that a pack says, as JSON: "programme" and each language → the values of its files."""

_SAME_LENGTH = (
    ("card.toml", "objectives"),
    ("card.toml", "expected"),
    ("practice.toml", "steps"),
    ("managers.toml", "weeks"),
)


@dataclass(frozen=True, slots=True)
class _Pack:
    """A pack whose files could be read, each of the right shape."""

    programme: TomlFile
    files: Mapping[str, Mapping[str, TomlFile]]

    def content(self) -> Content:
        """Give all that the files say, the texts by language and file."""
        by_language = {
            language: {name.removesuffix(".toml"): toml.table for name, toml in files.items()}
            for language, files in self.files.items()
        }
        return {"programme": self.programme.table, **by_language}


def read_pack(folder: Path) -> Content | list[Problem]:
    """Read a pack, or return every problem it has."""
    if not _is_folder(folder):
        return [Problem(folder.name, 1, "There is no such folder.", "Name that of a programme.")]
    read = _read(folder)
    if isinstance(read, list):
        return sorted(read)
    problems = [
        *_order_problems(read.programme),
        *_key_problems(read),
        *_twin_problems(read),
        *_override_problems(read),
    ]
    return sorted(problems) or read.content()


def _read(folder: Path) -> _Pack | list[Problem]:
    problems: list[Problem] = []
    programme = _shaped(folder, SKELETON, PROGRAMME, problems)
    languages = _languages(programme, problems)
    problems += _strangers(folder, languages)
    files: dict[str, dict[str, TomlFile]] = {}
    for language in languages:
        files[language] = {}
        own = [TEXTS_FILE] if folder / language / TEXTS_FILE in _listed(folder / language) else []
        for name in [*FILES, *own]:
            toml = _shaped(folder, f"{language}/{name}", FILES.get(name, OVERRIDES), problems)
            if toml:
                files[language][name] = toml
    return problems if problems or programme is None else _Pack(programme, files)


def _shaped(folder: Path, name: str, kind: Kind, problems: list[Problem]) -> TomlFile | None:
    """Read one file, and note what is wrong with it; none when it cannot be read."""
    read = read_toml(folder, name)
    if isinstance(read, Problem):
        problems.append(read)
        return None
    problems += [read.problem(*fault) for fault in faults(kind, read.table)]
    return read


def _languages(programme: TomlFile | None, problems: list[Problem]) -> Sequence[str]:
    """Return the languages of a pack that Holdfast speaks, and note the others."""
    written = programme.table.get("languages") if programme else None
    spoken = [path.name for path in _listed(TEXTS) if _is_folder(path)]
    if programme is None or not isinstance(written, list):
        return spoken
    for index, language in enumerate(written):
        if language not in spoken or language in written[:index]:
            what = f"{language!r} is not a language of Holdfast, or stands here twice."
            remedy = f"Choose from: {', '.join(spoken)}."
            problems.append(programme.problem(("languages", index), what, remedy))
    return [language for language in spoken if language in written]


def _strangers(folder: Path, languages: Sequence[str]) -> Iterator[Problem]:
    """Yield the files and folders that nothing would read."""
    rooms = {"": [SKELETON, *languages], **{one: [*FILES, TEXTS_FILE] for one in languages}}
    for room, known in rooms.items():
        for path in _listed(folder / room):
            name = f"{room}/{path.name}".lstrip("/")
            counts = path.suffix == ".toml" or _is_folder(path)
            if counts and path.name not in known:
                yield Problem(name, 1, "Nothing reads this.", nearest(path.name, known))


def _listed(folder: Path) -> list[Path]:
    """Return what lies in a folder, but for what hides there."""
    try:
        return sorted(path for path in folder.iterdir() if path.name[0] not in "._")
    except (OSError, ValueError):
        return []


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _order_problems(programme: TomlFile) -> Iterator[Problem]:
    """Yield days that do not rise and keys that stand twice."""
    table = programme.table
    days, quiz = table["days"], [one["day"] for one in table["quiz"]]
    rising: dict[Where, list[int]] = {
        ("days", "check_ins"): [*days["check_ins"], days["goal"]],
        ("quiz",): [*quiz, days["goal"]],
        ("days", "follow_up"): [days["goal"] + days["quiet"], days["follow_up"]],
    }
    for where, numbers in rising.items():
        if any(later <= earlier for earlier, later in pairwise(numbers)):
            what = f"The days {', '.join(map(str, numbers))} do not rise."
            remedy = "Check-ins and quizzes come before the goal; follow_up after the quiet days."
            yield programme.problem(where, what, remedy)
    for (_, name), keys in _keys(table).items():
        where = ("quiz",) if name == "items" else (name,)
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield programme.problem(where, f'"{key}" stands here twice.', "Take one out.")


def _keys(table: Mapping[str, Any]) -> Mapping[tuple[str, str], list[str]]:
    """Return the keys under which a language must have words: by file and table."""
    return {
        ("card.toml", "points"): table["points"],
        ("card.toml", "behaviours"): table["behaviours"],
        ("quiz.toml", "items"): [item for one in table["quiz"] for item in one["items"]],
        ("practice.toml", "challenges"): [one["key"] for one in table["challenges"]],
        ("practice.toml", "rehearsals"): table["rehearsals"],
    }


def _key_problems(pack: _Pack) -> Iterator[Problem]:
    """Yield keys of programme.toml without words, and words under other keys."""
    for (file, name), keys in _keys(pack.programme.table).items():
        for files in pack.files.values():
            toml = files[file]
            written = toml.table[name]
            for key in sorted(set(keys) - written.keys()):
                what = f'[{name}] has no "{key}", which {SKELETON} names.'
                yield toml.problem((name,), what, "Write it here.")
            for key in written.keys() - keys:
                what = f'{SKELETON} does not name "{key}".'
                remedy = nearest(key, set(keys) - written.keys() or keys)
                yield toml.problem((name, key), what, remedy)


def _twin_problems(pack: _Pack) -> Iterator[Problem]:
    """Yield where the languages of a pack do not say the same."""
    first, *others = pack.files
    for language in others:
        for name, key in _SAME_LENGTH:
            toml, twin = pack.files[language][name], pack.files[first][name]
            count, other = len(toml.table[key]), len(twin.table[key])
            if count != other:
                what = f'"{key}" has {count} items, but {other} in {first}.'
                yield toml.problem((key,), what, "Give both the same number, in one order.")
        toml, twin = pack.files[language]["quiz.toml"], pack.files[first]["quiz.toml"]
        for key in toml.table["items"].keys() & twin.table["items"].keys():
            right, other_right = (one.table["items"][key]["right"] for one in (toml, twin))
            if right != other_right:
                what = f'The right answer is "{right}", but "{other_right}" in {first}.'
                yield toml.problem(("items", key, "right"), what, "Make them the same.")


def _override_problems(pack: _Pack) -> Iterator[Problem]:
    """Yield what is wrong with the texts that a pack says otherwise."""
    written = {
        language: files[TEXTS_FILE]
        for language, files in pack.files.items()
        if TEXTS_FILE in files
    }
    tables = {language: toml.table for language, toml in written.items()}
    rows = load_rows(TEXTS) if written else {}
    for language, file, row, fault in faults_of_overrides(rows, tables):
        where = (file, row, *fault.where)
        yield written[language].problem(where, f"[{file}.{row}] {fault.what}", fault.remedy)
    everywhere = {
        (file, row) for table in tables.values() for file in table for row in table[file]
    }
    for language in pack.files:
        for file, row in sorted(everywhere):
            if row not in tables.get(language, {}).get(file, {}):
                what, remedy = f"[{file}.{row}] is missing.", "Say it otherwise in every language."
                yield Problem(f"{language}/{TEXTS_FILE}", 1, what, remedy)
