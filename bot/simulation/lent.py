"""What is lent with an agreement: for as long as it holds, and to no buddy by too many.

It is read from the rows of each day, and judged from outside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from bot.simulation.marks import Released, marks_in
from storage.database import Transaction
from storage.invariants import Finding, talks_about
from storage.pledges import Pledge

MOST_LEARNERS: Final = 2  # that a buddy holds to something


@dataclass(frozen=True, slots=True)
class Loan:
    """What was lent with an agreement: to whom, by its marks, and in which talk that began."""

    reader: UUID
    marks: frozenset[str]
    talk: UUID | None


@dataclass(slots=True)
class Lent:
    """What is lent with each agreement that holds, or may come to hold."""

    _loans: dict[UUID, Loan] = field(default_factory=dict)

    async def follow(
        self, tx: Transaction, pledges: Sequence[Pledge], names: Mapping[UUID, str],
        released: Released, today: datetime,
    ) -> list[UUID]:  # fmt: skip
        """Note what is lent now, take back what was lent with what ended, and say from whom."""
        now = {
            each.id: Loan(each.colleague_id, marks_in(repr(each.words)), each.dialogue_id)
            for each in pledges
            if each.ended_at is None and each.colleague_id is not None
        }
        ended = {row: loan for row, loan in self._loans.items() if row not in now}
        ends = {each.id: each.ended_at for each in pledges if each.ended_at is not None}
        self._loans = now
        for row, loan in ended.items():
            talks = await talks_about(tx, row) | {loan.talk}
            at = ends.get(row, today)  # with whom it belonged to it is gone, and no row tells when
            released.taken_back(loan.marks, names[loan.reader], talks, at)
        return [loan.reader for loan in ended.values()]


def overloaded(pledges: Sequence[Pledge], people: Mapping[UUID, str]) -> Iterator[Finding]:
    """Yield who was asked by more learners at a time than anybody is asked by; no channel."""
    learners: dict[UUID, set[UUID]] = {}
    for each in pledges:
        if each.is_open and each.colleague_id is not None and each.colleague_id in people:
            learners.setdefault(each.colleague_id, set()).add(each.person_id)
    for colleague, them in learners.items():
        if len(them) > MOST_LEARNERS:
            yield Finding(colleague, f"{len(them)} learners are held to something by one")
