"""How long who presses a button waits for a reply, on a morning when very many are visited."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bot.bench.grounds import Ground
from bot.bench.sizes import Sizes
from bot.bench.slack_house import Seen, SlackHouse, Told, at_work
from bot.bench.slack_town import Waiting, Wanted, slack_town
from bot.bench.slack_wire import chat_of

A_SECOND: Final = 1.0  # presses: what Slack permits leaves room for the replies to them
PATIENCE: Final = 20.0  # seconds after the last press
_MILLI: Final = 1e-3


async def measure(ground: Ground, sizes: Sizes) -> Sequence[float]:
    """Let learners press while others are visited; give the milliseconds that each waited.

    Whose reply has not come when the run ends waited until then.
    """
    wanted = Wanted(pressing=sizes.slack_presses, visited=sizes.slack_nudges)
    async with slack_town(ground, wanted) as town, at_work(town) as house:
        told = await house.tell(town.pressing, A_SECOND)
        return await _waits(house, town.pressing, told)


async def _waits(
    house: SlackHouse, those: Sequence[Waiting], told: Sequence[Told]
) -> Sequence[float]:
    """Wait until each reply is there, or nobody would any more."""
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE
    while True:
        now, came = loop.time(), _first(await house.seen())
        chats = [chat_of(each.person) for each in those]
        if now > until or all(chat in came for chat in chats):
            pressed = zip(chats, told, strict=True)
            return [(came.get(chat, now) - each.at) / _MILLI for chat, each in pressed]
        await house.pause()


def _first(seen: Seen) -> Mapping[str, float]:
    """Give when the first message came to each chat; nobody who presses gets any other."""
    newest_first: Iterable[tuple[str, float]] = ((each.chat, each.at) for each in seen.taken[::-1])
    return dict(newest_first)
