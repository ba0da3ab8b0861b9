"""Somebody who uses a Slack client: their presses, modals and words, as Slack would send them.

What they can press is read from what stands in the chat, not from what we meant to send.
"""

from __future__ import annotations

import asyncio
import html
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx

from tests.slack_peer.proxy import Proxy
from tests.slack_peer.told import ADMINISTRATOR, TEAM, TOKEN
from tests.slack_peer.wire import Json, Wire

EVENTS: Final = "/slack/events"
_PATIENCE: Final = 10  # seconds


@dataclass
class SlackPerson:
    """A client of Slack with one person before it; `view` is the modal that is open."""

    user: str
    wire: Wire
    slack: Proxy
    channel: str = ""
    view: Json | None = None

    async def messages(self) -> list[Json]:
        """Read the chat with Holdfast, the oldest message first; what stood there stays known."""
        if not self.channel:
            opened = await self.slack.ask("conversations.open", users=self.user)
            self.channel = opened["channel"]["id"]
        top = await self._reads("conversations.history", limit=200)
        threads = [each for each in top if each.get("reply_count")]
        for each in threads:
            replies = await self._reads("conversations.replies", ts=each["ts"])
            top.extend(reply for reply in replies if reply["ts"] != each["ts"])
        there = sorted(top, key=lambda each: float(each["ts"]))
        self.wire.seen.extend(there)
        return there

    async def _reads(self, method: str, **more: object) -> list[Json]:
        read = await self.slack.ask(
            method, self._reads_as(), channel=self.channel, include_all_metadata=True, **more
        )
        return [{**each, "channel": self.channel} for each in read["messages"]]

    async def changes_what_was_typed(self, text: str, moment: float) -> httpx.Response:
        """Change a message that was typed at a moment, as Slack tells of it."""
        now = {
            "type": "message", "user": self.user, "text": html.escape(text, quote=False),
            "ts": f"{moment:.6f}", "edited": {"user": self.user, "ts": f"{moment + 9:.6f}"},
        }  # fmt: skip
        return await self.wire.event(
            {
                "type": "message",
                "subtype": "message_changed",
                "hidden": True,
                "channel": self.channel,
                "channel_type": "im",
                "message": now,
                "previous_message": {**now, "edited": None},
                "ts": f"{moment + 9:.6f}",
            }
        )

    async def types(self, text: str, moment: float, thread: str = "") -> httpx.Response:
        """Type a message to Holdfast, at a moment in seconds, in a thread where there is one."""
        await self.messages()
        return await self.wire.event(
            {
                "type": "message",
                "channel": self.channel,
                "channel_type": "im",
                "user": self.user,
                "team": TEAM,
                "text": html.escape(text, quote=False),
                "ts": f"{moment:.6f}",
                **({"thread_ts": thread} if thread else {}),
            }
        )

    async def presses(
        self,
        message: Json,
        block: Json,
        element: Json,
        *,
        state: Json | None = None,
        **chosen: object,
    ) -> httpx.Response:
        """Use an element of a message; `chosen` is what it holds now."""
        before = len(self.slack.opened)
        action = {**element, **chosen, "block_id": block["block_id"], "action_ts": self._ts()}
        answer = await self.wire.payload(
            {
                **self._who("block_actions"),
                "container": {
                    "type": "message",
                    "message_ts": message["ts"],
                    "channel_id": message["channel"],
                },
                "channel": {"id": message["channel"], "name": "directmessage"},
                "message": dict(message),
                "state": {"values": dict(state or {})},
                "response_url": "https://slack.invalid/never",
                "actions": [action],
            }
        )
        self._sees_what_opened(before)
        return answer

    async def submits(self, filled: Mapping[str, Json]) -> httpx.Response:
        """Send the open modal, its inputs filled in by block; see what becomes of it."""
        assert self.view is not None, "no modal is open"
        values = {
            block["block_id"]: {
                block["element"]["action_id"]: {
                    "type": block["element"]["type"],
                    **filled.get(block["block_id"], {}),
                }
            }
            for block in self.view["blocks"]
            if block["type"] == "input"
        }
        view = {**self.view, "state": {"values": values}}
        answer = await self.wire.payload({**self._who("view_submission"), "view": view})
        told = answer.json() if answer.content else {}
        match told.get("response_action"):
            case "update":
                self.view = {**self.view, **told["view"]}
            case "errors":
                pass
            case _:
                self.view = None
        return answer

    async def presses_in_view(self, block: Json, element: Json) -> httpx.Response:
        """Use a button of the open modal."""
        assert self.view is not None, "no modal is open"
        before = len(self.slack.opened)
        action = {**element, "block_id": block["block_id"], "action_ts": self._ts()}
        answer = await self.wire.payload(
            {
                **self._who("block_actions"),
                "container": {"type": "view", "view_id": self.view["id"]},
                "view": {"state": {"values": {}}, **self.view},
                "actions": [action],
            }
        )
        self._sees_what_opened(before)
        return answer

    async def opens_home(self) -> None:
        """Open the Home tab, and wait until something stands there."""
        self.slack.homes.pop(self.user, None)
        await self.wire.event(
            {"type": "app_home_opened", "user": self.user, "channel": "D0", "tab": "home"}
        )
        await self.home()

    async def home(self, words: str = "") -> Json:
        """Give what stands on Home, as soon as these words do."""
        async with asyncio.timeout(_PATIENCE):
            while not (there := self.slack.homes.get(self.user)) or words not in _shown(there):
                await self.slack.published.wait()
                self.slack.published.clear()
        return there

    async def uses_home(self, key: str, value: str = "", **chosen: object) -> httpx.Response:
        """Use a control on Home, the button of a value or what holds `chosen` now."""
        view, before = self.slack.homes[self.user], len(self.slack.opened)
        block, element = next(
            (block, element)
            for block, element in elements(view)
            if element["action_id"].endswith(f".{key}") and element.get("value", "") == value
        )
        action = {**element, **chosen, "block_id": block["block_id"], "action_ts": self._ts()}
        answer = await self.wire.payload(
            {
                **self._who("block_actions"),
                "container": {"type": "view", "view_id": view["id"]},
                "view": {"state": {"values": {}}, **view},
                "actions": [action],
            }
        )
        self._sees_what_opened(before)
        return answer

    async def uses_shortcut(self, name: str, message: Json | None = None) -> httpx.Response:
        """Use a shortcut, at a message where there is one."""
        before = len(self.slack.opened)
        at = {"channel": {"id": "C0GENERAL"}, "message": message} if message else {}
        kind = "message_action" if message else "shortcut"
        answer = await self.wire.payload(
            {**self._who(kind), "callback_id": name, "action_ts": self._ts(), **at}
        )
        self._sees_what_opened(before)
        return answer

    async def commands(self, text: str) -> httpx.Response:
        """Use the slash command."""
        before = len(self.slack.opened)
        answer = await self.wire.form(
            {
                "command": "/holdfast",
                "text": html.escape(text, quote=False),
                "team_id": TEAM,
                "team_domain": "zonnewijzer",
                "channel_id": self.channel or "D0",
                "user_id": self.user,
                "user_name": "somebody",
                "api_app_id": "A0HOLDFAST",
                "trigger_id": self._ts(),
                "response_url": "https://slack.invalid/never",
                "is_enterprise_install": "false",
                "token": "legacy",
            }
        )
        self._sees_what_opened(before)
        return answer

    def _sees_what_opened(self, before: int) -> None:
        """See the modal that a press opened; one that asks nothing is read, and closed again."""
        for view in self.slack.opened[before:]:
            asks = any(block["type"] == "input" for block in view["blocks"])
            self.view = view if asks else None

    def _who(self, kind: str) -> dict[str, Any]:
        return {
            "type": kind,
            "team": {"id": TEAM, "domain": "zonnewijzer"},
            "enterprise": None,
            "is_enterprise_install": False,
            "user": {"id": self.user, "username": "somebody", "team_id": TEAM},
            "api_app_id": "A0HOLDFAST",
            "token": "legacy",
            "trigger_id": self._ts(),
        }

    def _reads_as(self) -> str:
        return TOKEN if self.channel.startswith("D") else ADMINISTRATOR

    def _ts(self) -> str:
        return f"{time.time():.6f}.{next(self.wire.numbers)}"


def _shown(view: Json) -> str:
    return json.dumps(view, ensure_ascii=False)


def elements(message: Json) -> Iterator[tuple[Json, Json]]:
    """Yield every element of a message or modal that can be used, each with its block."""
    for block in message.get("blocks", ()):
        held: Sequence[Json] = block.get("elements", ()) if block["type"] == "actions" else ()
        for element in (
            *held,
            *(block[name] for name in ("accessory", "element") if name in block),
        ):
            yield block, element
