"""A long life in a short time: many people, many days, and whether memory stays where it is.

`make soak` runs it; it is no test, for it takes minutes. The chat remembers one message a person,
so that what grows is ours. Memory is all that it is for: what must never happen is counted by
`bot.simulation`, whose checks remember who may read what, and so grow with the days themselves.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID
from zoneinfo import available_timezones

from bot.app import Hands, Pace, shipped
from bot.cli.house import Desk
from bot.cli.programme import keep
from bot.cohorts import create, listed
from bot.engine.answers import Raw, Skip
from bot.lists import roster
from bot.lists.people import LOCAL, bring_in
from bot.port import (
    Choices,
    Chosen,
    Destination,
    Event,
    FreeText,
    Message,
    Person,
    Pressed,
    Scale,
    Typed,
    What,
)
from bot.programme import PROGRAMMES, read
from bot.scene import House
from storage import addresses, migrate, organisations, people, workspaces
from storage.database import Database, Transaction
from storage.ids import new_id
from tests.kills.lives import KEYRING
from tests.people import frozen_clock

START: Final = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # a Monday, before anybody's hours
ZONE: Final = "Europe/Amsterdam"
MOST_ANSWERS: Final = 30  # a day: no dialogue asks more
EARLY: Final = 0.2  # of the days, after which memory is to stay where it is
FLAT: Final = 1.05
TOLD_EVERY: Final = 10  # days
_WORDS: Final = "Een collega zeggen wat hielp na het overleg"


@dataclass
class LastOnly:
    """A chat in which only the newest message of each person is kept."""

    last: dict[UUID, Message] = field(default_factory=dict)
    sent: int = 0

    async def send(self, to: Destination, message: Message) -> str:
        """Take a message."""
        self.last[to.person] = message
        self.sent += 1
        return str(message.delivery)

    async def replace(self, to: Destination, platform_id: str, message: Message) -> None:
        """Show another message in the place of the newest."""
        last = self.last.get(to.person)
        if last is not None and str(last.delivery) == platform_id:
            self.last[to.person] = message

    async def find(self, to: Destination, delivery: UUID) -> str | None:
        """Look whether it is the newest."""
        last = self.last.get(to.person)
        return str(delivery) if last is not None and last.delivery == delivery else None


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody, and how they are: of a hundred messages they answer so many."""

    id: UUID
    user: str
    answers: int


