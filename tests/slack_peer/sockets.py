"""Socket Mode as Slack speaks it: envelopes to Holdfast, and what it acknowledges."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl

import httpx
from aiohttp import WSMsgType, web

from tests.slack_peer.wire import Json, Wire

PATIENCE: Final = 5.0  # seconds


@dataclass
class Sockets:
    """The connections of an app; what was not acknowledged in time gives None."""

    open: list[web.WebSocketResponse] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)
    acknowledged: dict[str, list[Json]] = field(default_factory=dict)
    opened: int = 0
    _waiting: dict[str, asyncio.Event] = field(default_factory=dict)
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Take a connection, for as long as it lasts."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": len(self.open) + 1})
        self.open.append(socket)
        self.opened += 1
        self._came.set()
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self._told(json.loads(message.data))
        self.open.remove(socket)
        return socket

    def _told(self, answer: Json) -> None:
        envelope = answer["envelope_id"]
        self.acknowledged.setdefault(envelope, []).append(answer.get("payload") or {})
        if envelope in self._waiting:
            self._waiting[envelope].set()

    async def tell(
        self, kind: str, payload: Json, *, envelope: str = "", patience: float = PATIENCE
    ) -> Json | None:
        """Send an envelope by the newest connection, and give what it was answered."""
        name = envelope or f"envelope-{next(self.numbers)}"
        self._waiting[name] = asyncio.Event()
        await self.open[-1].send_json(
            {
                "envelope_id": name,
                "type": kind,
                "payload": payload,
                "accepts_response_payload": kind != "events_api",
            }
        )
        try:
            await asyncio.wait_for(self._waiting[name].wait(), patience)
        except TimeoutError:
            return None
        return self.acknowledged[name][-1]

    async def warn(self) -> None:
        """Say that this connection ends soon, and wait until there is another one."""
        self._came.clear()
        await self.open[-1].send_json({"type": "disconnect", "reason": "warning"})
        await asyncio.wait_for(self._came.wait(), PATIENCE)


@dataclass
class SocketWire(Wire):
    """Slack's requests to Holdfast, in envelopes."""

    sockets: Sockets = field(default_factory=Sockets)

    async def post(
        self, body: str, kind: str, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send what would be a request; answer as HTTP would."""
        del headers
        self.sent.append((body, kind))
        what, payload = _enveloped(body, kind)
        answer = await self.sockets.tell(what, payload)
        if answer is None:
            return httpx.Response(500)
        return httpx.Response(200, json=answer) if answer else httpx.Response(200)


def _enveloped(body: str, kind: str) -> tuple[str, Json]:
    if kind == "application/json":
        return "events_api", json.loads(body)
    form = dict(parse_qsl(body, keep_blank_values=True))
    if "payload" in form:
        return "interactive", json.loads(form["payload"])
    return "slash_commands", form
