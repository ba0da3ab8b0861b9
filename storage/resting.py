"""Who is about to get a visit, and letting it wait while they want no notifications."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from storage.database import Transaction
from storage.tables import addresses
from storage.tables_talk import outbox

_UNASKED: Final = outbox.c.nudge_id.is_not(None) & (outbox.c.kind == "message")


async def coming(
    tx: Transaction, now: datetime, places: Collection[UUID], limit: int
) -> list[tuple[UUID, UUID, str]]:
    """Name to whom what is due by itself goes next: person, one of the workspaces, user."""
    there = (addresses.c.person_id == outbox.c.person_id) & (addresses.c.state == "reachable")
    found = (
        select(addresses.c.person_id, addresses.c.workspace_id, addresses.c.user)
        .join_from(outbox, addresses, there & addresses.c.workspace_id.in_(places))
        .where(_is_due(now), _UNASKED)
        .order_by(outbox.c.priority, outbox.c.due_at)
        .limit(limit)
    )
    rows = await tx.rows(found)
    return [(row["person_id"], row["workspace_id"], row["user"]) for row in rows]


async def put_off(tx: Transaction, person: UUID, now: datetime, until: datetime) -> None:
    """Let what is due to a person by itself wait."""
    theirs = outbox.c.person_id == person
    later = update(outbox).where(_is_due(now), theirs, _UNASKED)
    await tx.run(later.values(due_at=until, reason="resting"))


def _is_due(now: datetime) -> ColumnElement[bool]:
    return (outbox.c.state == "pending") & (outbox.c.due_at <= now)
