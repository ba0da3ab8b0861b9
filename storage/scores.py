"""Scores: numbers a learner gave, each under the item it answers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage import kept
from storage.database import Transaction
from storage.tables_talk import scores


@dataclass(frozen=True, slots=True)
class Score:
    """One number under an item."""

    id: UUID
    person_id: UUID
    enrolment_id: UUID
    dialogue_id: UUID
    key: str
    item: str
    value: int
    at: datetime


async def keep(
    tx: Transaction,
    person: UUID,
    enrolment: UUID,
    dialogue: UUID,
    key: str,
    *,
    item: str,
    value: int,
    at: datetime,
) -> None:
    """Keep a score; kept again, only its item and value change."""
    fixed = kept.place(person, enrolment, dialogue, key) | {"at": at}
    await kept.put(tx, scores, fixed=fixed, item=item, value=value)


async def withdraw(tx: Transaction, dialogue: UUID, key: str) -> None:
    """Take a score back."""
    await kept.withdraw(tx, scores, dialogue, key)


async def of_enrolment(tx: Transaction, enrolment: UUID) -> list[Score]:
    """Read the scores of an enrolment, the oldest first."""
    return [Score(**row) for row in await tx.rows(kept.of_enrolment(scores), enrolment=enrolment)]
