"""The facts of this moment that decide about a due nudge, gathered from storage.

Asked before opening and again before sending; the nudge itself is left out of its own facts.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bot.visits import MASTERED, eve_of, rhythm_of
from scheduler.decide import Decision, Drop, Due, Facts, Move, decide
from scheduler.local import local_of
from scheduler.plan import Status
from storage import choices, dialogues, enrolments, nudges, outbox, plans
from storage.database import Transaction
from storage.nudges import Nudge
from storage.people import Person


def due_of(nudge: Nudge) -> Due:
    """Describe a nudge to the scheduler."""
    return Due(nudge.kind, nudge.occurrence, nudge.due_at, nudge.exempt, nudge.priority)


async def decided(tx: Transaction, nudge: Nudge, person: Person, now: datetime) -> Decision:
    """Decide about a due nudge; a word for the day before is of no use on any other day."""
    found = decide(due_of(nudge), await facts_of(tx, nudge, person, now))
    if nudge.kind == "eve" and not isinstance(found, Drop):
        enrolment = await enrolments.get(tx, nudge.enrolment_id) if nudge.enrolment_id else None
        named = enrolment.named_day if enrolment else None
        if isinstance(found, Move) or named is None or nudge.occurrence != eve_of(named):
            return Drop("overtaken")
    return found


async def facts_of(tx: Transaction, nudge: Nudge, person: Person, now: datetime) -> Facts:
    """Gather what is true of the person now, apart from this nudge."""
    rhythm = rhythm_of(person)
    enrolment = await enrolments.get(tx, nudge.enrolment_id) if nudge.enrolment_id else None
    others = [
        each
        for each in await nudges.of_person(tx, person.id)
        if each.state in ("planned", "claimed") and each.due_at <= now
    ]
    return Facts(
        now=now,
        rhythm=rhythm,
        status=await _status(tx, nudge.enrolment_id) if enrolment else "joined",
        person_active=person.status == "active",
        has_plan=bool(enrolment and await plans.current(tx, enrolment.id)),
        training_day=enrolment.training_day if enrolment else None,
        last_sent_at=await outbox.last_proactive_sent_at(tx, person.id),
        others_due=tuple(due_of(each) for each in others if each.id != nudge.id),
        busy=await _is_busy(tx, nudge, person, now),
        quiet_until=enrolment.quiet_until if enrolment else None,
    )


async def visited(tx: Transaction, enrolment: UUID) -> None:
    """Note that the visit to the named day has come."""
    await enrolments.change(tx, enrolment, named_day=None, named_at=None)


async def _status(tx: Transaction, enrolment_id: UUID | None) -> Status:
    if enrolment_id is None:
        return "joined"
    enrolment = await enrolments.get(tx, enrolment_id)
    picked = await choices.of_enrolment(tx, enrolment_id)
    if enrolment.status == "joined" and any(each.code == MASTERED for each in picked):
        return "done"
    return enrolment.status


async def _is_busy(tx: Transaction, nudge: Nudge, person: Person, now: datetime) -> bool:
    """Tell whether a visit of today is still under way."""
    today = local_of(now, person.zone).day
    open_ = await dialogues.of_person(tx, person.id, state="open")
    return any(
        local_of(row.opened_at, person.zone).day == today
        for row in open_
        if row.id != nudge.dialogue_id and row.nudge_id not in (None, nudge.id)
    )
