"""The inbox: which events were heard, so that a repeat does nothing.

It holds an event's id, kind and outcome, never its words; only an event whose turn failed is kept
whole, sealed, until it was heard after all.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select, update

from storage.database import Transaction
from storage.errors import Missing
from storage.ids import new_id
from storage.rows import select_for
from storage.statements import Statement
from storage.tables_talk import inbox

FAILED: Final = "failed"
RECEIVED: Final = "received"


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


_IS: Final = (inbox.c.workspace_id == bindparam("workspace")) & (
    inbox.c.event_id == bindparam("event")
)
_FIND: Final = Statement(select(inbox.c.id).where(_IS))
_TELL: Final = Statement(update(inbox).where(_IS))
_COUNT: Final = Statement(
    update(inbox).where(inbox.c.id == bindparam("event")).values(tries=inbox.c.tries + 1)
)
TO_HEAR_AGAIN: Final = select(inbox.c.id).where(inbox.c.outcome == FAILED)
_FAILED: Final = Statement(
    select_for(Event, inbox).where(inbox.c.outcome == FAILED).order_by(inbox.c.received_at)
)


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
        outcome=RECEIVED,
        tries=0,
    )


async def outcome(tx: Transaction, workspace: UUID, event_id: str, outcome: str) -> None:
    """Say what came of an event, in a code; what was kept of a failed one is wiped."""
    await tx.run(_TELL, workspace=workspace, event=event_id, outcome=outcome, failed=None)


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
    row = await tx.row(_FIND, workspace=workspace, event=event_id)
    if row is None:
        raise Missing
    sealed = await tx.vault.seal(person, "inbox", "failed", row["id"], text)
    await tx.run(_COUNT, event=row["id"], person_id=person, failed=sealed, outcome=FAILED)
    return first


async def failed(tx: Transaction) -> list[Event]:
    """Read the events that failed, the oldest first."""
    return [Event(**row) for row in await tx.rows(_FAILED)]


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
    await tx.run(_COUNT, event=event)
