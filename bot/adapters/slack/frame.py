"""The words around a modal, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from bot.words import Words


@dataclass(frozen=True, slots=True)
class Frame:
    """The title of a modal, its way out, and the label of what may be chosen instead."""

    title: str
    close: str
    instead: str


def frame(words: Words, language: str) -> Frame:
    """Give the words around a modal."""
    title, close, instead = (
        words.render(f"slack.{row}", language) for row in ("title", "close", "instead")
    )
    return Frame(title, close, instead)
