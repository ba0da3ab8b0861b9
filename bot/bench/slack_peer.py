"""A Slack that takes messages and holds to its limits: `python -m bot.bench.slack_peer` is one.

Who sends faster than it permits gets 429 with Retry-After, and that is counted. It does nothing
else of Slack's: what it is asked besides, it answers with yes.
"""

from __future__ import annotations

import asyncio
import math
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web

from bot.adapters.slack.manifest import scopes
from bot.adapters.slack.pace import BURST, CHANNEL_BURST, TIER_BURST
from bot.bench.slack_wire import TEAM
from bot.limits import (
    SLACK_CALLS_A_MINUTE,
    SLACK_MESSAGES_A_MINUTE_A_WORKSPACE,
    SLACK_MESSAGES_A_SECOND_A_CHANNEL,
)

TOKEN: Final = "xoxb-of-the-bench"  # noqa: S105 - of a Slack that is ours
HOST: Final = "127.0.0.1"
POST: Final = "chat.postMessage"
UPDATE: Final = "chat.update"
A_SECOND: Final = SLACK_MESSAGES_A_MINUTE_A_WORKSPACE / 60
"""Messages that a workspace takes a second."""
_ON_ITS_WAY: Final = 1  # beyond the pace's own: a call may be quicker than the one before it
AT_ONCE: Final = BURST + _ON_ITS_WAY
"""Messages that a workspace takes at once, when it took none for a while."""
_IN_A_CHAT: Final = CHANNEL_BURST + _ON_ITS_WAY
_OF_A_TIER: Final = TIER_BURST + _ON_ITS_WAY
_MINUTE: Final = 60
_TIERS: Final[Mapping[str, int]] = {UPDATE: 3, "dnd.teamInfo": 2, "views.publish": 4}
_BIGGEST: Final = 1 << 20
_SCOPES: Final = ",".join(each.name for each in scopes("conversational"))


@dataclass
class Meter:
    """Permits so many a second, and so many at once; `until` is when all of it is permitted anew.

    Moments are seconds of a clock that never goes back.
    """

    rate: float
    at_once: float
    until: float = 0.0

    def wait(self, now: float) -> float:
        """Give the seconds until one more is permitted; 0 when it is now."""
        return max(0.0, self.until - now - (self.at_once - 1) / self.rate)

    def take(self, now: float) -> None:
        """Count one that was permitted."""
        self.until = max(self.until, now) + 1 / self.rate


@dataclass
class Peer:
    """One workspace: what it took, of which method, in which chat and when; how often it refused.

    The moments are those of `time.monotonic`, which all processes of a machine share.
    """

    taken: list[tuple[str, str, float]] = field(default_factory=list)
    refused: int = 0
    meters: dict[tuple[str, str], Meter] = field(default_factory=dict)

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one call of the Web API."""
        method, now = request.match_info["method"], time.monotonic()
        chat = ""
        if method in (POST, UPDATE):
            chat = _chat(str((await request.json()).get("channel")))
        meters = self._meters(method, chat)
        wait = max((each.wait(now) for each in meters), default=0.0)
        if wait:
            self.refused += 1
            return _refusal(wait)
        for each in meters:
            each.take(now)
        if chat:
            self.taken.append((method, chat, now))
        return web.json_response(self._said(method, chat), headers={"x-oauth-scopes": _SCOPES})

    async def tell(self, _: web.Request) -> web.Response:
        """Tell what was taken and how often it was refused."""
        return web.json_response({"taken": self.taken, "refused": self.refused})

    def _meters(self, method: str, chat: str) -> list[Meter]:
        """Give what counts a call: of messages each chat's own, and the workspace's."""
        if method == POST:
            return [
                self._meter((POST, ""), A_SECOND, AT_ONCE),
                self._meter((POST, chat), SLACK_MESSAGES_A_SECOND_A_CHANNEL, _IN_A_CHAT),
            ]
        if method not in _TIERS:
            return []
        a_second = SLACK_CALLS_A_MINUTE[_TIERS[method]] / _MINUTE
        return [self._meter((method, ""), a_second, _OF_A_TIER)]

    def _meter(self, key: tuple[str, str], rate: float, at_once: int) -> Meter:
        return self.meters.setdefault(key, Meter(rate, at_once))

    def _said(self, method: str, chat: str) -> dict[str, Any]:
        if method == "auth.test":
            return {"ok": True, "team_id": TEAM, "user_id": "UBENCH"}
        if chat:
            return {"ok": True, "channel": chat, "ts": f"1.{len(self.taken):06d}"}
        return {"ok": True}


def _chat(channel: str) -> str:
    """Name the chat that a message to a user stands in."""
    return f"D{channel[1:]}" if channel.startswith("U") else channel


def _refusal(wait: float) -> web.Response:
    return web.json_response(
        {"ok": False, "error": "ratelimited"},
        status=HTTPStatus.TOO_MANY_REQUESTS,
        headers={"Retry-After": str(math.ceil(wait))},
    )


async def serve() -> None:
    """Answer until this process is ended; print the port first."""
    peer, opened = Peer(), socket.create_server((HOST, 0))
    application = web.Application(client_max_size=_BIGGEST)
    application.router.add_get("/told", peer.tell)
    application.router.add_post("/api/{method}", peer.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.SockSite(runner, opened).start()
    print(opened.getsockname()[1], flush=True)  # noqa: T201 - it is asked
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
