"""A town shared out over processes, each with whole teams and a database of its own.

Teams live alone as they do among others, so the same happens however they are shared out.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from multiprocessing.connection import Connection

from bot import logs
from bot.errors import HoldfastError, TryLater
from bot.simulation.characters import TEAM, character
from bot.simulation.checking import Violation
from bot.simulation.limits import Kind
from bot.simulation.lives import Day, Told, Wanted, empty_file, live, peak_memory

_GONE = (EOFError, OSError)
_TIDIES_UP_FOR = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Share:
    """What came of a share; `peak` is the most memory that its process held, in megabytes."""

    turns: int
    messages: int
    kills: int
    counted: Counter[Kind]
    first: Sequence[Violation]
    peak: float


def shared_out(people: int, most: int) -> list[range]:
    """Share people out, by number, into at most so many parts of whole teams, equally."""
    teams = -(-people // TEAM)
    parts = min(most, teams)
    ends = [min(TEAM * (teams * part // parts), people) for part in range(parts + 1)]
    return [range(first, last) for first, last in pairwise(ends)]


async def live_here(wanted: Wanted, numbers: range, told: Told) -> Share:
    """Let some of the people live in this process, on the database that is wanted.

    Raises:
        StorageError: the database cannot be used.

    """
    who = [character(wanted.seed, number) for number in numbers]
    lived = await live(wanted, who, told=told)
    checks = lived.checks
    return Share(
        lived.turns, lived.messages, lived.kills, checks.counted, checks.first, peak_memory()
    )


async def live_apart(wanted: Wanted, shares: Sequence[range], told: Told) -> list[Share]:
    """Let each share live in a process of its own, all at the same time.

    Raises:
        TryLater: one of the processes was killed.
        HoldfastError: one of them failed.

    """
    days = [Day(0, 0) for _ in shares]

    def _heard(share: int, day: Day) -> None:
        days[share] = day
        turns, wrong = sum(each.turns for each in days), [each.wrong for each in days]
        told(Day(min(each.number for each in days), turns, sum(wrong, Counter())))

    async with AsyncExitStack() as stack:
        lines = [await stack.enter_async_context(_apart(wanted, share)) for share in shares]
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(_result(line, share, _heard))
                    for share, line in enumerate(lines)
                ]
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None
    return [task.result() for task in tasks]


@asynccontextmanager
async def _apart(wanted: Wanted, numbers: range) -> AsyncIterator[Connection]:
    """Start a process in which some of the people live; it is gone after the block."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    async with empty_file() as url:
        # No daemon: where the bot is killed now and then, it has a process of its own.
        asked = (theirs, replace(wanted, url=url), numbers)
        process = spawn.Process(target=_live_and_tell, args=asked)
        process.start()
        theirs.close()
        try:
            yield ours
        finally:
            process.terminate()
            process.join(_TIDIES_UP_FOR)
            process.kill()
            process.join()
            ours.close()


async def _result(line: Connection, share: int, heard: Callable[[int, Day], None]) -> Share:
    while True:
        try:
            said = await asyncio.to_thread(line.recv)
        except _GONE:
            raise TryLater(
                "A process of the simulation was killed: is there memory enough? "
                "Try it with fewer people."
            ) from None
        match said:
            case Day() as day:
                heard(share, day)
            case Share():
                return said
            case why:
                raise HoldfastError(f"The simulation failed:\n{why}")


def _live_and_tell(line: Connection, wanted: Wanted, numbers: range) -> None:
    """Let a share live, and tell of each day and of the end: what its process does."""
    logs.set_up("error", "console")
    # Ctrl-C reaches every process of a terminal: whoever started us ends us, with time to tidy up.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(*_GONE, KeyboardInterrupt):  # whoever started us went away, or is told to
        try:
            line.send(asyncio.run(live_here(wanted, numbers, line.send)))
        except _GONE:
            raise
        except Exception:  # noqa: BLE001 - the edge: whoever started us is told
            line.send(traceback.format_exc())
