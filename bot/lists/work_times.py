"""Bringing in when people work and when they are away, from lists that the organisation keeps.

All of a list or nothing. What a list changes is the same for everybody on it, whether they take
part or not: its outcome must not tell who joined, declined or stopped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal, TypeAlias, TypeVar
from uuid import UUID

from bot import scene, shift_work
from bot.errors import BadContent
from bot.lists.work_lists import MOST_PROBLEMS, Leave, Shift, Span, spans_of
from bot.retention import SHIFTS
from bot.toml_file import Problem
from bot.visits import replan
from scheduler.local import local_of, start_of
from storage import addresses, enrolments, nudges, people, shifts, workspaces
from storage.database import Transaction
from storage.organisations import Organisation
from storage.people import Person

KEPT_FOR: Final = SHIFTS  # after a shift ended (docs/shifts.md)
PLATFORMS: Final = ("local", "slack", "teams")

Became: TypeAlias = Literal["new", "as it was", "over"]
R = TypeVar("R", Shift, Leave)

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What became of each row, by its line, and how many entries of before went."""

    rows: tuple[tuple[int, Became], ...]
    gone: int


@dataclass(frozen=True, slots=True)
class _Roster:
    """One person's shifts as the list has them, and as they stand in the same span."""

    person: Person
    since: datetime
    until: datetime
    spans: tuple[Span, ...]
    over: tuple[Span, ...]
    there: frozenset[shifts.Span]

    @property
    def wanted(self) -> frozenset[shifts.Span]:
        return frozenset((each.starts_at, each.ends_at) for each in self.spans)

    @property
    def rows(self) -> list[tuple[int, Became]]:
        """Say of each line of the list what became of it."""
        rows: list[tuple[int, Became]] = [(each.line, "over") for each in self.over]
        for each in self.spans:
            stands = (each.starts_at, each.ends_at) in self.there
            rows.append((each.line, "as it was" if stands else "new"))
        return rows


async def bring_in_shifts(
    tx: Transaction,
    organisation: Organisation,
    listed: Sequence[Shift],
    *,
    file: str,
    now: datetime,
    dry_run: bool = False,
) -> BroughtIn:
    """Make the shifts of everybody on a list what it says, from its first day to its last.

    Whoever is on it works in shifts from now on. A dry run tells what would become of each row.

    Raises:
        BadContent: with every problem; nothing is brought in then.

    """
    rosters = await _rosters(tx, organisation, listed, file, now)
    rows = sorted(row for each in rosters for row in each.rows)
    gone = sum(len(each.there - each.wanted) for each in rosters)
    for each in () if dry_run else rosters:
        in_shifts = (each.person.rhythm or {}).get("mode") == "shifts"
        if each.there != each.wanted or (each.wanted and not in_shifts):
            await _keep(tx, each, now)
    return BroughtIn(tuple(rows), gone)


async def bring_in_leave(
    tx: Transaction,
    organisation: Organisation,
    listed: Sequence[Leave],
    *,
    file: str,
    now: datetime,
    dry_run: bool = False,
) -> BroughtIn:
    """Make the absences of everybody on a list what it says, from its first day to its last.

    Raises:
        BadContent: somebody is not known; nothing is brought in then.

    """
    found = await _found(tx, organisation, listed, file)
    first, last = min(each.first for each in listed), max(each.last for each in listed)
    rows: list[tuple[int, Became]] = []
    gone = 0
    for person, theirs in found:
        wanted = {(each.first, each.last) for each in theirs}
        before = {each for each in person.leave if each[0] <= last and each[1] >= first}
        stands = {each.line: (each.first, each.last) in before for each in theirs}
        rows += [(line, "as it was" if held else "new") for line, held in stands.items()]
        gone += len(before - wanted)
        if before != wanted and not dry_run:
            await _leave(tx, person, wanted | (set(person.leave) - before), now)
    return BroughtIn(tuple(sorted(rows)), gone)


