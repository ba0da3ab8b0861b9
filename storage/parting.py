"""Parting: what somebody's erasure means for those they had something together with.

Nobody else's rows are written into: each of them gets a nudge, and the rest is done in their own
turn. What a learner's colleague was shown is taken back; a learner whose colleague went is asked
whether somebody else may hold them to it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, update

from storage import nudges, people
from storage.database import Transaction
from storage.nudges import Wanted
from storage.observations import TOLD, told_in
from storage.pledges import ASKED, OPEN
from storage.tables_together import observations, pledges

TAKEN_BACK: Final = "retract"
ASKED_AGAIN: Final = "ask_another"
_FIRST: Final = 5
_BETWEEN: Final = 60


async def part(tx: Transaction, person: UUID, now: datetime) -> None:
    """Leave nudges for the others, and end what was agreed with somebody who goes."""
    await _learners(tx, person, now)
    await _colleagues(tx, person, now)


async def _colleagues(tx: Transaction, learner: UUID, now: datetime) -> None:
    """Have what this learner shared taken back wherever it was shown."""
    mine = pledges.c.person_id == learner
    asked = select(pledges.c.id, pledges.c.colleague_id).where(mine)
    for row in await tx.rows(asked):
        if row["colleague_id"] is not None:
            await _leave(tx, row["colleague_id"], TAKEN_BACK, str(row["id"]), _FIRST, now)
    for reader, subject in [*await _witnesses(tx, learner), *await _told(tx, learner)]:
        await _leave(tx, reader, TAKEN_BACK, str(subject), _FIRST, now)


async def _witnesses(tx: Transaction, learner: UUID) -> Sequence[tuple[UUID, UUID]]:
    """Give who was asked as a witness, and about which row."""
    asked = (observations.c.person_id == learner) & (observations.c.kind == "witness")
    found = select(observations.c.author_id, observations.c.id).where(asked)
    rows = await tx.rows(found.where(observations.c.author_id.is_not(None)))
    return [(row["author_id"], row["id"]) for row in rows]


async def _told(tx: Transaction, learner: UUID) -> Sequence[tuple[UUID, UUID]]:
    """Give whom the learner told something themselves, and in which row."""
    own = (observations.c.person_id == learner) & (observations.c.author_id == learner)
    held = observations.join(pledges, observations.c.pledge_id == pledges.c.id)
    found = select(pledges.c.colleague_id, observations.c.id).select_from(held).where(own)
    rows = await tx.rows(found.where(pledges.c.colleague_id.is_not(None)))
    return [(row["colleague_id"], row["id"]) for row in rows]


async def leave(tx: Transaction, person: UUID, now: datetime) -> None:
    """Say that somebody left the organisation: whoever asked them to be held to it chooses anew.

    What the learners showed them is taken back; they get nothing more. What they asked of
    colleagues themselves is over.
    """
    await people.lock(tx, person)
    await people.set_status(tx, person, "left")
    await _asked_by(tx, person, now)
    for subject in [*await _learners(tx, person, now), *await _read_by(tx, person)]:
        await _leave(tx, person, TAKEN_BACK, subject, _FIRST, now)


async def _asked_by(tx: Transaction, learner: UUID, now: datetime) -> None:
    """End what this learner asked, and have what was shown of it taken back from who reads it."""
    asked = (pledges.c.person_id == learner) & pledges.c.state.in_(ASKED)
    held = await tx.rows(select(pledges.c.id, pledges.c.colleague_id).where(asked))
    await tx.run(update(pledges).where(asked).values(state="ended", reason="left", ended_at=now))
    for row in held:
        if row["colleague_id"] is not None:
            for subject in (row["id"], *await told_in(tx, row["id"])):
                await _leave(tx, row["colleague_id"], TAKEN_BACK, str(subject), _FIRST, now)


async def _read_by(tx: Transaction, colleague: UUID) -> Sequence[str]:
    """Give the rows of what learners told a colleague, and of what they asked as a witness."""
    held = observations.outerjoin(pledges, observations.c.pledge_id == pledges.c.id)
    told = (pledges.c.colleague_id == colleague) & observations.c.kind.in_(TOLD)
    asked = (observations.c.author_id == colleague) & (observations.c.kind == "witness")
    rows = await tx.rows(select(observations.c.id).select_from(held).where(told | asked))
    return [str(row["id"]) for row in rows]


async def hold(tx: Transaction, person: UUID) -> None:
    """Lock what somebody has together with others, as a turn of theirs would, after the person."""
    either = (pledges.c.person_id == person) | (pledges.c.colleague_id == person)
    await tx.rows(select(pledges.c.id).where(either).order_by(pledges.c.id).with_for_update())


async def _learners(tx: Transaction, colleague: UUID, now: datetime) -> Sequence[str]:
    """End what was agreed with this colleague, and let each learner choose anew.

    Whom it is planned for already, as after every question, hears of it then and only once.
    """
    theirs = (pledges.c.colleague_id == colleague) & pledges.c.state.in_(OPEN)
    held = await tx.rows(select(pledges.c.id, pledges.c.person_id).where(theirs))
    gone = {"state": "ended", "reason": "left", "ended_at": now, "theirs": None}
    await tx.run(update(pledges).where(pledges.c.colleague_id == colleague).values(theirs=None))
    await tx.run(update(pledges).where(theirs).values(gone))
    for row in held:
        learner, subject = row["person_id"], str(row["id"])
        if not await nudges.is_planned(tx, learner, ASKED_AGAIN, subject):
            await _leave(tx, learner, ASKED_AGAIN, subject, _BETWEEN, now)
    return [str(row["id"]) for row in held]


async def _leave(
    tx: Transaction, person: UUID, kind: str, subject: str, priority: int, now: datetime
) -> None:
    wanted = Wanted(
        kind=kind, occurrence=f"{kind}:{subject}:parting", round=0, local_day=now.date(),
        local_time=now.time().replace(microsecond=0), zone="UTC", due_at=now, exempt=False,
        priority=priority,
    )  # fmt: skip
    await nudges.insert(tx, person=person, enrolment=None, wanted=wanted, subject=subject)
