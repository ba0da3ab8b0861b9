"""One side of what two people have together: who acts, in which dialogue, about what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from storage import people, pledges
from storage.database import Transaction
from storage.errors import Erased, Missing
from storage.people import Person
from storage.pledges import Pledge

MOST_LEARNERS: Final = 2  # a buddy has at most two learners (dialogues b, B13)


@dataclass(frozen=True, slots=True)
class Side:
    """Whose turn it is: the person, their dialogue and what it is about.

    `version` is that of the agreement which the dialogue was opened with.
    """

    person: Person
    dialogue: UUID
    now: datetime
    subject: str | None = None
    enrolment: UUID | None = None
    version: int = 0

    def has_read(self, pledge: Pledge) -> bool:
        """Say whether this person was shown what a pledge says now, or said yes to it."""
        is_own = self.person.id == pledge.person_id
        yes = pledge.own_yes if is_own else pledge.their_yes
        is_shown = self.subject == str(pledge.id) and self.version == pledge.version
        return is_shown or yes == pledge.version


async def is_here(tx: Transaction, learner: Person, other: UUID) -> bool:
    """Say whether somebody else works in the same organisation."""
    try:
        found = await people.get(tx, other)
    except (Missing, Erased):
        return False
    is_other = found.id != learner.id and found.status == "active"
    return is_other and found.organisation_id == learner.organisation_id


async def of_colleague(tx: Transaction, side: Side) -> Pledge | None:
    """Lock the pledge that a colleague's dialogue is about; None once it is over."""
    pledge = await pledges.get(tx, UUID(side.subject), lock=True) if side.subject else None
    if pledge is None or not pledge.is_open or pledge.colleague_id != side.person.id:
        return None
    return pledge


async def of_reader(tx: Transaction, side: Side) -> Pledge | None:
    """Lock what was posted and a reader's dialogue is about; None once it is taken back."""
    posted = await pledges.get(tx, UUID(side.subject), lock=True) if side.subject else None
    return posted if posted is not None and posted.state == "posted" else None
