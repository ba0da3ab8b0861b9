"""There is no room for another byte: nothing is acknowledged, nothing is half, and it passes."""

from __future__ import annotations

import re
import shutil
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import insert, select

from bot.cli.health import Health, Pulse
from bot.clock import TurnedClock
from bot.port import Destination, Event, Message, Typed
from storage import erasing, people
from storage.database import Database, Transaction
from storage.errors import DatabaseAway
from storage.ids import new_id
from storage.keyring import Keyring
from storage.tables import organisations
from tests.chat import RememberingChat
from tests.faults.disks import Disk
from tests.kills.rows import Difference, Lines, read_rows
from tests.kills.test_leases import hands_of
from tests.people import Town
from tests.storage.world import KEYRING, NOW, build
from tests.support.faults import Fault
from tests.towns import a_town

pytestmark = pytest.mark.slow

Trouble = Callable[[], AbstractContextManager[None]]
Story = Callable[[Town, Trouble, str, Keyring], Awaitable[list[str]]]
_KEY = re.compile(r'"data_key": "[0-9a-f]+"')
FULL = r"disk with the database .*full"


@pytest.fixture
def on_disk(disk: Disk, sqlite_template: Path) -> str:
    """Give the address of a database on that disk."""
    copied = shutil.copy(sqlite_template, disk.folder / "holdfast.db")
    return f"sqlite+aiosqlite:///{copied}"


async def _refused(work: Awaitable[object]) -> list[str]:
    """Say in which words something was refused, if it was."""
    try:
        await work
    except DatabaseAway as error:
        return [error.message]
    return []


async def an_event_comes(town: Town, full: Trouble, _url: str, _keyring: Keyring) -> list[str]:
    """Let Sanne type something; the platform sends it again, as it was not acknowledged."""
    event = Event("1", town.workspace, "sanne", town.clock.now, Typed("plan"))
    with full():
        words = await _refused(town.hands.hear(event))
    await town.hands.hear(event)
    await town.hands.look()
    return words


async def visits_are_opened(town: Town, full: Trouble, _url: str, _keyring: Keyring) -> list[str]:
    """Let everybody's first visit become due."""
    moment = await town.hands.next_event()
    assert moment is not None
    assert isinstance(town.hands.clock, TurnedClock)
    town.hands.clock.set_to(moment + timedelta(hours=2))
    with full():
        words = await _refused(town.hands.look())
    await town.hands.look()
    return words


@dataclass
class FillingChat(RememberingChat):
    """A chat that takes its time: meanwhile the disk runs full."""

    runs_full: Callable[[], None] = field(default=lambda: None)
    asked: list[UUID] = field(default_factory=list)

    async def send(self, to: Destination, message: Message) -> str:
        """Send, and find the disk full."""
        platform_id = await super().send(to, message)
        self.asked.append(message.delivery)
        self.runs_full()
        return platform_id


async def a_message_is_sent(town: Town, full: Trouble, url: str, keyring: Keyring) -> list[str]:
    """Let a reply be sent, and the disk run full before that can be noted."""
    event = Event("1", town.workspace, "sanne", town.clock.now, Typed("plan"))
    await town.hands.hear(event)
    trouble = full()
    chat = FillingChat(runs_full=trouble.__enter__)
    async with hands_of(url, keyring, town, chat) as hands:
        words = await _refused(hands.look())
        trouble.__exit__(None, None, None)
        chat.runs_full = lambda: None
        await hands.look()
    assert len(chat.asked) == len(set(chat.asked)) > 0
    return words


async def _lived(
    url: str, keyring: Keyring, story: Story, full: Trouble
) -> tuple[list[str], Lines]:
    async with a_town(url, keyring) as town:
        words = await story(town, full, url, keyring)
        async with town.hands.database.read() as tx:
            rows = await read_rows(tx)
    # Two towns have two sets of people, each with keys of their own.
    return words, [(told, told) for told in (_KEY.sub("", line) for line, _ in rows)]


@pytest.mark.parametrize("story", [an_event_comes, visits_are_opened, a_message_is_sent])
async def test_what_meets_a_full_disk_is_refused_in_words_and_done_once_there_is_room(
    story: Story, disk: Disk, on_disk: str, sqlite_url: str, keyring: Keyring, fault: Fault
) -> None:
    _, expected = await _lived(sqlite_url, keyring, story, nullcontext)

    words, rows = await _lived(on_disk, keyring, story, disk.full)

    found = Difference.between(expected, rows)
    fault("disk full")(lost=found.lost.total(), doubled=found.doubled.total())
    assert not found, str(found)
    assert len(words) == 1
    assert "full" in words[0]


async def test_a_disk_that_runs_full_within_a_savepoint_ends_the_whole_transaction(
    disk: Disk, on_disk: str, fault: Fault
) -> None:
    database = await Database.open(on_disk, KEYRING)

    async def half() -> None:
        async with database.write() as tx:
            await _add(tx, "before")
            with disk.full():
                async with tx.savepoint():
                    await tx.connection.exec_driver_sql("PRAGMA cache_size = 1")
                    await _add(tx, "too much" * 1_000_000)

    with pytest.raises(DatabaseAway, match=FULL):
        await half()
    async with database.write() as tx:
        await _add(tx, "after")

    async with database.read() as tx:
        names = [row["name"] for row in await tx.rows(select(organisations.c.name))]
    await database.close()
    fault("disk full")(lost=1 - names.count("after"), doubled=len(names) - 1)
    assert names == ["after"]


async def _add(tx: Transaction, name: str) -> None:
    values = {"name": name, "language": "nl", "zone": "Europe/Amsterdam"}
    await tx.run(insert(organisations).values(id=new_id(), created_at=NOW, **values))


async def test_a_full_disk_for_the_ledger_erases_nobody(
    disk: Disk, sqlite_url: str, fault: Fault
) -> None:
    ledger = disk.folder / "holdfast.erasures"
    database = await Database.open(sqlite_url, KEYRING, ledger=ledger)
    world = await build(database)

    async def erase() -> None:
        async with database.write() as tx:
            await erasing.erase(tx, world.sanne, NOW)

    with disk.full(), pytest.raises(DatabaseAway, match="Nobody is erased until it can"):
        await erase()
    async with database.read() as tx:
        there = await people.get(tx, world.sanne)
    await erase()

    assert database.ledger is not None
    noted = [each.person_id for each in database.ledger.read().erased]
    await database.close()
    fault("disk full for the ledger")(lost=there.name != "sanne", doubled=len(noted) - 1)
    assert there.name == "sanne"
    assert noted == [world.sanne]


async def test_a_full_disk_is_seen_by_whoever_asks_whether_it_is_ready(
    disk: Disk, on_disk: str, fault: Fault
) -> None:
    database = await Database.open(on_disk, KEYRING)
    health = Health(database, on_disk, KEYRING, Pulse(timedelta(seconds=30)))
    await health.look()
    before = await health.problems()

    with disk.full():
        await health.look()
        during = await health.problems()
    await health.look()

    after = await health.problems()
    await database.close()
    fault("disk full")()
    assert (before, after) == ([], [])
    assert len(during) == 1
    assert "full" in during[0]
