"""One turn of one dialogue, from the given answers to rows: facts, visits, messages, cards.

Everything here happens inside the caller's transaction. Messages are only put into the outbox;
nothing is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from uuid import UUID

from bot import buddying, effects, layout, letters, observing, pledging, posting, visits
from bot.brief import Brief, to_json
from bot.deeds import Fact
from bot.engine.answers import SILENT_MARK, Answer
from bot.engine.steps import Question, Together, parts_of
from bot.engine.turn import Turn, turn
from bot.letters import Letter, Line
from bot.scene import Scene, of_talk
from bot.sides import Side
from bot.state import EMPTY_ANSWERS, EMPTY_KEPT, Card, State, dump, load, waiting_key
from storage import dialogues, nudges, outbox, people
from storage.dialogues import Dialogue as Row

REPLY = 0  # priorities of the outbox, lowest first (architecture: what a learner waits for)
REQUESTED = 1
NUDGE = 5

NOTHING_GIVEN: Mapping[str, Answer] = MappingProxyType({})
OF_TWO = (*pledging.FACTS, *buddying.FACTS, *observing.FACTS, *posting.FACTS)
SILENCE_KINDS = ("remind", "close", "resume")


@dataclass(frozen=True, slots=True)
class Voice:
    """How a turn speaks: how soon it is sent, for which nudge, and what leads its message."""

    priority: int = REPLY
    nudge: UUID | None = None
    lead: tuple[Line, ...] = ()
    footer: str = ""


async def begin(
    scene: Scene, kind: str, brief: Brief, voice: Voice, dialogue_id: UUID,
    *, given: Mapping[str, Answer] = NOTHING_GIVEN,
) -> State:  # fmt: skip
    """Open a dialogue and take its first turn, with what is answered already."""
    row = await dialogues.open(
        scene.tx,
        id=dialogue_id,
        person=scene.person.id,
        enrolment=scene.enrolment.id if scene.enrolment else None,
        subject=scene.subject,
        kind=kind,
        brief=to_json(brief),
        answers=EMPTY_ANSWERS,
        kept=EMPTY_KEPT,
        nudge=voice.nudge,
        now=scene.now,
    )
    return await take(scene, load(row), given, voice)


async def take(
    scene: Scene, state: State, given: Mapping[str, Answer], voice: Voice, *, edited: bool = False,
    lapsed: frozenset[str] = frozenset(),
) -> State:  # fmt: skip
    """Take a turn with these answers and put into rows all that it brings.

    `edited` confirms in a line what now holds. The questions that `lapsed` show what is not so any
    more: where they wait, they are asked anew.
    """
    before, was_closed = state.row, state.row.state == "closed"
    finished = before.state == "ended"
    step = turn(state.dialogue.script, state.brief, state.history, given, finished=finished)
    step = replace(step, lapsed=step.lapsed | lapsed)
    await _apply(scene, state, step)
    # Silence is no answer of theirs: the button they may still press carries the count as it is.
    spoken = [key for key, answer in given.items() if SILENT_MARK not in answer.marks]
    stale = {*spoken, *step.lapsed}
    counts = {**state.counts, **{key: state.counts.get(key, 0) + 1 for key in stale}}
    state = replace(state, history=step.history, counts=counts)
    state = await _store(scene, replace(state, row=_placed(state.row, step, scene)), voice)
    if scene.enrolment is not None and _may_move_visits(before, state.row, step, given):
        await visits.replan(scene.tx, scene.enrolment.id, scene.spacing, scene.now)
    late = await scene.late_values()
    state = await _retire_cards(scene, state, step, given)
    lead = (*voice.lead, *(layout.confirmed(state, step, given) if edited else ()))
    said = layout.letters_of(state, step, late, lead, anew=was_closed)
    state, asked_row = await _speak(scene, state, step, voice, said)
    return await _asked(scene, state, asked_row, voice)


def _may_move_visits(before: Row, after: Row, step: Turn, given: Mapping[str, Answer]) -> bool:
    """Say whether the visits to come may be others now; an answer alone moves none of them.

    What they hang on is what is kept, and which dialogues there are and how each ended.
    """
    facts = step.keep or step.withdraw or step.request or step.recall
    is_under_way = before.state == after.state == "open" and before.closed_reason is None
    return bool(facts) or not given or not is_under_way


async def ask_again(scene: Scene, state: State, voice: Voice) -> State:
    """Ask the waiting question anew, in a message of its own; its clocks start again."""
    question = _waiting(state)
    if question is None:
        return state
    scene = await of_talk(scene, state.row)  # what it lends is taken back by its subject
    letter = layout.repeated(state, question, await scene.late_values(), voice.lead)
    state, card = await _put_card(scene, state, letter, voice)
    await nudges.cancel_of_dialogue(scene.tx, state.row.id, SILENCE_KINDS)
    row = replace(
        state.row,
        state="open",
        closed_reason=None,
        ended_at=None,
        waiting=waiting_key(question),
        waiting_shape=_shape(question),
        asked_at=None,
        asked_row=card,
    )
    return await _store(scene, replace(state, row=row), voice)


async def is_on_its_way(scene: Scene, state: State) -> bool:
    """Say whether the waiting question stands in the outbox: it need not be asked anew."""
    row = await outbox.get(scene.tx, state.row.asked_row) if state.row.asked_row else None
    return row is not None and row.state == "pending"


async def refresh(scene: Scene, state: State) -> None:
    """Show the cards of a dialogue anew: what they lend may say something else by now."""
    for card in state.cards:
        await put(scene, replace(card.letter, replaces=card.id), Voice(), None, kind="replace")


async def remind(scene: Scene, state: State, voice: Voice) -> State:
    """Show the waiting question once more; its clocks run on from when it was first sent."""
    question = _waiting(state)
    if question is None:
        return state
    scene = await of_talk(scene, state.row)
    letter = layout.reminder(state, question, await scene.late_values(), voice.lead)
    state, _ = await _put_card(scene, state, letter, voice)
    return await _store(scene, state, voice)


def _waiting(state: State) -> Question | Together | None:
    return turn(state.dialogue.script, state.brief, state.history, {}).question


async def _put_card(
    scene: Scene, state: State, letter: Letter, voice: Voice
) -> tuple[State, UUID]:
    row = await put(scene, letter, voice, letter.asked[0].key, nudge=voice.nudge)
    return replace(state, cards=(*state.cards, Card(row, letter))), row


async def say(scene: Scene, lines: tuple[Line, ...], voice: Voice | None = None) -> None:
    """Say something outside any dialogue."""
    await put(scene, Letter(lines), voice or Voice(), None)


async def _apply(scene: Scene, state: State, step: Turn) -> None:
    own, gone = _without(step.keep, OF_TWO), _without(step.withdraw, OF_TWO)
    if scene.enrolment is not None:
        place = effects.Place(scene.person, scene.enrolment.id, state.row.id, scene.now)
        await effects.apply(scene.tx, place, own, gone)
    enrolment = scene.enrolment.id if scene.enrolment else None
    version = state.brief.version
    side = Side(scene.person, state.row.id, scene.now, scene.subject, enrolment, version)
    for module in (pledging, buddying, observing, posting):
        keep, withdraw = _only(step.keep, module.FACTS), _only(step.withdraw, module.FACTS)
        await module.apply(scene.tx, side, keep, withdraw)


def _only(facts: Mapping[str, Fact], kinds: tuple[type[Fact], ...]) -> Mapping[str, Fact]:
    return {key: fact for key, fact in facts.items() if isinstance(fact, kinds)}


def _without(facts: Mapping[str, Fact], kinds: tuple[type[Fact], ...]) -> Mapping[str, Fact]:
    return {key: fact for key, fact in facts.items() if not isinstance(fact, kinds)}


async def _retire_cards(
    scene: Scene, state: State, step: Turn, given: Mapping[str, Answer]
) -> State:
    """Replace cards that asked what is now answered, and close those that ask nothing any more."""
    waiting = parts_of(step.question) if step.question else ()
    # What lapsed is asked on a card of its own: the old one shows what is not sent.
    live = {question.key for question in (*step.seen, *waiting)} - step.lapsed
    cards: list[Card] = []
    for card in state.cards:
        if not any(card.asks(key) for key in live):
            closed = Letter(card.letter.lines, dialogue=state.row.id, replaces=card.id)
            await put(scene, closed, Voice(), None, kind="replace")
            continue
        if not any(card.asks(key) and SILENT_MARK not in given[key].marks for key in given):
            cards.append(card)
            continue
        letter = layout.used(state, card)
        await put(scene, replace(letter, replaces=card.id), Voice(), None, kind="replace")
        cards.append(Card(card.id, letter))
    return replace(state, cards=tuple(cards))


async def _speak(
    scene: Scene, state: State, step: Turn, voice: Voice, written: tuple[Letter, ...]
) -> tuple[State, UUID | None]:
    """Put the turn's messages into the outbox; return the row of the one that asks."""
    asked_row: UUID | None = None
    for number, letter in enumerate(written):
        footed = replace(letter, footer="" if number else voice.footer)
        key = waiting_key(step.question) if footed.asked else None
        row = await put(scene, footed, voice, key, nudge=voice.nudge if number == 0 else None)
        if footed.asked:
            asked_row = row
            state = replace(state, cards=(*state.cards, Card(row, footed)))
    return state, asked_row


