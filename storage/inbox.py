"""The inbox: which events were heard, so that a repeat does nothing.

It holds an event's id, kind and outcome, never its words; only an event whose turn failed is kept
whole, sealed, until it was heard after all.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from storage.database import Transaction
from storage.errors import Missing
from storage.ids import new_id
from storage.rows import select_for
from storage.tables_talk import inbox

FAILED: Final = "failed"
_RECEIVED: Final = "received"


@dataclass(frozen=True, slots=True)
class Event:
    """An event that came in; `event_id` is the platform's, `tries` how often it failed."""

    id: UUID
    workspace_id: UUID
    event_id: str
    person_id: UUID | None
    kind: str
    received_at: datetime
    outcome: str
    tries: int


async def receive(
    tx: Transaction,
    workspace: UUID,
    event_id: str,
    kind: str,
    person: UUID | None,
    now: datetime,
) -> bool:
    """Take an event in; False when it was seen before, and nothing must happen."""
    return await tx.insert_new(
        inbox,
        id=new_id(),
        workspace_id=workspace,
        event_id=event_id,
        person_id=person,
        kind=kind,
        received_at=now,
        outcome=_RECEIVED,
        tries=0,
    )


async def outcome(tx: Transaction, workspace: UUID, event_id: str, outcome: str) -> None:
    """Say what came of an event, in a code; what was kept of a failed one is wiped."""
    await tx.run(
        update(inbox).where(_is(workspace, event_id)).values(outcome=outcome, failed=None)
    )


async def keep_failed(
    tx: Transaction,
    workspace: UUID,
    event_id: str,
    kind: str,
    person: UUID | None,
    text: str,
    now: datetime,
) -> bool:
    """Keep an event whose turn was rolled back, sealed; False when it had failed before."""
    first = await receive(tx, workspace, event_id, kind, person, now)
    row = await tx.row(select(inbox.c.id).where(_is(workspace, event_id)))
    if row is None:
        raise Missing
    kept = {
        "person_id": person,
        "failed": await tx.vault.seal(person, "inbox", "failed", row["id"], text),
        "outcome": FAILED,
        "tries": inbox.c.tries + 1,
    }
    await tx.run(update(inbox).where(inbox.c.id == row["id"]).values(kept))
    return first


async def failed(tx: Transaction) -> list[Event]:
    """Read the events that failed, the oldest first."""
    found = select_for(Event, inbox).where(inbox.c.outcome == FAILED)
    return [Event(**row) for row in await tx.rows(found.order_by(inbox.c.received_at))]


async def open_failed(tx: Transaction, event: UUID) -> str:
    """Open a failed event to hear it again; nobody else can do so until the transaction ends.

    Raises:
        Missing: it was heard after all meanwhile.
        Erased: its person was erased.

    """
    row = await tx.row(
        select(inbox.c.person_id, inbox.c.failed)
        .where(inbox.c.id == event, inbox.c.outcome == FAILED)
        .with_for_update()
    )
    if row is None:
        raise Missing
    return await tx.vault.open(row["person_id"], "inbox", "failed", event, row["failed"])


async def failed_again(tx: Transaction, event: UUID) -> None:
    """Count one more try that failed."""
    await tx.run(update(inbox).where(inbox.c.id == event).values(tries=inbox.c.tries + 1))


def _is(workspace: UUID, event_id: str) -> ColumnElement[bool]:
    return (inbox.c.workspace_id == workspace) & (inbox.c.event_id == event_id)
