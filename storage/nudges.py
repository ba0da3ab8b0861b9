"""Nudges: what is to happen for a person, and when; decided again at the moment itself.

Two clocks: `now` is the application's, which a demo turns, and decides what is due; `machine_now`
is the machine's, and decides whether whoever claimed a nudge is still alive.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from uuid import UUID

import sqlalchemy as sa

from storage.database import Transaction
from storage.ids import new_id
from storage.moments import Local, check_aware
from storage.rows import select_for
from storage.tables_talk import nudges

State = Literal["planned", "claimed", "waiting", "opened", "dropped", "failed"]
LEASE: Final = timedelta(minutes=5)
MOST_TRIES: Final = 5
REPLANNED: Final = "replanned"
_AHEAD: Final = ("planned", "waiting")
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
    there = {each.occurrence: each for each in await _all(tx, nudges.c.enrolment_id == enrolment)}
    for each in wanted:
        if each.occurrence in there:
            await _replan(tx, there[each.occurrence], each)
        else:
            await insert(tx, person=person, enrolment=enrolment, wanted=each)
    lapsed = there.keys() - {each.occurrence for each in wanted}
    for before in (there[occurrence] for occurrence in lapsed):
        stands = keep(before.occurrence) if keep else before.due_at <= utc
        if before.kind in kinds and not stands:
            await _drop(tx, nudges.c.id == before.id, REPLANNED)
        elif before.reason == REPLANNED and before.due_at > utc:
            # Put off to a later moment, then dropped by a stop that was taken back.
            back = sa.update(nudges).where(nudges.c.id == before.id, nudges.c.state == "dropped")
            await tx.run(back.values(state="planned", reason=None))


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
        **asdict(wanted),
    )


async def claim_due(
    tx: Transaction,
    now: datetime,
    machine_now: datetime,
    limit: int,
    lease: timedelta = LEASE,
) -> list[Nudge]:
    """Claim what is due, each nudge for one claimant: by due moment, then by priority.

    What a dead claimant left behind is claimed again, one at a time since it may be what killed
    the claimant. That counts as a try, and what was tried too often is failed.
    """
    due = (nudges.c.state == "planned") & (nudges.c.due_at <= now)
    left = (nudges.c.state == "claimed") & (nudges.c.claimed_until <= machine_now)
    tried = sa.update(nudges).where(left, nudges.c.tries + 1 >= MOST_TRIES)
    await tx.run(tried.values(state="failed", reason="tried_too_often", claimed_until=None))
    until = machine_now + lease
    claimed = await _claim(tx, left, min(limit, 1), until, nudges.c.tries)
    claimed = claimed or await _claim(tx, due, limit, until)
    return sorted(claimed, key=lambda each: (each.due_at, each.priority, each.id))


async def is_any_due(tx: Transaction, now: datetime, machine_now: datetime) -> bool:
    """Say whether there is anything to claim: what is due, or what a dead claimant left."""
    due = (nudges.c.state == "planned") & (nudges.c.due_at <= now)
    left = (nudges.c.state == "claimed") & (nudges.c.claimed_until <= machine_now)
    found = await tx.row(sa.select(nudges.c.id).where(due | left).limit(1))
    return found is not None


async def let_go(tx: Transaction, machine_now: datetime) -> None:
    """End all claims now; only where nobody else can be at work, such as at a start alone."""
    claimed = sa.update(nudges).where(nudges.c.state == "claimed")
    await tx.run(claimed.values(claimed_until=machine_now))


async def give_back(tx: Transaction, claimed: Collection[Nudge]) -> None:
    """End these claims, where they still are the claimant's own: nothing was done with them."""
    ours = {each.id: each.claimed_until for each in claimed}
    for nudge, until in ours.items():
        still = (nudges.c.id == nudge) & (nudges.c.claimed_until == until)
        left = sa.update(nudges).where(still, nudges.c.state == "claimed")
        await tx.run(left.values(state="planned", claimed_until=None))


async def mark(
    tx: Transaction,
    nudge: UUID,
    state: State,
    reason: str | None = None,
    dialogue: UUID | None = None,
) -> None:
    """Say what became of a nudge, why, and which dialogue it opened."""
    values = {"state": state, "reason": reason, "claimed_until": None}
    opened = {"dialogue_id": dialogue} if dialogue else {}
    await tx.run(sa.update(nudges).where(nudges.c.id == nudge).values({**values, **opened}))


async def move(tx: Transaction, nudge: UUID, local: Local, due_at: datetime, reason: str) -> None:
    """Put a nudge off to another moment, for a reason; the moment it was planned for is kept."""
    moved = sa.update(nudges).where(nudges.c.id == nudge)
    await tx.run(
        moved.values(
            state="planned",
            local_day=local.day,
            local_time=local.at,
            zone=local.zone,
            due_at=due_at,
            was_due_at=sa.func.coalesce(nudges.c.was_due_at, nudges.c.due_at),
            reason=reason,
            claimed_until=None,
        )
    )


async def wait(tx: Transaction, nudge: UUID, reason: str) -> None:
    """Let a nudge wait, for a reason and without a moment, until it is woken or opened."""
    await mark(tx, nudge, "waiting", reason)


async def unopen(tx: Transaction, nudge: UUID) -> None:
    """Forget which dialogue a nudge opened, since nobody saw it."""
    await tx.run(sa.update(nudges).where(nudges.c.id == nudge).values(dialogue_id=None))


async def waiting(tx: Transaction, person: UUID) -> list[Nudge]:
    """Read what waits for its person to open it, in the order in which it fell due."""
    return await _all(tx, (nudges.c.person_id == person) & (nudges.c.state == "waiting"))


