"""Making a cohort: people who follow one programme from one training day on.

Nothing is sent here. Everybody's first visit is planned, and whoever looks next opens it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from bot import programme
from bot.errors import BadContent
from bot.roster import Entry
from bot.toml_file import Problem, nearest
from bot.visits import replan
from scheduler.local import local_of
from scheduler.plan import Spacing
from storage import cohorts, enrolments, people, programmes
from storage.cohorts import Cohort
from storage.database import Transaction
from storage.organisations import Organisation
from storage.people import Person

LATEST_JOINING: Final = timedelta(days=14)
"""How long after the training somebody can still come in; later, most visits have lapsed."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody to enrol, and their manager where one is known."""

    person: Person
    manager: Person | None = field(default=None)


@dataclass(frozen=True, slots=True)
class Made:
    """A new cohort, how many are in it, and of everybody who was left out a line that says why."""

    cohort: Cohort
    enrolled: int
    left_out: Sequence[str]


async def create(
    tx: Transaction,
    organisation: Organisation,
    name: str,
    *,
    slug: str,
    training_day: date,
    members: Sequence[Member],
    now: datetime,
) -> Made:
    """Make a running cohort, enrol its members and plan their visits.

    Who follows the programme in another cohort already is left out: there is one welcome.

    Raises:
        BadContent: there is no such programme here, the training is too long ago, or there is
            nobody to enrol.
        Taken: there is a cohort of that name.

    """
    content = await _programme(tx, organisation, slug)
    _check_day(training_day, local_of(now, organisation.zone).day)
    if not members:
        raise BadContent("There is nobody to enrol: run `holdfast people import FILE.csv` first.")
    elsewhere = await _following(tx, organisation, slug)
    cohort = await cohorts.add(
        tx,
        organisation=organisation.id,
        programme=content.id,
        name=name,
        training_day=training_day,
        state="running",
    )
    left_out = [
        f"{each.person.name} follows {slug} already, in the cohort {elsewhere[each.person.id]}: "
        "left out."
        for each in members
        if each.person.id in elsewhere
    ]
    new = [each for each in members if each.person.id not in elsewhere]
    if not new:
        raise BadContent(
            "\n".join((*left_out, "So there is nobody to enrol: no cohort was made."))
        )
    await _enrol(tx, cohort, content, new, now)
    return Made(cohort, len(new), left_out)


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


async def _following(tx: Transaction, organisation: Organisation, slug: str) -> Mapping[UUID, str]:
    """Give everybody who was enrolled in a programme, with the name of their cohort.

    Whatever they answered: who was left out must not tell who declined, stopped or went on.
    """
    versions = {
        each.id for each in await programmes.all_in(tx, organisation.id) if each.slug == slug
    }
    return {
        each.person_id: cohort.name
        for cohort in await cohorts.all_in(tx, organisation.id)
        if cohort.programme_id in versions and cohort.state != "stopped"
        for each in await enrolments.in_cohort(tx, cohort.id)
    }


async def everybody(tx: Transaction, organisation: Organisation) -> list[Member]:
    """Give all who are with the organisation; who manages whom only a roster says."""
    found = await people.all_in(tx, organisation.id)
    return [Member(person) for person in found if person.status == "active"]


async def listed(
    tx: Transaction, organisation: Organisation, entries: Sequence[Entry], *, file: str
) -> list[Member]:
    """Give those on a roster, with their managers.

    Raises:
        BadContent: somebody on it, or a manager, was not brought in yet.

    """
    emails = [*(each.email for each in entries), *(each.manager_email for each in entries)]
    known: Mapping[str, Person | None] = {
        email: await people.by_email(tx, organisation.id, email) for email in set(emails) if email
    }
    problems = [
        Problem(file, each.line, what, f"Run `holdfast people import {file}` first.")
        for each in entries
        for email, what in (
            (each.email, "This person was not imported."),
            (each.manager_email, "This manager was not imported."),
        )
        if email and known[email] is None
    ]
    if problems:
        raise BadContent("\n".join(map(str, problems)))
    return [
        Member(person, known.get(each.manager_email))
        for each in entries
        if (person := known[each.email]) is not None
    ]


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
