"""The local chat of the demo: what stands in each person's window.

The bot's messages are added once per delivery, so that sending one twice shows it once. No other
platform's messages are ever kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import func, insert, select, update

from storage.database import Transaction
from storage.errors import Missing
from storage.ids import new_id
from storage.tables_talk import chat

BLOCK: Final = 4096  # bytes: the length of a message says nothing of what it is

Sender = Literal["bot", "person"]


@dataclass(frozen=True, slots=True)
class Message:
    """A message in a window; `seq` counts per person, `replaced` says it was changed since."""

    id: UUID
    person_id: UUID
    seq: int
    sender: Sender
    delivery: str | None
    body: Mapping[str, Any] = field(repr=False)
    at: datetime
    replaced: bool


async def add(
    tx: Transaction,
    person: UUID,
    sender: Sender,
    body: Mapping[str, object],
    now: datetime,
    delivery: str | None = None,
) -> Message:
    """Add a message at the end of a window; of a delivery made before, give what stands there."""
    if delivery and (there := await by_delivery(tx, delivery)):
        return there
    message = new_id()
    theirs = chat.c.person_id == person
    last = select(func.coalesce(func.max(chat.c.seq), 0)).where(theirs)
    values = {
        "id": message,
        "person_id": person,
        "seq": last.scalar_subquery() + 1,
        "sender": sender,
        "delivery": delivery,
        "body": await tx.vault.seal_values(person, "chat", "body", message, body, block=BLOCK),
        "at": now,
        "replaced": False,
    }
    await tx.run(insert(chat).values(values))
    return await get(tx, message)


async def replace(tx: Transaction, message: UUID, body: Mapping[str, object]) -> Message:
    """Put something else in a message's place. Raises Missing when there is none."""
    before = await get(tx, message)
    place = (before.person_id, "chat", "body", message)
    sealed = await tx.vault.seal_values(*place, body, block=BLOCK)
    changed = update(chat).where(chat.c.id == message)
    await tx.run(changed.values(body=sealed, replaced=True))
    return await get(tx, message)


async def get(tx: Transaction, message: UUID) -> Message:
    """Read a message. Raises Missing when there is none."""
    row = await tx.row(select(chat).where(chat.c.id == message))
    if row is None:
        raise Missing
    return await _message(tx, row)


async def by_delivery(tx: Transaction, delivery: str) -> Message | None:
    """Find the message of a delivery."""
    row = await tx.row(select(chat).where(chat.c.delivery == delivery))
    return await _message(tx, row) if row else None


async def of_person(tx: Transaction, person: UUID, after: int = 0) -> list[Message]:
    """Read what stands in a person's window after a `seq`, in order."""
    found = select(chat).where(chat.c.person_id == person, chat.c.seq > after)
    return [await _message(tx, row) for row in await tx.rows(found.order_by(chat.c.seq))]


async def is_empty(tx: Transaction) -> bool:
    """Say whether nothing was ever said in the local chat."""
    return await tx.row(select(chat.c.id).limit(1)) is None


async def _message(tx: Transaction, row: dict[str, Any]) -> Message:
    sealed = row.pop("body")
    body = await tx.vault.open_values(row["person_id"], "chat", "body", row["id"], sealed)
    return Message(**row, body=body)
