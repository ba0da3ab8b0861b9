"""What somebody who holds a learner to a plan is asked, and when; and asking for one later on.

What is planned of it is decided at each moment, as all nudges are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from bot.deeds import AskBuddy, AskLater, Fact, Rehearses
from bot.notes import note, note_of_course
from bot.sides import Side, of_colleague
from bot.visits import rhythm_of
from scheduler.buddy import askings
from scheduler.hours import last_working_day_before, slot_for, slot_on, working_days_after
from scheduler.local import local_of, to_utc
from storage import enrolments, nudges, people, pledges
from storage.database import Transaction
from storage.pledges import Pledge

FACTS = (AskLater, AskBuddy, Rehearses)
LATER = 3  # working days; design


async def apply(
    tx: Transaction, side: Side, keep: Mapping[str, Fact], withdraw: Mapping[str, Fact]
) -> None:
    """Let go what is not wanted any more, unless it is out already; then plan what is."""
    for fact in withdraw.values():
        match fact:
            case AskLater():
                await nudges.cancel(tx, side.person.id, f"share:{side.dialogue}")
            case AskBuddy(code, day):
                pledge = await pledges.active_of(tx, side.enrolment) if side.enrolment else None
                if pledge is not None and pledge.colleague_id is not None:
                    occurrence = f"{code}:{pledge.id}:{day.toordinal()}"
                    await nudges.cancel(tx, pledge.colleague_id, occurrence)
    for fact in keep.values():
        match fact:
            case AskLater():
                await _ask_later(tx, side)
            case AskBuddy():
                await _ask_buddy(tx, side, fact)
            case Rehearses(day):
                await _rehearses(tx, side, day)


async def plan(tx: Transaction, pledge: Pledge, now: datetime) -> None:
    """Plan what the colleague is asked and told from here to the end."""
    enrolment = await enrolments.get(tx, pledge.enrolment_id)
    if pledge.colleague_id is None or enrolment.training_day is None:
        return
    rhythm = rhythm_of(await people.get(tx, pledge.colleague_id))
    for each in askings(rhythm, enrolment.training_day, now):
        await note(tx, each.kind, pledge.colleague_id, str(pledge.id), each.due_at, each.number)


async def _ask_later(tx: Transaction, side: Side) -> None:
    """Ask the learner some days later, once, who may hold them to it."""
    if side.enrolment is None:
        return
    rhythm = rhythm_of(side.person)
    day = working_days_after(rhythm, local_of(side.now, rhythm.zone).day, LATER)
    due_at = to_utc(slot_for(rhythm, day))
    await note_of_course(tx, "share", side.person, side.enrolment, side.dialogue, due_at)


async def _ask_buddy(tx: Transaction, side: Side, wish: AskBuddy) -> None:
    """Ask whoever holds the learner to it: to practise now, or for a signal on the day before.

    The day is the number of the request, so there is one of a kind for each day.
    """
    pledge = await pledges.active_of(tx, side.enrolment) if side.enrolment else None
    if pledge is None or pledge.colleague_id is None:
        return
    rhythm = rhythm_of(await people.get(tx, pledge.colleague_id))
    before = to_utc(slot_on(rhythm, last_working_day_before(rhythm, wish.day)))
    due_at = side.now if wish.code == "rehearse" else max(before, side.now)
    number = wish.day.toordinal()
    await note(tx, wish.code, pledge.colleague_id, str(pledge.id), due_at, number)


async def _rehearses(tx: Transaction, side: Side, day: date) -> None:
    """Tell the learner that their buddy has time; a no and a silence are told to nobody."""
    pledge = await of_colleague(tx, side)
    if pledge is not None:
        subject, number = str(pledge.id), day.toordinal()
        await note(tx, "rehearsal_on", pledge.person_id, subject, side.now, number)
