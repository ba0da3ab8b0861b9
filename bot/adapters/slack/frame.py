"""The words around a modal, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from bot.words import Words


@dataclass(frozen=True, slots=True)
class Frame:
    """The title of a modal, its way out, and the label of what may be chosen instead.

    `name` is the title of one that asks nothing.
    """

    name: str
    title: str
    close: str
    instead: str


def frame(words: Words, language: str) -> Frame:
    """Give the words around a modal."""
    rows = ("name", "title", "close", "instead")
    return Frame(*(words.render(f"slack.{row}", language) for row in rows))
