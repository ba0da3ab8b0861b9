"""The head of the audit trail, put into the log once a day.

The trail itself cannot tell that its last entries were cut off; a head that was noted elsewhere
can. So what matters is that logs are kept apart from the database.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import structlog

from storage import audit
from storage.database import Database

_log = structlog.get_logger(__name__)

EVERY: Final = timedelta(days=1)


class Heads:
    """Knows when the head was put into the log last."""

    def __init__(self) -> None:
        """Put it there at the first occasion: a process may be young each day."""
        self._noted_at: datetime | None = None

    async def look(self, database: Database, now: datetime) -> None:
        """Put the head into the log, unless there is none or it was put there within a day."""
        if self._noted_at is not None and abs(now - self._noted_at) < EVERY:
            return
        async with database.read() as tx:
            head = await audit.last(tx)
        if head is not None:
            _log.info("audit_head", head=str(head))
        self._noted_at = now
