"""A claim keeps other hands off for as long as its lease lasts, and no longer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.app import Hands, Pace
from bot.clock import TurnedClock
from bot.port import Destination, Event, Message, Typed
from bot.scene import House
from storage import due_nudges, outbox
from storage.database import Database
from storage.keyring import Keyring
from tests.chat import RememberingChat
from tests.people import Someone, Town
from tests.towns import a_town

LEASE = timedelta(minutes=5)
AGES = [(timedelta(minutes=4), 0), (timedelta(minutes=6), 1)]

Claim = Callable[[Town, timedelta], Awaitable[None]]


@dataclass
class GatedChat(RememberingChat):
    """Sends only once its gate is open."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, to: Destination, message: Message) -> str:
        """Wait at the gate, then send."""
        self.reached.set()
        await self.gate.wait()
        return await super().send(to, message)


async def claims_a_visit(town: Town, age: timedelta) -> None:
    """Let a visit become due, and other hands claim it some time ago."""
    moment = await town.hands.next_event()
    assert moment is not None
    assert isinstance(town.hands.clock, TurnedClock)
    town.hands.clock.set_to(moment)
    async with town.hands.database.write() as tx:
        assert await due_nudges.claim(tx, moment, await tx.now() - age, 20, LEASE)


async def claims_a_message(town: Town, age: timedelta) -> None:
    """Let a message be written, and other hands claim it some time ago."""
    await writes_a_message(town)
    async with town.hands.database.write() as tx:
        assert await outbox.claim(tx, town.clock.now, await tx.now() - age, lease=LEASE)


async def writes_a_message(town: Town) -> None:
    """Let Sanne type something to which there is a reply, which is not sent."""
    await town.hands.look()  # whatever else is due is out of the way
    await town.hands.hear(Event("1", town.workspace, "sanne", town.clock.now, Typed("plan")))


@asynccontextmanager
async def hands_of(
    url: str, keyring: Keyring, town: Town, chat: RememberingChat, *, hold: bool = False
) -> AsyncIterator[Hands]:
    """Open the database of a town once more, with hands of another process."""
    database = await Database.open(url, keyring, hold=hold)
    try:
        yield Hands(database, chat, town.hands.clock, house=House(""), pace=Pace(lease=LEASE))
    finally:
        await database.close()


@pytest.mark.parametrize(("age", "messages"), AGES, ids=["under way", "over"])
@pytest.mark.parametrize("claims", [claims_a_visit, claims_a_message])
async def test_what_is_claimed_is_left_to_its_hands_until_their_lease_is_over(
    town: Town, learner: Someone, claims: Claim, age: timedelta, messages: int
) -> None:
    await claims(town, age)
    before = len(learner.messages)

    await town.hands.look()

    assert len(learner.messages) == before + messages


@pytest.mark.parametrize("claims", [claims_a_visit, claims_a_message])
async def test_hands_that_are_alone_take_over_what_dead_ones_had_claimed(
    sqlite_url: str, keyring: Keyring, claims: Claim
) -> None:
    async with a_town(sqlite_url, keyring) as town:
        await claims(town, timedelta(0))
        before = len(town["Sanne"].messages)

        async with hands_of(sqlite_url, keyring, town, town.chat, hold=True) as alone:
            await alone.look()

        assert len(town["Sanne"].messages) == before + 1


async def test_while_one_sends_the_other_does_not(database_url: str, keyring: Keyring) -> None:
    gated = GatedChat()
    async with a_town(database_url, keyring) as town:
        await writes_a_message(town)
        async with (
            hands_of(database_url, keyring, town, gated) as one,
            hands_of(database_url, keyring, town, gated) as other,
        ):
            sending = asyncio.create_task(one.look())
            await gated.reached.wait()

            sent_by_the_other = await other.look()
            gated.gate.set()

            assert (sent_by_the_other, await sending) == (0, 1)

    assert gated.sent == 1
