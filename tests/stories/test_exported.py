"""Somebody whose data an administrator copied reads so, with the reason, in their own hours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot import exported, my_data
from bot.cli.house import actor
from bot.delivery import Delivery
from bot.port import Destination, Message
from bot.scene import House
from scheduler.rhythm import Rhythm
from storage import addresses, audit, erasing, outbox, people
from storage.people import Quiet
from tests.chapters import chapter
from tests.chat import RememberingChat
from tests.people import Someone, Town, Turning

REASON = "Asked for by letter"


async def is_copied(town: Town, whose: Someone, reason: str = REASON) -> bool:
    """Copy a person's data as the command does, but for the files."""
    async with town.hands.database.write() as tx:
        owner = await people.lock(tx, whose.id)
        await audit.note(
            tx, actor=actor(), action="export", subject=f"person:{whose.id}", reason=reason,
            now=town.clock.now,
        )  # fmt: skip
        return await exported.tell(tx, owner, reason, town.clock.now)


@chapter()
async def evening(town: Town) -> None:
    """It is seven in the evening."""
    await town.clock.passes(hours=10)


async def test_in_working_hours_it_is_told_at_once_with_the_reason(
    town: Town, emma: Someone, clock: Turning
) -> None:
    await clock.passes(hours=2)

    assert await is_copied(town, emma)
    await town.hands.look()

    emma.reads("my_data.exported")
    assert "Their reason: Asked for by letter." in emma.text()
    assert "Zonnewijzer" in emma.last.paragraphs[0]


@pytest.mark.begins(evening)
async def test_in_the_evening_it_waits_for_the_morning(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await is_copied(town, learner)
    await town.hands.look()
    learner.never_saw(REASON)

    await clock.passes(hours=16)

    learner.reads("my_data.exported")


@pytest.mark.begins(evening)
async def test_it_waits_on_when_nobody_looked_before_the_evening(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await is_copied(town, learner)
    asleep = clock.now + timedelta(hours=26)
    town.hands.clock.set_to(asleep)  # type: ignore[attr-defined]

    await town.hands.look()
    learner.never_saw(REASON)
    await clock.passes(hours=16)

    learner.reads("my_data.exported")


@pytest.mark.begins(evening)
async def test_a_reply_does_not_wait_behind_it(town: Town, learner: Someone) -> None:
    await is_copied(town, learner)

    await learner.types("help")

    learner.reads("control.help")
    learner.never_saw(REASON)


@pytest.mark.begins(evening)
async def test_it_comes_in_a_pause_too_for_it_asks_nothing(
    town: Town, learner: Someone, clock: Turning
) -> None:
    async with town.hands.database.write() as tx:
        await people.set_quiet(tx, learner.id, Quiet("pause"))
    await is_copied(town, learner)

    await clock.passes(hours=16)

    learner.reads("my_data.exported")


async def test_who_works_in_shifts_that_nobody_knows_is_asked_about_again_a_day_later(
    town: Town, learner: Someone
) -> None:
    async with town.hands.database.read() as tx:
        owner = await people.get(tx, learner.id)
    now, shifts = town.clock.now, Rhythm("Europe/Amsterdam", mode="shifts").to_json()

    moment = exported.may_go(replace(owner, rhythm=shifts), now)

    assert moment == now + timedelta(days=1)


async def test_who_cannot_be_reached_is_sent_nothing(town: Town, learner: Someone) -> None:
    async with town.hands.database.write() as tx:
        way = await addresses.preferred(tx, learner.id)
        assert way
        await addresses.set_state(tx, way.id, "blocked", "test")

    assert not await is_copied(town, learner)
    async with town.hands.database.read() as tx:
        assert await outbox.waiting_of(tx, learner.id, exported.KIND) == []


async def test_my_data_says_who_made_a_copy_and_why(town: Town, learner: Someone) -> None:
    await is_copied(town, learner)

    async with town.hands.database.read() as tx:
        words, now = town.hands.words, town.clock.now
        book = await my_data.book_of(tx, words, learner.id, learner.id, now)
        document = await my_data.document_of(tx, words, learner.id, learner.id, now)

    (seen,) = [each for each in book.sections if each.id == "seen"]
    told = [item.text for item in seen.items]
    assert "ma 23 nov 2026 maakte wie Holdfast beheert een kopie" in told[0]
    assert "Niemand anders" not in " ".join(told)
    assert document["seen_by"] == {"told": told[0], "people": [], "copies": 1}


@dataclass
class EraserBeside(RememberingChat):
    """A chat beside which an administrator erases whoever is being sent something."""

    town: Town | None = None

    async def send(self, to: Destination, message: Message) -> str:
        """Show a message to somebody who is gone a moment later."""
        assert self.town
        async with self.town.hands.database.write() as tx:
            await erasing.erase(tx, to.person, self.town.clock.now)
        return await super().send(to, message)


async def test_who_is_erased_while_a_message_leaves_holds_up_nobody_else(
    town: Town, learner: Someone, emma: Someone, clock: Turning
) -> None:
    await clock.passes(hours=2)
    await is_copied(town, learner)
    await is_copied(town, emma)
    chat = EraserBeside(town=town)
    house, lease = House("holdfast.example"), timedelta(0)

    await Delivery(
        town.hands.database, chat, town.hands.words, house=house, lease=lease
    ).drain(clock.now)  # fmt: skip

    assert sorted(chat.shown) == ["emma", "sanne"]
    async with town.hands.database.read() as tx:
        assert await erasing.count_rows(tx, learner.id) == 0
        assert await erasing.count_rows(tx, emma.id) == 0
