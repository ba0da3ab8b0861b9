"""What a typed text can mean for the question that waits: an option, a number, a day, words."""

from __future__ import annotations

from bot.engine.answers import Raw, Skip
from bot.engine.steps import Choose, Question, Together, Write, parts_of, row_of
from bot.words import Words

LANGUAGES = ("nl", "en")


def typed_inputs(
    question: Question | Together | None, text: str, kind: str, words: Words
) -> dict[str, Raw]:
    """Read a typed text as input for a question; empty when it can be none.

    Of a form it is the first written field; the other fields are then asked again.
    """
    if question is None:
        return {}
    parts = parts_of(question)
    if len(parts) > 1:
        written = [part for part in parts if isinstance(part, Write)]
        return {written[0].key: text} if written else {}
    part = parts[0]
    named = _option_named(part, text, kind, words)
    if named is not None:
        return {part.key: named}
    if isinstance(part, Write) and part.skip and _is_label(text, "common.skip", words):
        return {part.key: Skip()}
    return {} if isinstance(part, Choose) else {part.key: text}


def command_named(
    question: Question | Together | None, text: str, kind: str, words: Words
) -> str | None:
    """Find the button that puts a question off by the label that was typed, in either language."""
    if not isinstance(question, Choose):
        return None
    return _named(question.commands, question, text, kind, words)


def _option_named(question: Question, text: str, kind: str, words: Words) -> Raw | None:
    options: tuple[str, ...] = getattr(question, "options", ())
    return _named(options, question, text, kind, words)


def _named(
    options: tuple[str, ...], question: Question, text: str, kind: str, words: Words
) -> str | None:
    """Find the option whose label, in either language, is what was typed."""
    row = row_of(question, kind)
    wanted = text.strip().casefold()
    for option in options:
        if any(words.label(row, option, each).casefold() == wanted for each in LANGUAGES):
            return option
    return None


def _is_label(text: str, row: str, words: Words) -> bool:
    wanted = text.strip().casefold()
    return any(words.render(row, each, {}).casefold() == wanted for each in LANGUAGES)
