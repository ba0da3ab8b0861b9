"""The clocks of an unanswered question: one reminder, and the quiet end (dialogues section 0).

They start when the question was *sent*, not when it was asked. A dialogue gets one reminder ever.
"""

from __future__ import annotations

from datetime import datetime, time

from bot.pledging import PATIENCE, patience_ends
from bot.visits import rhythm_of
from scheduler.hours import Rhythm, working_days_after
from scheduler.local import Local, local_of, to_utc
from scheduler.priority import PRIORITY
from storage import enrolments, nudges
from storage.database import Transaction
from storage.dialogues import Dialogue
from storage.ids import new_id
from storage.people import Person

REMIND_AFTER = 2  # working days (docs/schedule section 5; docs/evidence.md E44)
CLOSE_AFTER = 5
ASKED = "hold_me"
FOR_EVER = "post"  # a post in a channel waits for nobody


async def start_clocks(tx: Transaction, person: Person, row: Dialogue, sent_at: datetime) -> None:
    """Plan the reminder and the quiet end of the question that was just sent."""
    if row.waiting is None or row.state != "open" or row.kind == FOR_EVER:
        return
    rhythm = rhythm_of(person)
    clocks = {"close": PATIENCE if row.kind == ASKED else CLOSE_AFTER}
    if row.kind == ASKED and row.subject is not None:
        # The learner hears that it came to nothing when the colleague had their time for it.
        ends = patience_ends(person, sent_at)
        await nudges.postpone(tx, row.subject, "ask_another", ends)
    # One that was claimed while its question was asked anew was put off, not cancelled.
    await nudges.cancel_of_dialogue(tx, row.id, ("remind",))
    once = row.enrolment_id is None  # a colleague is asked once (docs/schedule section 6)
    if not once and not await _was_reminded(tx, row) and not await _is_monthly(tx, row):
        clocks["remind"] = REMIND_AFTER
    for kind, days in clocks.items():
        wanted = _at(rhythm, kind, f"{kind}:{row.asked_row}", sent_at, days)
        await _insert(tx, person, row, wanted)


async def let_end(tx: Transaction, person: Person, row: Dialogue, now: datetime) -> None:
    """Plan the quiet end of a question that was put off and is not asked again after all."""
    if row.waiting is not None and row.state == "open":
        occurrence = f"close:{row.asked_row}:{new_id()}"  # one that was put off again is dropped
        wanted = _at(rhythm_of(person), "close", occurrence, now, CLOSE_AFTER)
        await _insert(tx, person, row, wanted)


async def _is_monthly(tx: Transaction, row: Dialogue) -> bool:
    """Say whether the person asked for one message a month at most."""
    enrolment = await enrolments.get(tx, row.enrolment_id) if row.enrolment_id else None
    return enrolment is not None and enrolment.pace == "monthly"


async def _was_reminded(tx: Transaction, row: Dialogue) -> bool:
    held = await nudges.of_dialogue(tx, row.id)
    return any(each.kind == "remind" and each.state == "opened" for each in held)


async def _insert(tx: Transaction, person: Person, row: Dialogue, wanted: nudges.Wanted) -> None:
    await nudges.insert(
        tx,
        person=person.id,
        enrolment=row.enrolment_id,
        wanted=wanted,
        dialogue=row.id,
        question=row.waiting,
    )


def _at(rhythm: Rhythm, kind: str, occurrence: str, sent_at: datetime, days: int) -> nudges.Wanted:
    sent = local_of(sent_at, rhythm.zone)
    day = working_days_after(rhythm, sent.day, days)
    at = sent.at.replace(microsecond=0) if kind == "remind" else time(23, 59)
    local = Local(day, at, rhythm.zone)
    return nudges.Wanted(
        kind=kind,
        occurrence=occurrence,
        round=0,
        local_day=day,
        local_time=at,
        zone=rhythm.zone,
        due_at=to_utc(local),
        exempt=False,
        priority=PRIORITY[kind],
    )
