"""Planning: all check-ins of an enrolment, by the code that plans them, beside a job for each.

Ours commits a hundred enrolments at a time, as bringing people in does; the peer's store commits
each job, and knows no other way.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from bot.bench import crowd
from bot.bench.grounds import Ground
from bot.bench.measured import Duel, Load, Work, duel
from bot.bench.peer_apscheduler import jobs
from bot.bench.settled import settled
from bot.bench.sizes import Sizes
from bot.bench.town import START, Town
from storage import nudges
from storage.database import Database
from storage.nudges import Wanted

VISITS: Final = 5
AT_ONCE: Final = 100  # enrolments a transaction
_WEEK: Final = timedelta(days=7)


@dataclass(slots=True)
class Plans:
    """A crowd that is enrolled and has no nudges yet."""

    database: Database
    town: Town
    _enrolled: int = field(default=0)

    async def plan(self, count: int) -> Work:
        """Plan so many nudges, those of an enrolment together; a unit is a nudge."""
        first = self._enrolled
        self._enrolled = last = first + -(-count // VISITS)
        async with self.database.write() as tx:
            await crowd.enrol(tx, self.town, first, last)
        began = time.perf_counter()
        for start in range(first, last, AT_ONCE):
            async with self.database.write() as tx:
                for number in range(start, min(start + AT_ONCE, last)):
                    await nudges.plan(
                        tx, crowd.enrolment_of(number), crowd.person_of(number), _visits(number),
                        START, kinds=("check_in",),
                    )  # fmt: skip
        return Work((last - first) * VISITS, time.perf_counter() - began)


@asynccontextmanager
async def plans(ground: Ground) -> AsyncIterator[Plans]:
    """Give a crowd in a new database, until the block ends."""
    async with settled(ground) as (database, town):
        yield Plans(database, town)


async def measure(ground: Ground, sizes: Sizes) -> Duel:
    """Measure a planned nudge of ours beside a job that was added."""
    async with plans(ground) as ours, jobs(ground) as theirs:
        return await duel(
            Load(ours.plan, sizes.planned), Load(theirs.plan, sizes.peer_planned), sizes.rounds
        )


def _visits(number: int) -> list[Wanted]:
    due_at = START + timedelta(hours=1, minutes=number % 60)
    return [
        Wanted(
            kind="check_in",
            occurrence=f"check_in:{round_}",
            round=round_,
            local_day=(due_at + round_ * _WEEK).date(),
            local_time=due_at.time(),
            zone="UTC",
            due_at=due_at + round_ * _WEEK,
            exempt=False,
            priority=5,
        )
        for round_ in range(1, VISITS + 1)
    ]
