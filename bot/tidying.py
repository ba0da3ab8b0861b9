"""Tidying up: once an hour, what is kept no longer goes, by the policy of `bot.retention`.

The hour is that of the application's clock, so a demo's days pass here too; whoever turns it
back finds nothing again that went.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.retention import Policy, limits
from bot.state import EMPTY_ANSWERS, EMPTY_KEPT
from storage import retention
from storage.database import Database
from storage.outdated import Empty

EVERY: Final = timedelta(hours=1)
EMPTY: Final = Empty(EMPTY_ANSWERS, EMPTY_KEPT)
"""What stands in a dialogue whose words went: it loads, and nothing is answered in it."""

_log = structlog.get_logger(__name__)


class Tidying:
    """Looks every hour, unless told otherwise, for what is kept no longer."""

    def __init__(self, database: Database, policy: Policy, every: timedelta = EVERY) -> None:
        """Take what to tidy up, how long what is kept, and how often to look."""
        self._database = database
        self._policy = policy
        self._every = every
        self._last: datetime | None = None

    async def look(self, now: datetime) -> None:
        """Tidy up, if that is an hour ago.

        Raises:
            DatabaseAway: the database cannot be reached or written; the next look tries again.

        """
        if self._last is not None and abs(now - self._last) < self._every:
            return
        gone = await tidy_up(self._database, self._policy, now)
        self._last = now
        if gone:
            _log.info("tidied_up", count=sum(each.rows for each in gone))


async def tidy_up(database: Database, policy: Policy, now: datetime) -> list[retention.Due]:
    """Let go what is kept no longer, and take it out of SQLite's log too; say what went."""
    gone = await retention.purge(database, limits(policy, now), EMPTY, now)
    if any(each.rows for each in gone):
        await database.tidy()
    return gone
