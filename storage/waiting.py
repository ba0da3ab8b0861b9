"""What waits for hands: asked in one statement, for mostly nothing does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from storage import due_nudges, inbox, outbox
from storage.database import Transaction
from storage.statements import Statement

_ASK: Final = Statement(
    select(
        due_nudges.TO_OPEN.exists().label("to_open"),
        outbox.DUE.exists().label("to_send"),
        inbox.TO_HEAR_AGAIN.exists().label("has_failed"),
    )
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whether there may be nudges to open, messages to send, and events that failed."""

    to_open: bool
    to_send: bool
    has_failed: bool

    @property
    def is_due(self) -> bool:
        """Whether there is anything to claim."""
        return self.to_open or self.to_send


async def look(tx: Transaction, now: datetime) -> Waiting:
    """Say what waits: what is due, and what a dead claimant left."""
    row = await tx.row(_ASK, now=now, machine_now=await tx.now())
    return Waiting(**row) if row else Waiting(to_open=False, to_send=False, has_failed=False)
