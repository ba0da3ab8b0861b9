"""Finding in Slack who was brought in by a list: by their e-mail address, before any message.

Everybody of a workspace is read a page at a time; only whom that did not show is asked for by
name. Nothing is asked as long as nobody waits to be found.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from bot.adapters.slack.background import background, running
from bot.adapters.slack.installed import PLATFORM
from bot.adapters.slack.matching import Matching
from storage import addresses, workspaces
from storage.database import Database
from storage.workspaces import Workspace

_log = structlog.get_logger(__name__)

LOOK_EVERY: Final = timedelta(minutes=5)
AGAIN_AFTER: Final = timedelta(days=1)  # who was not found is looked for again


class Rosters:
    """Looks for those who were brought in and have no account that we know of."""

    def __init__(
        self, database: Database, matching: Matching, wait: Callable[[float], Awaitable[None]],
        now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        """Take where people stand, who finds them, how to wait so many seconds, and a clock."""
        self._database = database
        self._matching = matching
        self._wait = wait
        self._now = now
        self._in_vain: dict[UUID, datetime] = {}

    def running(self) -> AbstractAsyncContextManager[None]:
        """Look every now and then as long as the block lasts."""
        return running(background(self._look, LOOK_EVERY, failed="not_matched"))

    async def look(self) -> int:
        """Look for everybody once who is to be found; count those who were."""
        async with self._database.read() as tx:
            homes = await workspaces.all_on(tx, PLATFORM)
        return sum([await self._look_in(each) for each in homes if each.state == "active"])

    async def _look(self) -> None:
        await self.look()

    async def _look_in(self, workspace: Workspace) -> int:
        waiting = await self._waiting(workspace)
        if not waiting:
            return 0
        await self._matching.match_all(workspace, self._wait)
        missed = 0
        for person in await self._waiting(workspace):
            if not await self._matching.match_one(workspace, person, self._wait):
                self._in_vain[person] = self._now()
                missed += 1
        _log.info("matched", found=len(waiting) - missed, not_found=missed)
        return len(waiting) - missed

    async def _waiting(self, workspace: Workspace) -> frozenset[UUID]:
        """Name who has no account here that we know of, and was not looked for a while ago."""
        since = self._now() - AGAIN_AFTER
        self._in_vain = {each: at for each, at in self._in_vain.items() if at > since}
        async with self._database.read() as tx:
            unknown = await addresses.unknown(tx, workspace.organisation_id)
        return unknown - self._in_vain.keys()
