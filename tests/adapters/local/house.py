"""A small house for the tests of the local chat: three people, what they see, and a door.

What a conversation would answer is given by the test; everything else is real. `served` puts the
page on a port of its own, for a browser or a stream.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from uuid import UUID

import httpx
import uvicorn
from starlette.applications import Starlette

from bot.adapters.local.chat import LocalChat
from bot.adapters.local.door import Door
from bot.adapters.local.live import Live
from bot.adapters.local.page import Services, routes
from bot.app import shipped
from bot.port import Destination, Event, Heard, Message
from storage import (
    addresses,
    cohorts,
    dialogues,
    enrolments,
    log,
    nudges,
    organisations,
    people,
    plans,
    programmes,
    workspaces,
)
from storage.database import Database, Transaction
from storage.ids import new_id
from storage.keyring import Keyring

KEYRING = Keyring.of({"k1": bytes(range(32))}, current="k1")
START = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
DOOR = Door("t0ken-of-this-test", 8765)
HERE = "http://127.0.0.1:8765"
COHORT = (
    ("Sanne", "nl", "Europe/Amsterdam"),
    ("Emma", "en", "Europe/London"),
    ("Inês", "en", "Europe/Lisbon"),
)


class Home(Protocol):
    """What can be served."""

    live: Live

    def services(self, door: Door) -> Services:
        """Give what the page stands on."""
        ...


@dataclass(frozen=True, slots=True)
class Residents:
    """Who lives in a house: their chat, another one in which nobody is, and their ids by name."""

    workspace: UUID
    empty: UUID
    people: Mapping[str, UUID]
    enrolments: Mapping[str, UUID]


@dataclass
class House:
    """An open database with three people in it, the page's services, and what was heard."""

    database: Database
    live: Live
    workspace: UUID
    empty: UUID
    people: Mapping[str, UUID]
    enrolments: Mapping[str, UUID]
    now: datetime = START
    heard: list[Event] = field(default_factory=list)
    answers: list[Heard] = field(default_factory=list)
    coming: list[timedelta] = field(default_factory=list)

    @property
    def chat(self) -> LocalChat:
        """The port to the chat."""
        return LocalChat(self.database, self.live, lambda: self.now)

    def services(self, door: Door = DOOR) -> Services:
        """Give what the page stands on."""
        return Services(
            database=self.database,
            words=shipped()[0],
            live=self.live,
            workspace=self.workspace,
            door=door,
            hear=self.hear,
            now=lambda: self.now,
            to_next_event=self.to_next_event,
            add_days=self.add_days,
            towards=self.towards,
        )

    def client(self, services: Services | None = None, **headers: str) -> httpx.AsyncClient:
        """Give a browser that was let in, without a port between it and the page."""
        app = Starlette(routes=routes(services or self.services()))
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url=HERE,
            cookies={DOOR.cookie: DOOR.token},
            headers={"Origin": HERE} | headers,
        )

    def to(self, name: str) -> Destination:
        """Give somebody's address."""
        return Destination(self.people[name], self.workspace, name.casefold())

    async def gets(self, name: str, *messages: Message) -> list[str]:
        """Send messages to somebody; give the ids they stand under."""
        return [await self.chat.send(self.to(name), message) for message in messages]

    async def hear(self, event: Event) -> Heard:
        """Note an event, and answer what the test wants."""
        self.heard.append(event)
        return self.answers.pop(0) if self.answers else Heard()

    async def to_next_event(self) -> datetime | None:
        """Turn the clock to what is coming, and say something then."""
        if not self.coming:
            return None
        self.now += self.coming.pop(0)
        await self.gets("Sanne", said("Hoi Sanne.", language="nl"))
        return self.now

    async def add_days(self, days: int) -> datetime:
        """Turn the clock."""
        self.now += timedelta(days=days)
        return self.now

    async def towards(self, target: datetime) -> datetime:
        """Turn the clock to what is coming, or to a moment when nothing lies before it."""
        coming = self.now + self.coming[0] if self.coming else None
        if coming is not None and coming <= target:
            await self.to_next_event()
        else:
            self.now = target
        return self.now

    async def has_a_course(self, name: str) -> None:
        """Give somebody a plan, an entry in the log and a coming visit."""
        async with self.database.write() as tx:
            await _a_course(tx, self.people[name], self.enrolments[name])


