"""A bot in a process of its own, killed by SIGKILL now and then, and started again.

The chat and the people live on in the process that kills: as with any platform, what was sent was
sent, and an event that got no answer is sent again. So it must all come out as without a kill.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal, Self
from uuid import UUID, uuid4

from bot import logs
from bot.app import shipped
from bot.clock import StandingClock
from bot.port import Destination, EditAsked, Event, Heard, Message
from bot.simulation.characters import chance_of
from bot.simulation.chat import VirtualChat
from bot.simulation.hands import database_at, hands_on

Spot = Literal["before", "during", "unsent", "unanswered", "after"]
SPOTS: Final[tuple[Spot, ...]] = ("before", "during", "unsent", "unanswered", "after")
_AT_ANY_MOMENT: Final = 0.02  # seconds within which a request is under way
_GONE: Final = (EOFError, OSError)


@dataclass
class Nursery:
    """A process that has everything loaded and forks one bot after the other."""

    process: multiprocessing.process.BaseProcess
    orders: Connection
    door: Listener

    @classmethod
    @contextmanager
    def started(cls, url: str, key: bytes) -> Iterator[Self]:
        """Start the nursery of bots on a database, and end it with the block."""
        with TemporaryDirectory(prefix="holdfast-") as folder:
            address = str(Path(folder) / "bot")
            ours, theirs = multiprocessing.Pipe()
            spawn = multiprocessing.get_context("spawn")
            process = spawn.Process(target=_forks, args=(theirs, address, url, key), daemon=True)
            with Listener(address, "AF_UNIX") as door:
                process.start()
                theirs.close()
                try:
                    yield cls(process, ours, door)
                finally:
                    ours.close()
                    process.kill()
                    process.join()

    def fork(self, moment: datetime) -> tuple[int, Connection]:
        """Start a bot whose clock stands at a moment; give its process and the line to it."""
        self.orders.send(moment)
        line = self.door.accept()
        pid: int = line.recv()
        return pid, line


@dataclass
class Restarted:
    """The bot as its people know it: it answers, although its process is killed in between."""

    nursery: Nursery
    chat: VirtualChat
    clock: StandingClock
    every: int
    seed: int
    kills: int = 0
    _heard: int = 0
    _answered: str = ""
    _spot: Spot | None = None
    _pid: int = 0
    _line: Connection | None = None
    _killing: asyncio.TimerHandle | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self._dice = chance_of(self.seed, "kills")

    async def hear(self, event: Event) -> Heard:
        """Hear an event; one whose answer was lost is sent again, as a platform does."""
        self._heard += 1
        if self._heard % self.every == 0:
            self._spot = self._dice.choice(SPOTS)
        kills = self.kills
        heard: Heard = await self._ask("hear", event)
        if heard.seen_before and self.kills > kills and isinstance(event.what, EditAsked):
            # The answer with the card is gone; nothing changed, so whoever asked asks again.
            heard = await self._ask("hear", replace(event, id=str(uuid4())))
        was_answered, self._answered = event.id == self._answered, event.id
        return heard if self.kills == kills or was_answered else replace(heard, seen_before=False)

    def end(self) -> None:
        """Cut the line: the bot ends by itself."""
        if self._line is not None:
            self._line.close()

    async def look(self) -> int:
        """Do what is due now."""
        return int(await self._ask("look"))

    async def turn_to(self, target: datetime) -> int:
        """Let time pass, event by event."""
        return int(await self._ask("turn_to", target))

    async def next_event(self) -> datetime | None:
        """Give the moment at which something is due next."""
        found: datetime | None = await self._ask("next_event")
        return found

    async def _ask(self, what: str, *given: object) -> Any:  # noqa: ANN401 - what it answers
        while True:
            try:
                return await self._once(what, given)
            except _GONE:
                self._line = None
                self.kills += 1

    async def _once(self, what: str, given: tuple[object, ...]) -> Any:  # noqa: ANN401
        line = self._line = self._line or await self._reborn()
        self._dies_at("before")
        line.send((what, given))
        if self._spot == "during":
            self._spot = None
            wait = self._dice.random() * _AT_ANY_MOMENT
            self._killing = asyncio.get_running_loop().call_later(wait, self._kill)
        while True:
            match await asyncio.to_thread(line.recv):
                case ("clock", moment):
                    self.clock.set_to(moment)
                case ("done", answer):
                    self._is_past_danger()
                    self._dies_at("after")
                    return answer
                case ("failed", why):
                    raise RuntimeError(f"The bot failed: {why}")
                case (call, arguments):
                    self._dies_at("unsent")
                    answer = await getattr(self.chat, call)(*arguments)
                    self._dies_at("unanswered")
                    line.send(answer)

    async def _reborn(self) -> Connection:
        self._pid, line = await asyncio.to_thread(self.nursery.fork, self.clock.now())
        return line

    def _is_past_danger(self) -> None:
        """Let no kill that was on its way hit what comes next."""
        if self._killing is not None:
            self._killing.cancel()
            self._killing = None

    def _dies_at(self, spot: Spot) -> None:
        if self._spot == spot:
            self._spot = None
            self._kill()
            raise EOFError

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)


@dataclass
class _Line:
    """The chat as the bot's process knows it: at the other end of a line."""

    line: Connection

    async def send(self, to: Destination, message: Message) -> str:
        """Send a message."""
        return str(await self._call("send", to, message))

    async def replace(self, to: Destination, platform_id: str, message: Message) -> None:
        """Show another message in the place of one that was sent."""
        await self._call("replace", to, platform_id, message)

    async def find(self, to: Destination, delivery: UUID) -> str | None:
        """Look whether a message arrived."""
        found: str | None = await self._call("find", to, delivery)
        return found

    async def _call(self, what: str, *given: object) -> Any:  # noqa: ANN401 - what it answers
        self.line.send((what, given))
        return await asyncio.to_thread(self.line.recv)


class _ToldClock(StandingClock):
    """A clock that tells the people when it is turned: they outlive it."""

    def __init__(self, start: datetime, line: Connection) -> None:
        super().__init__(start)
        self._line = line

    def set_to(self, moment: datetime) -> None:
        """Turn the clock, and say so."""
        super().set_to(moment)
        self._line.send(("clock", moment))


def _forks(orders: Connection, address: str, url: str, key: bytes) -> None:
    """Fork a bot at every order, and wait for its end: what a nursery does."""
    logs.set_up("error", "console")
    # Ctrl-C reaches every process of a terminal: whoever started us cuts the line when it ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    shipped()  # what every bot would read for itself: a second each
    gc.freeze()
    with suppress(*_GONE):
        while True:
            moment = orders.recv()
            pid = os.fork()
            if pid == 0:
                _be_bot(address, url, key, moment)
            os.waitpid(pid, 0)


def _be_bot(address: str, url: str, key: bytes, moment: datetime) -> None:
    """Live until the line is cut, and leave without touching what is the nursery's."""
    try:
        with suppress(*_GONE), Client(address, "AF_UNIX") as line:
            line.send(os.getpid())
            asyncio.run(_answer(line, url, key, moment))
    finally:
        os._exit(0)


async def _answer(line: Connection, url: str, key: bytes, moment: datetime) -> None:
    database = await database_at(url, key)
    try:
        hands = hands_on(database, _Line(line), _ToldClock(moment, line))
        while True:
            what, given = await asyncio.to_thread(line.recv)
            try:
                line.send(("done", await getattr(hands, what)(*given)))
            except _GONE:
                raise
            except Exception as error:  # noqa: BLE001 - the edge: the people are told
                line.send(("failed", repr(error)))
    finally:
        await database.close()
