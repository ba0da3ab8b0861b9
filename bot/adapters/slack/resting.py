"""Who wants no notification now: asked of Slack just before messages go, fifty people a call.

Only where the administrator granted that permission; else nobody rests, as far as we know.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog

from bot.adapters.slack.calls import call
from bot.adapters.slack.installed import PLATFORM, Installed
from bot.errors import HoldfastError
from bot.port import Destination
from bot.traces import trace_of
from storage import workspaces
from storage.database import Database

_log = structlog.get_logger(__name__)

PERMISSION: Final = "dnd:read"
AT_ONCE: Final = 50  # users a call
HOLDS: Final = timedelta(minutes=5)  # for so long an answer is taken for true
_MOST: Final = 20_000  # answers that are remembered
_Key = tuple[UUID, str]
_Span = tuple[datetime, datetime]


class Resting:
    """Knows who rests; a `port.Rests`."""

    def __init__(
        self, database: Database, installed: Installed, now: Callable[[], datetime]
    ) -> None:
        """Take where workspaces stand, how to reach Slack, and the machine's clock."""
        self._database = database
        self._installed = installed
        self._now = now
        self._known: dict[_Key, tuple[datetime, _Span | None]] = {}
        self._places: tuple[datetime, Collection[UUID]] | None = None

    async def places(self) -> Collection[UUID]:
        """Name the workspaces of which this can be asked."""
        now = self._now()
        if self._places is None or self._places[0] <= now - HOLDS:
            self._places = (now, await self._where_granted())
        return self._places[1]

    async def _where_granted(self) -> Collection[UUID]:
        async with self._database.read() as tx:
            homes = await workspaces.all_on(tx, PLATFORM)
        kept = {each.id: await self._installed.credentials(each.id) for each in homes}
        return [home for home, held in kept.items() if held and PERMISSION in held.scopes]

    async def until(self, those: Sequence[Destination]) -> Mapping[UUID, datetime]:
        """Say until when each of some people rests; who is not named does not.

        What Slack does not tell now keeps nobody's message.
        """
        now = self._now()
        for workspace, users in self._unknown(those, now).items():
            for start in range(0, len(users), AT_ONCE):
                await self._ask(workspace, users[start : start + AT_ONCE], now)
        found = {each.person: self._ends(each, now) for each in those}
        return {person: ends for person, ends in found.items() if ends is not None}

    def _unknown(self, those: Sequence[Destination], now: datetime) -> Mapping[UUID, list[str]]:
        if len(self._known) >= _MOST:
            self._known.clear()
        unknown: defaultdict[UUID, list[str]] = defaultdict(list)
        for each in those:
            asked = self._known.get((each.workspace, each.user))
            is_one = each.user.startswith(("U", "W"))  # a channel rests never
            if is_one and (asked is None or asked[0] <= now - HOLDS):
                unknown[each.workspace].append(each.user)
        return unknown

    async def _ask(self, workspace: UUID, users: Sequence[str], now: datetime) -> None:
        told: Mapping[str, Any] = {}
        try:
            client = await self._installed.client(workspace)
            answer = await call(client, "dnd.teamInfo", {"users": ",".join(users)})
            told = answer.get("users") or {}
        except HoldfastError as error:
            _log.warning("rest_unknown", reason=type(error).__name__, trace=trace_of(error))
        for user in users:
            self._known[workspace, user] = (now, _span(told.get(user)))

    def _ends(self, of: Destination, now: datetime) -> datetime | None:
        """Give the end of a rest in which somebody is now."""
        _, span = self._known.get((of.workspace, of.user), (now, None))
        return None if span is None or not span[0] <= now < span[1] else span[1]


def _span(told: object) -> _Span | None:
    """Read Slack's answer about one user.

    >>> _span({"dnd_enabled": True, "next_dnd_start_ts": 0, "next_dnd_end_ts": 60})[1].minute
    1
    """
    match told:
        case {
            "dnd_enabled": True, "next_dnd_start_ts": int(starts), "next_dnd_end_ts": int(ends)
        }:  # fmt: skip
            return datetime.fromtimestamp(starts, UTC), datetime.fromtimestamp(ends, UTC)
        case _:
            return None
