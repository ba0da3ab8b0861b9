"""The ways to answer a question, one example for each way in which a script may branch on it.

Scripts branch on values and marks and never on words, so one text for each mark is enough.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.engine.answers import SILENT, SKIPPED, UNASKED, Answer
from bot.engine.steps import Choose, PickDate, PickPerson, Question, Rate, Write

SOME_DAY = date(2026, 1, 6)  # a Tuesday; fitting never looks at the calendar
_FORMS = ("clause", "moment", "kept")


@dataclass(frozen=True, slots=True)
class Option:
    """One way to answer a question: its name in a drawing, and the answer it makes."""

    name: str
    answer: Answer


Options = Callable[[Question], tuple[Option, ...]]


def options_of(question: Question) -> tuple[Option, ...]:
    """List an answer for each way a script may branch on this question; the plainest first."""
    match question:
        case Choose():
            silent = (Option("silent", SILENT),) if question.silent_after else ()
            return (*_choices(question), *_skipped(question), *silent)
        case Write():
            return (*_texts(question), *_skipped(question))
        case Rate():
            numbers = range(question.low, question.high + 1)
            return tuple(Option(str(number), Answer(number)) for number in numbers)
        case PickDate():
            return (Option("a day", Answer(SOME_DAY)), *_named(question), *_skipped(question))
    return (Option("a colleague", Answer("colleague")), *_named(question))


def or_unasked(question: Question) -> tuple[Option, ...]:
    """List the same and, last, that the question was never asked (see `History.passed`)."""
    return (*options_of(question), Option("unasked", UNASKED))


def _choices(question: Choose) -> tuple[Option, ...]:
    if question.most == 1:
        return _named(question)
    pair = question.options[:2]
    singles = tuple(Option(code, Answer((code,))) for code in question.options)
    return (*singles, Option("+".join(pair), Answer(pair)))


def _texts(question: Write) -> tuple[Option, ...]:
    # The forms of an if-part take turns, so that each is met without an option of its own.
    words = f"an answer to {question.key}"
    marks = ("cue", *sorted(question.weak))
    return tuple(
        Option(
            mark if number else "written",
            Answer(words, frozenset({mark, _FORMS[number % len(_FORMS)]})),
        )
        for number, mark in enumerate(marks)
    )


def _named(question: Choose | PickDate | PickPerson) -> tuple[Option, ...]:
    return tuple(Option(code, Answer(code)) for code in question.options)


def _skipped(question: Choose | Write | PickDate) -> tuple[Option, ...]:
    return (Option("skipped", SKIPPED),) if question.skip else ()