async def put(
    scene: Scene,
    letter: Letter,
    voice: Voice,
    question: str | None = None,
    *,
    kind: str = "message",
    nudge: UUID | None = None,
) -> UUID:
    """Put a letter into the outbox, and give its row; `question` is the key that it asks."""
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
        subject=scene.subject if letters.lends(letter) else None,
    )


def _placed(row: Row, step: Turn, scene: Scene) -> Row:
    waiting = waiting_key(step.question)
    row = replace(row, waiting=waiting, waiting_shape=_shape(step.question), closed_reason=None)
    if waiting is None:
        return replace(row, state="ended", ended_at=row.ended_at or scene.now)
    return replace(row, state="open", ended_at=None)


async def _asked(scene: Scene, state: State, asked_row: UUID | None, voice: Voice) -> State:
    """Remember which message asks, and end the clocks of the question before."""
    row = state.row
    if asked_row is not None or row.waiting is None:
        await nudges.cancel_of_dialogue(scene.tx, row.id, SILENCE_KINDS)
    if asked_row is not None:
        row = replace(row, asked_at=None, asked_row=asked_row)
    return await _store(scene, replace(state, row=row), voice)


async def _store(scene: Scene, state: State, voice: Voice) -> State:
    """Save a dialogue; typed words go where the person acted last, not to what a visit opened."""
    row: Row = await dialogues.save(scene.tx, dump(state))
    focus = scene.person.focus
    acted = voice.nudge is None
    if row.state == "open" and (acted or focus is None):
        await people.set_focus(scene.tx, scene.person.id, row.id)
    elif row.state != "open" and focus == row.id:
        await people.set_focus(scene.tx, scene.person.id, None)
    return replace(state, row=row)


def _shape(question: Question | Together | None) -> str | None:
    match question:
        case None:
            return None
        case Together():
            return "form"
        case _:
            return type(question).__name__.lower()