@dataclass
class Soak:
    """The life of all of them, day by day."""

    hands: Hands
    chat: LastOnly
    workspace: UUID
    learners: Sequence[Learner]
    chance: random.Random
    heard: int = 0

    async def a_day_passes(self) -> None:
        """Let what is due happen, and people do what they usually do."""
        await self.hands.turn_to(self.hands.clock.now() + timedelta(days=1))
        busy = [each for each in self.learners if self.chance.randrange(100) < each.answers]
        for _ in range(MOST_ANSWERS):
            busy = [each for each in busy if await self._answers(each)]
            if not busy:
                break
            await self.hands.look()
        for each in self.chance.sample(self.learners, k=max(len(self.learners) // 100, 1)):
            await self._does(each, Typed(self.chance.choice(("pauze", "plan", "later", "start"))))
        await self.hands.look()

    async def _answers(self, learner: Learner) -> bool:
        message = self.chat.last.pop(learner.id, None)
        what = self._answer(message) if message else None
        if what is None:
            return False
        await self._does(learner, what)
        return True

    def _answer(self, message: Message) -> What | None:
        inputs = {each.key: self._raw(each.input) for each in message.fields}
        if not inputs:
            return None
        if message.dialogue is None:
            (key, raw), *_ = inputs.items()
            return Chosen(message.delivery, key, raw)
        return Pressed(message.dialogue, inputs, {each.key: each.count for each in message.fields})

    def _raw(self, asked: object) -> Raw:
        match asked:
            case Choices(options):
                return self.chance.choice([each.id for each in options if not each.command])
            case Scale(low, high):
                return self.chance.randint(low, high)
            case FreeText():
                return _WORDS
            case Person(options):
                return options[-1].id  # nobody
            case _:
                return Skip()

    async def _does(self, learner: Learner, what: What) -> None:
        now = self.hands.clock.now()
        self.heard += 1
        await self.hands.hear(Event(str(new_id()), self.workspace, learner.user, now, what))


async def soak(url: str, *, learners: int, days: int, seed: int = 1) -> dict[str, float]:
    """Let so many people live so many days on an empty database; tell what it took.

    Memory is in megabytes of what stands in RAM: early on, and at the end.
    """
    await migrate.upgrade(url)
    database = await Database.open(url, KEYRING)
    try:
        return await _lived(database, learners, days, random.Random(seed))  # noqa: S311 - no secret
    finally:
        await database.close()


async def _lived(
    database: Database, learners: int, days: int, chance: random.Random
) -> dict[str, float]:
    began, chat = time.monotonic(), LastOnly()
    async with database.write() as tx:
        workspace, ids = await _settle(tx, learners)
        found = [await _learner(tx, each, chance) for each in ids]
    pace = Pace(lease=timedelta(minutes=5))
    clock = frozen_clock(START)
    hands = Hands(database, chat, clock, house=House("holdfast.example"), pace=pace)
    life = Soak(hands, chat, workspace, found, chance)
    grown = []
    for _ in range(days):
        await life.a_day_passes()
        grown.append(resident())
        if len(grown) % TOLD_EVERY == 0:
            print(f"day {len(grown)}: {grown[-1]:.1f} MB", file=sys.stderr)  # noqa: T201
    early = grown[int(days * EARLY)]
    return {
        "person_days": learners * days,
        "heard": life.heard,
        "sent": chat.sent,
        "rss_early_mb": round(early, 1),
        "rss_end_mb": round(grown[-1], 1),
        "grown": round(grown[-1] / early, 4),
        "seconds": round(time.monotonic() - began, 1),
    }


async def _settle(tx: Transaction, number: int) -> tuple[UUID, Sequence[UUID]]:
    """Add the organisation, its chat, its programme and a cohort of everybody."""
    organisation = await organisations.add(tx, name="Zonnewijzer", language="nl", zone=ZONE)
    workspace = await workspaces.add(
        tx, organisation=organisation.id, platform=LOCAL, external_id="soak",
        language="nl", zone=ZONE,
    )  # fmt: skip
    await keep(Desk(tx, organisation, START), read(PROGRAMMES / "feedback-geven"))
    lines = (f"Persoon {n},p{n}@example.org,nl,{ZONE}" for n in range(number))
    spoken = roster.Spoken(languages=shipped()[0].rows.keys(), zones=available_timezones())
    listing = "\n".join(("name,email,language,zone", *lines)).encode()
    entries = roster.read("soak.csv", listing, spoken).entries
    await bring_in(tx, organisation, entries, file="soak.csv", now=START)
    members = await listed(tx, organisation, entries, file="soak.csv")
    await create(
        tx, organisation, "najaar", slug="feedback-geven", training_day=START.date(),
        members=members, now=START,
    )  # fmt: skip
    return workspace.id, [each.id for each in await people.all_in(tx, organisation.id)]


async def _learner(tx: Transaction, person: UUID, chance: random.Random) -> Learner:
    address = await addresses.preferred(tx, person)
    assert address is not None
    return Learner(person, address.user, chance.choice((0, 30, 90, 90)))


def resident() -> float:
    """Give how much of this process stands in RAM, in megabytes."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    told = next(line for line in lines if line.startswith("VmRSS:"))
    return int(told.split()[1]) / 1024


@contextmanager
def empty_file() -> Iterator[str]:
    """Give the address of a file that is not there yet."""
    with tempfile.TemporaryDirectory(prefix="holdfast-soak-") as folder:
        yield f"sqlite+aiosqlite:///{folder}/holdfast.db"


def main() -> int:
    """Soak, print what it took as JSON, and say by the exit code whether memory is flat."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--days", type=int, default=200)
    given = parser.parse_args()
    with empty_file() as url:
        told = asyncio.run(soak(url, learners=given.people, days=given.days))
    print(json.dumps(told))  # noqa: T201 - that is what it is for
    return 0 if told["grown"] <= FLAT else 1


if __name__ == "__main__":
    raise SystemExit(main())
