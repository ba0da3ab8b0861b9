"""Observations: what a colleague saw a learner do or advises; what a learner lets one know.

All of it is sealed under the learner's key. Whether it counts is for the learner to say; what they
refuse is not counted, and nobody is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import Select, bindparam, insert, select, update

from storage.database import Transaction
from storage.ids import new_id
from storage.rows import select_for
from storage.statements import Statement
from storage.tables_together import observations

Kind = Literal["sighting", "tip", "change", "witness", "worked", "tried", "update"]
State = Literal["sent", "kept", "refused", "withdrawn", "asked", "confirmed", "closed"]


TOLD: Final[frozenset[Kind]] = frozenset({"worked", "tried", "update"})
"""What a learner tells a buddy; all else is told to, or asked about, the learner."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One sentence about a learner, in its author's words: "text", and the "goal" it names."""

    id: UUID
    person_id: UUID
    enrolment_id: UUID
    pledge_id: UUID | None
    author_id: UUID | None
    dialogue_id: UUID | None
    key: str
    kind: Kind
    state: State
    at: datetime
    words: Mapping[str, Any] = field(repr=False)

    @property
    def is_confirmed(self) -> bool:
        """Whether the learner let a sighting count, or a witness said yes."""
        return (self.kind, self.state) in (("sighting", "kept"), ("witness", "confirmed"))


async def add(  # noqa: PLR0913 - each argument is a column
    tx: Transaction, *, person: UUID, enrolment: UUID, pledge: UUID | None, author: UUID,
    dialogue: UUID, key: str, kind: Kind, words: Mapping[str, object], now: datetime,
    state: State = "sent",
) -> UUID:  # fmt: skip
    """Add what was seen, and give its row."""
    row = new_id()
    sealed = await tx.vault.seal_values(person, "observations", "words", row, words)
    await tx.run(
        insert(observations).values(
            id=row, person_id=person, enrolment_id=enrolment, pledge_id=pledge, author_id=author,
            dialogue_id=dialogue, key=key, kind=kind, state=state, words=sealed, at=now,
        )
    )  # fmt: skip
    return row


async def get(tx: Transaction, observation: UUID) -> Observation | None:
    """Read an observation; None when there is none."""
    row = await tx.row(_GET, observation=observation)
    return await _observation(tx, row) if row else None


async def under(tx: Transaction, dialogue: UUID, key: str) -> Observation | None:
    """Read what a dialogue of its author sent under a key and did not take back."""
    same = (observations.c.dialogue_id == dialogue) & (observations.c.key == key)
    row = await tx.row(_select().where(same, observations.c.state != "withdrawn"))
    return await _observation(tx, row) if row else None


async def of_enrolment(tx: Transaction, enrolment: UUID) -> Sequence[Observation]:
    """Read what was seen in one course, the oldest first."""
    rows = await tx.rows(_OF_ENROLMENT, enrolment=enrolment)
    return [await _observation(tx, row) for row in rows]


async def told_in(tx: Transaction, pledge: UUID) -> Sequence[UUID]:
    """Name the rows in which a learner let their buddy know something."""
    told = (observations.c.pledge_id == pledge) & observations.c.kind.in_(TOLD)
    rows = await tx.rows(select(observations.c.id).where(told).order_by(observations.c.id))
    return [row["id"] for row in rows]


async def asked_of(tx: Transaction, witness: UUID) -> Sequence[Observation]:
    """Read what somebody was asked as a witness and did not answer."""
    theirs = (observations.c.author_id == witness) & (observations.c.state == "asked")
    return [await _observation(tx, row) for row in await tx.rows(_select().where(theirs))]


async def take_back(tx: Transaction, seen: Observation) -> None:
    """Take the words back: from here on they stand in nobody's rows."""
    place = (seen.person_id, "observations", "words", seen.id)
    gone = await tx.vault.seal_values(*place, {})
    changed = update(observations).where(observations.c.id == seen.id)
    await tx.run(changed.values(state="withdrawn", words=gone))


async def mark(tx: Transaction, observation: UUID, state: State) -> None:
    """Say what became of it."""
    changed = update(observations).where(observations.c.id == observation)
    await tx.run(changed.values(state=state))


async def between(tx: Transaction, person: UUID) -> Sequence[Observation]:
    """Read what was seen of a person by others, and of others by that person."""
    either = (observations.c.person_id == person) | (observations.c.author_id == person)
    return [await _observation(tx, row) for row in await tx.rows(_select().where(either))]


def _select() -> Select[Any]:
    return select_for(Observation, observations).order_by(observations.c.id)


_GET: Final = Statement(_select().where(observations.c.id == bindparam("observation")))
_OF_ENROLMENT: Final = Statement(
    _select().where(observations.c.enrolment_id == bindparam("enrolment"))
)


async def _observation(tx: Transaction, row: dict[str, Any]) -> Observation:
    place = (row["person_id"], "observations", "words", row["id"])
    words = await tx.vault.open_values(*place, row.pop("words"))
    return Observation(**row, words=words)
