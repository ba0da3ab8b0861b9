"""A list of people in a file, read for a command, with everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final
from zoneinfo import available_timezones

from bot.errors import BadContent
from bot.lists.roster import Entry, Roster, Spoken, read
from bot.lists.table import MOST_BYTES, TOO_LARGE
from bot.toml_file import Problem
from bot.words import Words

MOST_PROBLEMS: Final = 50


def roster_in(file: Path, words: Words, *, encoding: str | None = None) -> Roster:
    """Read a list of people, with everything that is wrong with it.

    Raises:
        BadContent: the file itself cannot be read, or is far too large for a list.

    """
    spoken = Spoken(languages=words.rows.keys(), zones=available_timezones())
    try:
        if file.stat().st_size > MOST_BYTES:
            raise BadContent(f"{file.name}: {TOO_LARGE}")
        return read(file.name, file.read_bytes(), spoken, encoding=encoding)
    except OSError as error:
        raise BadContent(
            f"{file.name}: The file cannot be read ({error.strerror}): look at its rights."
        ) from None


def read_roster(file: Path, words: Words) -> Sequence[Entry]:
    """Read a list of people that must be right.

    Raises:
        BadContent: with the problems: the line of each, what is wrong and the remedy.

    """
    roster = roster_in(file, words)
    if roster.problems:
        raise BadContent(problems_said(roster.problems))
    return roster.entries


def problems_said(problems: Sequence[Problem]) -> str:
    """Write the first problems one a line, and how many more there are."""
    lines = [str(each) for each in problems[:MOST_PROBLEMS]]
    more = len(problems) - len(lines)
    return "\n".join((*lines, *([f"… and {more} more."] if more else [])))
