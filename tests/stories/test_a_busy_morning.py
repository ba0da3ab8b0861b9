"""Very many visits due at once: opened and sent a hundred at a time, the most urgent first."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from bot import delivery
from bot.app import OPENED_AT_ONCE, OPENED_BEHIND, Hands, Pace
from bot.bench.hands import QuietChat, StoppedClock
from bot.bench.town import more_like, settle
from bot.errors import Throttled, TryLater
from bot.letters import Letter, Line, to_json
from bot.port import Destination, Message
from bot.scene import House
from bot.talk import REQUESTED
from storage import outbox
from storage.database import Database
from storage.keyring import Keyring
from storage.tables_talk import nudges

pytestmark = pytest.mark.slow

DUE: Final = 250
ALIKE: Final = 50  # who are as urgent as each other
IN_THE_MIDDLE: Final = 150


@dataclass
class WatchingChat(QuietChat):
    """Notes whom it sends to, and how many visits are open then; may fail in the middle, once."""

    database: Database | None = None
    trouble: Exception | None = None
    asks_to_wait: Throttled | None = None
    meanwhile: Callable[[], Awaitable[None]] | None = None
    opened: list[int] = field(default_factory=list)
    tried: list[UUID] = field(default_factory=list)
    reached: list[UUID] = field(default_factory=list)

    async def send(self, to: Destination, message: Message) -> str:
        """Take a message, unless this is the one that fails."""
        assert self.database is not None
        if self.meanwhile is not None:
            await self.meanwhile()
        self.opened.append(await opened_in(self.database))
        self.tried.append(to.person)
        if self.asks_to_wait is not None:
            error, self.asks_to_wait = self.asks_to_wait, None
            raise error
        if len(self.tried) == IN_THE_MIDDLE + 1 and self.trouble:
            raise self.trouble
        self.reached.append(to.person)
        return await super().send(to, message)

    async def find(self, to: Destination, delivery: UUID) -> str | None:
        """Say that what failed did not arrive."""
        del to, delivery
        return None


@dataclass(frozen=True)
class Morning:
    """Hands at the moment at which all are due, and how urgent the visit of each is."""

    hands: Hands
    chat: WatchingChat
    clock: StoppedClock
    urgency: dict[UUID, int]


async def opened_in(database: Database) -> int:
    """Count the visits that were opened."""
    async with database.read() as tx:
        opened = select(func.count()).select_from(nudges).where(nudges.c.state == "opened")
        return int(await tx.value(opened))


@pytest.fixture
async def morning(database_url: str, keyring: Keyring) -> AsyncIterator[Morning]:
    """Give a morning of 250 visits; whoever came last is the most urgent."""
    database = await Database.open(database_url, keyring)
    async with database.write() as tx:
        town = await settle(tx)
        people = [town.learner, *await more_like(tx, town.model, DUE - 1)]
        urgency = {person: (DUE - 1 - n) // ALIKE + 1 for n, person in enumerate(people)}
        for person, priority in urgency.items():
            theirs = update(nudges).where(nudges.c.person_id == person)
            await tx.run(theirs.values(priority=priority))
    chat = WatchingChat(database=database)
    clock = StoppedClock(town.first_visit + timedelta(hours=1))
    hands = Hands(database, chat, clock, house=House("holdfast.example"), pace=Pace())
    yield Morning(hands, chat, clock, urgency)
    await database.close()


async def test_a_hundred_are_opened_and_sent_before_more_are_and_one_that_fails_comes_later(
    morning: Morning,
) -> None:
    morning.chat.trouble = TryLater()

    await morning.hands.look()
    morning.clock.set_to(morning.clock.now() + timedelta(minutes=5))
    await morning.hands.look()

    tried = [morning.urgency[person] for person in morning.chat.tried]
    assert OPENED_AT_ONCE == 100
    assert morning.chat.opened == [100] * 100 + [200] * 100 + [250] * 51
    assert Counter(tried[:100]) == {1: ALIKE, 2: ALIKE}
    assert Counter(tried[100:200]) == {3: ALIKE, 4: ALIKE}
    assert Counter(tried[200:250]) == {5: ALIKE}
    assert morning.chat.tried[250] == morning.chat.tried[IN_THE_MIDDLE]
    assert Counter(morning.chat.reached) == dict.fromkeys(morning.urgency, 1)


async def test_a_morning_that_breaks_off_in_the_middle_is_taken_up_and_nobody_is_left_out(
    morning: Morning,
) -> None:
    morning.chat.trouble = RuntimeError("the chat is not what it was")

    with pytest.raises(RuntimeError, match="not what it was"):
        await morning.hands.look()
    broken_off = morning.chat.tried[-1]
    await morning.hands.look()

    assert len(morning.chat.tried) == DUE + 1
    assert morning.chat.tried[IN_THE_MIDDLE + 1] == broken_off
    assert Counter(morning.chat.reached) == dict.fromkeys(morning.urgency, 1)


def presses(morning: Morning, someone: UUID) -> Callable[[], Awaitable[None]]:
    """Let somebody press a button while the first message of the morning is sent."""

    async def _presses() -> None:
        morning.chat.meanwhile = None
        morning.clock.set_to(morning.clock.now() + timedelta(seconds=1))
        assert morning.chat.database is not None
        async with morning.chat.database.write() as tx:
            await outbox.put(
                tx, person=someone, conversation="a talk", priority=REQUESTED, kind="message",
                body=to_json(Letter((Line("common.gone"),))), due_at=morning.clock.now(),
            )  # fmt: skip

    return _presses


async def test_where_a_platform_takes_its_time_a_reply_goes_before_the_rest_of_the_morning(
    morning: Morning, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "WAITED_AT_ONCE", 1e-9)  # however quick this chat is
    someone = min(morning.urgency)

    morning.chat.meanwhile = presses(morning, someone)
    await morning.hands.look()

    assert morning.chat.tried[1] == someone
    assert morning.chat.opened[:3] == [100, 100 + OPENED_BEHIND, 100 + 2 * OPENED_BEHIND]
    assert Counter(morning.chat.reached) == Counter([someone, *morning.urgency])


async def test_where_a_platform_asks_to_wait_a_reply_goes_before_the_rest_of_the_morning(
    morning: Morning, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Throttled("Slowly.", timedelta(seconds=delivery.PATIENCE / 2))
    monkeypatch.setattr(delivery, "WAITED_AT_ONCE", delivery.PATIENCE / 4)
    someone = min(morning.urgency)

    morning.chat.asks_to_wait = asked
    morning.chat.meanwhile = presses(morning, someone)
    await morning.hands.look()

    assert morning.chat.reached[0] == someone
    assert Counter(morning.chat.reached) == Counter([someone, *morning.urgency])
