"""What stands before emulate: what it lacks of Slack, faults on demand, and a note of every call.

A fault is planned for the next call of a method. What is lost after the commit was done all the
same, as when a connection breaks while Slack answers.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.slack_peer.sockets import Sockets
from tests.slack_peer.told import SCOPES, TOKEN

ANY: Final = "*"
READING: Final = ("conversations.history", "conversations.replies")
TO_READ: Final = "im:history"  # the permission without which no conversation is read


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one call: an answer of Slack's or of a stranger, or none at all.

    `after` says that the call was carried out before. Without a status the connection breaks.
    """

    status: int | None = None
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    after: bool = False


LOST: Final = Fault(after=True)
RESET: Final = Fault()


def refused(error: str) -> Fault:
    """Make Slack's own no."""
    return Fault(200, json.dumps({"ok": False, "error": error}))


def throttled(retry_after: str | None) -> Fault:
    """Make a 429, with what Slack says of how long to wait."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return Fault(429, json.dumps({"ok": False, "error": "ratelimited"}), headers)


@dataclass(frozen=True, slots=True)
class Called:
    """A call as it came: its method, what it was given, and whether it was carried out."""

    method: str
    arguments: Mapping[str, Any]
    done: bool


@dataclass
class Proxy:
    """Slack's Web API as Holdfast meets it; `base` is its address."""

    base: str
    behind: str
    session: aiohttp.ClientSession
    scopes: tuple[str, ...] = SCOPES
    calls: list[Called] = field(default_factory=list)
    opened: list[Mapping[str, Any]] = field(default_factory=list)
    homes: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    rests: dict[str, tuple[int, int]] = field(default_factory=dict)  # seconds, by user
    published: asyncio.Event = field(default_factory=asyncio.Event)
    faults: defaultdict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    sockets: Sockets = field(default_factory=Sockets)

    def goes_wrong(self, method: str, *faults: Fault) -> None:
        """Plan faults for the next calls of a method, or of any."""
        self.faults[method].extend(faults)

    def posted(self) -> Counter[str]:
        """Count what was carried out of `chat.postMessage`, by our delivery."""
        return Counter(
            each.arguments["metadata"]["event_payload"]["delivery_id"]
            for each in self.calls
            if each.method == "chat.postMessage" and each.done
        )

    async def ask(self, method: str, token: str = TOKEN, **arguments: object) -> Mapping[str, Any]:
        """Ask emulate itself, as a client of Slack would."""
        answer = await self._pass_on(method, arguments, f"Bearer {token}")
        assert answer.get("ok"), answer
        return answer

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        method = request.match_info["method"]
        if method == "apps.connections.open" and not self.faults[method]:
            link = self.base.replace("http:", "ws:").removesuffix("api/") + "link"
            return web.json_response({"ok": True, "url": link})
        arguments = await _arguments(request)
        fault = self._fault(method)
        if fault is not None and not fault.after:
            return self._broken(request, method, arguments, fault)
        if method in READING and TO_READ not in self.scopes:
            return self._broken(request, method, arguments, refused("missing_scope"))
        answer = await self._pass_on(method, arguments, request.headers.get("Authorization", ""))
        self.calls.append(Called(method, arguments, bool(answer.get("ok"))))
        if fault is not None:
            return self._broken(request, "", {}, fault)
        return web.json_response(answer, headers={"x-oauth-scopes": ",".join(self.scopes)})

    def _fault(self, method: str) -> Fault | None:
        waiting = self.faults[method] or self.faults[ANY]
        return waiting.popleft() if waiting else None

    def _broken(
        self, request: web.Request, method: str, arguments: Mapping[str, Any], fault: Fault
    ) -> web.StreamResponse:
        if method:
            self.calls.append(Called(method, arguments, done=False))
        if fault.status is None:
            assert request.transport
            request.transport.abort()
            return web.Response()
        return web.Response(
            status=fault.status,
            text=fault.body,
            headers=dict(fault.headers),
            content_type="application/json" if fault.body.startswith("{") else "text/html",
        )

    async def _pass_on(
        self, method: str, arguments: Mapping[str, Any], authorization: str
    ) -> dict[str, Any]:
        given = dict(arguments)
        if method == "dnd.teamInfo":
            asked = str(given["users"]).split(",")
            return {"ok": True, "users": {user: self._rest_of(user) for user in asked}}
        if method == "views.open":
            given["trigger_id"] = await self._trigger()
        async with self.session.post(
            f"{self.behind}/api/{method}", json=given, headers={"Authorization": authorization}
        ) as answer:
            told: dict[str, Any] = await answer.json()
        assert "API rate limit" not in str(told.get("message")), "emulate takes 5,000 calls a test"
        if method in ("views.open", "views.update") and told.get("ok"):
            self.opened.append(told["view"])
        if method == "views.publish" and told.get("ok"):
            self.homes[given["user_id"]] = told["view"]
            self.published.set()
        return self._completed(method, told)

    def _rest_of(self, user: str) -> dict[str, Any]:
        """Tell of somebody's rest as Slack does; emulate knows nothing of it."""
        starts, ends = self.rests.get(user, (1, 1))
        return {
            "dnd_enabled": user in self.rests,
            "next_dnd_start_ts": starts,
            "next_dnd_end_ts": ends,
        }

    async def _trigger(self) -> str:
        """Make a trigger as emulate wants it; ours come with the presses of people."""
        async with self.session.post(
            f"{self.behind}/api/views.generateTriggerId",
            headers={"Authorization": f"Bearer {TOKEN}"},
        ) as answer:
            told: dict[str, Any] = await answer.json()
        return str(told["trigger_id"])

    def _completed(self, method: str, told: dict[str, Any]) -> dict[str, Any]:
        """Add what emulate does not tell of people: zones, languages, and who is a guest."""
        found = (
            [told["user"]]
            if method in ("users.info", "users.lookupByEmail") and "user" in told
            else []
        )
        found += told.get("members", []) if method == "users.list" else []
        usual = {"tz": "Europe/Amsterdam", "locale": "nl-NL"}
        for each in found:
            each.update(usual | self.accounts.get(each["name"], {}))
        return told


@asynccontextmanager
async def proxied(behind: str) -> AsyncIterator[Proxy]:
    """Stand before emulate for as long as the block lasts."""
    async with aiohttp.ClientSession() as session:
        proxy = Proxy("", behind, session)
        application = web.Application(client_max_size=2**22)
        application.router.add_route("*", "/api/{method}", proxy.answer)
        application.router.add_get("/link", proxy.sockets.connect)
        async with TestServer(application) as server:
            proxy.base = f"{server.make_url('/api/')}"
            yield proxy


async def _arguments(request: web.Request) -> dict[str, Any]:
    """Read what a call was given, by query, form or JSON, with nested values as values."""
    body = await request.text()
    if request.content_type == "application/json":
        given: dict[str, Any] = json.loads(body or "{}")
        return given
    return {**dict(request.query), **dict(parse_qsl(body, keep_blank_values=True))}
