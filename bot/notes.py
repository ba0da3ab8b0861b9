"""A note for somebody else: what one person did becomes a nudge of another's.

It is decided like any nudge, so it comes in their hours, within their limits, and never while they
want silence.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from scheduler.local import local_of
from scheduler.priority import PRIORITY
from storage import nudges, people
from storage.database import Transaction
from storage.errors import Erased, Missing
from storage.people import Person


async def note(
    tx: Transaction, kind: str, person: UUID, subject: str, due_at: datetime, version: int = 1
) -> None:
    """Plan something of this kind for a person, about a subject; once for each version of it."""
    try:
        found = await people.get(tx, person)
    except (Erased, Missing):
        return
    wanted = _wanted(kind, found, f"{kind}:{subject}:{version}", due_at, version)
    await nudges.insert(tx, person=person, enrolment=None, wanted=wanted, subject=subject)


async def note_of_course(
    tx: Transaction, kind: str, person: Person, enrolment: UUID, dialogue: UUID, due_at: datetime
) -> None:
    """Plan something for somebody's own later, in a course; once for each dialogue that asks."""
    wanted = _wanted(kind, person, f"{kind}:{dialogue}", due_at, 1)
    await nudges.insert(tx, person=person.id, enrolment=enrolment, wanted=wanted)


def _wanted(
    kind: str, person: Person, occurrence: str, due_at: datetime, number: int
) -> nudges.Wanted:
    local = local_of(due_at, person.zone)
    return nudges.Wanted(
        kind=kind,
        occurrence=occurrence,
        round=number,
        local_day=local.day,
        local_time=local.at.replace(microsecond=0),
        zone=person.zone,
        due_at=due_at,
        exempt=False,
        priority=PRIORITY[kind],
    )
