"""Making a cohort: people who follow one programme from one training day on.

Nothing is sent here. Everybody's first visit is planned, and whoever looks next opens it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from bot import programme
from bot.errors import BadContent
from bot.lists.comparing import known_users, users_of
from bot.lists.entries import Entry, Users, normal
from bot.toml_file import Problem, nearest
from bot.visits import replan
from scheduler.local import local_of
from scheduler.plan import Spacing
from storage import cohorts, enrolments, erasures, people, programmes
from storage import listed as lists
from storage.cohorts import Cohort
from storage.database import Transaction
from storage.errors import Erased, Missing
from storage.organisations import Organisation
from storage.people import Person

MOST_PROBLEMS: Final = 50
LATEST_JOINING: Final = timedelta(days=14)
"""How long after the training somebody can still come in; later, most visits have lapsed."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody to enrol, and their manager where one is known."""

    person: Person
    manager: Person | None = field(default=None)


@dataclass(frozen=True, slots=True)
class Members:
    """Who is to be enrolled, and how many on a list are not there any more."""

    people: Sequence[Member]
    gone: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    """A cohort, how many came into it now, and how many were left out.

    Nothing says who was left out, or why: who follows the programme already, who declined or
    stopped anything, and who was erased are one number.
    """

    cohort: Cohort
    enrolled: int
    left_out: int


async def create(
    tx: Transaction,
    organisation: Organisation,
    name: str,
    *,
    slug: str,
    training_day: date,
    members: Members,
    now: datetime,
    invite_again: bool = False,
) -> Made:
    """Make a running cohort, enrol its members and plan their visits.

    Who follows the programme in another cohort already is left out, as there is one welcome; and
    so is who declined or stopped, unless they are to be invited again.

    Raises:
        BadContent: there is no such programme here, the training is too long ago, or there is
            nobody to enrol.
        Taken: there is a cohort of that name.

    """
    content = await _programme(tx, organisation, slug)
    _check_day(training_day, local_of(now, organisation.zone).day)
    _check_anybody(members)
    new = await _invited(tx, organisation, content, members, invite_again=invite_again)
    cohort = await cohorts.add(
        tx,
        organisation=organisation.id,
        programme=content.id,
        name=name,
        training_day=training_day,
        state="running",
    )
    left_out = len(members.people) + members.gone - len(new)
    if not new:
        raise BadContent(f"{left_out_said(left_out)} So nobody is left: no cohort was made.")
    await _enrol(tx, cohort, content, new, now)
    return Made(cohort, len(new), left_out)


async def add(
    tx: Transaction,
    organisation: Organisation,
    name: str,
    *,
    members: Members,
    now: datetime,
    invite_again: bool = False,
) -> Made:
    """Enrol more people in a cohort that is there, and plan their visits; else as `create`.

    Raises:
        BadContent: there is no such cohort, its training is too long ago, or nobody is to be
            enrolled.

    """
    cohort = await cohorts.by_name(tx, organisation.id, name)
    if cohort is None:
        names = [each.name for each in await cohorts.all_in(tx, organisation.id)]
        raise BadContent(f"There is no cohort '{name}'. {nearest(name, names)}")
    content = await programmes.get(tx, cohort.programme_id)
    _check_day(cohort.training_day, local_of(now, organisation.zone).day)
    _check_anybody(members)
    new = await _invited(tx, organisation, content, members, invite_again=invite_again)
    there = {each.person_id for each in await enrolments.in_cohort(tx, cohort.id)}
    new = [each for each in new if each.person.id not in there]
    await _enrol(tx, cohort, content, new, now)
    return Made(cohort, len(new), len(members.people) + members.gone - len(new))


def left_out_said(left_out: int) -> str:
    """Say how many were left out, and nothing of who or why."""
    who = "1 person was" if left_out == 1 else f"{left_out} people were"
    return f"{who} left out: they follow this programme already, or take no part."


def _check_anybody(members: Members) -> None:
    if not members.people and not members.gone:
        raise BadContent("There is nobody to enrol: run `holdfast people import FILE` first.")


async def _invited(
    tx: Transaction,
    organisation: Organisation,
    content: programmes.Programme,
    members: Members,
    *,
    invite_again: bool,
) -> list[Member]:
    """Give the members who are not enrolled yet, and said no to nothing."""
    out: set[UUID] = set()
    versions = {
        each.id
        for each in await programmes.all_in(tx, organisation.id)
        if each.slug == content.slug
    }
    for cohort in await cohorts.all_in(tx, organisation.id):
        follows = cohort.programme_id in versions and cohort.state != "stopped"
        for each in await enrolments.in_cohort(tx, cohort.id):
            said_no = each.status in {"declined", "stopped"}
            if (said_no and not invite_again) or (follows and not said_no):
                out.add(each.person_id)
    return [each for each in members.people if each.person.id not in out]


