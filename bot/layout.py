"""How a turn is laid out: which lines it says, which fields it asks, which cards it leaves.

Pure: late values are filled in by whoever knows them, and nothing is put into words yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from bot.engine.answers import Answer
from bot.engine.steps import (
    Late,
    PickPerson,
    Question,
    Tell,
    Together,
    Values,
    parts_of,
    row_of,
)
from bot.engine.turn import Turn
from bot.letters import Asked, Letter, Line, asked, compose, lends
from bot.phrases import Label, Named
from bot.state import Card, State


def letters_of(
    state: State,
    step: Turn,
    late: Mapping[Late, object],
    lead: tuple[Line, ...],
    *,
    anew: bool = False,
) -> tuple[Letter, ...]:
    """Lay out what a turn says and asks.

    A question that stands open is not asked again, but `anew` where its dialogue was closed: its
    card is far up by then, and its clocks have run out.
    """
    fields = fields_of(state, step.question, late) if step.question else ()
    question = step.question if anew or not _stands_already(state, fields) else None
    says = tuple((tell, _line(tell, state.row.kind, late)) for tell in step.says)
    written = compose(says, question, fields, state.row.id)
    return _led(written, lead, state.row.id)


def repeated(
    state: State,
    question: Question | Together,
    late: Mapping[Late, object],
    lead: tuple[Line, ...],
) -> Letter:
    """Lay out a waiting question once more, in a message of its own."""
    fields = fields_of(state, question, late)
    return Letter((*lead, *_question_lines(fields)), fields, state.row.id)


def reminder(
    state: State,
    question: Question | Together,
    late: Mapping[Late, object],
    lead: tuple[Line, ...],
) -> Letter:
    """Lay out a reminder: the buttons a dialogue began with need no question again, others do.

    What somebody else wrote stands on it again, so that nobody says yes to what they do not see.
    """
    letter = repeated(state, question, late, lead)
    is_first = not state.history.answers
    one_tap = all(each.input in ("choose", "rate") for each in letter.asked)
    is_known = one_tap and is_first and not lends(letter)
    return replace(letter, lines=lead) if is_known else letter


def reopened(state: State, key: str) -> Letter | None:
    """Give the card that carries a key, its fields open again with the answers that stand.

    The first such card: a reminder has less of the question.
    """
    card = next((card for card in state.cards if card.asks(key)), None)
    if card is None:
        return None
    return replace(used(state, card), reopened=True)


def used(state: State, card: Card) -> Letter:
    """Give a card's letter as it is once answered."""
    fields = tuple(_recounted(each, state.counts) for each in card.letter.asked)
    return replace(card.letter, asked=fields, answers=_given(state, card))


def _given(state: State, card: Card) -> dict[str, Answer]:
    return {
        each.key: state.history.answers[each.key]
        for each in card.letter.asked
        if each.key in state.history.answers
    }


def _recounted(each: Asked, counts: Mapping[str, int]) -> Asked:
    return replace(each, count=counts.get(each.key, 0))


def confirmed(state: State, step: Turn, given: Mapping[str, Answer]) -> tuple[Line, ...]:
    """Say of each changed answer what now stands there."""
    questions = {question.key: question for question in step.seen}
    shown = [
        _changed(questions[key], answer, state.row.kind)
        for key, answer in given.items()
        if key in questions
    ]
    return tuple(shown) or (Line("common.changed_plain"),)


def _changed(question: Question, answer: Answer, kind: str) -> Line:
    row = row_of(question, kind)
    match answer.value:
        case None:
            return Line("common.changed_plain")
        case date() | int() as value:
            return Line("common.changed", {"answer": value})
        case str() as person if _is_person(question, answer):
            return Line("common.changed", {"answer": Named(person)})
        case str() if _is_choice(question, answer):
            return Line("common.changed", {"answer": Label(row, answer.text)})
        case tuple(codes):
            return Line("common.changed", {"answer": Label(row, codes[0])})
        case _:
            return Line("common.changed", {"answer": answer})


def _is_choice(question: Question, answer: Answer) -> bool:
    return answer.text in getattr(question, "options", ())


def _is_person(question: Question, answer: Answer) -> bool:
    return isinstance(question, PickPerson) and answer.text not in question.options


def _led(
    written: tuple[Letter, ...], lead: tuple[Line, ...], dialogue: UUID
) -> tuple[Letter, ...]:
    if not lead:
        return written
    if not written:
        return (Letter(lead, dialogue=dialogue),)
    return (replace(written[0], lines=(*lead, *written[0].lines)), *written[1:])


def _stands_already(state: State, fields: tuple[Asked, ...]) -> bool:
    """Tell whether an open card asks exactly this, so that it is not asked a second time."""
    return any(card.letter.asked == fields and not card.letter.answers for card in state.cards)


def fields_of(
    state: State, question: Question | Together, late: Mapping[Late, object]
) -> tuple[Asked, ...]:
    """Describe the questions that are asked, with late values filled in."""
    return tuple(
        asked(part, state.row.kind, state.counts.get(part.key, 0), _filled(part.values, late))
        for part in parts_of(question)
    )


def outdated(
    state: State, question: Question | Together, late: Mapping[Late, object]
) -> frozenset[str]:
    """Give the keys of what shows a late value on its newest card that is another one by now."""
    shown = {each.key: each.values for card in state.cards for each in card.letter.asked}
    return frozenset(
        part.key
        for part in parts_of(question)
        if part.key in shown
        for name, value in part.values.items()
        if isinstance(value, Late)
        if shown[part.key].get(name) != _filled({name: value}, late).get(name)
    )


def _question_lines(fields: tuple[Asked, ...]) -> tuple[Line, ...]:
    return (Line(fields[0].row, fields[0].values),) if len(fields) == 1 else ()


def _line(tell: Tell, kind: str, late: Mapping[Late, object]) -> Line:
    wants_visit = Late.NEXT_VISIT in tell.values.values()
    row = tell.instead if wants_visit and Late.NEXT_VISIT not in late else row_of(tell, kind)
    return Line(row, _filled(tell.values, late))


def _filled(values: Values, late: Mapping[Late, object]) -> dict[str, object]:
    filled = {
        name: late.get(value) if isinstance(value, Late) else value
        for name, value in values.items()
    }
    # A late text is the person's own; it travels as an answer does.
    return {
        name: Answer(value) if isinstance(value, str) else value
        for name, value in filled.items()
        if value is not None
    }
