"""Attempts: how it went, as a code, each time a learner was asked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import bindparam, func, select

from storage import kept
from storage.database import Transaction
from storage.statements import Statement, among
from storage.tables_talk import attempts


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt and its outcome."""

    id: UUID
    person_id: UUID
    enrolment_id: UUID
    dialogue_id: UUID
    key: str
    outcome: str
    at: datetime


async def keep(
    tx: Transaction,
    person: UUID,
    enrolment: UUID,
    dialogue: UUID,
    key: str,
    *,
    outcome: str,
    at: datetime,
) -> None:
    """Keep an attempt; kept again, only its outcome changes."""
    fixed = kept.place(person, enrolment, dialogue, key) | {"at": at}
    await kept.put(tx, attempts, fixed=fixed, outcome=outcome)


async def withdraw(tx: Transaction, dialogue: UUID, key: str) -> None:
    """Take an attempt back."""
    await kept.withdraw(tx, attempts, dialogue, key)


async def of_enrolment(tx: Transaction, enrolment: UUID) -> list[Attempt]:
    """Read the attempts of an enrolment, the oldest first."""
    return [
        Attempt(**row) for row in await tx.rows(kept.of_enrolment(attempts), enrolment=enrolment)
    ]


async def count(tx: Transaction, enrolment: UUID, outcomes: Collection[str]) -> int:
    """Count the attempts of an enrolment that had one of these outcomes."""
    return int(await tx.value(_counting(tuple(outcomes)), enrolment=enrolment))


@cache
def _counting(outcomes: tuple[str, ...]) -> Statement:
    theirs = attempts.c.enrolment_id == bindparam("enrolment")
    counted = select(func.count()).where(theirs, among(attempts.c.outcome, outcomes))
    return Statement(counted)
