"""A small world for the tests of storage: one organisation, two people, a course and a talk."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from storage import (
    addresses,
    cohorts,
    dialogues,
    enrolments,
    nudges,
    organisations,
    people,
    programmes,
    workspaces,
)
from storage.database import Database, Transaction
from storage.dialogues import Dialogue
from storage.ids import new_id
from storage.keyring import Keyring

NOW = datetime(2027, 3, 2, 8, 30, tzinfo=UTC)
KINDS = ("check_in",)  # that `plan` is about
KEYRING = Keyring.of({"first": b"1" * 32}, current="first")


@dataclass(frozen=True, slots=True)
class World:
    """The ids of what is there."""

    organisation: UUID
    workspace: UUID
    programme: UUID
    cohort: UUID
    sanne: UUID
    milan: UUID
    enrolment: UUID
    dialogue: UUID


async def add_person(tx: Transaction, organisation: UUID, name: str) -> UUID:
    """Add a person whose e-mail address is their name."""
    person = await people.add(
        tx,
        organisation=organisation,
        name=name,
        email=f"{name}@example.org",
        language="nl",
        zone="Europe/Amsterdam",
    )
    return person.id


async def add_dialogue(tx: Transaction, person: UUID, enrolment: UUID) -> Dialogue:
    """Open a check-in that nothing was answered in yet."""
    return await dialogues.open(
        tx,
        id=new_id(),
        person=person,
        enrolment=enrolment,
        kind="check_in",
        brief={"round": 1},
        answers="{}",
        kept="{}",
        now=NOW,
    )


async def build(database: Database) -> World:
    """Put the world into a database."""
    async with database.write() as tx:
        organisation = (
            await organisations.add(
                tx, name="Noorderlicht", language="nl", zone="Europe/Amsterdam"
            )
        ).id
        workspace = await workspaces.add(
            tx,
            organisation=organisation,
            platform="local",
            external_id="local",
            language="nl",
            zone="Europe/Amsterdam",
        )
        programme = await programmes.save(
            tx,
            organisation=organisation,
            slug="feedback-geven",
            version="1.0",
            digest="d1",
            content={"title": "Feedback geven"},
        )
        cohort = await cohorts.add(
            tx,
            organisation=organisation,
            programme=programme.id,
            name="voorjaar",
            training_day=date(2027, 3, 1),
        )
        sanne = await add_person(tx, organisation, "sanne")
        milan = await add_person(tx, organisation, "milan")
        await addresses.add(tx, person=sanne, workspace=workspace.id, user="sanne")
        enrolment = await enrolments.add(
            tx, person=sanne, cohort=cohort.id, pack_digest="d1", enrolled_on=date(2027, 2, 20)
        )
        dialogue = await add_dialogue(tx, sanne, enrolment.id)
    return World(
        organisation,
        workspace.id,
        programme.id,
        cohort.id,
        sanne,
        milan,
        enrolment.id,
        dialogue.id,
    )


def visit(number: int, *, in_days: int = 0, priority: int = 5) -> nudges.Wanted:
    """Want a check-in so many days from now, at half past nine in Amsterdam."""
    due_at = NOW + timedelta(days=in_days)
    return nudges.Wanted(
        kind="check_in",
        occurrence=f"check_in:{number}",
        round=number,
        local_day=due_at.date(),
        local_time=time(9, 30),
        zone="Europe/Amsterdam",
        due_at=due_at,
        exempt=False,
        priority=priority,
    )


async def plan(
    tx: Transaction, world: World, *wanted: nudges.Wanted, now: datetime = NOW
) -> dict[str, nudges.Nudge]:
    """Plan for Sanne, and give what is there by occurrence."""
    await nudges.plan(tx, world.enrolment, world.sanne, wanted, now, kinds=KINDS)
    return {each.occurrence: each for each in await nudges.of_person(tx, world.sanne)}
