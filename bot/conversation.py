"""Hearing: everything a person does in a chat, taken in one transaction each.

An event counts once, however often it comes; a turn that raises is undone and the event kept,
sealed, to be heard again. What is said in reply goes through the outbox.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

import structlog

from bot import (
    answering_posts,
    caring,
    commands,
    control,
    events,
    layout,
    lending,
    menus,
    rendering,
    scene,
    talk,
)
from bot.answering import Answering, asked_now, question_waiting
from bot.care import Care
from bot.engine.answers import Refusal
from bot.engine.steps import Write, parts_of
from bot.letters import Line
from bot.listening import Listening
from bot.port import Chosen, EditAsked, Event, Heard, Pressed, PutOff, Saved, Typed
from bot.rendering import NotShared
from bot.scene import House, Scene
from bot.state import State, load
from bot.traces import trace_of
from bot.words import Words
from storage import addresses, dialogues, inbox, people
from storage.database import Database, Transaction
from storage.dialogues import Dialogue
from storage.errors import DatabaseAway
from storage.failpoints import failpoint
from storage.people import Person

_log = structlog.get_logger(__name__)

MOST_TRIES = 5
WITHDRAWN = "withdrawn"  # what a dialogue was about is shared no more
WAIT = timedelta(minutes=5)

Note: TypeAlias = Callable[[Transaction], Awaitable[None]]


def next_try(failed: inbox.Event) -> datetime | None:
    """Give the moment from which a failed event is heard again by itself; None when no more."""
    if failed.tries >= MOST_TRIES:
        return None
    wait: timedelta = WAIT * 2**failed.tries
    return failed.received_at + wait


class Conversation:
    """The ear of every chat: it reads, walks, keeps and answers."""

    def __init__(
        self,
        database: Database,
        words: Words,
        care: Care,
        *,
        house: House,
        wake: Callable[[], None],
    ) -> None:
        """Take what hearing needs; `wake` is called after every commit that may have work."""
        self._database = database
        self._words = words
        self._care = care
        self._answering = Answering(words, care, house)
        self._listening = Listening(words, care, self._answering)
        self._house = house
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
            moment = next_try(row)
            if moment is not None and moment <= now:
                worked += await self._hear_one_again(row.id, now)
        return worked

    async def hear_now(self, row: UUID, now: datetime, note: Note) -> bool:
        """Hear one failed event now, whatever its tries, which stay as they are; say if it worked.

        `note` writes down, in the same transaction, that somebody asked for it.

        Raises: DatabaseAway.
        """
        try:
            async with self._database.write() as tx:
                await self._hear_kept(tx, row, now)
                await note(tx)
        except DatabaseAway:
            raise
        except Exception as error:  # noqa: BLE001  the edge: it stays kept
            _log.error("event_failed_again", row=str(row), trace=trace_of(error))
            async with self._database.write() as tx:
                await note(tx)
            return False
        self._wake()
        return True

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
            where = await scene.of_person(tx, person, now)
            if self._is_heavy(event, where):
                await talk.say(where, (Line("common.failed_unkept"),))
                return Heard(may_stand=False)
            kept = json.dumps(events.to_json(event))
            first = await inbox.keep_failed(
                tx, event.workspace, event.id, events.kind_of(event), person.id, kept, now
            )
            if first:
                await talk.say(where, (Line("common.failed"),))
        failpoint("hear.kept")
        return Heard()

    def _is_heavy(self, event: Event, where: Scene) -> bool:
        """Tell whether an event holds words that must not be kept, not even to try them again."""
        match event.what:
            case Typed(text=text) | Saved(text):
                said = [text]
            case Pressed(_, inputs):
                said = [raw for raw in inputs.values() if isinstance(raw, str)]
            case _:
                said = []
        return any(
            caring.found_in(self._care, text, where)
            or caring.is_patient_data(self._care, text, where)
            for text in said
        )

    async def _hear_one_again(self, row: UUID, now: datetime) -> bool:
        try:
            async with self._database.write() as tx:
                await self._hear_kept(tx, row, now)
        except DatabaseAway:
            raise
        except Exception as error:  # noqa: BLE001  the edge: it stays kept and is tried again
            _log.error("event_failed_again", row=str(row), trace=trace_of(error))
            async with self._database.write() as tx:
                await inbox.failed_again(tx, row)
            return False
        self._wake()
        return True

    async def _hear_kept(self, tx: Transaction, row: UUID, now: datetime) -> None:
        event = events.from_json(json.loads(await inbox.open_failed(tx, row)))
        _, outcome = await self._hear(tx, event, now)
        await inbox.outcome(tx, event.workspace, event.id, outcome)
        failpoint("hear.again")

    async def _hear(self, tx: Transaction, event: Event, now: datetime) -> tuple[Heard, str]:
        address = await addresses.by_user(tx, event.workspace, event.user)
        if address is None:
            return Heard(), "stranger"
        person = await people.lock(tx, address.person_id)
        if person.status == "channel":
            return Heard(), "stranger"  # a channel says nothing: its readers do
        match event.what:
            case Typed() as typed:
                return await self._listening.typed(tx, person, typed, event.at, now)
            case Saved(text):
                return await self._listening.saved(tx, person, text, now)
            case Pressed() as pressed:
                return await self._pressed(tx, person, pressed, now)
            case Chosen() as chosen:
                return await self._chosen(tx, person, chosen, now)
            case PutOff(dialogue, key, command):
                return await self._put_off(tx, person, dialogue, key, command, now)
            case EditAsked(dialogue, key):
                return await self._edit_asked(tx, person, dialogue, key, now)

    async def _own(
        self, tx: Transaction, person: Person, row: Dialogue | None, now: datetime
    ) -> tuple[Scene, State] | Heard:
        """Take a dialogue for its own person; anybody else is told kindly, and nothing changes."""
        if row is None:
            return self._answering.refused("", "common.gone", person)
        if row.person_id != person.id:
            return self._answering.refused("", "common.not_yours", person)
        if row.closed_reason == WITHDRAWN:
            return self._answering.refused("", "common.no_longer_shared", person)
        return await scene.of_person(tx, person, now, row.enrolment_id, row.subject), load(row)

    async def _pressed(
        self, tx: Transaction, person: Person, pressed: Pressed, now: datetime
    ) -> tuple[Heard, str]:
        row = await dialogues.load(tx, pressed.dialogue)
        if row is not None and row.kind == answering_posts.KIND and row.person_id != person.id:
            option = next(iter(pressed.inputs.values()), None)
            refused = await answering_posts.answer(tx, person, row, option, now)
            if refused is not None:
                return self._answering.refused("", refused, person), "refused"
            return Heard(), "answered"
        found = await self._own(tx, person, row, now)
        if isinstance(found, Heard):
            return found, "refused"
        where, state = found
        command = self._command_in(pressed, state)
        if command is not None:
            await commands.run(command, where, [state] if state.row.state == "open" else [])
            return Heard(), "command"
        return await self._answering.pressed(
            where, state, pressed.inputs, pressed.counts, sure=pressed.sure
        )

    def _command_in(self, pressed: Pressed, state: State) -> str | None:
        """Find a command that was written into a field: it is done, and kept by nobody."""
        lexicon = next(
            iter(self._words.lexicons.values())
        )  # commands of all languages hold together
        asked = asked_now(state, pressed.inputs)
        written = (
            {part.key for part in parts_of(asked[0]) if isinstance(part, Write)} if asked else ()
        )
        found = (
            lexicon.command(raw)
            for key, raw in pressed.inputs.items()
            if key in written and isinstance(raw, str)
        )
        return next((command for command in found if command), None)

    async def _chosen(
        self, tx: Transaction, person: Person, chosen: Chosen, now: datetime
    ) -> tuple[Heard, str]:
        """Do what a button of a menu says, once; what it was, no row tells."""
        where = await scene.of_person(tx, person, now)
        read = menus.chosen(chosen.key, chosen.raw, where.hearing(self._words.lexicons))
        if read is None:
            return self._answering.refused("", "common.gone", person), "refused"
        if isinstance(read, Refusal):
            return self._answering.refusal(chosen.key, read, person), "refused"
        refused = await menus.refusal(where, chosen.delivery, chosen.key)
        if refused is not None:
            return self._answering.refused("", refused, person), "refused"
        await menus.used(where, chosen.delivery, chosen.key, read)
        rows = await dialogues.of_person(tx, person.id, state="open")
        waiting = [load(row) for row in rows]
        menu = chosen.delivery
        await control.do(where, chosen.key, read.value, waiting, self._answering, menu)
        return Heard(), "command"

    async def _put_off(
        self, tx: Transaction, person: Person, dialogue: UUID, key: str, command: str,
        now: datetime,
    ) -> tuple[Heard, str]:  # fmt: skip
        found = await self._own(tx, person, await dialogues.load(tx, dialogue), now)
        if isinstance(found, Heard):
            return found, "refused"
        where, state = found
        offered = getattr(question_waiting(state), "commands", ())
        if state.row.waiting != key or command not in offered:
            return self._answering.refused("", "common.late_tap", person), "refused"
        if await commands.is_tapped_twice(where, state, command):
            return Heard(), "unchanged"
        await commands.put_off(where, state, command)
        return Heard(), "put_off"

    async def _edit_asked(
        self, tx: Transaction, person: Person, dialogue: UUID, key: str, now: datetime
    ) -> tuple[Heard, str]:
        found = await self._own(tx, person, await dialogues.load(tx, dialogue), now)
        if isinstance(found, Heard):
            return found, "refused"
        where, state = found
        letter = layout.reopened(state, key)
        if letter is None or asked_now(state, {each.key: "" for each in letter.asked}) is None:
            return self._answering.refused("", "common.gone", person), "refused"
        reader = await lending.reader(where, letter, self._house)
        card = next(card.id for card in reversed(state.cards) if card.asks(key))
        try:
            shown = rendering.message(letter, card, person.id, reader, where.texts(self._words))
        except NotShared:  # it names somebody who is erased, or shows what was taken back
            return self._answering.refused("", "common.gone", person), "refused"
        return Heard(replacement=shown), "edit_shown"
