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


async def note(
    tx: Transaction, kind: str, person: UUID, subject: str, due_at: datetime, version: int = 1
) -> None:
    """Plan something of this kind for a person, about a subject; once for each version of it."""
    try:
        found = await people.get(tx, person)
    except (Erased, Missing):
        return
    local = local_of(due_at, found.zone)
    wanted = nudges.Wanted(
        kind=kind,
        occurrence=f"{kind}:{subject}:{version}",
        round=version,
        local_day=local.day,
        local_time=local.at.replace(microsecond=0),
        zone=found.zone,
        due_at=due_at,
        exempt=False,
        priority=PRIORITY[kind],
    )
    await nudges.insert(tx, person=person, enrolment=None, wanted=wanted, subject=subject)
