"""One turn of one dialogue, from the given answers to rows: facts, visits, messages, cards.

Everything here happens inside the caller's transaction. Messages are only put into the outbox;
nothing is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from bot import effects, letters, visits
from bot.brief import Brief, to_json
from bot.engine.answers import SILENT_MARK, Answer
from bot.engine.steps import Late, Question, Tell, Together, Values, parts_of, row_of
from bot.engine.turn import Turn, turn
from bot.letters import Asked, Letter, Line, asked, compose
from bot.phrases import Label
from bot.scene import Scene
from bot.state import EMPTY_ANSWERS, EMPTY_KEPT, Card, State, dump, load, waiting_key
from storage import dialogues, nudges, outbox, people
from storage.dialogues import Dialogue as Row

REPLY = 0  # priorities of the outbox, lowest first (architecture: what a learner waits for)
REQUESTED = 1
NUDGE = 5

SILENCE_KINDS = ("remind", "close", "resume")


@dataclass(frozen=True, slots=True)
class Voice:
    """How a turn speaks: how soon it is sent, for which nudge, and what leads its message."""

    priority: int = REPLY
    nudge: UUID | None = None
    lead: tuple[Line, ...] = ()
    footer: bool = False


async def begin(scene: Scene, kind: str, brief: Brief, voice: Voice, dialogue_id: UUID) -> State:
    """Open a dialogue and take its first turn."""
    assert scene.enrolment is not None  # noqa: S101  every dialogue of today has a course
    row = await dialogues.open(
        scene.tx,
        id=dialogue_id,
        person=scene.person.id,
        enrolment=scene.enrolment.id,
        kind=kind,
        brief=to_json(brief),
        answers=EMPTY_ANSWERS,
        kept=EMPTY_KEPT,
        nudge=voice.nudge,
        now=scene.now,
    )
    return await take(scene, load(row), {}, voice)


async def take(
    scene: Scene, state: State, given: Mapping[str, Answer], voice: Voice, *, edited: bool = False
) -> State:
    """Take a turn with these answers and put into rows all that it brings.

    `edited` confirms in a line what now holds.
    """
    finished = state.row.state == "ended"
    step = turn(state.dialogue.script, state.brief, state.history, given, finished=finished)
    await _apply(scene, state, step)
    counts = {**state.counts, **{key: state.counts.get(key, 0) + 1 for key in given}}
    state = replace(state, history=step.history, counts=counts)
    state = await _store(scene, replace(state, row=_placed(state.row, step, scene)))
    if scene.enrolment is not None:
        await visits.replan(scene.tx, scene.enrolment.id, scene.spacing, scene.now)
    late = await scene.late_values()
    state = await _retire_cards(scene, state, given)
    lead = (*voice.lead, *(_confirmed(state, step, given) if edited else ()))
    state, asked_row = await _speak(scene, state, step, replace(voice, lead=lead), late)
    return await _asked(scene, state, asked_row)


async def ask_again(scene: Scene, state: State, voice: Voice) -> State:
    """Ask the waiting question anew, in a message of its own; its clocks start again."""
    state, card = await _repeat(scene, state, voice)
    if card is None:
        return state
    await nudges.cancel_of_dialogue(scene.tx, state.row.id, SILENCE_KINDS)
    row = replace(state.row, state="open", closed_reason=None, asked_at=None, asked_row=card)
    return await _store(scene, replace(state, row=row))


async def remind(scene: Scene, state: State, voice: Voice) -> State:
    """Show the waiting question once more; its clocks run on from when it was first sent."""
    state, _ = await _repeat(scene, state, voice)
    return await _store(scene, state)


async def _repeat(scene: Scene, state: State, voice: Voice) -> tuple[State, UUID | None]:
    step = turn(state.dialogue.script, state.brief, state.history, {})
    if step.question is None:
        return state, None
    late = await scene.late_values()
    fields = _fields(state, step.question, late)
    lines = (*voice.lead, *_question_lines(fields))
    letter = Letter(lines, fields, state.row.id, footer=voice.footer)
    card = await _put(scene, letter, voice, waiting_key(step.question), nudge=voice.nudge)
    return replace(state, cards=(*state.cards, Card(card, letter))), card


async def say(scene: Scene, lines: tuple[Line, ...], voice: Voice | None = None) -> None:
    """Say something outside any dialogue."""
    await _put(scene, Letter(lines), voice or Voice(), None)


def reopened(state: State, key: str) -> Letter | None:
    """Give the card that carries a key, its fields open again with the answers that stand."""
    card = next((card for card in reversed(state.cards) if card.asks(key)), None)
    if card is None:
        return None
    given = {
        each.key: state.history.answers[each.key]
        for each in card.letter.asked
        if each.key in state.history.answers
    }
    fields = tuple(_recounted(each, state.counts) for each in card.letter.asked)
    return replace(card.letter, asked=fields, answers=given, reopened=True)


async def _apply(scene: Scene, state: State, step: Turn) -> None:
    if scene.enrolment is None:
        return
    place = effects.Place(scene.person, scene.enrolment.id, state.row.id, scene.now)
    await effects.apply(scene.tx, place, step.keep, step.withdraw)


async def _retire_cards(scene: Scene, state: State, given: Mapping[str, Answer]) -> State:
    """Replace every card that asked what is now answered by what was answered."""
    cards: list[Card] = []
    for card in state.cards:
        if not any(card.asks(key) and SILENT_MARK not in given[key].marks for key in given):
            cards.append(card)
            continue
        answers = {
            each.key: state.history.answers[each.key]
            for each in card.letter.asked
            if each.key in state.history.answers
        }
        fields = tuple(_recounted(each, state.counts) for each in card.letter.asked)
        used = replace(card.letter, asked=fields, answers=answers, replaces=card.id)
        await _put(scene, used, Voice(), None, kind="replace")
        cards.append(Card(card.id, replace(used, replaces=None)))
    return replace(state, cards=tuple(cards))


def _recounted(each: Asked, counts: Mapping[str, int]) -> Asked:
    return replace(each, count=counts.get(each.key, 0))


def _confirmed(state: State, step: Turn, given: Mapping[str, Answer]) -> tuple[Line, ...]:
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
        case str() if _is_choice(question, answer):
            return Line("common.changed", {"answer": Label(row, answer.text)})
        case tuple(codes):
            return Line("common.changed", {"answer": Label(row, codes[0])})
        case _:
            return Line("common.changed", {"answer": answer})


def _is_choice(question: Question, answer: Answer) -> bool:
    return answer.text in getattr(question, "options", ())


async def _speak(
    scene: Scene, state: State, step: Turn, voice: Voice, late: Mapping[Late, object]
) -> tuple[State, UUID | None]:
    """Put the turn's messages into the outbox; return the row of the one that asks."""
    fields = _fields(state, step.question, late) if step.question else ()
    question = None if _stands_already(state, fields) else step.question
    says = tuple((tell, _line(tell, state.row.kind, late)) for tell in step.says)
    written = compose(says, question, fields, state.row.id)
    written = _led(written, voice.lead, state.row.id)
    asked_row: UUID | None = None
    for number, letter in enumerate(written):
        footed = replace(letter, footer=voice.footer and number == 0)
        key = waiting_key(question) if footed.asked else None
        row = await _put(scene, footed, voice, key, nudge=voice.nudge if number == 0 else None)
        if footed.asked:
            asked_row = row
            state = replace(state, cards=(*state.cards, Card(row, footed)))
    return state, asked_row


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


