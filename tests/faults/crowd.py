"""A crowd of learners at full pace, on a platform that keeps the truth: what came, what it heard.

The platform sends an event again until it is acknowledged, and now and then once more after that.
It shows everything it is given, also what it was given before: what is sent twice arrives twice.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select

from bot.adapters.local.view import participants
from bot.app import Hands, Pace
from bot.clock import TurnedClock
from bot.engine.answers import Raw, Skip
from bot.port import (
    Choices,
    Destination,
    Event,
    FreeText,
    Message,
    Person,
    Pressed,
    Scale,
    Typed,
    What,
)
from bot.scene import House
from storage import clock, workspaces
from storage.database import Database
from storage.errors import DatabaseAway
from storage.ids import new_id
from storage.tables_talk import inbox, nudges
from storage.tables_talk import outbox as rows
from tests.kills.demos import settle_a_demo
from tests.kills.lives import KEYRING

ASKED: Final = "mijn gegevens"
HOURS_A_SECOND: Final = 6
TALKERS: Final = 3
PATIENCE: Final = 0.5  # seconds after which a talker talks all the same
_A_MOMENT: Final = 0.02  # seconds until a platform sends again
_LINK: Final = "holdfast.example/mine"


class QuickClock(TurnedClock):
    """Goes on by itself, hours a second, so that visits fall due while a test runs."""

    def __init__(self, start: datetime) -> None:
        super().__init__(timedelta(0))
        self._start, self._began = start, time.monotonic()
        self._stands: datetime | None = None

    def now(self) -> datetime:
        """Give the moment."""
        if self._stands is not None:
            return self._stands
        gone = time.monotonic() - self._began
        return self._start + gone * timedelta(hours=HOURS_A_SECOND)

    def stops(self) -> None:
        """Stand still from now on, so that nothing more falls due."""
        self._stands = self.now()


@dataclass
class Platform:
    """A chat that keeps what arrived, in order, and which events it was told were taken."""

    arrived: list[tuple[UUID, Message]] = field(default_factory=list)
    acknowledged: list[Event] = field(default_factory=list)
    more: asyncio.Event = field(default_factory=asyncio.Event)
    came: dict[UUID, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))

    async def send(self, to: Destination, message: Message) -> str:
        """Show a message, even one that was shown before."""
        self.arrived.append((to.person, message))
        self.came[to.person].set()
        return str(message.delivery)

    async def replace(self, to: Destination, platform_id: str, message: Message) -> None:
        """Show another message in the place of one that was sent."""
        place = next(n for n, (_, m) in enumerate(self.arrived) if str(m.delivery) == platform_id)
        self.arrived[place] = (to.person, message)

    async def find(self, to: Destination, delivery: UUID) -> str | None:
        """Look whether a message arrived."""
        del to
        there = any(message.delivery == delivery for _, message in self.arrived)
        return str(delivery) if there else None

    def acknowledge(self, event: Event) -> None:
        """Note that an event was taken."""
        self.acknowledged.append(event)
        self.more.set()

    async def hears(self, wanted: int) -> None:
        """Wait until so many more events were taken."""
        goal = len(self.acknowledged) + wanted
        while len(self.acknowledged) < goal:
            self.more.clear()
            await self.more.wait()


@dataclass
class Crowd:
    """Everybody on the platform, and the hands at work for them."""

    hands: Hands
    platform: Platform
    workspace: UUID
    people: Sequence[UUID]
    refused: int = 0
    _stopping: bool = False
    _answered: set[UUID] = field(default_factory=set)

    @asynccontextmanager
    async def at_full_pace(self) -> AsyncIterator[None]:
        """Have everybody send one event after the other while the hands run."""
        async with self.hands.running(), asyncio.TaskGroup() as group:
            for person in self.people:
                group.create_task(self._goes_on(person))
            yield
            self._stopping = True

    async def is_visited(self) -> None:
        """Go on until somebody was visited: nights and weekends pass in seconds, but they pass."""
        async with asyncio.timeout(60):
            while (await self.found()).visits == 0:
                await self.platform.hears(1)

    async def comes_to_rest(self) -> None:
        """Let time stand still, and look until nothing is under way any more."""
        assert isinstance(self.hands.clock, QuickClock)
        self.hands.clock.stops()
        async with asyncio.timeout(60):
            while await self._is_busy():
                await self.hands.look()

    async def found(self) -> Found:
        """Compare what the platform knows with what stands in the rows."""
        async with self.hands.database.read() as tx:
            heard = {row["event_id"] for row in await tx.rows(select(inbox.c.event_id))}
            messages = await tx.rows(
                select(rows.c.id, rows.c.nudge_id, rows.c.state).where(rows.c.kind == "message")
            )
        return Found(self.platform, heard, messages)

    async def sends(self, event: Event) -> None:
        """Send an event until it is acknowledged."""
        while True:
            try:
                await self.hands.hear(event)
            except DatabaseAway:
                self.refused += 1
                # A real platform waits as well before it sends again; nobody can wake it.
                await asyncio.sleep(_A_MOMENT)  # noqa: TID251
            else:
                self.platform.acknowledge(event)
                return

    async def _goes_on(self, person: UUID) -> None:
        """Answer whatever asks, as it comes; whoever likes to talk does not wait for that."""
        talks = person in self.people[:TALKERS]
        while not self._stopping:
            came = self.platform.came[person]
            came.clear()
            what = self._answer(person) or (Typed(ASKED) if talks else None)
            if what is not None:
                await self._sends_one(person, what)
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await came.wait()

    async def _sends_one(self, person: UUID, what: What) -> None:
        event = Event(str(new_id()), self.workspace, str(person), self.hands.clock.now(), what)
        await self.sends(event)
        if len(self.platform.acknowledged) % 5 == 0:
            await self.sends(event)  # as platforms do that missed our answer

    def _answer(self, person: UUID) -> Pressed | None:
        mine = [m for whose, m in self.platform.arrived if whose == person]
        asking = mine[-1] if mine else None
        if asking is None or asking.dialogue is None or asking.delivery in self._answered:
            return None
        self._answered.add(asking.delivery)
        inputs: dict[str, Raw] = {}
        for each in asking.fields:
            match each.input:
                case Choices(options):
                    inputs[each.key] = next(o.id for o in options if not o.command)
                case FreeText():
                    inputs[each.key] = "Een collega zeggen wat hielp"
                case Scale(_, high):
                    inputs[each.key] = high
                case Person(options):
                    inputs[each.key] = options[-1].id  # nobody
                case _:
                    inputs[each.key] = Skip()
        counts = {each.key: each.count for each in asking.fields}
        return Pressed(asking.dialogue, inputs, counts) if inputs else None

    async def _is_busy(self) -> bool:
        now = self.hands.clock.now()
        async with self.hands.database.read() as tx:
            ahead = (nudges.c.state == "planned") & (nudges.c.due_at <= now)
            opening = select(nudges.c.id).where(or_(nudges.c.state == "claimed", ahead))
            due = (rows.c.state == "pending") & (rows.c.due_at <= now)
            going = select(rows.c.id).where(or_(rows.c.state == "sending", due))
            return any([await tx.row(opening), await tx.row(going)])


@dataclass(frozen=True, slots=True)
class Found:
    """What was lost or doubled of what the platform saw acknowledged, or was sent."""

    platform: Platform
    heard: set[str]
    rows: Sequence[dict[str, object]]

    @property
    def lost(self) -> int:
        """Count acknowledged events without a row or a reply, and sent rows that never arrived."""
        events = {event.id for event in self.platform.acknowledged}
        arrived = {message.delivery for _, message in self.platform.arrived}
        sent = {row["id"] for row in self.rows if row["state"] == "sent"}
        unanswered = max(self._asked - self._answered, 0)
        return len(events - self.heard) + len(sent - arrived) + unanswered

    @property
    def doubled(self) -> int:
        """Count messages that arrived twice, replies too many, and visits opened twice."""
        times = Counter(message.delivery for _, message in self.platform.arrived)
        visits = Counter(row["nudge_id"] for row in self.rows if row["nudge_id"])
        again = sum(number - 1 for number in (times + Counter()).values())
        opened = sum(
            number - 1
            for nudge, number in visits.items()
            if number > 1 and self._reached(nudge) > 1
        )
        return again + opened + max(self._answered - self._asked, 0)

    @property
    def visits(self) -> int:
        """Count the visits that were sent."""
        return len({row["nudge_id"] for row in self.rows if row["state"] == "sent"} - {None})

    @property
    def unsent(self) -> int:
        """Count what was given up."""
        return sum(row["state"] in ("failed", "unknown", "sending") for row in self.rows)

    def _reached(self, nudge: object) -> int:
        return sum(row["nudge_id"] == nudge and row["state"] == "sent" for row in self.rows)

    @property
    def _asked(self) -> int:
        typed = {e.id for e in self.platform.acknowledged if isinstance(e.what, Typed)}
        return len(typed)

    @property
    def _answered(self) -> int:
        return sum(_LINK in "".join(m.paragraphs) for _, m in self.platform.arrived)


@asynccontextmanager
async def crowded(url: str, *, look_every: timedelta, lease: timedelta) -> AsyncIterator[Crowd]:
    """Settle the twelve people of a demo, early on a working day, and give them a platform."""
    await settle_a_demo(url)
    database = await Database.open(url, KEYRING)
    try:
        async with database.read() as tx:
            workspace = await workspaces.by_external(tx, "local", "demo")
            assert workspace is not None
            people = [each.id for each in await participants(tx, workspace.id)]
            start = TurnedClock(await clock.get(tx) or timedelta(0)).now()
        platform = Platform()
        house = House("holdfast.example", _LINK)
        pace = Pace(look_every=look_every, lease=lease)
        hands = Hands(database, platform, QuickClock(start), house=house, pace=pace)
        yield Crowd(hands, platform, workspace.id, people)
    finally:
        await database.close()
