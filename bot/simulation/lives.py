"""The lives of some people in one process: an empty database, the bot, and all that is checked."""

from __future__ import annotations

import resource
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal, TypeAlias

from bot.app import shipped
from bot.clock import StandingClock
from bot.simulation.acting import Step
from bot.simulation.characters import Character, start_of
from bot.simulation.chat import VirtualChat
from bot.simulation.checking import Checks
from bot.simulation.hands import database_at, hands_on
from bot.simulation.killing import Nursery, Restarted
from bot.simulation.life import Bot, Life
from bot.simulation.limits import Kind
from bot.simulation.world import settle
from storage import migrate
from storage.database import Database

MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder of ours is made in it
"""A disk in memory, where there is one: what is only simulated need not survive anything."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be simulated; `kill_every` turns the bot's process is killed, 0 for never.

    With more than one of `jobs` that many processes share the people, each in a file of its own.
    """

    people: int
    days: int
    seed: int
    url: str
    kill_every: int = 0
    jobs: int = 1


@dataclass(frozen=True, slots=True)
class Lived:
    """A life that is over; `told` is what happened in it, if that was to be told."""

    checks: Checks
    turns: int
    messages: int
    kills: int
    taken: Sequence[Step]
    told: Sequence[str]


@dataclass(frozen=True, slots=True)
class Day:
    """How far a simulation is, and how often each thing happened that must never happen."""

    number: int
    turns: int
    wrong: Counter[Kind] = field(default_factory=Counter)


Told: TypeAlias = Callable[[Day], None]


async def live(
    wanted: Wanted, who: Sequence[Character], *, told: Told | None = None,
    script: Sequence[Step] | None = None, aloud: bool = False,
) -> Lived:  # fmt: skip
    """Let some characters live on an empty database; by a script, or as they like.

    `told` hears of each day that is over.

    Raises:
        StorageError: the database cannot be used.

    """
    await migrate.upgrade(wanted.url)
    key = sha256(str(wanted.seed).encode()).digest()  # support codes are the same in every run
    clock = StandingClock(start_of(wanted.seed))
    chat = VirtualChat(clock.now)
    database = await database_at(wanted.url, key)
    try:
        world = await settle(database, wanted.seed, who)
        heard: list[str] | None = [] if aloud else None
        them = {each.id: each for each in who}
        checks = Checks(database, shipped()[0], them, world.channels, chat.shown, aloud=heard)
        async with _bot(wanted, database, chat, clock, key) as bot:
            life = Life(bot, chat, database, world, who, checks, wanted.seed, script, told=heard)

            def _day_is_over(number: int) -> None:
                if told is not None:
                    told(Day(number, life.turns, Counter(checks.counted)))

            await life.live(wanted.days, _day_is_over)
            kills = bot.kills if isinstance(bot, Restarted) else 0
        return Lived(checks, life.turns, chat.sent, kills, life.taken, life.told or ())
    finally:
        await database.close()


@asynccontextmanager
async def _bot(
    wanted: Wanted, database: Database, chat: VirtualChat, clock: StandingClock, key: bytes
) -> AsyncIterator[Bot]:
    """Give the bot: in this process, or in one of its own that is killed now and then."""
    if not wanted.kill_every:
        yield hands_on(database, chat, clock)
        return
    with Nursery.started(wanted.url, key) as nursery:
        bot = Restarted(nursery, chat, clock, wanted.kill_every, wanted.seed)
        try:
            yield bot
        finally:
            bot.end()


@asynccontextmanager
async def empty_file() -> AsyncIterator[str]:
    """Give the address of a SQLite file that is not there yet, and is gone afterwards."""
    where = MEMORY if MEMORY.is_dir() else None
    with TemporaryDirectory(prefix="holdfast-", dir=where) as folder:
        yield f"sqlite+aiosqlite:///{folder}/simulation.db"


def peak_memory(of: Literal["self", "children"] = "self") -> float:
    """Give the most memory that this process, or a child of it, ever held, in megabytes."""
    who = resource.RUSAGE_SELF if of == "self" else resource.RUSAGE_CHILDREN
    return round(resource.getrusage(who).ru_maxrss / 1024, 1)
