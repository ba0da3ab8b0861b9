"""How soon Slack is answered: presses and messages at a steady rate, each a committed turn.

In the second run somebody else writes to the database and lets all others wait, once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from bot.bench.grounds import Ground
from bot.bench.measured import at_share
from bot.bench.sizes import Sizes
from bot.bench.slack_house import SlackHouse, Told, at_work
from bot.bench.slack_town import SlackTown, Waiting, Wanted, slack_town

_WARM: Final = 10  # answers, one after the other, before anything counts
_BEFORE: Final = 1 / 3  # of the run, before the stall
_MILLI: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Acks:
    """The milliseconds after which each event was answered, and how many events were lost.

    Lost is what was not answered with 200, and what was and is not in the database.
    """

    milliseconds: Sequence[float]
    lost: int

    def at(self, share: float) -> float:
        """Give the milliseconds within which this share of the events was answered."""
        return at_share(self.milliseconds, share)


async def measure(ground: Ground, sizes: Sizes, *, stall: float = 0.0) -> Acks:
    """Let learners answer; with a `stall`, nobody can write for so many seconds, once."""
    count = sizes.slack_rate * sizes.slack_seconds
    wanted = Wanted(pressing=count // 2 + _WARM, typing=count - count // 2 + _WARM)
    async with slack_town(ground, wanted) as town:
        those = list(chain.from_iterable(zip(town.pressing, town.typing, strict=False)))
        warm, events = those[: 2 * _WARM], those[2 * _WARM :]
        async with at_work(town) as house:
            for each in warm:
                await house.tell([each], sizes.slack_rate)
            answers = await _flooded(town, house, events, sizes, stall)
        return await counted(town, events, answers)


async def _flooded(
    town: SlackTown, house: SlackHouse, events: Sequence[Waiting], sizes: Sizes, stall: float
) -> list[Told]:
    async with asyncio.TaskGroup() as group:
        telling = group.create_task(house.tell(events, sizes.slack_rate))
        if stall:
            group.create_task(_stall(town, sizes.slack_seconds * _BEFORE, stall))
    return telling.result()


async def _stall(town: SlackTown, after: float, seconds: float) -> None:
    """Hold the lock that lets one write, after a while, for so many seconds; write nothing."""
    await asyncio.sleep(after)  # noqa: TID251 - in the middle of the run
    async with town.opened() as database, database.write():
        await asyncio.sleep(seconds)  # noqa: TID251 - this is the stall


async def counted(town: SlackTown, events: Sequence[Waiting], answers: Sequence[Told]) -> Acks:
    """Compare what was answered with what is in the database."""
    unanswered = await town.unanswered(events)
    kept = [
        told.is_taken and event not in unanswered
        for event, told in zip(events, answers, strict=True)
    ]
    return Acks(tuple(told.seconds / _MILLI for told in answers), kept.count(False))
