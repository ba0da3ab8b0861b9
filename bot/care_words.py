"""The word lists of `bot.care`: each language's `care_words.toml`, read, checked and joined.

A language that lacks a list would recognise nothing with it, silently; so it is a fault.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from bot.care import LISTS, Care
from bot.errors import BadContent
from bot.spelling import folded
from bot.toml_file import Problem, TomlFile, nearest, read_toml

CARE_WORDS: Final = "care_words"
FILLERS: Final = "fillers"


def load_care(folder: Path) -> Care:
    """Read `<language>/care_words.toml` of every language in a folder.

    Raises:
        BadContent: with every fault: its file, line and remedy.

    """
    languages = sorted(path.name for path in folder.glob("*/"))
    read = [read_toml(folder, f"{language}/{CARE_WORDS}.toml") for language in languages]
    files = [each for each in read if isinstance(each, TomlFile)]
    problems = [each for each in read if isinstance(each, Problem)]
    problems += [problem for file in files for problem in _faults(file)]
    if problems:
        raise BadContent("\n".join(map(str, sorted(problems))))
    return Care.of(_joined(files))


def _joined(files: list[TomlFile]) -> Mapping[str, tuple[str, ...]]:
    return {
        name: tuple(dict.fromkeys(word for file in files for word in file.table[name]))
        for name in LISTS
    }


def _faults(file: TomlFile) -> Iterator[Problem]:
    for name in sorted(file.table.keys() - LISTS):
        yield file.problem((name,), f'Unknown list "{name}".', nearest(name, LISTS))
    for name in sorted(LISTS):
        written = file.table.get(name)
        if not isinstance(written, list) or not written:
            yield file.problem((name,), f'The list "{name}" is missing.', "Write its words.")
            continue
        for place, word in enumerate(written):
            if not isinstance(word, str) or not any(map(str.isalnum, word)):
                yield file.problem((name, place), "This is not a word.", "Put one in quotes.")
            elif name == FILLERS and not _is_raisable(word):
                remedy = "Write one word of letters."
                yield file.problem((name, place), "This cannot be a filler.", remedy)


def _is_raisable(word: str) -> bool:
    """Say whether a filler can be told by its capitals, as `bot.spelling.raised` writes it."""
    return folded(word).isascii() and folded(word).isalpha()
