"""Slack's own requests to Holdfast, over HTTP: signed, and each with an id of its own."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import httpx

from tests.slack_peer.told import SECRET, TEAM

EVENTS: Final = "/slack/events"
Json = Mapping[str, Any]


@dataclass
class Wire:
    """Slack's own requests to Holdfast: signed, and each with an id of its own."""

    http: httpx.AsyncClient
    secret: str = SECRET
    numbers: Iterator[int] = field(default_factory=itertools.count)
    sent: list[tuple[str, str]] = field(default_factory=list)
    seen: list[Json] = field(default_factory=list)

    async def event(self, event: Json, *, event_id: str = "") -> httpx.Response:
        """Tell of an event."""
        body = {
            "type": "event_callback",
            "token": "legacy",
            "team_id": TEAM,
            "api_app_id": "A0HOLDFAST",
            "event_id": event_id or f"Ev{next(self.numbers)}",
            "event_time": int(time.time()),
            "authorizations": [{"team_id": TEAM, "user_id": "UBOT", "is_bot": True}],
            "event": event,
        }
        return await self.post(json.dumps(body), "application/json")

    async def payload(self, payload: Json) -> httpx.Response:
        """Tell of a press or a modal."""
        form = urlencode({"payload": json.dumps(payload)})
        return await self.post(form, "application/x-www-form-urlencoded")

    async def form(self, fields: Mapping[str, str]) -> httpx.Response:
        """Tell of a slash command."""
        return await self.post(urlencode(fields), "application/x-www-form-urlencoded")

    async def again(self) -> httpx.Response:
        """Send the last request once more, as Slack does when it got no answer in time."""
        body, kind = self.sent[-1]
        more = {"x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout"}
        return await self.post(body, kind, more)

    async def post(
        self, body: str, kind: str, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send a request, signed now."""
        self.sent.append((body, kind))
        moment = str(int(time.time()))
        mac = hmac.new(self.secret.encode(), f"v0:{moment}:{body}".encode(), hashlib.sha256)
        signed = {
            "x-slack-request-timestamp": moment,
            "x-slack-signature": f"v0={mac.hexdigest()}",
            "content-type": kind,
        }
        return await self.http.post(EVENTS, content=body, headers={**signed, **(headers or {})})
