"""Fills a database with dialogues that wait at every question, and with everything else in flight.

Time is short in it, so that nothing falls silent: what waits at the end of it waits at one moment.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from bot import events, scene, talk
from bot.app import Hands
from bot.brief import Brief
from bot.dialogues.registry import DIALOGUES
from bot.port import Event, Pressed, Typed
from bot.scene import Scene
from bot.talk import Voice
from bot.visits import replan
from scheduler.plan import Spacing
from storage import addresses, enrolments, inbox, people
from storage.database import Transaction
from storage.ids import new_id
from storage.keyring import Keyring
from tests.people import Someone, Town
from tests.snapshots.places import Place, to_the_end
from tests.stories.steps import joins, plans_in_dutch
from tests.towns import MASTER, START, a_town

KEYRING = Keyring.of({"k1": MASTER}, current="k1")
JOINED = {"hello": "join", "promise": "fine", "hours": "tuesday", "pace": "two"}
PLANNED = {"ready": "start", "plan.right": "yes", "sure": "9", "challenging": "yes"}
# Check-ins wait beside each other, as they do for whoever leaves them half answered.
MOST = {"check_in": 9, "goal_setting": 1, "welcome": 1, "shifts": 1, "eve": 1}
SPECIAL = ("paused", "erased", "failed", "unsent")


@dataclass(frozen=True, slots=True)
class Ground:
    """What new people come into: their organisation, cohort, programme and chat."""

    town: Town
    organisation: UUID
    cohort: UUID
    digest: str
    joined: Place = field(default_factory=lambda: to_the_end("welcome", JOINED))
    planned: Place = field(default_factory=lambda: to_the_end("goal_setting", PLANNED))

    @property
    def now(self) -> datetime:
        """The moment at which everybody comes in."""
        return self.town.clock.now


async def fill(url: str, places: Sequence[Place]) -> datetime:
    """Fill a database that has all tables and no rows; give the moment at which it stands."""
    async with a_town(url, KEYRING) as town:
        await _visited(town)
        ground = await _ground(town)
        for kind in DIALOGUES:
            for together in batched([each for each in places if each.kind == kind], MOST[kind]):
                await _waits(ground, together)
        someones = {name: await _someone(ground, name) for name in SPECIAL}
        await town.hands.look()
        await _in_flight(town.hands, someones)
        return ground.now


def batched(places: Sequence[Place], most: int) -> list[Sequence[Place]]:
    """Split places into runs of at most so many."""
    return [places[start : start + most] for start in range(0, len(places), most)]


async def _visited(town: Town) -> None:
    """Let Sanne come to her first visit, and Emma not answer."""
    await joins(town["Sanne"], town.clock)
    await plans_in_dutch(town["Sanne"])
    await town.clock.goes_on_until(town["Sanne"])


async def _ground(town: Town) -> Ground:
    async with town.hands.database.read() as tx:
        person = await people.get(tx, town["Sanne"].id)
        enrolment = (await enrolments.of_person(tx, person.id))[-1]
    return Ground(town, person.organisation_id, enrolment.cohort_id, enrolment.pack_digest)


async def _comes_in(tx: Transaction, ground: Ground, name: str) -> UUID:
    """Bring somebody in whom the programme does not visit yet."""
    person = await people.add(
        tx, organisation=ground.organisation, name=f"Robin {name}",
        email=f"{name}@example.org", language="nl", zone="Europe/Amsterdam",
    )  # fmt: skip
    await addresses.add(
        tx, person=person.id, workspace=ground.town.workspace, user=name, preferred=True
    )
    await enrolments.add(
        tx, person=person.id, cohort=ground.cohort, pack_digest=ground.digest,
        enrolled_on=START.date(), training_day=START.date(),
    )  # fmt: skip
    return person.id


async def _waits(ground: Ground, places: Sequence[Place]) -> None:
    """Bring somebody in with dialogues that wait at these places, all of one kind."""
    before = {"welcome": (), "goal_setting": (ground.joined,)}.get(
        places[0].kind, (ground.joined, ground.planned)
    )
    name = f"{places[0].kind}.{places[0].asked[0]}"
    async with ground.town.hands.database.write() as tx:
        person = await _comes_in(tx, ground, name)
        for each in (*before, *places):
            where = await _where(tx, person, ground.now)
            voice, own = Voice(), new_id()
            state = await talk.begin(where, each.kind, each.brief, voice, own, given=each.given)
            assert state.row.waiting == next(iter(each.asked), None), each


async def _where(tx: Transaction, person: UUID, now: datetime) -> Scene:
    return await scene.of_person(tx, await people.lock(tx, person), now)


async def _someone(ground: Ground, name: str) -> Someone:
    """Bring in somebody who was just asked whether they join."""
    town = ground.town
    async with town.hands.database.write() as tx:
        person = await _comes_in(tx, ground, name)
        enrolment = (await enrolments.of_person(tx, person))[-1]
        where = await _where(tx, person, ground.now)
        brief = Brief("welcome", first_day=where.today, zone=where.person.zone)
        await talk.begin(where, "welcome", brief, Voice(), new_id())
        await replan(tx, enrolment.id, Spacing(), ground.now)
    return Someone(town.hands, town.chat, town.workspace, name, person, "nl")


async def _in_flight(hands: Hands, someones: dict[str, Someone]) -> None:
    """Let somebody pause, somebody ask to be erased, an event fail, and an answer wait."""
    await someones["paused"].types("pauze")
    await someones["paused"].taps("2 weken")
    await someones["erased"].types("wis")
    await someones["erased"].taps("Wis")
    await _fails(hands, someones["failed"])
    unsent = someones["unsent"]
    now = hands.clock.now()
    # Heard, and not looked after: what is to be said stands in the outbox.
    await hands.hear(Event(str(new_id()), unsent.workspace, unsent.user, now, Typed("plan")))


async def _fails(hands: Hands, someone: Someone) -> None:
    """Keep the tap on *I join* as an event whose turn failed."""
    dialogue = someone.last.dialogue
    assert dialogue is not None
    now = hands.clock.now()
    press = Pressed(dialogue, {"hello": "join"}, {"hello": 0})
    event = Event("evt-failed", someone.workspace, someone.user, now, press)
    async with hands.database.write() as tx:
        await inbox.keep_failed(
            tx, someone.workspace, event.id, "pressed", someone.id,
            json.dumps(events.to_json(event)), now - timedelta(minutes=1),
        )  # fmt: skip
