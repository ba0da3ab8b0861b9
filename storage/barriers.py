"""Barriers: what got in the way, as codes in the order in which they were chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage import kept
from storage.database import Transaction
from storage.tables_talk import barriers


@dataclass(frozen=True, slots=True)
class Barrier:
    """One barrier; `position` counts from 0."""

    id: UUID
    person_id: UUID
    enrolment_id: UUID
    dialogue_id: UUID
    key: str
    position: int
    code: str
    at: datetime


async def keep(
    tx: Transaction,
    person: UUID,
    enrolment: UUID,
    dialogue: UUID,
    key: str,
    *,
    codes: Sequence[str],
    at: datetime,
) -> None:
    """Keep the barriers of one answer, in place of those kept under this key before."""
    fixed = kept.place(person, enrolment, dialogue, key) | {"at": at}
    await kept.put_codes(tx, barriers, tuple(codes), fixed=fixed)


async def withdraw(tx: Transaction, dialogue: UUID, key: str) -> None:
    """Take the barriers of one answer back."""
    await kept.withdraw(tx, barriers, dialogue, key)


async def of_enrolment(tx: Transaction, enrolment: UUID) -> list[Barrier]:
    """Read the barriers of an enrolment, a row for each code, the oldest first."""
    return [Barrier(**row) for row in await tx.rows(kept.codes_of(barriers), enrolment=enrolment)]
