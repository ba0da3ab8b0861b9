"""The log: what a learner wrote about attempts, sealed under their key.

`low`, and whatever else steers the conversation, is sealed with the words it is about.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from storage import kept
from storage.database import Transaction
from storage.ids import new_id
from storage.tables_talk import log


@dataclass(frozen=True, slots=True)
class Entry:
    """What was written at one check-in."""

    id: UUID
    person_id: UUID
    enrolment_id: UUID
    dialogue_id: UUID
    key: str
    words: Mapping[str, Any] = field(repr=False)
    at: datetime


async def keep(
    tx: Transaction,
    person: UUID,
    enrolment: UUID,
    dialogue: UUID,
    key: str,
    *,
    words: Mapping[str, object],
    at: datetime,
) -> None:
    """Keep an entry; kept again, only its words change."""
    found = await tx.row(select(log.c.id).where(kept.under(log, dialogue, key)))
    entry: UUID = found["id"] if found else new_id()
    sealed = await tx.vault.seal_values(person, "log", "words", entry, words)
    if found:
        await tx.run(log.update().where(log.c.id == entry).values(words=sealed))
        return
    values = kept.place(person, enrolment, dialogue, key)
    await tx.run(log.insert().values(**values, id=entry, words=sealed, at=at))


async def withdraw(tx: Transaction, dialogue: UUID, key: str) -> None:
    """Take an entry back."""
    await kept.withdraw(tx, log, dialogue, key)


async def of_enrolment(tx: Transaction, enrolment: UUID) -> list[Entry]:
    """Read the entries of an enrolment, the oldest first."""
    rows = await tx.rows(kept.of_enrolment(log), enrolment=enrolment)
    return [await _entry(tx, row) for row in rows]


async def _entry(tx: Transaction, row: dict[str, Any]) -> Entry:
    sealed = row.pop("words")
    words = await tx.vault.open_values(row["person_id"], "log", "words", row["id"], sealed)
    return Entry(**row, words=words)