async def _enrol(
    tx: Transaction,
    cohort: Cohort,
    content: programmes.Programme,
    members: Sequence[Member],
    now: datetime,
) -> None:
    read = programme.Programme.from_json(content.content)
    spacing = Spacing(checkin_days=read.checkin_days)
    for member in members:
        enrolment = await enrolments.add(
            tx,
            person=member.person.id,
            cohort=cohort.id,
            pack_digest=content.digest,
            enrolled_on=local_of(now, member.person.zone).day,
            training_day=cohort.training_day,
            manager=member.manager.id if member.manager else None,
        )
        await replan(tx, enrolment.id, spacing, now)


def _check_day(training_day: date, today: date) -> None:
    earliest = today - LATEST_JOINING
    if training_day < earliest:
        raise BadContent(
            f"The training day {training_day} is more than {LATEST_JOINING.days} days ago: the "
            f"visits that follow it would be over. Give one from {earliest} on."
        )


async def everybody(tx: Transaction, organisation: Organisation) -> Members:
    """Give all who are with the organisation, with their managers as the last list said."""
    found = [each for each in await people.all_in(tx, organisation.id) if each.status == "active"]
    return Members(await _led(tx, found))


async def listed(
    tx: Transaction, organisation: Organisation, entries: Sequence[Entry], *, file: str
) -> Members:
    """Give those on a roster, with their managers: those it names, else as the last list said.

    Raises:
        BadContent: somebody on it, or a manager, was not brought in yet.

    """
    emails = {each for entry in entries for each in (entry.email, entry.manager_email) if each}
    ids = await lists.ids_of(tx, organisation.id, emails)
    users = await _users(tx, organisation, entries)
    found = [(each, _whose(each, ids, users)) for each in entries]
    missing = [each for each, person in found if person is None]
    asked = [(each.email or None, users_of(each)) for each in missing]
    erased = await erasures.which(tx, organisation.id, asked)
    gone = {each.line for each, is_gone in zip(missing, erased, strict=True) if is_gone}
    problems = [
        Problem(file, each.line, what, f"Run `holdfast people import {file}` first.")
        for each, person in found
        for is_missing, what in (
            (person is None and each.line not in gone, "This person was not imported."),
            (
                bool(each.manager_email) and normal(each.manager_email) not in ids,
                "This manager was not imported.",
            ),
        )
        if is_missing
    ]
    if problems:
        raise BadContent("\n".join(map(str, problems[:MOST_PROBLEMS])))
    there = [await people.get(tx, person) for _, person in found if person is not None]
    managers = {
        person: ids[normal(each.manager_email)]
        for each, person in found
        if person is not None and each.manager_email
    }
    members = await _led(tx, there, managers)
    return Members(members, len(gone))


def _whose(entry: Entry, ids: Mapping[str, UUID], users: Users) -> UUID | None:
    by_user = (users.get(user) for user in users_of(entry))
    return (ids.get(normal(entry.email)) if entry.email else None) or next(
        filter(None, by_user), None
    )


async def _users(tx: Transaction, organisation: Organisation, entries: Sequence[Entry]) -> Users:
    if not any(users_of(entry) for entry in entries):
        return Users()
    return await known_users(tx, organisation)


async def _led(
    tx: Transaction,
    found: Sequence[Person],
    managers: Mapping[UUID, UUID] = MappingProxyType({}),
) -> list[Member]:
    """Give people with their managers: these, else whom the last list named."""
    said = await lists.said_of(tx, [each.id for each in found])
    listed_ = {who: UUID(each["manager"]) for who, each in said.items() if each.get("manager")}
    ids = {**listed_, **managers}
    known = {each.id: each for each in found}
    for manager in {*ids.values()} - known.keys():
        with suppress(Missing, Erased):  # they left, and were erased
            known[manager] = await people.get(tx, manager)
    return [Member(each, known.get(ids[each.id]) if each.id in ids else None) for each in found]


async def _programme(
    tx: Transaction, organisation: Organisation, slug: str
) -> programmes.Programme:
    found = await programmes.latest(tx, organisation.id, slug)
    if found is None:
        imported = {each.slug for each in await programmes.all_in(tx, organisation.id)}
        meant = f"{nearest(slug, imported)} " if imported else ""
        raise BadContent(
            f"There is no programme '{slug}' here. {meant}"
            "Import one with `holdfast programme import PATH`."
        )
    return found