async def _rosters(
    tx: Transaction, organisation: Organisation, listed: Sequence[Shift], file: str, now: datetime
) -> list[_Roster]:
    """Read everybody's shifts of the list as moments, beside those that stand."""
    spans: list[tuple[Person, tuple[Span, ...]]] = []
    problems: list[Problem] = []
    for person, theirs in await _found(tx, organisation, listed, file):
        ordered, wrong = spans_of(file, theirs, person.zone)
        spans.append((person, ordered))
        problems += wrong
    _raise(problems)
    first = min(each[0].starts_at for _, each in spans)
    last = max(each[-1].starts_at for _, each in spans)
    return [await _beside(tx, person, each, first, last, now) for person, each in spans]


async def _beside(
    tx: Transaction, person: Person, spans: tuple[Span, ...],
    first: datetime, last: datetime, now: datetime,
) -> _Roster:  # fmt: skip
    since = start_of(local_of(first, person.zone).day, person.zone)
    until = start_of(local_of(last, person.zone).day + _DAY, person.zone)
    over = tuple(each for each in spans if each.ends_at < now - KEPT_FOR)
    there = await shifts.starting(tx, person.id, since=since, until=until)
    ahead = tuple(each for each in spans if each not in over)
    kept = frozenset(each for each in there if each[1] >= now - KEPT_FOR)
    return _Roster(person, since, until, ahead, over, kept)


async def _keep(tx: Transaction, roster: _Roster, now: datetime) -> None:
    person = await people.lock(tx, roster.person.id)
    await shift_work.begin(tx, person)
    await shifts.replace(
        tx, person.id, roster.wanted, since=roster.since, until=roster.until, source="roster"
    )
    await nudges.wake(tx, person.id, now)
    await _plan_anew(tx, person.id, now)


async def _leave(
    tx: Transaction, person: Person, leave: Iterable[tuple[date, date]], now: datetime
) -> None:
    await people.lock(tx, person.id)
    await people.set_leave(tx, person.id, tuple(leave))
    await _plan_anew(tx, person.id, now)


async def _plan_anew(tx: Transaction, person: UUID, now: datetime) -> None:
    changed = await people.get(tx, person)
    for enrolment in await enrolments.of_person(tx, person):
        where = await scene.of_person(tx, changed, now, enrolment.id)
        await replan(tx, enrolment.id, where.spacing, now)


async def _found(
    tx: Transaction, organisation: Organisation, listed: Sequence[R], file: str
) -> list[tuple[Person, list[R]]]:
    """Give each person of a list with their rows, in the order in which they are locked.

    Raises:
        BadContent: with the line of each person that nobody knows.

    """
    rows: defaultdict[str, list[R]] = defaultdict(list)
    for each in listed:
        rows[each.person.casefold()].append(each)
    theirs: defaultdict[UUID, list[R]] = defaultdict(list)
    known: dict[UUID, Person] = {}
    problems: list[Problem] = []
    for same in rows.values():
        person = await _person(tx, organisation, same[0].person)
        if person is None:
            what, remedy = "This person is nobody that we know.", "Import people first."
            problems += [Problem(file, each.line, what, remedy) for each in same]
            continue
        known[person.id] = person
        theirs[person.id] += same
    _raise(problems)
    return [(known[id_], theirs[id_]) for id_ in sorted(known)]


async def _person(tx: Transaction, organisation: Organisation, name: str) -> Person | None:
    """Find somebody by e-mail address, else by what a chat of the organisation calls them."""
    person = await people.by_email(tx, organisation.id, name)
    if person is not None:
        return await people.get(tx, person.id)
    for platform in PLATFORMS:
        for workspace in await workspaces.all_on(tx, platform):
            if workspace.organisation_id == organisation.id:
                address = await addresses.by_user(tx, workspace.id, name)
                if address is not None:
                    return await people.get(tx, address.person_id)
    return None


def _raise(problems: Sequence[Problem]) -> None:
    if problems:
        raise BadContent("\n".join(map(str, sorted(problems)[:MOST_PROBLEMS])))
