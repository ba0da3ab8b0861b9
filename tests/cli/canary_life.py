"""A life in which everything is written that can be written, and everything goes wrong.

Sanne writes canaries into every field, types them, and has them in her name, address and
references; turns raise over them, a delivery does, and the settings hold canaries of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import httpx
from sqlalchemy import update
from sqlalchemy.engine import make_url

from bot.app import Hands, Pace, shipped
from bot.cli import metrics
from bot.conversation import Conversation
from bot.errors import TryLater, Unreachable
from bot.port import Destination, Event, Heard, Message, Typed
from bot.scene import House
from bot.support import code_of
from scheduler.local import local_of
from storage import addresses, audit, people, workspaces
from storage.database import Transaction
from storage.ids import new_id
from storage.keyring import write_key
from storage.tables import people as people_rows
from tests.adapters.local.demo_house import KEYRING, Demo, Settled, open_demo
from tests.adapters.local.house import DOOR
from tests.cli.player import Player
from tests.stories.test_no_trace import HEAVY

MASTER: Final = bytes(range(32))
HOURS: Final = timedelta(hours=30)
VISITS: Final = ["tough", "other", "tough", "no_chance", "worked"]

CANARIES: Final[Mapping[str, str]] = {
    "what Sanne wrote": "Quétzal&Coatl",
    "what Emma wrote": "Xólotl&Tezcatli",
    "Sanne's name": "Huitzil-Opochtli Ñandú",
    "Sanne's e-mail address": "tlaloc+ñ@example.org",
    "a reference of a platform": "Mictlan&Tecuhtli",
    "credentials of a platform": "Coatlicue&Ünder",
    "what was heavy": HEAVY["tier 1"],
    "the master key": write_key("k1", MASTER).partition(":")[2],
    "the master key's bytes": MASTER.decode(),
    "the database's password": "Chalchiuh&Tlicué",
    "the token of the demo": DOOR.token,
}
HERS: Final = {
    name: canary
    for name, canary in CANARIES.items()
    if "Sanne" in name or name == "a reference of a platform"
}


@dataclass
class Lived:
    """What is left of it: what Sanne wrote, by key, what each may read of themselves, numbers."""

    left: Settled
    written: Mapping[str, str]
    own_data: Mapping[str, bytes]
    numbers: bytes
    code: str
    failed: int


class Fault(Exception):
    """Something that nobody expected."""


class BurstingEar(Conversation):
    """Raises over every typed text, with the text in the error."""

    async def _hear(self, tx: Transaction, event: Event, now: datetime) -> tuple[Heard, str]:
        _ = tx, now
        raise Fault(repr(event.what)) from ValueError(repr(event))


@dataclass
class BurstingChat:
    """Raises over every message, with all that nobody may read; `errors` are those by user."""

    errors: dict[str, list[type[Exception]]]
    burst: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, to: Destination, message: Message) -> str:
        """Fail to send."""
        error = self.errors[to.user].pop(0)
        if not any(self.errors.values()):
            self.burst.set()
        raise error(f"{to} {message} {' '.join(CANARIES.values())}")

    async def replace(self, to: Destination, platform_id: str, message: Message) -> None:
        """Fail to replace."""
        raise Fault(f"{to} {platform_id} {message}")

    async def find(self, to: Destination, delivery: UUID) -> str | None:
        """Fail to find."""
        raise Fault(f"{to} {delivery}")


def with_password(url: str) -> str:
    """Give the address of a database with a password, where there can be one."""
    read = make_url(url)
    if read.get_backend_name() == "sqlite":
        return url
    password = CANARIES["the database's password"]
    return read.set(password=password).render_as_string(hide_password=False)


async def live(url: str) -> Lived:
    """Play it all on a migrated database."""
    async with open_demo(url) as demo, demo.client() as client:
        await _put_secrets(demo)
        wants = {"pace": ["five"], "went": list(VISITS), "barrier": ["OTH", "OTH"]}
        sanne = Player(demo, client, "Sanne", CANARIES["what Sanne wrote"], wants)
        emma = Player(demo, client, "Emma", CANARIES["what Emma wrote"])
        await emma.plays(9)
        await sanne.says(sanne.writes("before she joined"))
        await sanne.plays()
        await sanne.says(CANARIES["what was heavy"])
        await sanne.says(sanne.writes("when nothing was asked"))
        await _turn_raises(demo, sanne)
        await _delivery_raises(demo)
        return await _looked_at(demo, client, sanne)


async def erase(url: str, left: Settled) -> Mapping[str, bytes]:
    """Let Sanne erase herself, and give what the others may read of themselves."""
    async with open_demo(url, left) as demo, demo.client() as client:
        sanne = Player(demo, client, "Sanne", CANARIES["what Sanne wrote"])
        await sanne.says("wis")
        asked = (await demo.sees("Sanne"))[-1]
        await sanne.does("choose", delivery=str(asked.delivery), key="control.erase", raw="delete")
        await demo.hands.turn_to(demo.hands.clock.now() + HOURS)
        await demo.database.tidy()
        return {"Emma": await _own_data(demo, client, "Emma")}


async def _put_secrets(demo: Demo) -> None:
    sanne = demo.people["Sanne"]
    async with demo.database.write() as tx:
        hers = {
            column: await tx.vault.seal(sanne, "people", column, sanne, CANARIES[name])
            for column, name in (
                ("name", "Sanne's name"),
                ("email", "Sanne's e-mail address"),
            )
        }
        await tx.run(update(people_rows).where(people_rows.c.id == sanne).values(hers))
        address = await addresses.preferred(tx, sanne)
        assert address
        await addresses.set_reference(tx, address, CANARIES["a reference of a platform"])
        await workspaces.set_credentials(tx, demo.workspace, CANARIES["credentials of a platform"])
        # As the command that made the tables does: a trail is never empty.
        await audit.note(tx, actor="root", action="db.upgrade", now=demo.hands.clock.now())


async def _turn_raises(demo: Demo, player: Player) -> None:
    """Let two turns raise: their events are kept, and heard again they raise again."""
    hands, whole = demo.hands, demo.hands.conversation
    hands.conversation = BurstingEar(
        demo.database, hands.words, shipped()[1],
        house=House("holdfast.example"), wake=hands.wake,
    )  # fmt: skip
    await player.says(player.writes("when a turn raised"))
    await player.says(player.writes("when a turn raised again"))
    await hands.turn_to(hands.clock.now() + timedelta(minutes=11))
    hands.conversation = whole


async def _delivery_raises(demo: Demo) -> None:
    """Let one message wait, one be refused and one raise, while somebody is at work."""
    chat = BurstingChat({"emma": [TryLater], "sanne": [Unreachable, Fault]})
    pace = Pace(lease=timedelta(0))
    hands = Hands(
        demo.database, chat, demo.hands.clock, house=House("holdfast.example"), pace=pace
    )
    for user in ("emma", "sanne"):
        now = hands.clock.now()
        asked = Event(str(new_id()), demo.workspace, user, now, Typed("help"))
        await demo.hands.conversation.hear(asked, now)
    async with hands.running():
        await chat.burst.wait()


async def _looked_at(demo: Demo, client: httpx.AsyncClient, sanne: Player) -> Lived:
    now = demo.hands.clock.now()
    async with demo.database.read() as tx:
        person = await people.get(tx, demo.people["Sanne"])
    numbers = metrics.application(demo.database)
    transport = httpx.ASGITransport(numbers)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as asks:
        counted = (await asks.get("/metrics")).content
    return Lived(
        left=demo.left,
        written=sanne.written,
        own_data={name: await _own_data(demo, client, name) for name in ("Sanne", "Emma")},
        numbers=counted,
        code=code_of(KEYRING, person.id, local_of(now, person.zone).day),
        failed=len(await demo.failed()),
    )


async def _own_data(demo: Demo, client: httpx.AsyncClient, name: str) -> bytes:
    answer = await client.get("/my-data.json", params={"person": str(demo.people[name])})
    return answer.content
