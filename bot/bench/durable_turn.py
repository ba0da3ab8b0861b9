"""One turn of the check-in as it is lived: from an event to committed answers and letters.

Each message is sent before its answer comes, as it would be; sending it does not count.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from bot.bench.answers import ANSWERS
from bot.bench.engine_turn import waterfall
from bot.bench.grounds import Ground
from bot.bench.hands import hands_at
from bot.bench.measured import Duel, Load, Rounds, Stopwatch, Work, alone, duel
from bot.bench.settled import settled
from bot.bench.sizes import Sizes
from bot.bench.town import Town, more_like, user_of
from bot.errors import BadContent
from bot.port import Event, Pressed
from storage import dialogues
from storage.database import Database
from storage.ids import new_id

_A_WHILE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Talks:
    """A town in which learners are visited and answer."""

    database: Database
    town: Town

    async def hold(self, count: int) -> Work:
        """Let so many learners hold their first check-in; a unit is a turn."""
        async with self.database.write() as tx:
            learners = await more_like(tx, self.town.model, count)
        hands = hands_at(self.database, self.town.first_visit + _A_WHILE)
        await hands.look()
        watch, turns = Stopwatch(), 0
        for learner in learners:
            dialogue = await self._check_in_of(learner)
            for key, raw in ANSWERS.items():
                what = Pressed(dialogue, {key: raw})
                event = Event(
                    str(new_id()), self.town.workspace, user_of(learner), hands.clock.now(), what
                )
                async with watch.running():
                    heard = await hands.hear(event)
                if heard.refusals or heard.notice:
                    raise BadContent(f"The measured answer to '{key}' is refused.")
                turns += 1
                await hands.look()
        return Work(turns, watch.seconds)

    async def _check_in_of(self, learner: UUID) -> UUID:
        async with self.database.read() as tx:
            open_ = await dialogues.of_person(tx, learner, state="open")
        return next(each.id for each in open_ if each.kind == "check_in")


@asynccontextmanager
async def talks(ground: Ground) -> AsyncIterator[Talks]:
    """Give a town in a new database, until the block ends."""
    async with settled(ground) as (database, town):
        yield Talks(database, town)


async def measure(ground: Ground, sizes: Sizes) -> Duel:
    """Measure a committed turn of ours beside a turn of the peer's, which is kept in memory."""
    theirs = waterfall()
    async with talks(ground) as ours:
        return await duel(
            Load(ours.hold, sizes.durable_talks), Load(theirs.talks, sizes.talks), sizes.rounds
        )


async def ours_alone(ground: Ground, sizes: Sizes) -> Rounds:
    """Measure committed turns of ours."""
    async with talks(ground) as ours:
        return await alone(Load(ours.hold, sizes.durable_talks), sizes.rounds)
