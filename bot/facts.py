"""The facts of this moment that decide about a due nudge, gathered from storage.

Asked before opening and again before sending; the nudge itself is left out of its own facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final, get_args
from uuid import UUID

from bot import pledged
from bot.state import load
from bot.visits import MASTERED, eve_of, rhythm_of, silent_until
from scheduler.caps import LONGEST_SPAN, WEEK, Budget, Unasked
from scheduler.carried import priority_at
from scheduler.course import Status
from scheduler.decide import Decision, Drop, Open, decide
from scheduler.facts import Due, Facts
from scheduler.local import local_of
from scheduler.reasons import MoveReason
from storage import choices, dialogues, enrolments, nudges, people, plans, pledges
from storage.database import Transaction
from storage.dialogues import Dialogue
from storage.enrolments import Enrolment
from storage.nudges import Nudge
from storage.people import Person
from storage.pushed import Pushed, is_leaving, pushed

# An exempt visit that was moved for one of these comes at a moment like any other.
ORDINARY: Final = frozenset(get_args(MoveReason)) - {"training_ahead"}


def due_of(nudge: Nudge) -> Due:
    """Describe a nudge to the scheduler."""
    return Due(
        kind=nudge.kind,
        occurrence=nudge.occurrence,
        due_at=nudge.due_at,
        exempt=nudge.exempt and nudge.reason not in ORDINARY,
        priority=nudge.priority,
        run=str(nudge.enrolment_id or ""),
        since=nudge.was_due_at,
    )


async def decided(tx: Transaction, nudge: Nudge, person: Person, now: datetime) -> Decision:
    """Decide about a due nudge; some are of use on one day only."""
    found = decide(due_of(nudge), await facts_of(tx, nudge, person, now))
    if isinstance(found, Drop):
        return found
    if nudge.subject is not None and not await pledged.is_wanted(tx, nudge, person, now):
        return Drop("overtaken")
    if nudge.kind == "eve":
        named = await _named_day(tx, nudge)
        is_of_now = isinstance(found, Open) and named and nudge.occurrence == eve_of(named)
        return found if is_of_now else Drop("overtaken")
    if nudge.kind == "share" and await _is_held_already(tx, nudge):
        return Drop("overtaken")
    if nudge.kind == "resume" and await _comes_anyway(tx, nudge, person, now):
        return Drop("asked_again")
    if nudge.kind == "back" and await _returns_otherwise(tx, nudge, person):
        return Drop("overtaken")
    return found


async def facts_of(tx: Transaction, nudge: Nudge, person: Person, now: datetime) -> Facts:
    """Gather what is true of the person now, apart from this nudge."""
    courses = await enrolments.of_person(tx, person.id)
    enrolment = next((each for each in courses if each.id == nudge.enrolment_id), None)
    others = [each for each in await nudges.ahead_of(tx, person.id) if each.id != nudge.id]
    quiet = person.quiet
    # One pause with an end is a day, whether it is of one programme or of all.
    is_open_end = quiet is not None and (quiet.mode == "self" or quiet.until is None)
    return Facts(
        now=now,
        rhythm=rhythm_of(person),
        status=await _status(tx, enrolment)
        if enrolment
        else _at_all(courses, await _subject(tx, nudge)),
        person_active=person.status in people.HERE,
        has_plan=bool(enrolment and await plans.current(tx, enrolment.id)),
        training_day=enrolment.training_day if enrolment else None,
        budget=await _budget(tx, nudge, person, courses, others, now),
        others_due=tuple(due_of(each) for each in others if each.due_at <= now),
        busy=await _is_busy(tx, nudge, person, now),
        quiet_until=_silent_until(person, enrolment),
        quiet=quiet.mode if quiet and is_open_end else None,
        asked_again=await _is_asked_again(tx, nudge, others, person, now),
        person=person.id,
    )


async def has_stopped(tx: Transaction, person: Person, row: Dialogue) -> bool:
    """Tell whether a person stopped what a dialogue belongs to: nothing of it comes by itself."""
    courses = await enrolments.of_person(tx, person.id)
    own = next((each for each in courses if each.id == row.enrolment_id), None)
    return (own.status if own else _at_all(courses, row.subject)) == "stopped"


async def visited(tx: Transaction, enrolment: UUID) -> None:
    """Note that the visit to the named day has come."""
    await enrolments.change(tx, enrolment, named_day=None, named_at=None)


def _at_all(courses: Sequence[Enrolment], subject: str | None) -> Status:
    """Say whether a person follows anything: what concerns no one programme is for who does.

    Whom a colleague asks for something need not follow anything; but who stopped, stopped all.
    """
    statuses: list[Status] = [each.status for each in courses]
    last = statuses[-1] if statuses and "joined" not in statuses else "joined"
    return "joined" if subject is not None and last != "stopped" else last


async def _subject(tx: Transaction, nudge: Nudge) -> str | None:
    """Tell what a nudge is about: what it says, or the dialogue whose clock it is."""
    row = await dialogues.load(tx, nudge.dialogue_id) if nudge.dialogue_id else None
    return nudge.subject or (row.subject if row else None)


async def _status(tx: Transaction, enrolment: Enrolment) -> Status:
    picked = await choices.of_enrolment(tx, enrolment.id)
    if enrolment.status == "joined" and any(each.code == MASTERED for each in picked):
        return "done"
    return enrolment.status


def _silent_until(person: Person, enrolment: Enrolment | None) -> date | None:
    if enrolment is not None:
        return silent_until(person, enrolment)
    return person.quiet.until if person.quiet else None


async def _budget(
    tx: Transaction, nudge: Nudge, person: Person, courses: Sequence[Enrolment],
    others: Sequence[Nudge], now: datetime,
) -> Budget:  # fmt: skip
    """Gather what the person was sent, and what is to come.

    Asked before opening, a message that is about to leave counts as sent. Asked before sending, it
    does not: else two that stand ready would wait for each other.
    """
    is_opening = nudge.state == "claimed"
    sent: list[Unasked] = []
    coming = [_coming(due_of(each), now) for each in others]
    for each in await pushed(tx, person.id, now - LONGEST_SPAN):
        if each.nudge_id == nudge.id:
            continue
        if _counts(each, now, is_opening=is_opening):
            at = each.at if each.state in ("sent", "unknown") else now
            sent.append(Unasked(each.kind, at, each.priority))
        else:
            coming.append(Unasked(each.kind, max(each.at, now), each.priority))
    soon = tuple(each for each in coming if each.at < now + 2 * WEEK)
    days = (each.training_day for each in courses if each.status != "declined")
    return Budget(person.zone, tuple(sent), soon, frozenset(day for day in days if day))


def _coming(due: Due, now: datetime) -> Unasked:
    at = max(due.due_at, now)
    return Unasked(due.kind, at, priority_at(due, at))


def _counts(message: Pushed, now: datetime, *, is_opening: bool) -> bool:
    waits = message.state == "pending" and (not is_opening or message.at > now)
    return not waits


async def _is_busy(tx: Transaction, nudge: Nudge, person: Person, now: datetime) -> bool:
    """Tell whether a conversation of today is still under way, or the last word is not out."""
    if nudge.kind == "erase":
        return await is_leaving(tx, person.id, now)
    today = local_of(now, person.zone).day
    open_ = await dialogues.of_person(tx, person.id, state="open")
    return any(
        local_of(row.opened_at, person.zone).day == today
        for row in open_
        if row.id != nudge.dialogue_id and row.nudge_id != nudge.id
    )


async def _is_asked_again(
    tx: Transaction, nudge: Nudge, others: Sequence[Nudge], person: Person, now: datetime
) -> bool:
    """Tell whether the question of a reminder comes by itself, today or tomorrow, or has come.

    A goal setting is asked anew in its own dialogue, a later check-in takes an older one's place.
    """
    row = await dialogues.load(tx, nudge.dialogue_id) if nudge.dialogue_id else None
    if nudge.kind != "remind" or row is None:
        return False
    if row.enrolment_id and await _is_followed(tx, row.enrolment_id, row):
        return True
    tomorrow = local_of(now, person.zone).day + timedelta(days=1)
    return any(
        local_of(each.due_at, person.zone).day <= tomorrow
        for each in others
        if (each.kind, each.enrolment_id) == (row.kind, row.enrolment_id)
        or (each.kind, each.dialogue_id) == ("resume", row.id)
    )


async def _is_followed(tx: Transaction, enrolment: UUID, row: Dialogue) -> bool:
    held = await dialogues.of_enrolment(tx, enrolment)
    same = [e for e in held if e.kind == row.kind and e.closed_reason != "never_sent"]
    return same[-1:] != [] and same[-1].id != row.id


async def _comes_anyway(tx: Transaction, nudge: Nudge, person: Person, now: datetime) -> bool:
    """Tell whether a visit asks the question that was put off to now, or asked it since."""
    row = await dialogues.load(tx, nudge.dialogue_id) if nudge.dialogue_id else None
    if row is None or row.kind != "check_in" or row.enrolment_id is None:
        return False
    if load(row).history.answers:
        return False  # it waits for something else by now
    if await _is_followed(tx, row.enrolment_id, row):
        return True
    due = [e for e in await nudges.ahead_of(tx, person.id) if e.due_at <= now]
    same = [e for e in due if (e.kind, e.enrolment_id) == (row.kind, row.enrolment_id)]
    return any([isinstance(await decided(tx, each, person, now), Open) for each in same])


async def _is_held_already(tx: Transaction, nudge: Nudge) -> bool:
    """Tell whether the learner asked somebody to hold them to it meanwhile, or has no plan."""
    enrolment = nudge.enrolment_id
    if enrolment is None or await plans.current(tx, enrolment) is None:
        return True
    return bool(await pledges.open_of(tx, enrolment))


async def _named_day(tx: Transaction, nudge: Nudge) -> date | None:
    if nudge.enrolment_id is None:
        return None
    return (await enrolments.get(tx, nudge.enrolment_id)).named_day


async def _returns_otherwise(tx: Transaction, nudge: Nudge, person: Person) -> bool:
    """Tell whether someone came back already, or chose another day to do so."""
    later = [each for each in await nudges.ahead_of(tx, person.id) if each.kind == "back"]
    is_over = nudge.state == "claimed" and person.quiet is None
    return is_over or any(each.id != nudge.id for each in later)
