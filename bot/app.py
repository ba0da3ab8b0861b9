"""The composition root: the only module that knows every part and puts them together.

Nothing here decides anything. `Hands` is what one process does with the rows: look, open, send.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import structlog

from bot.care import Care
from bot.care_words import load_care
from bot.clock import Clock, MachineClock, TurnedClock
from bot.conversation import Conversation
from bot.delivery import Delivery
from bot.heads import Heads
from bot.nudges import Nudges
from bot.port import ChatPort, Event, Heard, Rests
from bot.retention import PROMISED, Policy
from bot.scene import House
from bot.tidying import EVERY, Tidying
from bot.traces import trace_of
from bot.words import Words
from scheduler.handover import Tasks
from scheduler.ticker import Ticker
from storage import clock, due_nudges, outbox, waiting
from storage.database import Database
from storage.errors import DatabaseAway
from storage.waiting import Waiting

_log = structlog.get_logger(__name__)

TEXTS = Path(__file__).parent / "texts"
DRAIN_SECONDS = 10.0
OPENED_AT_ONCE = 100  # nudges, before what they say is sent
OPENED_BEHIND = 20  # likewise, where platforms take no more than that: replies come between


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a process looks and tidies up, how long a claim outlives it, what is kept."""

    look_every: timedelta = timedelta(seconds=30)
    lease: timedelta = timedelta(minutes=5)
    keep: Policy = PROMISED
    tidy_every: timedelta = EVERY


@cache  # read once a process, and never another outcome: texts and lists ship with the code
def shipped() -> tuple[Words, Care]:
    """Load the texts that people read and the lists that recognise what is heavy."""
    return Words.load(TEXTS), load_care(TEXTS)


class Hands:
    """One process at work on the rows: hears, opens what is due and sends what stands ready."""

    def __init__(
        self, database: Database, port: ChatPort, app_clock: Clock, *, house: House, pace: Pace,
        rests: Rests | None = None,
    ) -> None:  # fmt: skip
        """Wire the parts; nothing runs until `running` is entered."""
        self.database = database
        self.clock = app_clock
        self.words, care = shipped()
        self.conversation = Conversation(database, self.words, care, house=house, wake=self.wake)
        self._nudges = Nudges(database, lease=pace.lease)
        self._delivery = Delivery(
            database, port, self.words, house=house, lease=pace.lease, rests=rests
        )
        self._work = asyncio.Lock()
        self._takes_over = database.is_held
        self._tidying = Tidying(database, pace.keep, pace.tidy_every)
        self._heads = Heads()
        self._tasks = Tasks(on_error=_slice_failed)
        self._ticker = Ticker(self._tick, pace.look_every, on_error=_look_failed)

    def wake(self) -> None:
        """Look soon: something was committed that may have work for us."""
        self._ticker.wake()

    async def hear(self, event: Event) -> Heard:
        """Hear an event at the application's present moment."""
        return await self.conversation.hear(event, self.clock.now())

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Tick, open and send for as long as the block lasts; then finish what is being sent."""
        self._ticker.start()
        try:
            yield
        finally:
            await self._ticker.stop()
            cut_off = await self._tasks.drain(DRAIN_SECONDS)
            if cut_off:
                _log.warning("cut_off_at_stop", slices=list(cut_off))
            try:
                await self._give_back()
            except DatabaseAway as error:
                _log.warning("claims_left", trace=trace_of(error))

    async def _give_back(self) -> None:
        """Leave no claim behind, so that whoever comes next need not wait for our leases."""
        await self._nudges.give_back()
        await self._delivery.give_back()

    async def look(self) -> int:
        """Do everything that is due now: hear again what failed, open, send; count what was sent.

        Opening may make something to send, and sending may make something due at once, so it goes
        round until nothing is left.
        """
        async with self._work:
            return await self._look()

    async def _look(self) -> int:
        if self._takes_over:
            await self._take_over()
        now = self.clock.now()
        await self._tidying.look(now)
        await self._heads.look(self.database, now)
        await self._give_back()
        waits = await self._waiting()
        if waits.has_failed:
            await self.conversation.hear_again(self.clock.now())
            waits = await self._waiting()
        sent = 0
        while waits.is_due:
            # Not all of a busy morning first: what is said to somebody who waits comes between.
            most = OPENED_BEHIND if self._delivery.is_behind else OPENED_AT_ONCE
            opened = await self._nudges.open_due(self.clock.now(), most)
            newly_sent = await self._delivery.drain(self.clock.now())
            sent += newly_sent
            if not opened and not newly_sent and not self._delivery.is_behind:
                break
            waits = await self._waiting()
        return sent

    async def _waiting(self) -> Waiting:
        """Look before taking the lock to write: mostly nothing is due."""
        async with self.database.read() as tx:
            return await waiting.look(tx, self.clock.now())

    async def _take_over(self) -> None:
        """Take what killed hands had claimed; nobody is here whose lease could matter."""
        async with self.database.write() as tx:
            machine_now = await tx.now()
            await due_nudges.let_go(tx, machine_now)
            await outbox.let_go(tx, machine_now)
        self._takes_over = False

    async def _tick(self) -> None:
        # One workspace today, so one slice; with more, one each by their id.
        await self._tasks.hand("slice", self._slice)

    async def _slice(self) -> None:
        await self.look()

    async def next_event(self) -> datetime | None:
        """Give the moment of the next row that will be due; None when nothing is coming."""
        async with self.database.read() as tx:
            after = self.clock.now()
            moments = [await due_nudges.next_due(tx, after), await outbox.next_due(tx, after)]
        return min((moment for moment in moments if moment is not None), default=None)

    async def turn_to(self, target: datetime) -> int:
        """Turn the demo's clock event by event up to a moment; count the messages sent on the way.

        Raises: TypeError for a clock that cannot be turned; ValueError for a moment in the past.
        """
        async with self._work:
            sent = await self._look()
            while (moment := await self.next_event()) is not None and moment <= target:
                await self._set_clock(moment)
                sent += await self._look()
            await self._set_clock(max(target, self.clock.now()))
            return sent + await self._look()

    async def to_next_event(self) -> datetime | None:
        """Turn the demo's clock until somebody gets a message; None when nothing is coming.

        What happens in silence, such as the end of an unanswered question, is passed on the way.
        """
        async with self._work:
            sent = await self._look()
            while not sent:
                moment = await self.next_event()
                if moment is None:
                    return None
                await self._set_clock(moment)
                sent += await self._look()
            return self.clock.now()

    async def _set_clock(self, moment: datetime) -> None:
        if not isinstance(self.clock, TurnedClock):
            message = "Only the demo's clock can be turned."
            raise TypeError(message)
        # The machine's clock goes on meanwhile: what was ahead a moment ago may need no turning.
        if moment > self.clock.now():
            self.clock.set_to(moment)
        async with self.database.write() as tx:
            await clock.set(tx, self.clock.offset)


def machine_clock() -> Clock:
    """Give the clock of `serve`."""
    return MachineClock()


def _look_failed(error: BaseException) -> None:
    _log.error("look_failed", trace=trace_of(error))


def _slice_failed(name: str, error: BaseException) -> None:
    _log.error("slice_failed", slice=name, trace=trace_of(error))
