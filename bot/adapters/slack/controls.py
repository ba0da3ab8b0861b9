"""How a question is asked in Slack: what stands in a message, and what in a modal.

In a message a tap sends at once, but for what takes several choices, which waits for a button, and
for words and forms, which open a modal so that they never stand in the chat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from bot.adapters.slack import elements
from bot.adapters.slack.carried import Carried, Does
from bot.adapters.slack.elements import Element, Input
from bot.engine.answers import Raw, Skip
from bot.limits import BUTTONS, SLACK_ACTIONS, SLACK_OVERFLOW_OPTIONS
from bot.port import Choices, Day, Field, FreeText, Option, Person, Scale, Words
from bot.rendering import SKIP_OPTION

_MOST_RADIOS: Final = BUTTONS


@dataclass(frozen=True, slots=True)
class Row:
    """A question in a message: buttons, and the menu of several beside its text, if it is one."""

    elements: tuple[Element, ...]
    beside: Input | None = None


@dataclass(slots=True)
class _Buttons:
    """The buttons of one question under way; it is made, filled and read within `row`."""

    asked: Field
    made: list[Element] = field(default_factory=list)

    def add(self, does: Does, label: str, value: str, *, is_chosen: bool = False) -> None:
        """Add a button, with a number of its own."""
        carries = Carried(does, self.asked.key, self.asked.count, len(self.made))
        self.made.append(elements.button(carries, label, value, is_chosen=is_chosen))

    def options(self, options: Sequence[Option], does: Does = "answer") -> None:
        """Add a button for each option, as an answer or a skip; several commands share a menu."""
        chosen, commands = (
            chosen_of(self.asked.current),
            [each for each in options if each.command],
        )
        share = 1 < len(commands) <= SLACK_OVERFLOW_OPTIONS
        for each in options:
            if share and each.command:
                continue
            kind = "put_off" if each.command else "skip" if each.id == SKIP_OPTION else does
            is_chosen = not each.command and each.id in chosen
            self.add(kind, each.label or each.id, each.id, is_chosen=is_chosen)
        if share:
            carries = Carried("put_off", self.asked.key, self.asked.count, len(self.made))
            self.made.append(elements.overflow(carries, commands))


def row(asked: Field, words: Words) -> Row:
    """Lay out a question that stands alone in a message."""
    buttons, beside = _Buttons(asked), None
    match asked.input:
        case Choices(options, most) if most > 1:
            beside = _several(asked, asked.input, words)
            buttons.add("send", words.send, asked.key)
            buttons.options([each for each in options if not _is_answer(each)])
        case Choices(options) if _is_long(options):
            buttons.made.append(
                _menu(asked, [each for each in options if _is_answer(each)], words)
            )
            buttons.options([each for each in options if not _is_answer(each)])
        case Choices(options):
            buttons.options(options)
        case Scale() as scale if scale.high - scale.low < SLACK_ACTIONS:
            buttons.options(_numbers(scale), "number")
        case Scale() as scale:
            buttons.made.append(_menu(asked, _numbers(scale), words, "number"))
        case FreeText(_, options):
            buttons.add("fill", words.write, asked.key)
            buttons.options(options)
        case Day(_, _, options):
            buttons.made.append(elements.day(_holds(asked, "day"), words.pick, asked.current))
            buttons.options(options)
        case Person(options):
            buttons.made.append(elements.person(_holds(asked, "person"), words.pick))
            buttons.options([each for each in options if not _is_person(each)])
    return Row(tuple(buttons.made), beside)


def fields(asked: Field, words: Words) -> tuple[Input, ...]:
    """Lay out a question in a modal: its field, and another for what may be chosen instead."""
    match asked.input:
        case Choices(options, most) if most > 1:
            return (_several(asked, asked.input, words),)
        case Choices(options):
            return (_one_of(asked, [each for each in options if not each.command], words),)
        case Scale() as scale:
            return (_menu(asked, _numbers(scale), words, "number"),)
        case FreeText():
            return (elements.writing(_holds(asked, "text"), asked.current),)
        case Day(_, _, options):
            calendar = elements.day(_holds(asked, "day"), words.pick, asked.current)
            return (calendar, *_instead(asked, options, words))
        case Person(options):
            others = [each for each in options if not _is_person(each)]
            people = elements.person(_holds(asked, "person"), words.pick)
            return (people, *_instead(asked, others, words))


def commands(asked: Field) -> tuple[Option, ...]:
    """Give the buttons of a question that answer nothing."""
    options = () if isinstance(asked.input, Scale) else asked.input.options
    return tuple(each for each in options if each.command)


def may_be_empty(asked: Field) -> bool:
    """Say whether a field of a modal may be left empty, to skip it or to choose otherwise."""
    match asked.input:
        case Scale():
            return False
        case Choices(options) | FreeText(_, options):
            return _may_skip(options)
        case Day(_, _, options) | Person(options):
            return any(not each.command for each in options)


def chosen_of(current: Raw | None) -> tuple[str, ...]:
    """Give the ids of the options that stand as an answer."""
    match current:
        case None | Skip():
            return ()
        case tuple():
            return current
        case date():
            return (current.isoformat(),)
        case _:
            return (str(current),)


def _several(asked: Field, choices: Choices, words: Words) -> Input:
    answers = [each for each in choices.options if _is_answer(each)]
    holds, chosen = _holds(asked, "several"), chosen_of(asked.current)
    return elements.several(holds, choices, answers, words.pick, chosen)


def _menu(asked: Field, options: Sequence[Option], words: Words, does: Does = "answer") -> Input:
    return elements.menu(_holds(asked, does), options, words.pick, chosen_of(asked.current))


def _one_of(asked: Field, options: Sequence[Option], words: Words) -> Input:
    if len(options) > _MOST_RADIOS:
        return _menu(asked, options, words)
    return elements.radios(_holds(asked, "answer"), options, chosen_of(asked.current))


def _instead(asked: Field, options: Sequence[Option], words: Words) -> tuple[Input, ...]:
    """Offer what may be chosen instead; to skip is to leave both empty."""
    others = [each for each in options if _is_answer(each)]
    return (_menu(asked, others, words),) if others else ()


def _holds(asked: Field, does: Does) -> Carried:
    return Carried(does, asked.key, asked.count)


def _numbers(scale: Scale) -> list[Option]:
    return [Option(str(each), str(each)) for each in range(scale.low, scale.high + 1)]


def _is_answer(option: Option) -> bool:
    return not option.command and option.id != SKIP_OPTION


def _may_skip(options: Sequence[Option]) -> bool:
    return any(each.id == SKIP_OPTION for each in options)


def _is_long(options: Sequence[Option]) -> bool:
    return sum(_is_answer(each) for each in options) > BUTTONS


def _is_person(option: Option) -> bool:
    """Tell a colleague, who is known by a UUID, from what may be said instead of one."""
    try:
        UUID(option.id)
    except ValueError:
        return False
    return True
