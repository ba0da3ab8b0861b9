"""What nudges brought a person, or are about to: all that the limits on messages must know.

It reads the outbox and changes nothing. The kind of a message is its nudge's; a reply has none.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from storage.database import Transaction
from storage.outbox import State
from storage.tables_talk import nudges, outbox

_PERHAPS_SEEN: Final = ("sent", "unknown")
_ON_ITS_WAY: Final = ("pending", "sending")


@dataclass(frozen=True, slots=True)
class Pushed:
    """A message of a nudge; `at` is when it was sent, or from when on it may be."""

    nudge_id: UUID
    kind: str
    priority: int
    state: State
    at: datetime


async def pushed(tx: Transaction, person: UUID, since: datetime | None = None) -> list[Pushed]:
    """Read the messages of nudges to a person: those that arrived, may have, and are on their way.

    With `since`, what was sent before that moment is left out.
    """
    seen = [outbox.c.state.in_(_PERHAPS_SEEN), *([outbox.c.sent_at >= since] if since else [])]
    on_its_way = outbox.c.state.in_(_ON_ITS_WAY)
    at = func.coalesce(outbox.c.sent_at, outbox.c.due_at).label("at")
    found = (
        select(outbox.c.nudge_id, nudges.c.kind, nudges.c.priority, outbox.c.state, at)
        .join(nudges, outbox.c.nudge_id == nudges.c.id)
        .where(outbox.c.person_id == person, or_(and_(*seen), on_its_way))
        .order_by(at)
    )
    return [Pushed(**row) for row in await tx.rows(found)]


async def is_leaving(tx: Transaction, person: UUID, now: datetime) -> bool:
    """Say whether something that is no nudge's goes out to a person now, such as a reply."""
    due = (outbox.c.state == "pending") & (outbox.c.due_at <= now)
    reply = (outbox.c.person_id == person) & outbox.c.nudge_id.is_(None)
    leaving = reply & or_(due, outbox.c.state == "sending")
    return await tx.row(select(outbox.c.id).where(leaving).limit(1)) is not None
