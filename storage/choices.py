"""Choices: codes a learner chose under an item that is no barrier, such as what helped most."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage import kept
from storage.database import Transaction
from storage.tables_talk import choices


@dataclass(frozen=True, slots=True)
class Choice:
    """One code chosen under an item; `position` counts from 0."""

    id: UUID
    person_id: UUID
    enrolment_id: UUID
    dialogue_id: UUID
    key: str
    item: str
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
    item: str,
    codes: Sequence[str],
    at: datetime,
) -> None:
    """Keep the codes of one answer, in place of those kept under this key before."""
    fixed = kept.place(person, enrolment, dialogue, key) | {"item": item, "at": at}
    await kept.put_codes(tx, choices, tuple(codes), fixed=fixed)


async def withdraw(tx: Transaction, dialogue: UUID, key: str) -> None:
    """Take the codes of one answer back."""
    await kept.withdraw(tx, choices, dialogue, key)


async def of_enrolment(tx: Transaction, enrolment: UUID) -> list[Choice]:
    """Read the choices of an enrolment, a row for each code, the oldest first."""
    return [Choice(**row) for row in await tx.rows(kept.codes_of(choices), enrolment=enrolment)]
