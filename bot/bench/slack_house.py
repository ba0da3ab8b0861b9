"""Holdfast at work in Slack: `holdfast serve` in one process, a Slack to write to in another.

Slack's own requests come as they would, signed and over HTTP; nothing is shared but the machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from signal import SIGKILL
from typing import Final, NamedTuple

import aiohttp

from bot.adapters.slack.manifest import EVENTS_PATH
from bot.bench.processes import HOST, SERVES, free_port, running
from bot.bench.slack_peer import TOKEN
from bot.bench.slack_town import SlackTown, Waiting
from bot.bench.slack_wire import SECRET
from bot.clock import Clock, MachineClock, TurnedClock

PATIENCE: Final = 30.0  # seconds for an answer: Slack itself has three
_OK: Final = 200
_LOOK_EVERY: Final = 0.2  # seconds


class Taken(NamedTuple):
    """What Slack took: by which method, in which chat, and at which second."""

    method: str
    chat: str
    at: float


class Seen(NamedTuple):
    """What Slack took until now, and how often it refused to."""

    taken: Sequence[Taken]
    refused: int


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a request: when it was to be sent, after how many seconds it was over.

    `is_taken` says that it was answered with 200.
    """

    at: float
    seconds: float
    is_taken: bool


@dataclass(frozen=True, slots=True)
class SlackHouse:
    """Where Holdfast and Slack are reached, and the clock that Holdfast goes by."""

    door: str
    slack: str
    clock: Clock
    session: aiohttp.ClientSession

    async def tell(self, those: Sequence[Waiting], rate: float) -> list[Told]:
        """Let learners answer, so many a second, however long Holdfast takes for each."""
        loop = asyncio.get_running_loop()
        began, telling = loop.time(), list[asyncio.Task[Told]]()
        async with asyncio.TaskGroup() as group:
            for number, each in enumerate(those):
                due = began + number / rate
                await asyncio.sleep(due - loop.time())  # noqa: TID251 - the rate is what is asked
                telling.append(group.create_task(self._told(each, due)))
        return [each.result() for each in telling]

    async def _told(self, waiting: Waiting, due: float) -> Told:
        """Tell of an answer; its seconds count from when it was due, be we ourselves late."""
        request = waiting.answer(self.clock.now())
        status = 0
        try:
            async with self.session.post(
                self.door, data=request.body, headers=request.headers()
            ) as answer:
                await answer.read()
                status = answer.status
        except (aiohttp.ClientError, TimeoutError):
            pass  # it was not answered
        return Told(due, asyncio.get_running_loop().time() - due, status == _OK)

    async def seen(self) -> Seen:
        """Ask Slack what it took."""
        async with self.session.get(f"{self.slack}/told") as answer:
            told = await answer.json()
        return Seen([Taken(*each) for each in told["taken"]], told["refused"])

    async def pause(self) -> None:
        """Wait before Slack is asked again."""
        await asyncio.sleep(_LOOK_EVERY)  # noqa: TID251 - another process, which tells nobody


@asynccontextmanager
async def at_work(town: SlackTown) -> AsyncIterator[SlackHouse]:
    """Let Holdfast work in a town until the block ends, when it is killed where it stands."""
    port, turned = free_port(), town.moment - MachineClock().now()
    async with running("bot.bench.slack_peer", says=b"") as line:
        slack = f"http://{HOST}:{int(line)}"
        settings = {
            "DATABASE_URL": town.url, "MASTER_KEYS": town.key, "HOST": HOST, "PORT": str(port),
            "SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_API": f"{slack}/api/",
        }  # fmt: skip
        serving = ("bot.bench.another_day", str(turned.total_seconds()), "serve")
        async with (
            running(*serving, says=SERVES, settings=settings, stop=SIGKILL),
            _session() as session,
        ):
            door = f"http://{HOST}:{port}{EVENTS_PATH}"
            yield SlackHouse(door, slack, TurnedClock(turned), session)


def _session() -> aiohttp.ClientSession:
    """Open as many connections as are needed: nothing waits on our side."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=PATIENCE)
    )
