"""What everybody means to do, and when; at one moment each does one thing a round."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from datetime import datetime

from bot.simulation.acting import Step


@dataclass(slots=True)
class Agenda:
    """Steps that are to be taken, the soonest first, and of one moment the one added first."""

    _steps: list[tuple[datetime, int, Step]] = field(default_factory=list)
    _added: int = 0

    def add(self, step: Step) -> None:
        """Add a step."""
        self._added += 1
        heapq.heappush(self._steps, (step.at, self._added, step))

    def next(self) -> datetime | None:
        """Give the moment of the first step."""
        return self._steps[0][0] if self._steps else None

    def first_round(self, now: datetime) -> int:
        """Give the first round in which one of the steps of now was taken; 0 without any."""
        return min((step.round for at, _, step in self._steps if at <= now), default=0)

    def take(self, now: datetime, number: int) -> list[Step]:
        """Take the next step of everybody who has one now, but none of a later round than this."""
        due: dict[int, Step] = {}
        later = []
        while self._steps and self._steps[0][0] <= now:
            entry = heapq.heappop(self._steps)
            if entry[2].number in due or entry[2].round > number:
                later.append(entry)
            else:
                due[entry[2].number] = entry[2]
        for entry in later:
            heapq.heappush(self._steps, entry)
        return list(due.values())
