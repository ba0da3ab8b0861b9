"""Hearing: everything a person does in a chat, taken in one transaction each.

An event counts once, however often it comes; a turn that raises is undone and the event kept,
sealed, to be heard again. What is said in reply goes through the outbox.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from bot import commands, events, layout, rendering, scene, talk
from bot.answering import Answering, asked_now, last_text, question_waiting, waiting_of
from bot.engine.answers import Raw, Refusal
from bot.engine.reading import read_form
from bot.engine.steps import Together, parts_of
from bot.letters import Line
from bot.lexicon import Lexicon
from bot.port import Chosen, EditAsked, Event, Heard, Pressed, PutOff, Typed
from bot.replies import AddTo, AnswerTo, Command, Unknown, WhichOne, sort
from bot.scene import Scene
from bot.state import State, load
from bot.traces import trace_of
from bot.typed import command_named, typed_inputs
from bot.words import Words
from storage import addresses, dialogues, inbox, people
from storage.database import Database, Transaction
from storage.errors import DatabaseAway
from storage.failpoints import failpoint
from storage.people import Person

_log = structlog.get_logger(__name__)

MOST_TRIES = 5
WAIT = timedelta(minutes=5)


class Conversation:
    """The ear of every chat: it reads, walks, keeps and answers."""

    def __init__(
        self,
        database: Database,
        words: Words,
        lexicons: Mapping[str, Lexicon],
        *,
        link: str,
        wake: Callable[[], None],
    ) -> None:
        """Take what hearing needs; `wake` is called after every commit that may have work."""
        self._database = database
        self._words = words
        self._lexicons = lexicons
        self._answering = Answering(words, lexicons)
        self._link = link
        self._wake = wake

    async def hear(self, event: Event, now: datetime) -> Heard:
        """Take one event in one transaction.

        Raises: DatabaseAway, so that the platform sends it again.
        """
        try:
            heard = await self._take(event, now)
        except DatabaseAway:
            raise
        except Exception as error:  # noqa: BLE001  the edge: nothing a person did may be lost
            heard = await self._keep_failed(event, error, now)
        self._wake()
        return heard

    async def hear_again(self, now: datetime) -> int:
        """Hear the failed events once more, a transaction each; count those that worked."""
        async with self._database.read() as tx:
            failed = await inbox.failed(tx)
        worked = 0
        for row in failed:
            if row.tries < MOST_TRIES and row.received_at + WAIT * 2**row.tries <= now:
                worked += await self._hear_one_again(row.id, now)
        return worked

    async def _take(self, event: Event, now: datetime) -> Heard:
        async with self._database.write() as tx:
            kind = events.kind_of(event)
            fresh = await inbox.receive(tx, event.workspace, event.id, kind, None, now)
            if not fresh:
                return Heard(seen_before=True)
            failpoint("hear.received")
            heard, outcome = await self._hear(tx, event, now)
            await inbox.outcome(tx, event.workspace, event.id, outcome)
            failpoint("hear.before_commit")
        failpoint("hear.after_commit")
        return heard

    async def _keep_failed(self, event: Event, error: Exception, now: datetime) -> Heard:
        failpoint("hear.failed")
        _log.error("event_failed", event_id=event.id, trace=trace_of(error))
        async with self._database.write() as tx:
            address = await addresses.by_user(tx, event.workspace, event.user)
            if address is None:
                return Heard()
            person = await people.lock(tx, address.person_id)
            kept = json.dumps(events.to_json(event))
            first = await inbox.keep_failed(
                tx, event.workspace, event.id, events.kind_of(event), person.id, kept, now
            )
            if first:
                where = await scene.of_person(tx, person, now)
                await talk.say(where, (Line("common.failed"),))
        failpoint("hear.kept")
        return Heard()

    async def _hear_one_again(self, row: UUID, now: datetime) -> bool:
        try:
            async with self._database.write() as tx:
                event = events.from_json(json.loads(await inbox.open_failed(tx, row)))
                _, outcome = await self._hear(tx, event, now)
                await inbox.outcome(tx, event.workspace, event.id, outcome)
                failpoint("hear.again")
        except DatabaseAway:
            raise
        except Exception as error:  # noqa: BLE001  the edge: it stays kept and is tried again
            _log.error("event_failed_again", row=str(row), trace=trace_of(error))
            async with self._database.write() as tx:
                await inbox.failed_again(tx, row)
            return False
        self._wake()
        return True

    async def _hear(self, tx: Transaction, event: Event, now: datetime) -> tuple[Heard, str]:
        address = await addresses.by_user(tx, event.workspace, event.user)
        if address is None:
            return Heard(), "stranger"
        person = await people.lock(tx, address.person_id)
        match event.what:
            case Typed(text):
                return await self._typed(tx, person, text, event.at, now)
            case Pressed(dialogue, inputs, counts):
                return await self._pressed(tx, person, dialogue, inputs, counts, now)
            case PutOff(dialogue, key, command):
                return await self._put_off(tx, person, dialogue, key, command, now)
            case EditAsked(dialogue, key):
                return await self._edit_asked(tx, person, dialogue, key, now)
            case Chosen():
                return self._answering.refused("", "common.gone", person), "refused"

    async def _own(
        self, tx: Transaction, person: Person, dialogue: UUID, now: datetime
    ) -> tuple[Scene, State] | Heard:
        """Load a dialogue for its own person; anybody else is told kindly, and nothing changes."""
        row = await dialogues.load(tx, dialogue)
        if row is None:
            return self._answering.refused("", "common.gone", person)
        if row.person_id != person.id:
            return self._answering.refused("", "common.not_yours", person)
        return await scene.of_person(tx, person, now, row.enrolment_id), load(row)

    async def _pressed(
        self, tx: Transaction, person: Person, dialogue: UUID,
        inputs: Mapping[str, Raw], counts: Mapping[str, int], now: datetime,
    ) -> tuple[Heard, str]:  # fmt: skip
        found = await self._own(tx, person, dialogue, now)
        if isinstance(found, Heard):
            return found, "refused"
        where, state = found
        return await self._answering.answer(where, state, inputs, counts)

    async def _put_off(
        self, tx: Transaction, person: Person, dialogue: UUID, key: str, command: str,
        now: datetime,
    ) -> tuple[Heard, str]:  # fmt: skip
        found = await self._own(tx, person, dialogue, now)
        if isinstance(found, Heard):
            return found, "refused"
        where, state = found
        offered = getattr(question_waiting(state), "commands", ())
        if state.row.waiting != key or command not in offered:
            return self._answering.refused("", "common.late_tap", person), "refused"
        await commands.put_off(where, state, command)
        return Heard(), "put_off"

    async def _edit_asked(
        self, tx: Transaction, person: Person, dialogue: UUID, key: str, now: datetime
    ) -> tuple[Heard, str]:
        found = await self._own(tx, person, dialogue, now)
        if isinstance(found, Heard):
            return found, "refused"
        where, state = found
        letter = layout.reopened(state, key)
        if letter is None or asked_now(state, {each.key: "" for each in letter.asked}) is None:
            return self._answering.refused("", "common.gone", person), "refused"
        reader = where.reader(self._link)
        card = next(card.id for card in reversed(state.cards) if card.asks(key))
        shown = rendering.message(letter, card, person.id, reader, where.texts(self._words))
        return Heard(replacement=shown), "edit_shown"

    async def _typed(
        self, tx: Transaction, person: Person, text: str, at: datetime, now: datetime
    ) -> tuple[Heard, str]:
        open_ = [load(row) for row in await dialogues.of_person(tx, person.id, state="open")]
        where = await scene.of_person(tx, person, now)
        waiting = [waiting_of(state, text, self._words) for state in open_]
        match sort(text, at, waiting, person.focus, self._lexicons[person.language]):
            case Command("start") if labelled := self._labelled(open_, text):
                # "Start" is also the button of the question that waits: then it means the button.
                return await self._typed_answer(tx, where, labelled, text)
            case Command(command):
                await commands.run(command, where, open_)
                return Heard(), f"command {command}"
            case AnswerTo(dialogue):
                return await self._typed_answer(tx, where, _one(open_, dialogue), text)
            case AddTo(dialogue):
                return await self._typed_addition(tx, where, _one(open_, dialogue), text)
            case WhichOne():
                await talk.say(where, (Line("common.first_this"),))
                return Heard(), "which_one"
            case Unknown():
                return await self._unknown(where, open_, text)

    async def _unknown(self, where: Scene, open_: list[State], text: str) -> tuple[Heard, str]:
        """Take words that are no answer: the name of a button that puts off, or nothing."""
        for state in open_:
            named = command_named(question_waiting(state), text, state.row.kind, self._words)
            if named:
                await commands.put_off(where, state, named)
                return Heard(), "put_off"
        await talk.say(where, (Line("common.unknown"),))
        return Heard(), "unknown"

    def _labelled(self, open_: list[State], text: str) -> State | None:
        """Find the dialogue that waits with a button of this very name."""
        choosing = [state for state in open_ if state.row.waiting_shape == "choose"]
        named = [state for state in choosing if waiting_of(state, text, self._words).takes_text]
        return named[-1] if named else None

    async def _typed_answer(
        self, tx: Transaction, where: Scene, state: State, text: str
    ) -> tuple[Heard, str]:
        where = await scene.of_person(tx, where.person, where.now, state.row.enrolment_id)
        question = question_waiting(state)
        inputs = typed_inputs(question, text, state.row.kind, self._words) if question else {}
        counts = {key: state.counts.get(key, 0) for key in inputs}
        heard, outcome = await self._answering.answer(where, state, inputs, counts)
        if heard.refusals:
            # A typed answer has no field to stand at: the refusal is a message.
            hearing = where.hearing(self._lexicons)
            parts = [part for part in parts_of(question) if part.key in inputs] if question else []
            read = read_form(Together(tuple(parts)), inputs, hearing)
            refused = [each for each in read.values() if isinstance(each, Refusal)]
            lines = tuple(Line(each.text, dict(each.values)) for each in refused)
            await talk.say(where, lines or (Line("common.gone"),))
        return Heard(), outcome

    async def _typed_addition(
        self, tx: Transaction, where: Scene, state: State, text: str
    ) -> tuple[Heard, str]:
        """Add words that were written before the waiting question came to the answer before it."""
        key = last_text(state)
        if key is None:
            await talk.say(where, (Line("common.unknown"),))
            return Heard(), "unknown"
        where = await scene.of_person(tx, where.person, where.now, state.row.enrolment_id)
        longer = f"{state.history.answers[key].text}\n{text}"
        counts = {key: state.counts.get(key, 0)}
        heard, outcome = await self._answering.answer(where, state, {key: longer}, counts)
        if heard.refusals:
            await talk.say(where, (Line("common.too_long"),))
        return Heard(), outcome


def _one(states: list[State], dialogue: UUID) -> State:
    return next(state for state in states if state.row.id == dialogue)
