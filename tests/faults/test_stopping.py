"""SIGTERM while a message is being sent: it is finished, or left so that nobody gets it twice."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from bot.cli.edge import Ended
from bot.port import Destination, Message
from storage.keyring import Keyring, new_key, write_key
from tests.chat import RememberingChat
from tests.faults.machines import Machine
from tests.faults.test_files import ADDRESS
from tests.kills.test_leases import hands_of, writes_a_message
from tests.support.faults import Database, Fault
from tests.towns import a_town

pytestmark = pytest.mark.slow

PORT = "28380"  # or the next free one
MOST_SECONDS = 10


@dataclass
class HangingChat(RememberingChat):
    """Does not answer the first time, whether the message arrived or not."""

    arrives: bool = False
    hangs: bool = True
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    came: list[UUID] = field(default_factory=list)

    async def send(self, to: Destination, message: Message) -> str:
        """Take a message, or not, and then hang."""
        if self.arrives or not self.hangs:
            self.came.append(message.delivery)
            await super().send(to, message)
        if self.hangs:
            self.asked.set()
            await asyncio.Event().wait()
        return str(message.delivery)


@pytest.mark.parametrize("arrives", ["before it hangs", "never"])
async def test_a_send_that_hangs_is_cut_off_and_settled_at_once_by_the_next_process(
    arrives: str,
    database_url: str,
    keyring: Keyring,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
) -> None:
    monkeypatch.setattr("bot.app.DRAIN_SECONDS", 0.1)
    chat = HangingChat(arrives=arrives != "never")
    async with a_town(database_url, keyring) as town:
        await writes_a_message(town)
        async with hands_of(database_url, keyring, town, chat) as hands, hands.running():
            await chat.asked.wait()
        chat.hangs = False

        async with hands_of(database_url, keyring, town, chat) as after:
            await after.look()

    database: Database = "postgresql" if "postgresql" in database_url else "sqlite"
    fault("stop in a send that hangs", database=database)(
        lost=int(not chat.came), doubled=len(chat.came) - 1
    )
    assert len(chat.came) == 1


def told(file: Path, statement: str) -> list[tuple[object, ...]]:
    """Ask the database file something."""
    with closing(sqlite3.connect(file)) as opened:
        return opened.execute(statement).fetchall()


LEFT = (
    "SELECT id FROM nudges WHERE state = 'claimed' "
    "UNION ALL SELECT id FROM outbox WHERE state = 'sending'"
)
SENT = "SELECT id FROM outbox WHERE state = 'sent' AND kind = 'message'"
ARRIVED = "SELECT delivery FROM chat WHERE sender = 'bot'"


async def test_a_demo_that_is_stopped_while_it_sends_finishes_and_sends_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "key").write_text(write_key("k1", new_key()))
    with ExitStack() as ended:
        machine = Machine(folder, ended)
        running = machine.starts("demo", "--port", PORT)
        address = httpx.URL(running.prints(ADDRESS)[0])
        here = f"http://127.0.0.1:{address.port}"
        before = len(told(machine.file, SENT))
        async with httpx.AsyncClient(base_url=here, headers={"Origin": here}) as browser:
            await browser.get(address)
            turning = asyncio.create_task(browser.post("/api/clock/day", timeout=60))
            while not turning.done() and len(told(machine.file, SENT)) == before:
                await browser.get("/privacy")
            began = time.monotonic()
            code = await asyncio.to_thread(running.is_told, signal.SIGTERM)
            took = time.monotonic() - began
            await asyncio.gather(turning, return_exceptions=True)
        left = told(machine.file, LEFT)
        sent, arrived = told(machine.file, SENT), told(machine.file, ARRIVED)

    lost = len(sent) - len(arrived)
    fault("stop in a send")(lost=max(lost, 0), doubled=max(-lost, 0))
    assert code == Ended.FINE, running.printed
    assert took < MOST_SECONDS
    assert left == []
    assert len(sent) == len(arrived) == len(set(arrived))
