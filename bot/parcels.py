"""Parcels: what stands in the outbox, checked once more and put into the words of its reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot import exported, facts, lending, letters, rendering, scene
from bot.errors import NotAllowed
from bot.letters import Letter, Line
from bot.opening import end_unasked, take_back
from bot.port import Destination, Message
from bot.rendering import NotShared
from bot.scene import House, Scene
from bot.words import Words
from scheduler.decide import Move, Open
from storage import addresses, dialogues, nudges, outbox, people, threads, workspaces
from storage.addresses import Address
from storage.database import Database, Transaction
from storage.errors import Missing
from storage.outbox import Row
from storage.people import Person

_log = structlog.get_logger(__name__)

LOOK_FOR_ACCOUNT = timedelta(hours=1)  # until a chat has found who was brought in
# What is put off for these would stand in the way of what there is room for.
WITHOUT_ROOM: Final = frozenset({"quiet", "capped", "rides_along"})


@dataclass(frozen=True, slots=True)
class Parcel:
    """A row ready to be sent: where to, what, and in the place of which message."""

    row: Row
    to: Destination
    message: Message
    replaces: str | None = None


class Parcels:
    """Makes of each row what its reader is to see now, if it is still to be sent."""

    def __init__(self, database: Database, words: Words, house: House) -> None:
        """Take where rows stand, and what is the same for everybody."""
        self._database = database
        self._words = words
        self._house = house

    async def check(self, row: Row, now: datetime) -> Parcel | None:
        """Decide once more with the facts of now, and put the letter into words.

        None where nothing is to be sent now; why stands at the row. Raises: DatabaseAway.
        """
        async with self._database.write() as tx:
            try:
                person = await people.lock(tx, row.person_id)
            except Missing:
                return None  # erased beside us, and the row with them
            if row.nudge_id and not await self._still_wanted(tx, row, person, now):
                return None
            if row.kind == exported.KIND and (due_at := exported.may_go(person, now)) > now:
                await outbox.mark_later(tx, row.id, due_at, "outside_hours")
                return None
            address = await addresses.preferred(tx, person.id)
            if address is None:
                await _without_address(tx, row, person, now)
                return None
            to = await destination(tx, row, address)
            if row.body is None:
                await outbox.mark_never_sent(tx, row.id, "erased")
                return None
            letter = letters.from_json(row.body)
            return await self._parcel(tx, row, person, to, letter, now)

    async def _parcel(
        self, tx: Transaction, row: Row, person: Person, to: Destination, letter: Letter,
        now: datetime,
    ) -> Parcel | None:  # fmt: skip
        enrolment = await dialogues.enrolment_of(tx, row.dialogue_id) if row.dialogue_id else None
        where = await scene.of_person(tx, person, now, enrolment, row.subject)
        target = await outbox.get(tx, letter.replaces) if letter.replaces else None
        delivery = letter.replaces or row.id
        try:
            texts = where.texts(await self._words_at(tx, to))
            reader = await lending.reader(where, letter, self._house)
            message = rendering.message(letter, delivery, person.id, reader, texts)
        except NotShared:
            return await self._no_longer_shared(row, where, letter, to, target)
        except NotAllowed as error:
            _log.warning("not_shown", row=str(row.id), error=type(error).__name__)
            await outbox.mark_failed(tx, row.id, "not_allowed")
            return None
        return Parcel(row, to, message, target.platform_id if target else None)

    async def _words_at(self, tx: Transaction, to: Destination) -> Words:
        """Give the texts as people act on them at that place."""
        if not self._house.before_commands:
            return self._words
        platform = (await workspaces.get(tx, to.workspace)).platform
        return self._words.commanded(self._house.before_commands.get(platform, ""))

    async def _no_longer_shared(
        self, row: Row, where: Scene, letter: Letter, to: Destination, target: Row | None
    ) -> Parcel | None:
        """Say in the place of a message that it is not shared any more; send no new one."""
        if target is None or letter.replaces is None:
            await end_unasked(where.tx, where.person, row, "no_longer_shared", where.now)
            return None
        gone = Letter((Line("common.no_longer_shared"),), replaces=letter.replaces)
        reader = where.reader(self._house)
        texts = where.texts(self._words)
        message = rendering.message(gone, letter.replaces, where.person.id, reader, texts)
        return Parcel(row, to, message, target.platform_id)

    async def _still_wanted(
        self, tx: Transaction, row: Row, person: Person, now: datetime
    ) -> bool:
        nudge = await nudges.get(tx, row.nudge_id) if row.nudge_id else None
        if nudge is None:
            return True
        match await facts.decided(tx, nudge, person, now):
            case Open():
                return True
            case Move(_, due_at, reason) if reason not in WITHOUT_ROOM:
                await outbox.mark_later(tx, row.id, due_at, reason)
            case found:
                await take_back(tx, person, nudge, row, found, now)
        return False


async def destination(tx: Transaction, row: Row, address: Address) -> Destination:
    """Say where a message goes: with the others of its dialogue, where a chat has threads."""
    thread = await threads.beginning_of(tx, row) if row.kind == "message" else None
    return Destination(
        row.person_id, address.workspace_id, address.user, address.reference or "",
        thread or "", by_itself=row.nudge_id is not None,
    )  # fmt: skip


async def _without_address(tx: Transaction, row: Row, person: Person, now: datetime) -> None:
    """Let a message wait for an account that is still to be found; else nobody can be reached."""
    if await addresses.may_be_found(tx, person.id):
        await outbox.mark_untried(tx, row.id, now + LOOK_FOR_ACCOUNT)
    else:
        await outbox.mark_failed(tx, row.id, "unreachable")
