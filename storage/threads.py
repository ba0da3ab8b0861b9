"""Threads: which of the messages to somebody belong together, where a chat shows that."""

from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select

from storage.database import Transaction
from storage.outbox import Row
from storage.statements import Statement
from storage.tables_talk import outbox

_BEGINNING: Final = Statement(
    select(outbox.c.platform_id)
    .where(outbox.c.dialogue_id == bindparam("dialogue"), outbox.c.seq < bindparam("seq"))
    .where(outbox.c.conversation == bindparam("conversation"), outbox.c.kind == "message")
    .where(outbox.c.platform_id.is_not(None))
    .order_by(outbox.c.seq)
    .limit(1)
)


async def dialogue_of(tx: Transaction, person: UUID, platform_id: str) -> UUID | None:
    """Name the dialogue of a message to a person, by what its chat calls that message."""
    theirs = (outbox.c.person_id == person) & (outbox.c.platform_id == platform_id)
    shown = theirs & (outbox.c.kind == "message") & outbox.c.dialogue_id.is_not(None)
    row = await tx.row(select(outbox.c.dialogue_id).where(shown).limit(1))
    return row["dialogue_id"] if row else None


async def beginning_of(tx: Transaction, row: Row) -> str | None:
    """Give what the chat calls the first message of this row's dialogue, before this one."""
    if row.dialogue_id is None:
        return None
    found = await tx.row(
        _BEGINNING, conversation=row.conversation, dialogue=row.dialogue_id, seq=row.seq
    )
    return found["platform_id"] if found else None
