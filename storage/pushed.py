"""What nudges brought a person, or are about to: all that the limits on messages must know.

It reads the outbox and changes nothing. The kind of a message is its nudge's; a reply has none.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, func, or_, select

from storage.database import Transaction
from storage.outbox import State
from storage.statements import Statement, among
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


_THEIRS: Final = outbox.c.person_id == bindparam("person")
_AT: Final = func.coalesce(outbox.c.sent_at, outbox.c.due_at).label("at")
_SEEN: Final = among(outbox.c.state, _PERHAPS_SEEN)
_COMING: Final = among(outbox.c.state, _ON_ITS_WAY)
_FOUND: Final[Select[Any]] = (
    select(outbox.c.nudge_id, nudges.c.kind, nudges.c.priority, outbox.c.state, _AT)
    .join(nudges, outbox.c.nudge_id == nudges.c.id)
    .order_by(_AT)
)
_PUSHED: Final = Statement(_FOUND.where(_THEIRS, or_(_SEEN, _COMING)))
_PUSHED_SINCE: Final = Statement(
    _FOUND.where(_THEIRS, or_(and_(_SEEN, outbox.c.sent_at >= bindparam("since")), _COMING))
)
_IS_DUE: Final = (outbox.c.state == "pending") & (outbox.c.due_at <= bindparam("now"))
_LEAVING: Final = Statement(
    select(outbox.c.id)
    .where(_THEIRS, outbox.c.nudge_id.is_(None), or_(_IS_DUE, outbox.c.state == "sending"))
    .limit(1)
)


async def pushed(tx: Transaction, person: UUID, since: datetime | None = None) -> list[Pushed]:
    """Read the messages of nudges to a person: those that arrived, may have, and are on their way.

    With `since`, what was sent before that moment is left out.
    """
    if since is None:
        rows = await tx.rows(_PUSHED, person=person)
    else:
        rows = await tx.rows(_PUSHED_SINCE, person=person, since=since)
    return [Pushed(**row) for row in rows]


async def is_leaving(tx: Transaction, person: UUID, now: datetime) -> bool:
    """Say whether something that is no nudge's goes out to a person now, such as a reply."""
    return await tx.row(_LEAVING, person=person, now=now) is not None
