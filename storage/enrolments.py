"""Enrolments: one person in one cohort, from the invitation to the end.

A person who stopped keeps the row, and everything that hangs on it; only the status changes.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, TypedDict, Unpack
from uuid import UUID

from sqlalchemy import bindparam, select, update

from storage.database import Transaction
from storage.errors import Missing, Taken
from storage.ids import new_id
from storage.rows import select_for
from storage.statements import Statement
from storage.tables import enrolments

Status = Literal["invited", "joined", "declined", "stopped", "done"]


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A person's part in a cohort; `training_day` is their own when it differs from the cohort's.

    `named_day` is the day on which the learner expects the moment of the plan; `pack_digest`
    the content that was current when they were enrolled.
    """

    id: UUID
    person_id: UUID
    cohort_id: UUID
    status: Status
    pack_digest: str
    enrolled_on: date
    promise_version: str | None = None
    pace: str | None = None
    training_day: date | None = None
    joined_at: datetime | None = None
    quiet_until: date | None = None
    manager_id: UUID | None = None
    named_day: date | None = None
    named_at: datetime | None = None


_BY_ID: Final = enrolments.c.id == bindparam("enrolment")
_GET: Final = Statement(select_for(Enrolment, enrolments).where(_BY_ID))
_CHANGE: Final = Statement(update(enrolments).where(_BY_ID))
_OF_PERSON: Final = Statement(
    select_for(Enrolment, enrolments)
    .where(enrolments.c.person_id == bindparam("person"))
    .order_by(enrolments.c.id)
)


class Changes(TypedDict, total=False):
    """The columns of an enrolment that may change."""

    status: Status
    promise_version: str | None
    pack_digest: str
    pace: str | None
    training_day: date | None
    joined_at: datetime | None
    quiet_until: date | None
    manager_id: UUID | None
    named_day: date | None
    named_at: datetime | None


async def add(
    tx: Transaction,
    *,
    person: UUID,
    cohort: UUID,
    pack_digest: str,
    enrolled_on: date,
    training_day: date | None = None,
    manager: UUID | None = None,
) -> Enrolment:
    """Invite a person to a cohort. Raises Taken when they are in it already."""
    enrolment = Enrolment(
        new_id(),
        person,
        cohort,
        "invited",
        pack_digest,
        enrolled_on,
        training_day=training_day,
        manager_id=manager,
    )
    is_new = await tx.insert_new(
        enrolments,
        id=enrolment.id,
        person_id=person,
        cohort_id=cohort,
        status=enrolment.status,
        pack_digest=pack_digest,
        enrolled_on=enrolled_on,
        training_day=training_day,
        manager_id=manager,
    )
    if not is_new:
        raise Taken("This person is in this cohort already.")
    return enrolment


async def get(tx: Transaction, enrolment: UUID) -> Enrolment:
    """Read an enrolment. Raises Missing when there is none."""
    row = await tx.row(_GET, enrolment=enrolment)
    if row is None:
        raise Missing
    return Enrolment(**row)


async def of_person(tx: Transaction, person: UUID) -> list[Enrolment]:
    """Read a person's enrolments, the oldest first."""
    return [Enrolment(**row) for row in await tx.rows(_OF_PERSON, person=person)]


async def in_cohort(tx: Transaction, cohort: UUID) -> list[Enrolment]:
    """Read a cohort's enrolments, the oldest first."""
    found = select_for(Enrolment, enrolments).where(enrolments.c.cohort_id == cohort)
    return [Enrolment(**row) for row in await tx.rows(found.order_by(enrolments.c.id))]


async def people_in(tx: Transaction, cohort: UUID, limit: int) -> list[UUID]:
    """Name those who are enrolled in a cohort, the oldest first, so many of them."""
    found = select(enrolments.c.person_id).where(enrolments.c.cohort_id == cohort)
    rows = await tx.rows(found.order_by(enrolments.c.id).limit(limit))
    return [row["person_id"] for row in rows]


async def change(tx: Transaction, enrolment: UUID, **columns: Unpack[Changes]) -> None:
    """Change some columns of an enrolment. Raises Missing when there is none."""
    if await tx.run(_CHANGE, enrolment=enrolment, **columns) == 0:
        raise Missing
