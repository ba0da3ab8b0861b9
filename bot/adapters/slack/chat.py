"""Slack as a port: messages to a person's chat or a channel, below every limit, once each.

A message goes to the user's id: nobody's chat has to be opened first. A dialogue keeps to the
thread of its first message. What Slack made of it, the
chat's own id and the moment that names the message, is the platform's id that we keep.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack import cards
from bot.adapters.slack.calls import call
from bot.adapters.slack.cards import Card
from bot.adapters.slack.installed import Installed
from bot.adapters.slack.pace import Bucket, Limits
from bot.adapters.slack.trouble import NoThread
from bot.errors import Ambiguous, BadContent, Closed, Throttled, TryLater, Unreachable
from bot.port import Destination, Message
from storage.ids import made_at

LOOK_AGAIN: Final = 5.0  # seconds: Slack may show late what it took
LOOK_BACK: Final = timedelta(minutes=1)
PAGES: Final = 20  # of a hundred messages each
_MOST_KNOWN: Final = 10_000
_PEOPLE: Final = ("U", "W")  # how the ids of people begin

Wait = Callable[[float], Awaitable[None]]
Told = Callable[[UUID, str], None]


def _tell_nobody(*_told: object) -> None:
    """Tell nobody of what was sent."""


@dataclass
class _Paces:
    """How much each workspace and each of its channels may still be sent."""

    buckets: dict[tuple[str, ...], Bucket] = field(default_factory=dict)

    def of(self, key: tuple[str, ...], make: Callable[[float], Bucket], now: float) -> Bucket:
        """Give what a workspace or channel may still be sent; a new one begins full."""
        if key not in self.buckets:
            self._tidy(now)
            self.buckets[key] = make(now)
        return self.buckets[key]

    def _tidy(self, now: float) -> None:
        if len(self.buckets) >= _MOST_KNOWN:
            self.buckets = {k: b for k, b in self.buckets.items() if not b.is_full(now)}


class SlackChat:
    """The chat of Slack's workspaces; a `port.ChatPort`."""

    def __init__(
        self, installed: Installed, wait: Wait, limits: Limits, told: Told = _tell_nobody
    ) -> None:
        """Take where tokens come from, how to wait so many seconds, and what Slack allows.

        `told` is told of each workspace and user whom something was sent to.
        """
        self._told = told
        self._installed = installed
        self._wait = wait
        self._limits = limits
        self._paces = _Paces()
        self._channels: dict[tuple[UUID, str], str] = {}

    async def send(self, to: Destination, message: Message) -> str:
        """Post a message, and give `channel/moment`.

        Raises: Throttled when this workspace has had its share, or Slack says so; the errors of
        `calls.call`.
        """
        card = cards.card(message)
        arguments = {"channel": to.user, **card.arguments()}
        try:
            answer = await self._post(to, {**arguments, **_in_thread(to), **_calling(to, card)})
        except NoThread:
            if not to.thread:
                raise
            answer = await self._post(to, arguments)
        channel, moment = answer.get("channel"), answer.get("ts")
        if not isinstance(channel, str) or not isinstance(moment, str):
            raise Ambiguous("Slack took a message, and did not say where it stands.")
        self._told(to.workspace, to.user)
        return f"{channel}/{moment}"

    async def _post(self, to: Destination, arguments: Mapping[str, object]) -> Mapping[str, Any]:
        await self._pace_of_channel(to)
        return await self._call(to, "chat.postMessage", arguments, self._limits.of_workspace)

    async def replace(self, to: Destination, platform_id: str, message: Message) -> None:
        """Show another message in the place of one that was sent. Raises as `send` does."""
        channel, found, moment = platform_id.partition("/")
        if not found:
            raise BadContent("This is no message of Slack's.")
        arguments = {"channel": channel, "ts": moment, **cards.card(message).replacing()}
        await self._call(to, "chat.update", arguments, self._tier_3)

    async def find(self, to: Destination, delivery: UUID) -> str | None:
        """Look a delivery up in the chat's history; twice absent means that it never arrived.

        Raises: Ambiguous where Holdfast may not read the history; else the errors of `calls.call`.
        """
        try:
            channel = await self._channel_of(to)
            found = await self._find_anywhere(to, channel, delivery)
            if found is None:
                await self._wait(LOOK_AGAIN)
                found = await self._find_anywhere(to, channel, delivery)
        except Closed:
            raise
        except Unreachable as error:
            raise Ambiguous(f"Nobody can look whether it arrived: {error}") from None
        return found

    async def _channel_of(self, to: Destination) -> str:
        """Name the chat with a person, which is always the same one."""
        if not to.user.startswith(_PEOPLE):
            return to.user
        key = (to.workspace, to.user)
        if key not in self._channels:
            if len(self._channels) >= _MOST_KNOWN:
                self._channels.clear()
            self._channels[key] = await self._opened(to)
        return self._channels[key]

    async def _opened(self, to: Destination) -> str:
        answer = await self._looked("conversations.open", to, {"users": to.user})
        channel = answer.get("channel")
        name = channel.get("id") if isinstance(channel, dict) else None
        if not isinstance(name, str):
            raise TryLater("Slack opened a chat, and did not say which.")
        return name

    async def _find_anywhere(self, to: Destination, channel: str, delivery: UUID) -> str | None:
        """Look in the thread it was to stand in, and in the chat, where it stands without one."""
        if thread := _in_thread(to):
            replies = {"channel": thread["channel"], "ts": thread["thread_ts"]}
            with suppress(NoThread):
                found = await self._find(to, "conversations.replies", replies, delivery)
                if found is not None:
                    return found
        return await self._find(to, "conversations.history", {"channel": channel}, delivery)

    async def _find(
        self, to: Destination, method: str, where: Mapping[str, str], delivery: UUID
    ) -> str | None:
        oldest = (made_at(delivery) - LOOK_BACK).timestamp()
        cursor = ""
        for _ in range(PAGES):
            answer = await self._looked(
                method,
                to,
                {
                    **where,
                    "oldest": f"{oldest:.6f}",
                    "include_all_metadata": True,
                    "limit": 100,
                    **({"cursor": cursor} if cursor else {}),
                },
            )
            for each in answer.get("messages") or ():
                if _delivery_of(each) == str(delivery):
                    return f"{where['channel']}/{each['ts']}"
            cursor = _next(answer)
            if not cursor:
                return None
        raise Ambiguous("There is too much in this chat since then to look through.")

    def _tier_3(self, now: float) -> Bucket:
        return self._limits.of_tier(3, now)

    async def _looked(
        self, method: str, to: Destination, arguments: Mapping[str, object]
    ) -> Mapping[str, Any]:
        """Make a call that changes nothing, and so may be made again whatever became of it."""
        try:
            return await self._call(to, method, arguments, self._tier_3)
        except Ambiguous as error:
            raise TryLater(error.message) from None

    async def _pace_of_channel(self, to: Destination) -> None:
        """Wait for this one chat's share, which is never long to come."""
        now = asyncio.get_running_loop().time()
        key = ("channel", str(to.workspace), to.user)
        bucket = self._paces.of(key, self._limits.of_channel, now)
        if wait := bucket.ready_in(now):
            await self._wait(wait)
        self._paces.buckets[key] = bucket.taken(now + wait)

    async def _call(
        self,
        to: Destination,
        method: str,
        arguments: Mapping[str, object],
        make: Callable[[float], Bucket],
    ) -> Mapping[str, Any]:
        """Make a call if the workspace's share of it allows, and remember when Slack said wait."""
        loop, key = asyncio.get_running_loop(), (method, str(to.workspace))
        now = loop.time()
        bucket = self._paces.of(key, make, now)
        if wait := bucket.ready_in(now):
            raise Throttled("This workspace has had its share for now.", timedelta(seconds=wait))
        client: AsyncWebClient = await self._installed.client(to.workspace)
        self._paces.buckets[key] = bucket.taken(now)
        try:
            return await call(client, method, arguments)
        except Throttled as error:
            until = loop.time() + error.wait.total_seconds()
            self._paces.buckets[key] = self._paces.buckets[key].closed(until)
            raise
        except Closed:
            await self._installed.wipe(to.workspace)
            raise


def _in_thread(to: Destination) -> Mapping[str, str]:
    """Say under which message a message goes; under none where its dialogue begins."""
    channel, found, moment = to.thread.partition("/")
    return {"channel": channel, "thread_ts": moment} if found else {}


def _calling(to: Destination, card: Card) -> Mapping[str, object]:
    """Call somebody to what stands in a thread and comes by itself: else nobody may notice it."""
    if not to.thread or not to.by_itself or not to.user.startswith(_PEOPLE):
        return {}
    return {"blocks": [*card.blocks, cards.calling(to.user)]}


def _delivery_of(message: object) -> object:
    """Read which delivery of ours a message is, if it is one."""
    match message:
        case {"metadata": {"event_type": cards.EVENT, "event_payload": {"delivery_id": found}}}:
            return found
        case _:
            return None


def _next(answer: Mapping[str, Any]) -> str:
    more = answer.get("response_metadata")
    cursor = more.get("next_cursor") if isinstance(more, dict) else None
    return cursor if isinstance(cursor, str) else ""
