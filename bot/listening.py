"""A typed message: a command, something heavy, an answer, or words that belong to nothing.

What is heavy and what is not understood leave the same rows behind. Whoever adds something to one
of these two ways adds it to the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from bot import caring, commands, control, halfway, leaving, menus, quieting, saving, scene, talk
from bot.answering import Answering, last_text, question_waiting, waiting_of
from bot.care import Care
from bot.engine.answers import Refusal
from bot.letters import Line
from bot.port import Heard, Typed
from bot.replies import AddTo, AnswerTo, Command, Heavy, Unknown, WhichOne, sort
from bot.scene import Scene
from bot.state import State, load
from bot.typed import command_named
from bot.words import Words
from storage import dialogues
from storage.database import Transaction
from storage.people import Person


class Listening:
    """Takes what people type in the chat, outside any card."""

    def __init__(self, words: Words, care: Care, answering: Answering) -> None:
        """Take the texts, what words mean, what is too heavy, and who takes answers."""
        self._words = words
        self._care = care
        self._answering = answering

    async def typed(
        self, tx: Transaction, person: Person, typed: Typed, at: datetime, now: datetime
    ) -> tuple[Heard, str]:
        """Take a typed text; say whether it may stand, and what became of it."""
        text = typed.text
        open_ = [load(row) for row in await dialogues.of_person(tx, person.id, state="open")]
        where = await scene.of_person(tx, person, now)
        in_thread = [each for each in open_ if typed.thread in (None, each.row.id)]
        waiting = [waiting_of(state, text, self._words) for state in in_thread]
        heavy = caring.found_in(self._care, text, where)
        match sort(text, at, waiting, person.focus, self._words.lexicons[person.language], heavy):
            case Command("start") if labelled := self._labelled(open_, text):
                # "Start" is also the button of the question that waits: then it means the button.
                return await self._answer(tx, where, labelled, text)
            case Command(command):
                await commands.run(command, where, open_)
                return Heard(), "command"
            case Heavy(found):
                await caring.answer_typed(where, found)
                return Heard(may_stand=False), "unknown"
            case AnswerTo(dialogue):
                return await self._answer(tx, where, _one(open_, dialogue), text)
            case AddTo(dialogue):
                return await self._addition(tx, where, _one(open_, dialogue), text)
            case WhichOne():
                await talk.say(where, (Line("common.first_this"),))
                return Heard(), "which_one"
            case Unknown():
                return await self._unknown(tx, where, open_, text)

    async def saved(
        self, tx: Transaction, person: Person, text: str, now: datetime
    ) -> tuple[Heard, str]:
        """Keep what somebody wrote elsewhere in their log, unless it must not be kept.

        Whatever the reason is, no row tells why something was not kept.
        """
        where = await scene.of_person(tx, person, now)
        heavy = caring.found_in(self._care, text, where)
        found = saving.read_as(text, where.hearing(self._words.lexicons))
        if heavy is not None:
            await caring.answer_typed(where, heavy)
        elif isinstance(found, Refusal):
            await talk.say(where, (Line(found.text, dict(found.values)),))
        elif caring.is_patient_data(self._care, found.text, where):
            await talk.say(where, (Line("saved.not_kept"),))
        elif await saving.save(where, found.text):
            return Heard(), "saved"
        await quieting.stay(where)
        return Heard(), "refused"

    async def _answer(
        self, tx: Transaction, where: Scene, state: State, text: str
    ) -> tuple[Heard, str]:
        where = await scene.of_person(tx, where.person, where.now, *_of(state))
        if halfway.is_halfway(state, where.now):
            return await self._held(where, state, text)
        return await self._answering.typed(where, state, text)

    async def _held(self, where: Scene, state: State, text: str) -> tuple[Heard, str]:
        """Hold a text until its writer says whether to carry on, unless it may not be kept."""
        if caring.is_patient_data(self._care, text, where):
            await menus.offer(where, "care.patient_data")
            return Heard(may_stand=False), "unknown"
        await halfway.hold(where, state, text)
        return Heard(), "halfway"

    async def _unknown(
        self, tx: Transaction, where: Scene, open_: Sequence[State], text: str
    ) -> tuple[Heard, str]:
        """Take words that are no answer: a button's name, a late answer, or nothing."""
        for state in open_:
            named = command_named(question_waiting(state), text, state.row.kind, self._words)
            if named:
                await commands.put_off(where, state, named)
                return Heard(), "put_off"
        button = menus.named(text, self._words)
        if button is not None:
            await control.do(where, *button, open_, self._answering)
            return Heard(), "command"
        asleep = await self._asleep(tx, where.person, text)
        if asleep is not None:
            its = await scene.of_person(tx, where.person, where.now, *_of(asleep))
            return await self._held(its, asleep, text)
        await quieting.stay(where)
        if where.enrolment and where.enrolment.status == "joined" and (
            await leaving.has_been_away(where)
        ):  # fmt: skip
            await menus.offer(where, "control.back")
        else:
            await talk.say(where, (Line("common.unknown"),))
        return Heard(may_stand=False), "unknown"

    async def _asleep(self, tx: Transaction, person: Person, text: str) -> State | None:
        """Find the last dialogue, if it fell asleep half-way and its question takes this text."""
        held = await dialogues.of_person(tx, person.id)
        if not held or held[-1].closed_reason != "unanswered":
            return None
        state = load(held[-1])
        takes = waiting_of(state, text, self._words).takes_text
        return state if takes and state.history.answers else None

    def _labelled(self, open_: Sequence[State], text: str) -> State | None:
        """Find the dialogue that waits with a button of this very name."""
        choosing = [state for state in open_ if state.row.waiting_shape == "choose"]
        named = [state for state in choosing if waiting_of(state, text, self._words).takes_text]
        return named[-1] if named else None

    async def _addition(
        self, tx: Transaction, where: Scene, state: State, text: str
    ) -> tuple[Heard, str]:
        """Add words that were written before the waiting question came to the answer before it."""
        key = last_text(state)
        if key is None:
            return await self._unknown(tx, where, (), text)
        where = await scene.of_person(tx, where.person, where.now, *_of(state))
        # Two quick messages can say together what neither says alone.
        longer = f"{state.history.answers[key].text}\n{text}"
        heavy = caring.found_in(self._care, longer.replace("\n", " "), where)
        if heavy is not None:
            await caring.answer_typed(where, heavy)
            return Heard(may_stand=False), "unknown"
        if caring.is_patient_data(self._care, longer, where):
            await menus.offer(where, "care.patient_data")
            return Heard(may_stand=False), "unknown"
        counts = {key: state.counts.get(key, 0)}
        heard, outcome = await self._answering.answer(where, state, {key: longer}, counts)
        if heard.refusals:
            await talk.say(where, (Line("common.too_long"),))
        return Heard(), outcome


def _of(state: State) -> tuple[UUID | None, str | None]:
    """Say of which enrolment a dialogue is, and about which subject."""
    return state.row.enrolment_id, state.row.subject


def _one(states: Sequence[State], dialogue: object) -> State:
    return next(state for state in states if state.row.id == dialogue)