async def wake(tx: Transaction, person: UUID, now: datetime) -> None:
    """Let all that waits for a person be decided again, as what is due now or was before."""
    utc = check_aware(now)
    theirs = (nudges.c.person_id == person) & (nudges.c.state == "waiting")
    # The moment it was due stays: it says which is the latest, and what is too old.
    due_at = sa.case((nudges.c.due_at < utc, nudges.c.due_at), else_=utc)
    values = {"state": "planned", "reason": None, "due_at": due_at}
    await tx.run(sa.update(nudges).where(theirs).values(values))


async def fail(tx: Transaction, nudge: UUID, reason: str, again_at: datetime) -> None:
    """Count a try that raised; after the fifth the nudge is failed, until then due again then."""
    failed = sa.update(nudges).where(nudges.c.id == nudge)
    state = sa.case((nudges.c.tries + 1 >= MOST_TRIES, "failed"), else_="planned")
    values = {"tries": nudges.c.tries + 1, "state": state, "due_at": again_at}
    # As when it is moved: planning still wants the first moment, and must not bring it back.
    first = sa.func.coalesce(nudges.c.was_due_at, nudges.c.due_at)
    await tx.run(failed.values(**values, was_due_at=first, reason=reason, claimed_until=None))


async def next_due(tx: Transaction, after: datetime | None = None) -> datetime | None:
    """Give the moment at which something is due next, be it past; None when nothing is planned.

    With `after`, only what is due later than that counts.
    """
    found = sa.select(nudges.c.due_at).where(nudges.c.state == "planned")
    if after is not None:
        found = found.where(nudges.c.due_at > after)
    row = await tx.row(found.order_by(nudges.c.due_at).limit(1))
    return row["due_at"] if row else None


async def next_visit(tx: Transaction, enrolment: UUID) -> Nudge | None:
    """Find the planned nudge that opens the next dialogue of an enrolment."""
    planned = (nudges.c.enrolment_id == enrolment) & (nudges.c.state == "planned")
    planned &= nudges.c.kind != "eve"  # that one asks nothing
    return next(iter(await _all(tx, planned & nudges.c.dialogue_id.is_(None))), None)


async def coming(tx: Transaction, person: UUID) -> list[Nudge]:
    """Read what is planned for a person, the soonest first."""
    return await _all(tx, (nudges.c.person_id == person) & (nudges.c.state == "planned"))


async def of_person(tx: Transaction, person: UUID) -> list[Nudge]:
    """Read all nudges of a person, whatever became of them, by due moment."""
    return await _all(tx, nudges.c.person_id == person)


async def get(tx: Transaction, nudge: UUID) -> Nudge | None:
    """Read a nudge; None when there is none."""
    return next(iter(await _all(tx, nudges.c.id == nudge)), None)


async def cancel_of_dialogue(
    tx: Transaction, dialogue: UUID, kinds: Collection[str], reason: str = "overtaken"
) -> None:
    """Drop what is planned of these kinds for a dialogue, such as its reminder."""
    await _drop(tx, (nudges.c.dialogue_id == dialogue) & nudges.c.kind.in_(kinds), reason)


async def cancel(tx: Transaction, person: UUID, occurrence: str) -> None:
    """Let go one thing that is still to come for a person."""
    await _drop(
        tx, (nudges.c.person_id == person) & (nudges.c.occurrence == occurrence), "overtaken"
    )


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


async def _claim(
    tx: Transaction,
    which: sa.ColumnElement[bool],
    limit: int,
    until: datetime,
    *first: sa.ColumnElement[int],
) -> list[Nudge]:
    order = (*first, nudges.c.due_at, nudges.c.priority)
    found = sa.select(nudges.c.id).where(which).order_by(*order)
    # SQLite has one writer, and no such clause; PostgreSQL steps over what another one claims.
    locked = await tx.rows(found.limit(limit).with_for_update(skip_locked=True))
    if not locked:
        return []
    again = sa.case((nudges.c.state == "claimed", 1), else_=0)
    claimed = (
        sa.update(nudges)
        .where(nudges.c.id.in_([row["id"] for row in locked]), which)
        .values(state="claimed", claimed_until=until, tries=nudges.c.tries + again)
        .returning(*(nudges.c[name] for name in Nudge.__dataclass_fields__))
    )
    return [Nudge(**row) for row in await tx.rows(claimed)]


async def _replan(tx: Transaction, before: Nudge, wanted: Wanted) -> None:
    lapsed = before.state == "dropped" and before.reason in _MAY_COME_BACK
    if before.state not in _AHEAD and not lapsed:
        return
    same_moment = wanted.due_at in {before.due_at, before.was_due_at}
    same = {**asdict(wanted), **(_moment(before) if same_moment else {})}
    if not lapsed and all(getattr(before, name) == value for name, value in same.items()):
        return
    changed = (nudges.c.id == before.id) & (nudges.c.state == before.state)
    back = {"state": "planned", "reason": None, "was_due_at": None}
    await tx.run(sa.update(nudges).where(changed).values({**asdict(wanted), **back}))


def _moment(nudge: Nudge) -> dict[str, object]:
    names = ("local_day", "local_time", "zone", "due_at")
    return {name: getattr(nudge, name) for name in names}


async def _drop(tx: Transaction, which: sa.ColumnElement[bool], reason: str) -> None:
    dropped = sa.update(nudges).where(which, nudges.c.state.in_(_AHEAD))
    await tx.run(dropped.values(state="dropped", reason=reason))


async def _all(tx: Transaction, which: sa.ColumnElement[bool]) -> list[Nudge]:
    found = select_for(Nudge, nudges).where(which)
    ordered = found.order_by(nudges.c.due_at, nudges.c.priority, nudges.c.id)
    return [Nudge(**row) for row in await tx.rows(ordered)]
