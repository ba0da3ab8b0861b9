"""The demo without its process: the real conversation, nudges and clock under the real page.

Two learners whose training is today, Sanne in Dutch and Emma in English; nothing is given by the
test but what is done on the page.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import httpx
from starlette.applications import Starlette

from bot.adapters.local import messages
from bot.adapters.local.chat import LocalChat
from bot.adapters.local.door import Door
from bot.adapters.local.live import Live
from bot.adapters.local.page import Services, routes
from bot.app import Hands, Pace
from bot.engine.answers import Raw
from bot.port import Event, Message, Pressed
from bot.scene import House as Addresses
from storage import chat, dialogues, inbox, log
from storage.database import Database
from storage.ids import new_id
from storage.keyring import Keyring
from tests.adapters.local.house import DOOR, HERE
from tests.people import frozen_clock
from tests.towns import START, settle

NONE: Final[Mapping[bytes, bytes]] = {}
KEYRING = Keyring.of({"k1": bytes(range(32))}, current="k1")


@dataclass
class Demo:
    """A database with learners in it, the hands at work on it, and the page."""

    database: Database
    hands: Hands
    live: Live
    workspace: UUID
    people: dict[str, UUID]

    @property
    def left(self) -> Settled:
        """What to go on with, on this database or a copy of it."""
        return Settled(self.workspace, self.people, self.hands.clock.now())

    def services(self, door: Door = DOOR) -> Services:
        """Give what the page stands on."""
        return Services(
            database=self.database,
            words=self.hands.words,
            live=self.live,
            workspace=self.workspace,
            door=door,
            hear=self.hear,
            now=self.hands.clock.now,
            to_next_event=self.hands.to_next_event,
            add_days=self._add_days,
            towards=self._towards,
        )

    def client(self, headers: Mapping[bytes, bytes] = NONE) -> httpx.AsyncClient:
        """Give a browser that was let in; what the application raises comes out here."""
        app = Starlette(routes=routes(self.services()))
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url=HERE,
            cookies={DOOR.cookie: DOOR.token},
            headers={b"Origin": HERE.encode(), **headers},
            timeout=60,
        )

    async def hear(self, event: Any) -> Any:  # noqa: ANN401 - an event, and what was heard
        """Hear an event, and send at once what is said in reply."""
        heard = await self.hands.hear(event)
        await self.hands.look()
        return heard

    async def sees(self, name: str) -> list[Message]:
        """Give what Holdfast said to somebody, as it stands in their chat."""
        async with self.database.read() as tx:
            rows = await chat.of_person(tx, self.people[name])
        return [messages.load(row.body) for row in rows if row.sender == "bot"]

    async def typed(self, name: str) -> list[str]:
        """Give what somebody typed, as it stands in their chat."""
        async with self.database.read() as tx:
            rows = await chat.of_person(tx, self.people[name])
        return [str(row.body["text"]) for row in rows if row.sender == "person"]

    async def asks(self, name: str) -> Message:
        """Give the newest message that asks somebody something."""
        return next(each for each in reversed(await self.sees(name)) if each.fields)

    async def answers(self, name: str) -> dict[str, object]:
        """Give every answer that stands in somebody's dialogues, by its key."""
        async with self.database.read() as tx:
            found = await dialogues.of_person(tx, self.people[name])
        return {f"{row.kind}.{row.id}": row.answers for row in found}

    async def answers_with(self, name: str, key: str, raw: Raw) -> None:
        """Answer the question that somebody is asked, and go on to the next."""
        asking = await self.asks(name)
        assert asking.dialogue is not None
        assert [each.key for each in asking.fields] == [key]
        what = Pressed(asking.dialogue, {key: raw}, {key: asking.fields[0].count})
        heard = await self.hear(
            Event(str(new_id()), self.workspace, name.casefold(), self.hands.clock.now(), what)
        )
        assert heard.refusals == {}
        if not any(each.fields for each in await self.sees(name)):
            await self.goes_on_until(name)

    async def logged(self, enrolment: UUID) -> list[object]:
        """Give what stands in a log."""
        async with self.database.read() as tx:
            return [each.words for each in await log.of_enrolment(tx, enrolment)]

    async def failed(self) -> list[inbox.Event]:
        """Give the events that something went wrong with."""
        async with self.database.read() as tx:
            return await inbox.failed(tx)

    async def goes_on_until(self, name: str) -> None:
        """Let time pass, event by event, until somebody gets a message."""
        before = self.live.sent_so_far().get(self.people[name], 0)
        for _ in range(50):
            if self.live.sent_so_far().get(self.people[name], 0) > before:
                return
            await self.hands.to_next_event()
        raise AssertionError(f"{name} gets no message any more")

    async def _add_days(self, days: int) -> datetime:
        await self.hands.turn_to(self.hands.clock.now() + timedelta(days=days))
        return self.hands.clock.now()

    async def _towards(self, target: datetime) -> datetime:
        coming = await self.hands.next_event()
        await self.hands.turn_to(target if coming is None else min(coming, target))
        return self.hands.clock.now()


def acting(person: UUID, **more: object) -> dict[str, object]:
    """Give what the page sends with every action: a new event, whose it is, and where."""
    return {"event": str(new_id()), "person": str(person), "column": 1, **more}


@dataclass(frozen=True, slots=True)
class Settled:
    """A demo that was left at some point: who lives there, and when it was."""

    workspace: UUID
    people: dict[str, UUID]
    now: datetime


@asynccontextmanager
async def open_demo(
    url: str, left: Settled | None = None, start: datetime = START
) -> AsyncIterator[Demo]:
    """Open a migrated database and settle two learners whose training is today, or go on there."""
    database = await Database.open(url, KEYRING)
    live, clock = Live(), frozen_clock(left.now if left else start)
    addresses = Addresses("127.0.0.1:8765/privacy", "127.0.0.1:8765/my-data")
    port = LocalChat(database, live, clock.now)
    hands = Hands(database, port, clock, house=addresses, pace=Pace(lease=timedelta(0)))
    try:
        there = left or await _settled(database, start)
        yield Demo(database, hands, live, there.workspace, dict(there.people))
    finally:
        await database.close()


async def _settled(database: Database, now: datetime) -> Settled:
    async with database.write() as tx:
        workspace, found = await settle(tx, now.date(), now)
    return Settled(workspace, {name: person for name, (person, _) in found.items()}, now)
