"""Bringing characters into an empty database, as imports would: people, teams, a training each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

from bot import cohorts
from bot.cohorts import Member, Members
from bot.lists.work_lists import Leave, Shift
from bot.lists.work_times import bring_in_leave, bring_in_shifts
from bot.lists.written_time import Written
from bot.programme import PROGRAMMES, read
from bot.simulation.characters import Character, roster, start_of, training_of
from bot.team_channels import with_team_channel
from storage import addresses, clock, organisations, people, programmes, workspaces
from storage.database import Database, Transaction
from storage.organisations import Organisation
from storage.people import Person

PLATFORM: Final = "local"
CHAT: Final = "simulation"
ZONE: Final = "Europe/Amsterdam"
SAMPLE: Final = "feedback-geven"
KNOWN_DAYS: Final = 28
"""How far ahead a roster is known."""
BROUGHT_IN_EVERY: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class World:
    """Where they all are, and since when; `channels` are the people rows of channels, by user."""

    organisation: Organisation
    workspace: UUID
    start: datetime
    channels: dict[UUID, str]


async def settle(database: Database, seed: int, characters: Sequence[Character]) -> World:
    """Bring all of them in, a team a transaction."""
    start = start_of(seed)
    async with database.write() as tx:
        await clock.set(tx, timedelta(0))
        organisation = await organisations.add(tx, name="Simulatie", language="nl", zone=ZONE)
        workspace = await workspaces.add(
            tx, organisation=organisation.id, platform=PLATFORM, external_id=CHAT,
            language="nl", zone=ZONE,
        )  # fmt: skip
        pack = read(PROGRAMMES / SAMPLE)
        await programmes.save(
            tx, organisation=organisation.id, slug=pack.slug, version=pack.version,
            digest=pack.digest, content=pack.to_json(),
        )  # fmt: skip
    world = World(organisation, workspace.id, start, {})
    for team, members in groupby(characters, key=lambda each: each.team):
        async with database.write() as tx:
            await _bring_in(tx, world, training_of(seed, team), list(members))
    return world


async def _bring_in(
    tx: Transaction, world: World, training: date, members: Sequence[Character]
) -> None:
    there = [await _person(tx, world, each) for each in members]
    team = members[0].team
    following = [Member(one) for one, each in zip(there, members, strict=True) if each.follows]
    cohort = f"team {team}"
    await cohorts.create(
        tx, world.organisation, cohort, slug=SAMPLE, training_day=training,
        members=Members(following), now=world.start,
    )  # fmt: skip
    channel = f"#team-{team}"
    await with_team_channel(tx, world.organisation, cohort, channel, readers=len(members))
    address = await addresses.by_user(tx, world.workspace, channel)
    if address is not None:
        world.channels[address.person_id] = channel
    await bring_in_rosters(tx, world, members, world.start)
    away = [Leave(each.number, _email(each), *span) for each in members for span in each.leave]
    if away:
        await bring_in_leave(tx, world.organisation, away, file="leave.csv", now=world.start)


async def _person(tx: Transaction, world: World, each: Character) -> Person:
    person = await people.add(
        tx, organisation=world.organisation.id, name=each.name, email=_email(each),
        language=each.language, zone=each.zone, id=each.id,
    )  # fmt: skip
    await people.set_rhythm(tx, person.id, each.rhythm.to_json())
    await addresses.add(
        tx, person=person.id, workspace=world.workspace, user=each.user, preferred=True
    )
    return await people.get(tx, person.id)


async def bring_in_rosters(
    tx: Transaction, world: World, members: Iterable[Character], now: datetime
) -> None:
    """Bring in the shifts of the coming weeks, of whoever works in shifts."""
    listed = [
        Shift(each.number, _email(each), _written(start), _written(end))
        for each in members
        for start, end in roster(each, now.date(), KNOWN_DAYS)
    ]
    if listed:
        await bring_in_shifts(tx, world.organisation, listed, file="roster.csv", now=now)


def _written(moment: datetime) -> Written:
    return Written(moment.date(), moment.time(), timedelta(0))


def _email(each: Character) -> str:
    return f"{each.user}@example.org"
