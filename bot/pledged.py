"""Whether something about a pledge or an observation is still of use to one of the two."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bot.sides import MOST_LEARNERS
from scheduler.local import local_of
from storage import enrolments, nudges, observations, people, pledges
from storage.database import Transaction
from storage.nudges import Nudge
from storage.observations import Observation
from storage.people import Person
from storage.pledges import Pledge


async def is_wanted(tx: Transaction, nudge: Nudge, person: Person, now: datetime) -> bool:
    """Say whether what is due about a subject still is of use."""
    subject = UUID(nudge.subject or "")
    match nudge.kind:
        case "retract":
            return True
        case "seen" | "witness":
            seen = await observations.get(tx, subject)
            return seen is not None and await _is_to_read(tx, nudge.kind, seen, now)
        case "update":
            return await _is_still_told(tx, subject, now)
    pledge = await pledges.get(tx, subject)
    return pledge is not None and await _is_wanted(tx, nudge, person, pledge, now)


async def _is_to_read(tx: Transaction, kind: str, seen: Observation, now: datetime) -> bool:
    """Say whether a sentence waits for its learner, or a question for its witness."""
    if kind == "seen":
        return seen.state == "sent" and seen.author_id is not None
    is_asked = seen.state == "asked"
    return is_asked and await _takes_part(tx, seen.person_id, seen.enrolment_id, now)


async def _is_still_told(tx: Transaction, subject: UUID, now: datetime) -> bool:
    told = await observations.get(tx, subject)
    if told is None or told.state != "sent" or told.pledge_id is None:
        return False
    pledge = await pledges.get(tx, told.pledge_id)
    return pledge is not None and pledge.state == "active" and await _is_there(tx, pledge, now)


async def _is_wanted(
    tx: Transaction, nudge: Nudge, person: Person, pledge: Pledge, now: datetime
) -> bool:
    match nudge.kind:
        case "ask_another":
            is_under_way = pledge.is_open and pledge.theirs is not None
            return not is_under_way and pledge.reason != "withdrawn"
        case "hold_me":
            is_to_be_asked = pledge.state == "asked" and await _is_there(tx, pledge, now)
            return is_to_be_asked and await _has_room(tx, person, pledge)
        case "post":
            return pledge.state == "posted" and nudge.round == pledge.version
        case "agree":
            is_newest = nudge.round == pledge.version
            # Before the colleague said what they will do, there is nothing to say yes to.
            is_whole = pledge.is_open and is_newest and pledge.theirs is not None
            return is_whole and not _said_yes(pledge, person)
        case "ending":
            # It ends the pledge when it opens, and is sent after that.
            return pledge.is_open or pledge.reason == "over"
        case "buddy_visit" if _less_often(pledge) and nudge.round % 2 == 0:
            return False
        case _:
            return pledge.state == "active" and await _is_there(tx, pledge, now)


async def _has_room(tx: Transaction, colleague: Person, pledge: Pledge) -> bool:
    """Say whether fewer learners than a colleague may have came first, by id, or were put first.

    Two who ask at the same moment do not see each other; but the colleague is locked here.
    """
    first: set[UUID] = set()
    for each in await pledges.of_colleague(tx, colleague.id):
        is_other = each.person_id != pledge.person_id
        if is_other and (each.id < pledge.id or await _was_asked(tx, each)):
            first.add(each.person_id)
    return len(first) < MOST_LEARNERS


async def _was_asked(tx: Transaction, pledge: Pledge) -> bool:
    colleague = pledge.colleague_id
    if pledge.state != "asked" or colleague is None:
        return True
    return await nudges.was_opened(tx, colleague, "hold_me", str(pledge.id))


def _less_often(pledge: Pledge) -> bool:
    return (pledge.theirs or {}).get("pace") == "less"


def _said_yes(pledge: Pledge, person: Person) -> bool:
    yes = pledge.own_yes if person.id == pledge.person_id else pledge.their_yes
    return yes == pledge.version


async def _is_there(tx: Transaction, pledge: Pledge, now: datetime) -> bool:
    """Say whether a learner takes part and wants no silence; why not, nobody is told."""
    return await _takes_part(tx, pledge.person_id, pledge.enrolment_id, now)


async def _takes_part(tx: Transaction, learner: UUID, course: UUID, now: datetime) -> bool:
    person = await people.get(tx, learner)
    enrolment = await enrolments.get(tx, course)
    if person.status != "active" or enrolment.status != "joined" or person.quiet is not None:
        return False
    # The last day of a silence stays there after it.
    last = enrolment.quiet_until
    return last is None or last < local_of(now, person.zone).day
