"""What Slack sends when a learner presses or types, signed as Slack signs it."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from bot.adapters.slack.carried import NOWHERE, Carried, Place
from bot.bench.town import user_of

TEAM: Final = "T0BENCH"
SECRET: Final = "what is signed with"  # noqa: S105 - of a Slack that is ours
_APP: Final = "A0BENCH"
_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Request:
    """What Slack sends; `kind` is the type of its body."""

    kind: str
    body: str = field(repr=False)

    def headers(self) -> Mapping[str, str]:
        """Sign it, at this moment."""
        moment = str(int(time.time()))
        mac = hmac.new(SECRET.encode(), f"v0:{moment}:{self.body}".encode(), hashlib.sha256)
        return {
            "content-type": self.kind,
            "x-slack-request-timestamp": moment,
            "x-slack-signature": f"v0={mac.hexdigest()}",
        }


def chat_of(person: UUID) -> str:
    """Name the chat with somebody as Slack does."""
    return f"D{person.hex.upper()}"


def pressed(person: UUID, dialogue: UUID, key: str, value: str) -> Request:
    """Make the press of a button that answers a question for the first time."""
    once = f"{time.time():.6f}.{dialogue.hex}"
    action = {
        "type": "button", "action_id": Carried("answer", key).action_id, "value": value,
        "block_id": Place(NOWHERE, dialogue).block_id(1), "action_ts": once,
    }  # fmt: skip
    payload: dict[str, object] = {
        "type": "block_actions",
        "team": {"id": TEAM, "domain": "bench"},
        "enterprise": None,
        "is_enterprise_install": False,
        "user": {"id": user_of(person), "username": "somebody", "team_id": TEAM},
        "api_app_id": _APP,
        "token": "legacy",
        "trigger_id": once,
        "container": {"type": "message", "message_ts": "1.0", "channel_id": chat_of(person)},
        "channel": {"id": chat_of(person), "name": "directmessage"},
        "message": {"type": "message", "ts": "1.0"},
        "state": {"values": {}},
        "response_url": "https://slack.invalid/never",
        "actions": [action],
    }
    return Request(_FORM, urlencode({"payload": json.dumps(payload)}))


def typed(person: UUID, words: str, now: datetime) -> Request:
    """Make a message that somebody types, at a moment of the application's."""
    event = {
        "type": "message",
        "channel": chat_of(person),
        "channel_type": "im",
        "user": user_of(person),
        "team": TEAM,
        "text": words,
        "ts": f"{now.timestamp():.6f}",
    }
    return Request(_JSON, json.dumps(_envelope(person, event)))


def _envelope(person: UUID, event: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "type": "event_callback",
        "token": "legacy",
        "team_id": TEAM,
        "api_app_id": _APP,
        "event_id": f"Ev{person.hex}{event['ts']}",
        "event_time": int(time.time()),
        "authorizations": [{"team_id": TEAM, "user_id": "UBENCH", "is_bot": True}],
        "event": event,
    }
