"""A real `holdfast demo` that is killed and started again, and somebody who uses it over HTTP.

The browser's memory is the platform's: what it sent and got no answer to, it sends again.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final, cast
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
from pydantic import SecretStr
from sqlalchemy import and_, or_, select

from bot.adapters.local.messages import raw_to_json
from bot.adapters.local.view import participants
from bot.app import TEXTS, Hands
from bot.cli.demo_world import ZONE, entered
from bot.clock import MachineClock, TurnedClock
from bot.port import Event, Heard, Pressed
from bot.settings import Settings
from bot.words import Words
from storage import clock, failpoints, outbox, workspaces
from storage.database import Database
from storage.keyring import write_key
from storage.tables_talk import nudges
from tests.cli.running import PATIENCE, Running, forked
from tests.kills.chats import LastingChat
from tests.kills.lives import KEYRING
from tests.kills.rows import Lines, read_rows_of_a_demo
from tests.people import Someone
from tests.support.grounds import Ground
from tests.support.numbers import NUMBERS
from tests.towns import MASTER

KEY: Final = write_key("k1", MASTER)
PORT: Final = "28080"  # or the next free one; not where somebody's own demo is
LEASE: Final = "3600"  # who would wait for it would wait too long
FRIDAY: Final = 5
EARLY: Final = time(7, 30)


@dataclass
class Window:
    """Sanne's window on a demo, which outlives the demo; `Someone` takes it for hands."""

    database: Database
    browser: httpx.AsyncClient
    person: UUID
    chat: LastingChat
    words: Words
    clock: TurnedClock
    unanswered: Event | None

    @property
    def sanne(self) -> Someone:
        """Who acts on what this window shows."""
        hands, user = cast("Hands", self), str(self.person)
        return Someone(hands, self.chat, self.person, user, self.person, "nl")

    async def hear(self, event: Event) -> Heard:
        """Send a card that was filled in. Raises httpx.TransportError when nobody answers."""
        assert isinstance(event.what, Pressed)
        self.unanswered = event
        body = {
            "event": event.id,
            "person": str(self.person),
            "column": 1,
            "dialogue": str(event.what.dialogue),
            "inputs": {key: raw_to_json(raw) for key, raw in event.what.inputs.items()},
            "counts": dict(event.what.counts),
        }
        answer = (await self.browser.post("/api/press", json=body)).raise_for_status()
        self.unanswered = None
        return Heard(refusals=answer.json()["refusals"])

    async def a_day_passes(self) -> None:
        """Press *+1 day*."""
        (await self.browser.post("/api/clock/day")).raise_for_status()

    async def look(self) -> None:
        """Wait until the demo has done all that is due. Raises as `hear` does."""
        async with asyncio.timeout(PATIENCE):
            while not await self._is_quiet():
                (await self.browser.get("/privacy")).raise_for_status()
        await self.chat.look_back({str(self.person): self.person})

    async def _is_quiet(self) -> bool:
        async with self.database.read() as tx:
            now = TurnedClock(await clock.get(tx) or timedelta(0)).now()
            due = and_(nudges.c.state == "planned", nudges.c.due_at <= now)
            under_way = select(nudges.c.id).where(or_(nudges.c.state == "claimed", due))
            return await tx.row(under_way) is None and await outbox.waiting(tx) == 0


Act = Callable[[Window], Awaitable[object]]

UNTOLD: Final = "demo_untold"
TOLD: Final = "demo_told"
ACTS: Final[Mapping[str, Sequence[Act]]] = {
    # A start may be killed before the clock stands where it is to stand; a day later all is told.
    UNTOLD: (lambda window: window.a_day_passes(),),
    TOLD: (
        lambda window: window.sanne.taps("Ik doe mee"),
        lambda window: window.sanne.taps("Prima"),
        lambda window: window.sanne.taps("Di 9:30"),
        lambda window: window.sanne.taps("2 minuten"),
        lambda window: window.sanne.taps("Start"),
        lambda window: window.sanne.writes("Een collega zeggen wat hielp na het overleg"),
    ),
}