def _fields(
    state: State, question: Question | Together, late: Mapping[Late, object]
) -> tuple[Asked, ...]:
    return tuple(
        asked(part, state.row.kind, state.counts.get(part.key, 0), _filled(part.values, late))
        for part in parts_of(question)
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


async def _put(
    scene: Scene,
    letter: Letter,
    voice: Voice,
    question: str | None,
    *,
    kind: str = "message",
    nudge: UUID | None = None,
) -> UUID:
    return await outbox.put(
        scene.tx,
        person=scene.person.id,
        conversation=str(scene.person.id),
        priority=voice.priority,
        kind=kind,
        body=letters.to_json(letter),
        due_at=scene.now,
        dialogue=letter.dialogue,
        question=question,
        nudge=nudge,
    )


def _placed(row: Row, step: Turn, scene: Scene) -> Row:
    waiting = waiting_key(step.question)
    row = replace(row, waiting=waiting, waiting_shape=_shape(step.question), closed_reason=None)
    if waiting is None:
        return replace(row, state="ended", ended_at=row.ended_at or scene.now)
    return replace(row, state="open", ended_at=None)


async def _asked(scene: Scene, state: State, asked_row: UUID | None) -> State:
    """Remember which message asks, and end the clocks of the question before."""
    row = state.row
    if asked_row is not None or row.waiting is None:
        await nudges.cancel_of_dialogue(scene.tx, row.id, SILENCE_KINDS)
    if asked_row is not None:
        row = replace(row, asked_at=None, asked_row=asked_row)
    return await _store(scene, replace(state, row=row))


async def _store(scene: Scene, state: State) -> State:
    row: Row = await dialogues.save(scene.tx, dump(state))
    await people.set_focus(scene.tx, scene.person.id, row.id if row.state == "open" else None)
    return replace(state, row=row)


def _shape(question: Question | Together | None) -> str | None:
    match question:
        case None:
            return None
        case Together():
            return "form"
        case _:
            return type(question).__name__.lower()
