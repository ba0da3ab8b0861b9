"""One life of a process: it opens the database, goes on where the last one died, and acts.

A life that is armed ends by SIGKILL in the middle of it. The next one does what a restart does:
the platform sends again what got no answer, and whatever is left in the rows is finished.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from bot.app import Hands, Pace, shipped
from bot.cli.house import erase_again
from bot.port import Event, Heard
from bot.scene import House
from storage import addresses, people, workspaces
from storage.database import Database
from storage.keyring import Keyring
from storage.migrate import upgrade
from tests.kills.chats import CHATS, LastingChat
from tests.kills.ears import EARS
from tests.kills.forks import follow
from tests.kills.journal import Journal
from tests.kills.rows import read_rows
from tests.kills.scenarios import SCENARIOS
from tests.people import Someone, Town, Turning, frozen_clock
from tests.towns import LEARNERS, MASTER, START, settle

KEYRING = Keyring.of({"k1": MASTER}, current="k1")
LINK = "holdfast.example"


@dataclass(frozen=True, slots=True)
class Life:
    """What a process is to do, and for how long a claim of its outlives it.

    `moment` is where the clock stands at the beginning of a scenario; without one the scenario is
    prepared up to there. `told` is the file in which the process says what came of it, if any.
    """

    url: str
    scenario: str
    folder: str
    moment: str | None = None
    told: str | None = None
    armed: str = ""
    chat: str = "lasting"
    ear: str | None = None
    lease_seconds: int = 0

    @property
    def journal(self) -> Journal:
        """What the platform knows of the lives before."""
        return Journal(Path(self.folder) / "journal")


class OnRecord(Hands):
    """Hands whose platform remembers which events it got no answer to."""

    journal: Journal

    async def hear(self, event: Event) -> Heard:
        """Hear an event, and note whether it was answered."""
        self.journal.sent(event)
        heard = await super().hear(event)
        self.journal.answered()
        return heard

    async def look(self) -> int:
        """Look, and note the moment at which that was."""
        self.journal.turned(self.clock.now())
        return await super().look()


async def live(life: Life) -> None:
    """Lead this life to its end, or until it is killed."""
    if life.moment is None:
        await _prepare(life)
        return
    past = life.journal.read()
    scenario = SCENARIOS[life.scenario]
    async with _town(life, past.now or datetime.fromisoformat(life.moment)) as town:
        if past.unanswered:
            await town.hands.hear(past.unanswered)
        if past.begun:
            await town.hands.look()
        for number in range(past.begun, len(scenario.acts)):
            life.journal.begins(number, town.clock.now)
            await scenario.acts[number](town)
        await town.hands.look()
        async with town.hands.database.read() as tx:
            _tell(life, await read_rows(tx))


def _tell(life: Life, what: object) -> None:
    if life.told:
        Path(life.told).write_text(json.dumps(what), encoding="utf-8")


async def _prepare(life: Life) -> None:
    """Settle the people of a scenario and bring them to where it begins."""
    database = await Database.open(life.url, KEYRING)
    async with database.write() as tx:
        await settle(tx, START.date(), START)
    await database.close()
    async with _town(life, START) as town:
        await SCENARIOS[life.scenario].before(town)
        _tell(life, town.clock.now.isoformat())


@asynccontextmanager
async def _town(life: Life, now: datetime) -> AsyncIterator[Town]:
    database = await Database.open(
        life.url, KEYRING, ledger=Path(life.folder) / "holdfast.erasures"
    )
    await erase_again(database)  # as any restart does
    clock = frozen_clock(now)
    chat = CHATS[life.chat](database, clock)
    pace = Pace(lease=timedelta(seconds=life.lease_seconds))
    hands = OnRecord(database, chat, clock, house=House(LINK), pace=pace)
    hands.journal = life.journal
    ear = EARS[life.ear or SCENARIOS[life.scenario].ear]
    hands.conversation = ear(
        database,
        hands.words,
        shipped()[1],
        house=House(LINK),
        wake=hands.wake,
    )
    try:
        yield await _peopled(database, hands, chat)
    finally:
        await database.close()


async def _peopled(database: Database, hands: Hands, chat: LastingChat) -> Town:
    there: dict[str, Someone] = {}
    async with database.read() as tx:
        workspace = await workspaces.by_external(tx, "local", "local")
        assert workspace is not None
        for name, _, _ in LEARNERS:
            person = await _known(database, workspace.id, name.casefold())
            if person is not None:
                there[name] = Someone(hands, chat, workspace.id, name.casefold(), *person)
    await chat.look_back({each.user: each.id for each in there.values()})
    return Town(hands, chat, Turning(hands), there, workspace.id)


async def _known(database: Database, workspace: UUID, user: str) -> tuple[UUID, str] | None:
    """Find somebody; None where they were erased."""
    async with database.read() as tx:
        address = await addresses.by_user(tx, workspace, user)
        if address is None:
            return None
        return address.person_id, (await people.get(tx, address.person_id)).language


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/holdfast.db"
        asyncio.run(upgrade(url))
        rehearsal = Life(url, "form", folder)
        follow(Life, live, rehearsal)
