"""A town in Slack: learners who have been asked something and wait, and others to be visited.

One learner lives it by the real code; the others are as she was at that moment, card and all.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from bot.bench.answers import ANSWERS
from bot.bench.grounds import Ground, migrated
from bot.bench.hands import hands_at
from bot.bench.slack_wire import TEAM, Request, pressed, typed
from bot.bench.town import Model, Town, many_like, model_of, settle, user_of
from bot.port import Event, Pressed
from storage.database import Database, Transaction
from storage.keyring import Keyring, new_key, write_key
from storage.tables_talk import dialogues

PRESSED: Final = "went"  # the check-in's first question, which is answered by a button
TYPED: Final = "did"  # its second one, which is answered in words
_A_WHILE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who was asked something: the dialogue that waits, and the question's key."""

    person: UUID
    dialogue: UUID
    key: str

    def answer(self, now: datetime) -> Request:
        """Make their answer, as Slack sends it."""
        words = str(ANSWERS[self.key])
        if self.key == PRESSED:
            return pressed(self.person, self.dialogue, self.key, words)
        return typed(self.person, words, now)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many are to press a button, to type, and to be visited."""

    pressing: int = 0
    typing: int = 0
    visited: int = 0


@dataclass(frozen=True, slots=True)
class SlackTown:
    """A database in which learners wait; `moment` is when they were asked, and visits are due."""

    url: str
    key: str = field(repr=False)
    moment: datetime
    pressing: Sequence[Waiting]
    typing: Sequence[Waiting]

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Database]:
        """Open the database, beside whoever is at work on it, until the block ends."""
        database = await Database.open(self.url, Keyring.read(self.key))
        try:
            yield database
        finally:
            await database.close()

    async def unanswered(self, those: Sequence[Waiting]) -> set[Waiting]:
        """Give those of some whose answer is not in the database."""
        async with self.opened() as database, database.read() as tx:
            counts = await _counts(tx)
        return {each for each in those if not counts[each.dialogue].get(each.key)}


@asynccontextmanager
async def slack_town(ground: Ground, wanted: Wanted) -> AsyncIterator[SlackTown]:
    """Give a town in a new database, until the block ends."""
    key = write_key("bench", new_key())
    async with migrated(ground) as url:
        database = await Database.open(url, Keyring.read(key))
        try:
            async with database.write() as tx:
                town = await settle(tx, "slack", TEAM)
            asked, told = await _lived(database, town)
            await many_like(database, asked, wanted.pressing)
            await many_like(database, told, wanted.typing)
            await many_like(database, town.model, wanted.visited)
            async with database.read() as tx:
                waiting = await _waiting(tx, town)
        finally:
            await database.close()
        moment = town.first_visit + _A_WHILE
        yield SlackTown(url, key, moment, _with(waiting, PRESSED), _with(waiting, TYPED))


async def _lived(database: Database, town: Town) -> tuple[Model, Model]:
    """Let the first learner be asked and press; give her as she was before and after."""
    hands = hands_at(database, town.first_visit + _A_WHILE)
    await hands.look()
    async with database.read() as tx:
        asked = await model_of(tx, town.learner)
        [dialogue] = [each.dialogue for each in await _open(tx)]
    what = Pressed(dialogue, {PRESSED: ANSWERS[PRESSED]})
    now = hands.clock.now()
    await hands.hear(Event("first", town.workspace, user_of(town.learner), now, what))
    await hands.look()
    async with database.read() as tx:
        return asked, await model_of(tx, town.learner)


async def _waiting(tx: Transaction, town: Town) -> list[Waiting]:
    """Name who waits, without the first learner: where her card stands is not Slack."""
    return [each for each in await _open(tx) if each.person != town.learner]


def _with(waiting: Sequence[Waiting], key: str) -> list[Waiting]:
    return [each for each in waiting if each.key == key]


async def _open(tx: Transaction) -> list[Waiting]:
    found = dialogues.select().where(dialogues.c.state == "open")
    names = (dialogues.c.person_id, dialogues.c.id, dialogues.c.waiting)
    rows = await tx.rows(found.with_only_columns(*names))
    return [Waiting(*row.values()) for row in rows]


async def _counts(tx: Transaction) -> dict[UUID, dict[str, int]]:
    found = dialogues.select().with_only_columns(dialogues.c.id, dialogues.c.counts)
    return {row["id"]: row["counts"] for row in await tx.rows(found)}
