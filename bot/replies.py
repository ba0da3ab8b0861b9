"""What came in, decided in the fixed order: a command, something sensitive, or an answer.

Pure: the facts are arguments. Where typed words go is decided here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from bot.care import Finding


class Commands(Protocol):
    """What this needs of a lexicon."""

    def command(self, text: str) -> str | None:
        """Name the command that the whole message is, in either language."""
        ...


@dataclass(frozen=True, slots=True)
class Waiting:
    """A dialogue of this person that waits for an answer, and since when it can be seen.

    `takes_text` says that its question can be answered by typing; `asked_at` is None until the
    question was sent. `last_text` tells when its latest written answer came.
    """

    dialogue: UUID
    takes_text: bool
    asked_at: datetime | None
    last_text: datetime | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """The message is a command, such as `plan`."""

    id: str


@dataclass(frozen=True, slots=True)
class Heavy:
    """The words are too heavy for a bot: they are answered and kept nowhere."""

    found: Finding


@dataclass(frozen=True, slots=True)
class AnswerTo:
    """The words answer the question that this dialogue waits with."""

    dialogue: UUID


@dataclass(frozen=True, slots=True)
class AddTo:
    """The words were written before the waiting question came: they join the answer before."""

    dialogue: UUID


@dataclass(frozen=True, slots=True)
class WhichOne:
    """Two questions wait for words and neither has the focus: the person has to say which."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The words belong to nothing and are not stored."""


Reply = Command | Heavy | AnswerTo | AddTo | WhichOne | Unknown


def sort(
    text: str,
    written_at: datetime,
    waiting: Sequence[Waiting],
    focus: UUID | None,
    commands: Commands,
    heavy: Finding | None = None,
) -> Reply:
    """Decide what a typed message is; `heavy` says what in it is too much for a bot."""
    command = commands.command(text)
    if command:
        return Command(command)
    if heavy is not None:
        return Heavy(heavy)
    open_ = [each for each in waiting if each.takes_text and _was_seen(each, written_at)]
    if len(open_) == 1:
        return AnswerTo(open_[0].dialogue)
    focused = [each for each in open_ if each.dialogue == focus]
    if focused:
        return AnswerTo(focused[0].dialogue)
    if open_:
        return WhichOne()
    early = [each for each in waiting if each.last_text and not _was_seen(each, written_at)]
    return AddTo(early[0].dialogue) if early else Unknown()


def _was_seen(waiting: Waiting, written_at: datetime) -> bool:
    return waiting.asked_at is not None and waiting.asked_at <= written_at
