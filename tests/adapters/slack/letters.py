"""Everything that the built-in programme and the dialogues can say, as messages.

Each dialogue is explored as `holdfast draw` explores it. A letter is taken once, whichever way
leads to it; of what it asks one answer is shown, and the card that is reopened to change it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Final

from bot import menus
from bot.cli.aloud import PICKED, Aloud
from bot.dialogues.registry import DIALOGUES
from bot.engine.answers import Answer
from bot.engine.explore import Leg, explore
from bot.engine.options import Option as Way
from bot.engine.options import options_of
from bot.engine.steps import Question, parts_of
from bot.engine.turn import History, Turn, turn
from bot.letters import Letter
from bot.lexicon import TEXTS
from bot.port import Field, Message, Option, Person
from bot.programme import PROGRAMMES, read
from bot.words import Words
from tests.adapters.slack.examples import TOM

NOW: Final = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LANGUAGES: Final = ("nl", "en")
MENUS: Final = "menus"
KINDS: Final = (*DIALOGUES, MENUS)
WORDS: Final = Words.load(TEXTS)
PROGRAMME: Final = read(PROGRAMMES / "feedback-geven")


def messages(kind: str, language: str) -> list[Message]:
    """Give every message of a kind of dialogue, or of the menus, each once."""
    found = _of_dialogue(kind, language) if kind in DIALOGUES else _of_menus(language)
    return [*dict.fromkeys(found)]


def told_apart(every: list[Message]) -> list[Message]:
    """Give the first of those that ask the same questions in the same state.

    Of reopened and of answered cards one of each kind of question is enough.
    """
    return [*{_sort(each): each for each in reversed(every)}.values()][::-1]


def _sort(message: Message) -> tuple[object, ...]:
    asked = tuple(
        each.key if each.current is None else type(each.input) for each in message.fields
    )
    return (asked, bool(message.answered), len(message.edits))


def _of_menus(language: str) -> Iterator[Message]:
    aloud = _aloud("welcome", 0, language)
    for row in (*menus.OPTIONS, *menus.DAYS_AHEAD):
        question = menus.question_of(row)
        letter = replace(menus.letter(row), dialogue=None)
        yield aloud.message(letter)
        if question is not None:
            yield aloud.message(replace(letter, answers={row: _answer(question)}))


def _of_dialogue(kind: str, language: str) -> Iterator[Message]:
    for number in range(len(DIALOGUES[kind].briefs)):
        aloud = _aloud(kind, number, language)
        for step, history in _steps(kind, number):
            letters = replace(aloud, history=history).letters(step)
            for letter in letters:
                yield from (_known(aloud.message(each)) for each in _states(letter, step))


def _states(letter: Letter, step: Turn) -> Iterator[Letter]:
    """Give a letter as it is sent, once it is answered, and reopened."""
    yield letter
    if letter.asked and step.question is not None:
        given = {each.key: _answer(each) for each in parts_of(step.question)}
        yield replace(letter, answers=given)
        yield replace(letter, answers=given, reopened=True)


@cache
def _steps(kind: str, number: int) -> list[tuple[Turn, History]]:
    """Give what a dialogue may say and ask under one of its briefs, each once."""
    aloud = _aloud(kind, number, LANGUAGES[0])
    opening = turn(aloud.dialogue.script, aloud.brief, History(), {})
    found: dict[str, tuple[Turn, History]] = {}
    for path in explore(aloud.dialogue.script, aloud.brief, options=_spoken):
        for leg in path.steps:
            step = replace(opening, says=leg.says, question=leg.question)
            found.setdefault(_name(leg), (step, path.history))
    return [*found.values()]


def _spoken(question: Question) -> tuple[Way, ...]:
    """Give the ways to answer a question, each in a language, as reading would have it."""
    return tuple(
        replace(each, answer=replace(each.answer, language=LANGUAGES[0]))
        for each in options_of(question)
    )


def _name(leg: Leg) -> str:
    return repr(([(each.key, each.text) for each in leg.says], leg.question))


def _aloud(kind: str, number: int, language: str) -> Aloud:
    dialogue = DIALOGUES[kind]
    brief = dialogue.briefs[number]
    comp = PROGRAMME.comp_keys[0] if brief.comp else ""
    return Aloud(dialogue, replace(brief, comp=comp), PROGRAMME, WORDS, language, NOW)


def _answer(question: Question) -> Answer:
    return _spoken(question)[0].answer


def _known(message: Message) -> Message:
    """Let the colleague that may be picked be known as people are, by a UUID."""
    return replace(message, fields=tuple(map(_with_tom, message.fields)))


def _with_tom(asked: Field) -> Field:
    if not isinstance(asked.input, Person):
        return asked
    options = asked.input.options
    known = tuple(Option(str(TOM), each.label) if each.id == PICKED else each for each in options)
    return replace(asked, input=Person(known))
