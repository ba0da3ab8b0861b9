"""A course: somebody's enrolment with the programme it follows, read in one go.

A turn reads it several times, and each statement costs more than what it finds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, select

from storage.database import Transaction
from storage.enrolments import Enrolment
from storage.errors import Missing
from storage.statements import Statement
from storage.tables import cohorts, enrolments, organisations, programmes


@dataclass(frozen=True, slots=True)
class Course:
    """An enrolment, the content of its programme, and the name of the organisation."""

    enrolment: Enrolment
    organisation: str
    content: Mapping[str, Any] = field(repr=False)


async def get(tx: Transaction, enrolment: UUID) -> Course:
    """Read the course of an enrolment. Raises Missing when there is none."""
    return await _read(tx, _GET, enrolment=enrolment)


async def latest(tx: Transaction, person: UUID) -> Course | None:
    """Read the course that a person was enrolled in last; None when there is none."""
    try:
        return await _read(tx, _LATEST, person=person)
    except Missing:
        return None


async def _read(tx: Transaction, which: Statement, **values: UUID) -> Course:
    row = await tx.row(which, **values)
    if row is None:
        raise Missing
    organisation, content = row.pop("organisation"), row.pop("content")
    return Course(Enrolment(**row), organisation, content)


def _whole(which: ColumnElement[bool]) -> Statement:
    own = [enrolments.c[name] for name in Enrolment.__slots__]
    whole = (
        enrolments.join(cohorts, enrolments.c.cohort_id == cohorts.c.id)
        .join(programmes, cohorts.c.programme_id == programmes.c.id)
        .join(organisations, cohorts.c.organisation_id == organisations.c.id)
    )
    found = select(*own, organisations.c.name.label("organisation"), programmes.c.content)
    return Statement(found.select_from(whole).where(which))


_NEWEST: Final = (
    select(enrolments.c.id)
    .where(enrolments.c.person_id == bindparam("person"))
    .order_by(enrolments.c.id.desc())
    .limit(1)
)
_GET: Final = _whole(enrolments.c.id == bindparam("enrolment"))
_LATEST: Final = _whole(enrolments.c.id == _NEWEST.scalar_subquery())
