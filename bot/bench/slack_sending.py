"""How much of what Slack permits is used: a long queue of messages, sent by `holdfast serve`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.app import Pace
from bot.bench.grounds import Ground
from bot.bench.sizes import Sizes
from bot.bench.slack_house import Seen, SlackHouse, at_work
from bot.bench.slack_peer import A_SECOND, AT_ONCE, POST
from bot.bench.slack_town import SlackTown, Wanted, slack_town
from bot.nudges import Nudges


@dataclass(frozen=True, slots=True)
class Sending:
    """The share of the permitted messages that was sent, and how many calls got 429."""

    share: float
    refused: int


async def measure(ground: Ground, sizes: Sizes) -> Sending:
    """Let visits be opened, and what they say be sent."""
    async with slack_town(ground, Wanted(visited=sizes.slack_sends)) as town:
        await _open(town)
        async with at_work(town) as house:
            return used(await _sent(house, sizes.slack_sends))


async def _open(town: SlackTown) -> None:
    """Open all that is due, so that nothing is left to do but to send."""
    async with town.opened() as database:
        await Nudges(database, lease=Pace().lease).open_due(town.moment)


async def _sent(house: SlackHouse, count: int) -> Seen:
    while len((seen := await house.seen()).taken) < count:
        await house.pause()
    return seen


def used(seen: Seen) -> Sending:
    """Compare what was taken with what may be, from the first message to the last."""
    moments = [each.at for each in seen.taken if each.method == POST]
    permitted = AT_ONCE + (moments[-1] - moments[0]) * A_SECOND
    return Sending(len(moments) / permitted, seen.refused)
