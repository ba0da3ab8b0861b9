"""What people write in answer to a question: whatever was taken for an answer is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from bot.port import Pressed, What
from bot.simulation.marks import marks_in
from storage import invariants
from storage.database import Transaction
from storage.invariants import Finding


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote in a talk, by its marks, and the event that told of it."""

    person: UUID
    event: str
    talk: UUID
    marks: frozenset[str]


@dataclass(slots=True)
class Heeded:
    """What was written since this was looked at last."""

    written: list[Written] = field(default_factory=list)

    def add(self, person: UUID, event: str, what: What) -> None:
        """Note what somebody does, if they write something in it."""
        if isinstance(what, Pressed):
            texts = "\n".join(each for each in what.inputs.values() if isinstance(each, str))
            if marks := marks_in(texts):
                self.written.append(Written(person, event, what.dialogue, marks))

    async def lost(self, tx: Transaction) -> list[Finding]:
        """Find what was taken for an answer, and is not kept with its talk."""
        written, self.written = self.written, []
        return [
            Finding(each.person, f"what they wrote was not kept: {', '.join(each.marks)}")
            for each in written
            if (kept := await invariants.kept_of_answer(tx, each.event, each.talk)) is not None
            and each.marks - marks_in(kept)
        ]
