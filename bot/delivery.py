"""Delivery: from the outbox through the last checks to the chat, one row at a time.

A row is marked as being sent before it is sent. One found in that state after its lease may or may
not have arrived: the chat is asked, and only what certainly did not arrive is sent again.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from bot import silence
from bot.errors import Ambiguous, BadContent, Throttled, TryLater, Unreachable
from bot.parcels import Parcel, Parcels, destination
from bot.port import ChatPort, Destination, Rests
from bot.scene import House
from bot.words import Words
from storage import addresses, dialogues, outbox, people, resting
from storage.database import Database, Transaction
from storage.errors import Missing
from storage.failpoints import failpoint
from storage.outbox import Row
from storage.people import Person

_log = structlog.get_logger(__name__)

WAIT_AFTER_TROUBLE = timedelta(minutes=1)
MOST_TRIES = 5
SENT_AT_ONCE: Final = 100  # messages, before the clock is read again
WAITED_AT_ONCE: Final = (
    1.0  # seconds for platforms, likewise: a reply put meanwhile goes first then
)
BETWEEN_TURNS: Final = timedelta(seconds=1.2)  # what a platform permits, about
PATIENCE: Final = 1.0  # seconds that a platform may ask for while we stand and wait


class Delivery:
    """The hands that send what stands in the outbox."""

    def __init__(
        self, database: Database, port: ChatPort, words: Words, *, house: House, lease: timedelta,
        rests: Rests | None = None,
    ) -> None:  # fmt: skip
        """Take the chat to send to, and how long a claim holds if its process dies.

        Who `rests` gets no visit meanwhile, where a platform tells.
        """
        self._rests = rests
        self._database = database
        self._port = port
        self._parcels = Parcels(database, words, house)
        self._lease = lease
        self._claimed: Row | None = None
        self._waited = 0.0
        self._held: dict[UUID, float] = {}  # workspaces that asked to wait, until when
        self._turns: dict[UUID, datetime] = {}  # by workspace, the last one given to a replacement

    async def drain(self, now: datetime) -> int:
        """Send what may be sent now, a hundred at most; return how many rows left the outbox.

        A workspace that asks to wait keeps its own messages waiting, and those of no other.
        """
        self._waited = 0.0
        await self.give_back()
        await self._let_rest(now)
        sent = await self._settle_stale(now)
        while sent < SENT_AT_ONCE and not self.is_behind:
            held = self._holding()
            async with self._database.write() as tx:
                row = await outbox.claim(
                    tx, now, await tx.now(), lease=self._lease, without=tuple(held)
                )
            if row is not None:
                self._claimed = row
                failpoint("delivery.claimed")
                sent += await self._deliver(row, now)
                self._claimed = None
            elif not held or min(held.values()) > PATIENCE:
                break
            else:
                self._waited += min(held.values())
                await asyncio.sleep(min(held.values()))  # noqa: TID251 - a platform asked us to
        return sent

    @property
    def is_behind(self) -> bool:
        """Say whether the last drain ended because platforms took their time."""
        return self._waited >= WAITED_AT_ONCE

    def _holding(self) -> dict[UUID, float]:
        """Give the workspaces that asked to wait, and the seconds still to go."""
        now = asyncio.get_running_loop().time()
        self._held = {place: until for place, until in self._held.items() if until > now}
        return {place: until - now for place, until in self._held.items()}

    async def _let_rest(self, now: datetime) -> None:
        """Put off what comes by itself to whoever wants no notification now."""
        places = await self._rests.places() if self._rests else ()
        if not self._rests or not places:
            return
        async with self._database.read() as tx:
            coming = await resting.coming(tx, now, places, SENT_AT_ONCE)
        found = await self._rests.until([Destination(*each) for each in coming])
        for person, until in found.items():
            async with self._database.write() as tx:
                await resting.put_off(tx, person, now, until)

    async def give_back(self) -> None:
        """Let the chat be asked at once what became of a message that we did not finish.

        It would otherwise wait for its lease. Raises: DatabaseAway.
        """
        if self._claimed is not None:
            async with self._database.write() as tx:
                await outbox.give_back(tx, self._claimed, await tx.now())
            self._claimed = None

    async def _deliver(self, row: Row, now: datetime, *, again: bool = False) -> int:
        parcel = await self._parcels.check(row, now)
        if parcel is None:
            return 0
        failpoint("delivery.before_send")
        try:
            platform_id = await self._send(parcel)
        except Throttled as error:
            await self._wait(parcel, error, now)
            return 0
        except TryLater as error:
            await self._later(row, now, type(error).__name__)
            return 0
        except Ambiguous:
            return await self._settle(parcel.to, row, now, again=again) or 0
        except (Unreachable, BadContent) as error:
            await self._failed(row, type(error).__name__)
            return 0
        failpoint("delivery.after_send")
        await self._sent(row, platform_id, now)
        failpoint("delivery.after_mark")
        return 1

    async def _send(self, parcel: Parcel) -> str:
        """Send, and count how long the platform took."""
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            return await self._sent_as(parcel)
        finally:
            self._waited += clock() - began

    async def _sent_as(self, parcel: Parcel) -> str:
        if parcel.row.kind != "replace":
            return await self._port.send(parcel.to, parcel.message)
        if parcel.replaces is not None:
            await self._port.replace(parcel.to, parcel.replaces, parcel.message)
        return parcel.replaces or ""

    async def _sent(self, row: Row, platform_id: str, now: datetime) -> None:
        """Mark a row as sent, and start the clocks of the question it carried."""
        async with self._database.write() as tx:
            try:
                person = await people.lock(tx, row.person_id)
            except Missing:
                return  # erased beside us while it was sent
            await outbox.mark_sent(tx, row.id, platform_id, now)
            if row.dialogue_id and row.question and row.kind == "message":
                await _start_clocks(tx, person, row, row.dialogue_id, now)
            failpoint("delivery.before_mark")

    async def _wait(self, parcel: Parcel, error: Throttled, now: datetime) -> None:
        """Put a message back as it was, and send nothing to its workspace for a while.

        What replaces one waits for a turn of its own, and lets new messages pass.
        """
        due_at, place = parcel.row.due_at, parcel.to.workspace
        if parcel.row.kind == "replace":
            due_at = self._turns[place] = next_turn(self._turns.get(place), now, error.wait)
        else:
            until = asyncio.get_running_loop().time() + error.wait.total_seconds()
            self._held[place] = until
        async with self._database.write() as tx:
            await outbox.mark_untried(tx, parcel.row.id, due_at)

    async def _later(self, row: Row, now: datetime, reason: str) -> None:
        async with self._database.write() as tx:
            if row.tries >= MOST_TRIES:
                await outbox.mark_failed(tx, row.id, "tried_too_often")
            else:
                wait = WAIT_AFTER_TROUBLE * 2**row.tries
                await outbox.mark_later(tx, row.id, now + wait, reason)

    async def _failed(self, row: Row, reason: str) -> None:
        _log.warning("send_failed", row=str(row.id), reason=reason)
        async with self._database.write() as tx:
            await outbox.mark_failed(tx, row.id, reason)

    async def _settle_stale(self, now: datetime) -> int:
        """Find out what became of rows whose sender died, and finish them."""
        settled = 0
        while True:
            async with self._database.write() as tx:
                row = await outbox.claim_stale(tx, await tx.now(), lease=self._lease)
                address = await addresses.preferred(tx, row.person_id) if row else None
                to = await destination(tx, row, address) if row and address else None
            if row is None:
                return settled
            self._claimed = row
            if to is None:
                await self._failed(row, "unreachable")
            else:
                done = await self._settle(to, row, now)
                if done is None:
                    self._claimed = None
                    return settled
                settled += done
            self._claimed = None

    async def _settle(
        self, to: Destination, row: Row, now: datetime, *, again: bool = False
    ) -> int | None:
        """Ask the chat whether a message arrived: mark it as sent, or send it again, once.

        None where the chat cannot be asked now: that is done again once the lease is over.
        """
        if row.kind == "replace":
            return await self._once_more(row, now, again=again)  # twice changes nothing
        try:
            found = await self._port.find(to, row.id)
        except Ambiguous as error:
            return await self._unknown(row, error, now)
        except (TryLater, Unreachable) as error:
            _log.warning("not_settled", row=str(row.id), reason=type(error).__name__)
            return None
        if found is None:
            return await self._once_more(row, now, again=again)
        await self._sent(row, found, now)
        return 1

    async def _once_more(self, row: Row, now: datetime, *, again: bool) -> int:
        """Send what did not arrive; the second time in a row only after a while."""
        if not again:
            return await self._deliver(row, now, again=True)
        await self._later(row, now, "did_not_arrive")
        return 0

    async def _unknown(self, row: Row, error: Ambiguous, now: datetime) -> int:
        """Leave it at that: nobody can say whether it arrived, and twice is worse than never."""
        _log.warning("send_unknown", row=str(row.id), reason=type(error).__name__)
        async with self._database.write() as tx:
            await outbox.mark_unknown(tx, row.id, "unknown", now)
            if row.dialogue_id and row.question and row.kind == "message":
                person = await people.lock(tx, row.person_id)
                await _start_clocks(tx, person, row, row.dialogue_id, now)
        return 1


def next_turn(last: datetime | None, now: datetime, wait: timedelta) -> datetime:
    """Say when to try again what is to replace a message; each behind the one before it.

    Would all try again at once, each would be told to wait again.

    >>> now = datetime(2026, 11, 24, 9, 30)
    >>> next_turn(now + timedelta(seconds=30), now, timedelta(seconds=29))
    datetime.datetime(2026, 11, 24, 9, 30, 31, 200000)
    """
    behind = last + min(wait, BETWEEN_TURNS) if last is not None else now
    return max(now + wait, behind)


async def _start_clocks(
    tx: Transaction, person: Person, row: Row, dialogue: UUID, now: datetime
) -> None:
    asked = await dialogues.mark_asked(tx, dialogue, row=row.id, at=now)
    if asked is not None:
        await silence.start_clocks(tx, person, asked, now)
