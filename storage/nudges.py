"""Nudges: what is to happen for a person, and when; decided again at the moment itself.

What is planned may be replanned; what has come of a nudge whose moment came (`storage.due_nudges`)
is never touched by planning.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any, Final, Literal
from uuid import UUID

import sqlalchemy as sa

from storage.database import Transaction
from storage.ids import new_id
from storage.moments import check_aware
from storage.rows import select_for
from storage.statements import Statement, among
from storage.tables_talk import nudges

State = Literal["planned", "claimed", "waiting", "opened", "dropped", "failed"]
REPLANNED: Final = "replanned"
_AHEAD: Final = ("planned", "waiting")
_OVER: Final = ("opened", "dropped", "failed")
_MAY_COME_BACK: Final = (REPLANNED, "overtaken")  # on a new day, which nothing else stands for


@dataclass(frozen=True, slots=True)
class Wanted:
    """A nudge that should be there; `occurrence` names it within its enrolment."""

    kind: str
    occurrence: str
    round: int
    local_day: date
    local_time: time
    zone: str
    due_at: datetime
    exempt: bool
    priority: int


@dataclass(frozen=True, slots=True)
class Nudge(Wanted):
    """A nudge as it stands; `was_due_at` is the moment it was planned for before it was moved.

    `subject` is the pledge or observation that it is about.
    One that is `waiting` was due and is not pushed: its person opens it, or something wakes it.
    """

    id: UUID
    person_id: UUID
    enrolment_id: UUID | None
    dialogue_id: UUID | None
    question: str | None
    state: State
    reason: str | None
    tries: int
    claimed_until: datetime | None
    was_due_at: datetime | None
    subject: str | None = None


def _where(*which: sa.ColumnElement[bool]) -> Statement:
    """Make the statement that reads nudges in the order in which they are due."""
    found = select_for(Nudge, nudges).where(*which)
    return Statement(found.order_by(nudges.c.due_at, nudges.c.priority, nudges.c.id))


_NOW: Final = sa.bindparam("now", type_=nudges.c.due_at.type)
_ONE: Final = sa.update(nudges).where(nudges.c.id == sa.bindparam("nudge"))
_AS_IT_WAS: Final = nudges.c.state == sa.bindparam("was")
_SET: Final = Statement(_ONE)
_CHANGE: Final = Statement(_ONE.where(_AS_IT_WAS))
_GET: Final = _where(nudges.c.id == sa.bindparam("nudge"))
_THEIR_COURSE: Final = nudges.c.enrolment_id == sa.bindparam("enrolment")
_OF_ENROLMENT: Final = _where(_THEIR_COURSE)
# Not "is planned": by the index on that SQLite would go through everybody's.
_NOT_OVER: Final = _where(_THEIR_COURSE, ~among(nudges.c.state, _OVER))
_THEIRS: Final = nudges.c.person_id == sa.bindparam("person")
_OF_PERSON: Final = _where(_THEIRS)
_AHEAD_OF: Final = _where(_THEIRS, among(nudges.c.state, ("planned", "claimed")))
_OF_DIALOGUE: Final = _where(nudges.c.dialogue_id == sa.bindparam("dialogue"))
_IN_STATE: Final = _where(_THEIRS, nudges.c.state == sa.bindparam("state"))
_WAKE: Final = Statement(
    sa.update(nudges)
    .where(_THEIRS, nudges.c.state == "waiting")
    .values(
        state="planned",
        reason=None,
        # The moment it was due stays: it says which is the latest, and what is too old.
        due_at=sa.case((nudges.c.due_at < _NOW, nudges.c.due_at), else_=_NOW),
    )
)
_DROPPED: Final = (
    sa.update(nudges)
    .where(among(nudges.c.state, _AHEAD))
    .values(state="dropped", reason=sa.bindparam("because"))
)
_DROP: Final = Statement(_DROPPED.where(nudges.c.id == sa.bindparam("nudge")))
_CANCEL: Final = Statement(_DROPPED.where(_THEIRS, nudges.c.occurrence == sa.bindparam("called")))


@cache
def _drop_kinds(kinds: tuple[str, ...]) -> Statement:
    theirs = nudges.c.dialogue_id == sa.bindparam("dialogue")
    return Statement(_DROPPED.where(theirs, among(nudges.c.kind, kinds)))


async def plan(
    tx: Transaction,
    enrolment: UUID,
    person: UUID,
    wanted: Sequence[Wanted],
    now: datetime,
    *,
    kinds: Collection[str],
    keep: Callable[[str], bool] | None = None,
) -> None:
    """Make the planned nudges of these kinds what is wanted: insert, move and drop.

    What is not wanted but stands, by `keep(occurrence)`, is left; without `keep` that is what is
    due already. What waits is as what is overdue. What was opened, claimed, failed or dropped for
    a reason of its own is never touched; what lapsed or was overtaken may come back.
    """
    utc = check_aware(now)
    held = await _all(tx, _OF_ENROLMENT, enrolment=enrolment)
    there = {each.occurrence: each for each in held}
    for each in wanted:
        if each.occurrence in there:
            await _replan(tx, there[each.occurrence], each)
        else:
            await insert(tx, person=person, enrolment=enrolment, wanted=each)
    lapsed = there.keys() - {each.occurrence for each in wanted}
    for before in (there[occurrence] for occurrence in lapsed):
        if before.state not in _AHEAD and before.reason != REPLANNED:
            continue  # opened, or dropped for a reason of its own: whether it stands is all one
        stands = keep(before.occurrence) if keep else before.due_at <= utc
        if before.kind in kinds and not stands:
            if before.state in _AHEAD:
                await tx.run(_DROP, nudge=before.id, because=REPLANNED)
        elif before.reason == REPLANNED and before.due_at > utc:
            # Put off to a later moment, then dropped by a stop that was taken back.
            await tx.run(_CHANGE, nudge=before.id, was="dropped", state="planned", reason=None)


async def insert(
    tx: Transaction,
    *,
    person: UUID,
    enrolment: UUID | None,
    wanted: Wanted,
    dialogue: UUID | None = None,
    question: str | None = None,
    subject: str | None = None,
) -> bool:
    """Insert a nudge, which needs no lock; False when that occurrence is there already."""
    return await tx.insert_new(
        nudges,
        id=new_id(),
        person_id=person,
        enrolment_id=enrolment,
        dialogue_id=dialogue,
        question=question,
        subject=subject,
        state="planned",
        tries=0,
        **_columns(wanted),
    )


async def mark(
    tx: Transaction,
    nudge: UUID,
    state: State,
    reason: str | None = None,
    dialogue: UUID | None = None,
) -> None:
    """Say what became of a nudge, why, and which dialogue it opened."""
    opened = {"dialogue_id": dialogue} if dialogue else {}
    await tx.run(_SET, nudge=nudge, state=state, reason=reason, claimed_until=None, **opened)


async def wait(tx: Transaction, nudge: UUID, reason: str) -> None:
    """Let a nudge wait, for a reason and without a moment, until it is woken or opened."""
    await mark(tx, nudge, "waiting", reason)


async def unopen(tx: Transaction, nudge: UUID) -> None:
    """Forget which dialogue a nudge opened, since nobody saw it."""
    await tx.run(_SET, nudge=nudge, dialogue_id=None)


async def waiting(tx: Transaction, person: UUID) -> list[Nudge]:
    """Read what waits for its person to open it, in the order in which it fell due."""
    return await _all(tx, _IN_STATE, person=person, state="waiting")


async def wake(tx: Transaction, person: UUID, now: datetime) -> None:
    """Let all that waits for a person be decided again, as what is due now or was before."""
    await tx.run(_WAKE, person=person, now=check_aware(now))


async def next_visit(tx: Transaction, enrolment: UUID) -> Nudge | None:
    """Find the planned nudge that opens the next dialogue of an enrolment."""
    for each in await _all(tx, _NOT_OVER, enrolment=enrolment):
        if each.state == "planned" and each.dialogue_id is None and each.kind != "eve":
            return each  # an eve asks nothing
    return None


async def coming(tx: Transaction, person: UUID) -> list[Nudge]:
    """Read what is planned for a person, the soonest first."""
    return await _all(tx, _IN_STATE, person=person, state="planned")


async def of_person(tx: Transaction, person: UUID) -> list[Nudge]:
    """Read all nudges of a person, whatever became of them, by due moment."""
    return await _all(tx, _OF_PERSON, person=person)


async def ahead_of(tx: Transaction, person: UUID) -> list[Nudge]:
    """Read what is planned for a person or claimed just now, the soonest first."""
    return await _all(tx, _AHEAD_OF, person=person)


async def of_dialogue(tx: Transaction, dialogue: UUID) -> list[Nudge]:
    """Read what was planned for a dialogue, such as its reminder, whatever became of it."""
    return await _all(tx, _OF_DIALOGUE, dialogue=dialogue)


async def get(tx: Transaction, nudge: UUID) -> Nudge | None:
    """Read a nudge; None when there is none."""
    return next(iter(await _all(tx, _GET, nudge=nudge)), None)


async def cancel_of_dialogue(
    tx: Transaction, dialogue: UUID, kinds: Collection[str], reason: str = "overtaken"
) -> None:
    """Drop what is planned of these kinds for a dialogue, such as its reminder."""
    await tx.run(_drop_kinds(tuple(kinds)), dialogue=dialogue, because=reason)


async def cancel(tx: Transaction, person: UUID, occurrence: str) -> None:
    """Let go one thing that is still to come for a person."""
    await tx.run(_CANCEL, person=person, called=occurrence, because="overtaken")


async def is_planned(tx: Transaction, person: UUID, kind: str, subject: str) -> bool:
    """Say whether something of a kind about a subject is still to come for a person."""
    same = (nudges.c.person_id == person) & (nudges.c.kind == kind)
    same &= (nudges.c.subject == subject) & nudges.c.state.in_(_AHEAD)
    return await tx.row(sa.select(nudges.c.id).where(same).limit(1)) is not None


async def was_opened(tx: Transaction, person: UUID, kind: str, subject: str) -> bool:
    """Say whether something of a kind about a subject was opened for a person."""
    same = (nudges.c.person_id == person) & (nudges.c.kind == kind)
    same &= (nudges.c.subject == subject) & (nudges.c.state == "opened")
    return await tx.row(sa.select(nudges.c.id).where(same).limit(1)) is not None


async def postpone(tx: Transaction, subject: str, kind: str, due_at: datetime) -> None:
    """Let what is planned of a kind about a subject, for whomever, be due at this moment."""
    planned = (nudges.c.subject == subject) & (nudges.c.kind == kind)
    planned &= nudges.c.state == "planned"
    await tx.run(sa.update(nudges).where(planned).values(due_at=check_aware(due_at)))


async def _replan(tx: Transaction, before: Nudge, wanted: Wanted) -> None:
    lapsed = before.state == "dropped" and before.reason in _MAY_COME_BACK
    if before.state not in _AHEAD and not lapsed:
        return
    same_moment = wanted.due_at in {before.due_at, before.was_due_at}
    same = {**_columns(wanted), **(_moment(before) if same_moment else {})}
    if not lapsed and all(getattr(before, name) == value for name, value in same.items()):
        return
    back = {"state": "planned", "reason": None, "was_due_at": None}
    await tx.run(_CHANGE, nudge=before.id, was=before.state, **_columns(wanted), **back)


def _columns(wanted: Wanted) -> dict[str, Any]:
    return {name: getattr(wanted, name) for name in Wanted.__slots__}


def _moment(nudge: Nudge) -> dict[str, object]:
    names = ("local_day", "local_time", "zone", "due_at")
    return {name: getattr(nudge, name) for name in names}


async def _all(tx: Transaction, found: Statement, **values: object) -> list[Nudge]:
    return [Nudge(**row) for row in await tx.rows(found, **values)]
