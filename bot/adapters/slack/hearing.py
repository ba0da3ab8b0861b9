"""What Slack sends, by whatever way: read, taken in full, and only then answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import structlog

from bot.adapters.slack import reading
from bot.adapters.slack.did import Did
from bot.adapters.slack.turns import Turns
from bot.errors import BadContent
from bot.traces import trace_of
from storage.errors import DatabaseAway

_log = structlog.get_logger(__name__)

_EVENTS: Final = ("event_callback", "app_rate_limited")


@dataclass(frozen=True, slots=True)
class Answered:
    """What Slack is told: that it was taken, with what a modal is to show, or to come again."""

    is_taken: bool
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def status(self) -> HTTPStatus:
        """Give the status of an answer over HTTP."""
        return HTTPStatus.OK if self.is_taken else HTTPStatus.INTERNAL_SERVER_ERROR


class Hearing:
    """Takes what Slack sends; whoever calls it knows that it is Slack."""

    def __init__(self, turns: Turns) -> None:
        """Take who takes what people did."""
        self._turns = turns

    async def take(self, body: Mapping[str, Any]) -> Answered:
        """Take what a checked request says. What nobody understands is taken, and left."""
        try:
            answer = await self._turns.take(_read(body))
        except BadContent as error:
            _log.warning("not_understood", trace=trace_of(error))
            return Answered(is_taken=True)
        except DatabaseAway as error:
            _log.warning("database_away", trace=trace_of(error))
            return Answered(is_taken=False)
        return Answered(is_taken=True, body=answer.body)


def _read(body: Mapping[str, Any]) -> Did:
    """Read what a request says. Raises: BadContent when it is nothing that we know."""
    if body.get("type") in _EVENTS:
        return reading.event(body)
    if "command" in body and "type" not in body:
        return reading.command(body)
    return reading.interaction(body)