@dataclass
class Demo:
    """A demo on a database of its own, and how far Sanne came in it."""

    ground: Ground
    database: str
    folder: Path
    acts: Sequence[Act]
    begun: int = 0
    unanswered: Event | None = None
    words: Words = field(default_factory=lambda: Words.load(TEXTS))

    @property
    def url(self) -> str:
        """The address of its database."""
        return self.ground.url(self.database)

    def dies_at_the_start(self, armed: str) -> int:
        """Start it, armed; say how it ended."""
        with self._started(armed) as running:
            return running.ends()

    async def dies_in_use(self, armed: str) -> int:
        """Start it, armed, and use it until it ends; say how it ended."""
        with self._started(armed) as running:
            with suppress(httpx.TransportError):  # it may die in the middle of a request
                await self._used(running)
            return running.ends()

    async def goes_on(self) -> Lines:
        """Start it, go on where Sanne was, to the end; stop it, and give all rows."""
        with self._started() as running:
            await self._used(running)
            assert running.is_told(signal.SIGTERM) == 0, running.printed
        async with self._opened() as database, database.read() as tx:
            rows = await read_rows_of_a_demo(tx)
        self.ground.rest(self.database)
        return rows

    def _started(self, armed: str = "") -> Running:
        settings = {"DATABASE_URL": self.url, "MASTER_KEYS": KEY, "LEASE_SECONDS": LEASE}
        given = {f"HOLDFAST_{name}": value for name, value in settings.items()}
        ours = {name: value for name, value in os.environ.items() if "HOLDFAST" not in name}
        environment = {**ours, **given, failpoints.VARIABLE: armed}
        return forked(["demo", "--port", PORT], self.folder, environment)

    async def _used(self, running: Running) -> None:
        async with self._window(running) as window:
            try:
                if window.unanswered:
                    await window.hear(window.unanswered)
                await window.look()
                for act in self.acts[self.begun :]:
                    self.begun += 1
                    await act(window)
            finally:
                self.unanswered = window.unanswered

    @asynccontextmanager
    async def _window(self, running: Running) -> AsyncIterator[Window]:
        """Open the address that the demo prints, and the database beside it."""
        address = httpx.URL(running.prints(r"http://127\.0\.0\.1:\S+")[0])
        here = f"http://127.0.0.1:{address.port}"
        async with (
            self._opened() as database,
            httpx.AsyncClient(base_url=here, headers={"Origin": here}) as browser,
        ):
            await browser.get(address)
            sanne = await _sanne(database)
            turned = TurnedClock(timedelta(0))
            chat = LastingChat(database, turned)
            yield Window(database, browser, sanne, chat, self.words, turned, self.unanswered)

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Database]:
        database = await Database.open(self.url, KEYRING)
        try:
            yield database
        finally:
            await database.close()


async def _sanne(database: Database) -> UUID:
    async with database.read() as tx:
        workspace = await workspaces.by_external(tx, "local", "demo")
        assert workspace is not None
        people = await participants(tx, workspace.id)
    return next(each.id for each in people if each.name == "Sanne")


async def settle_a_demo(url: str) -> None:
    """Move the people of a demo in, whom nobody has told anything, early on a working day.

    Which day and hour it really is must not matter: some hours are nobody's.
    """
    settings = Settings(database_url=SecretStr(url), master_keys=SecretStr(KEY))
    async with entered(settings) as world, world.database.write() as tx:
        here = ZoneInfo(ZONE)
        now = MachineClock().now()
        days = (now.astimezone(here).date() + timedelta(days=ahead) for ahead in range(1, 4))
        day = next(day for day in days if day.isoweekday() <= FRIDAY)
        await clock.set(tx, datetime.combine(day, EARLY, here) - now)


@dataclass
class Demos:
    """Demos on one kind of database: `UNTOLD`, before its first start, and `TOLD`, after it."""

    ground: Ground
    folder: Path
    _ends: dict[str, Lines] = field(default_factory=dict)
    _numbers: Iterator[int] = NUMBERS

    async def ends(self, database: str) -> Lines:
        """Say how it ends when nobody kills it; once, and remember."""
        if not self._ends:
            await self._prepare()
        if database not in self._ends:
            with self._copy(database) as demo:
                self._ends[database] = await demo.goes_on()
        return self._ends[database]

    @asynccontextmanager
    async def begun(self, database: str) -> AsyncIterator[Demo]:
        """Give a demo that nobody has used."""
        await self.ends(database)
        with self._copy(database) as demo:
            yield demo

    async def _prepare(self) -> None:
        self.ground.copy("", UNTOLD)
        await settle_a_demo(self.ground.url(UNTOLD))
        self.ground.rest(UNTOLD)
        self.ground.copy(UNTOLD, TOLD)
        await Demo(self.ground, TOLD, self.folder, acts=()).goes_on()

    @contextmanager
    def _copy(self, database: str) -> Iterator[Demo]:
        copy = f"demo_{next(self._numbers)}"
        self.ground.copy(database, copy)
        yield Demo(self.ground, copy, self.folder, ACTS[database])
        self.ground.drop(copy)
