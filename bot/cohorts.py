"""Making a cohort: people who follow one programme from one training day on.

Nothing is sent here. Everybody's first visit is planned, and whoever looks next opens it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

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


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody to enrol, and their manager where one is known."""

    person: Person
    manager: Person | None = field(default=None)


async def create(
    tx: Transaction,
    organisation: Organisation,
    name: str,
    *,
    slug: str,
    training_day: date,
    members: Sequence[Member],
    now: datetime,
) -> Cohort:
    """Make a running cohort, enrol its members and plan their visits.

    Raises:
        BadContent: there is no such programme here, or nobody to enrol.
        Taken: there is a cohort of that name.

    """
    content = await _programme(tx, organisation, slug)
    if not members:
        raise BadContent("There is nobody to enrol: run `holdfast people import FILE.csv` first.")
    cohort = await cohorts.add(
        tx,
        organisation=organisation.id,
        programme=content.id,
        name=name,
        training_day=training_day,
        state="running",
    )
    read = programme.Programme.from_json(content.content)
    spacing = Spacing(checkin_days=read.checkin_days)
    for member in members:
        enrolment = await enrolments.add(
            tx,
            person=member.person.id,
            cohort=cohort.id,
            pack_digest=content.digest,
            enrolled_on=local_of(now, member.person.zone).day,
            training_day=training_day,
            manager=member.manager.id if member.manager else None,
        )
        await replan(tx, enrolment.id, spacing, now)
    return cohort


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