def said(*paragraphs: str, language: str = "nl", **more: object) -> Message:
    """Make a message."""
    message = Message(delivery=new_id(), language=language, paragraphs=paragraphs)
    return replace(message, **more)  # type: ignore[arg-type]


@asynccontextmanager
async def open_house(url: str, residents: Residents | None = None) -> AsyncIterator[House]:
    """Open a migrated database and move three people in, or find them there."""
    there = residents or await moved_in(url)
    database = await Database.open(url, KEYRING)
    try:
        yield House(database, Live(), there.workspace, there.empty, there.people, there.enrolments)
    finally:
        await database.close()


async def moved_in(url: str) -> Residents:
    """Move three people into a migrated database."""
    database = await Database.open(url, KEYRING)
    async with database.write() as tx:
        workspace, there, enrolled = await _move_in(tx)
        empty = await _another_workspace(tx, workspace)
    await database.close()
    return Residents(workspace, empty, there, enrolled)


@asynccontextmanager
async def served(house: Home) -> AsyncIterator[Door]:
    """Serve the page of a house on a free port of this machine."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()  # so that who comes before the server runs waits for it
        door = Door("t0ken-of-this-test", listening.getsockname()[1])
        app = Starlette(routes=routes(house.services(door)))
        server = uvicorn.Server(
            uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none")
        )
        serving = asyncio.create_task(server.serve([listening]))
        try:
            yield door
        finally:
            house.live.close()
            server.should_exit = True
            await serving


async def _move_in(tx: Transaction) -> tuple[UUID, dict[str, UUID], dict[str, UUID]]:
    organisation = await organisations.add(
        tx, name="Zonnewijzer", language="nl", zone="Europe/Amsterdam"
    )
    workspace = await workspaces.add(
        tx,
        organisation=organisation.id,
        platform="local",
        external_id="local",
        language="nl",
        zone="Europe/Amsterdam",
    )
    programme = await programmes.save(
        tx, organisation=organisation.id, slug="feedback", version="1", digest="d", content={}
    )
    cohort = await cohorts.add(
        tx,
        organisation=organisation.id,
        programme=programme.id,
        name="najaar",
        training_day=START.date(),
    )
    there, enrolled = {}, {}
    for name, language, zone in COHORT:
        person = await people.add(
            tx,
            organisation=organisation.id,
            name=name,
            email=f"{name}@example.org",
            language=language,
            zone=zone,
        )
        await addresses.add(tx, person=person.id, workspace=workspace.id, user=name.casefold())
        enrolment = await enrolments.add(
            tx, person=person.id, cohort=cohort.id, pack_digest="d", enrolled_on=START.date()
        )
        there[name], enrolled[name] = person.id, enrolment.id
    return workspace.id, there, enrolled


async def _another_workspace(tx: Transaction, workspace: UUID) -> UUID:
    """Add a workspace in which nobody has an address."""
    organisation = (await workspaces.get(tx, workspace)).organisation_id
    another = await workspaces.add(
        tx,
        organisation=organisation,
        platform="local",
        external_id="empty",
        language="en",
        zone="UTC",
    )
    return another.id


async def _a_course(tx: Transaction, person: UUID, enrolment: UUID) -> None:
    dialogue = await dialogues.open(
        tx,
        id=new_id(),
        person=person,
        enrolment=enrolment,
        kind="goal_setting",
        brief={},
        answers="{}",
        kept="{}",
        now=START,
    )
    where = (tx, person, enrolment, dialogue.id)
    words = {"if": "het klantoverleg op dinsdag klaar is", "then": "zeg ik Tom één ding"}
    await plans.keep(*where, "plan", words=words, language="nl", form="clause", at=START)
    texts = [["check_in.did", "Ik zei wat hielp.\nHij knikte."], ["check_in.effect", "Rust."]]
    await log.keep(*where, "log", words={"texts": texts, "low": []}, at=START)
    due_at = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
    visit = nudges.Wanted(
        kind="check_in",
        occurrence="check_in:1",
        round=1,
        local_day=date(2026, 12, 1),
        local_time=time(9, 30),
        zone="Europe/Amsterdam",
        due_at=due_at,
        exempt=False,
        priority=5,
    )
    await nudges.insert(tx, person=person, enrolment=enrolment, wanted=visit)
