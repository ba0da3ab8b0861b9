"""Bringing people in: everybody on a roster is there afterwards, however often it is brought in.

An e-mail address tells who is who; all else that a roster says replaces what was there. Somebody
who is not on it is left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot import scene
from bot.errors import BadContent
from bot.roster import Entry, normal
from bot.toml_file import Problem
from bot.visits import replan
from storage import addresses, enrolments, people, workspaces
from storage.database import Transaction
from storage.organisations import Organisation
from storage.people import Person

LOCAL = "local"

Change = Literal["new", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """How many people a roster added, how many it changed, and how many it found as they were."""

    new: int
    changed: int
    unchanged: int


async def bring_in(
    tx: Transaction,
    organisation: Organisation,
    entries: Sequence[Entry],
    *,
    file: str,
    now: datetime,
) -> BroughtIn:
    """Make the people of an organisation what a roster says; `file` is named in problems.

    Raises:
        BadContent: a manager is neither on the roster nor known; nothing is brought in then.

    """
    await _check_managers(tx, organisation, entries, file)
    counts: Counter[Change] = Counter()
    for entry in entries:
        counts[await _bring_in(tx, organisation, entry, now)] += 1
    return BroughtIn(counts["new"], counts["changed"], counts["unchanged"])


async def _check_managers(
    tx: Transaction, organisation: Organisation, entries: Sequence[Entry], file: str
) -> None:
    here = {normal(entry.email) for entry in entries}
    problems = []
    for entry in entries:
        manager = entry.manager_email
        if manager and normal(manager) not in here:
            known = await people.by_email(tx, organisation.id, manager)
            if known is None:
                what = "The manager is nobody that we know."
                remedy = "Give them a row too, or leave manager_email empty."
                problems.append(Problem(file, entry.line, what, remedy))
    if problems:
        raise BadContent("\n".join(map(str, problems)))


async def _bring_in(
    tx: Transaction, organisation: Organisation, entry: Entry, now: datetime
) -> Change:
    before = await people.by_email(tx, organisation.id, entry.email)
    person = before or await people.add(
        tx,
        organisation=organisation.id,
        name=entry.name,
        email=entry.email,
        language=entry.language,
        zone=entry.zone,
    )
    await _can_chat_here(tx, person)
    if before is None:
        return "new"
    return "changed" if await _changed(tx, before, entry, now) else "unchanged"


async def _can_chat_here(tx: Transaction, person: Person) -> None:
    """Give a person an address in the local chat, where there is one.

    The address is no e-mail address: this column is not sealed.
    """
    theirs = {each.workspace_id for each in await addresses.of_person(tx, person.id)}
    for workspace in await workspaces.all_on(tx, LOCAL):
        ours = workspace.organisation_id == person.organisation_id
        if ours and workspace.id not in theirs:
            await addresses.add(
                tx, person=person.id, workspace=workspace.id, user=str(person.id), preferred=True
            )


async def _changed(tx: Transaction, before: Person, entry: Entry, now: datetime) -> bool:
    person = await people.lock(tx, before.id)
    wanted = (entry.name, entry.language, entry.zone)
    if (person.name, person.language, person.zone) == wanted:
        return False
    await people.rename(tx, person.id, entry.name)
    await people.set_language(tx, person.id, entry.language)
    if person.zone != entry.zone:
        await people.set_zone(tx, person.id, entry.zone)
        await _plan_anew(tx, person, now)
    return True


async def _plan_anew(tx: Transaction, person: Person, now: datetime) -> None:
    """Move what is planned to the same time of day in the person's new zone."""
    moved = await people.get(tx, person.id)
    for enrolment in await enrolments.of_person(tx, person.id):
        where = await scene.of_person(tx, moved, now, enrolment.id)
        await replan(tx, enrolment.id, where.spacing, now)
