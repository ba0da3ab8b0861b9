"""The two of whom the guided story is told: who they are, and what happened to them so far.

The colleague is whom the learner asked; before that, whom the story would let them ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.adapters.local.story import Happened
from bot.adapters.local.view import Participant
from bot.pledging import may_be_asked
from bot.state import load
from storage import chat, dialogues, enrolments, observations, people, plans, pledges
from storage.database import Transaction
from storage.enrolments import Enrolment
from storage.errors import Erased, Missing
from storage.pledges import Pledge

AWAY: Final = ("declined", "stopped")
_JUDGED: Final = ("kept", "refused")


@dataclass(frozen=True, slots=True)
class Pair:
    """A learner and their colleague; nobody where nobody can be asked."""

    learner: Participant
    colleague: Participant | None


async def of_learner(tx: Transaction, learner: Participant, there: Sequence[Participant]) -> Pair:
    """Find the colleague of a learner: who was asked, else who could be, first in one language."""
    asked = await _pledge(tx, learner)
    if asked is not None:
        return Pair(learner, next((each for each in there if each.id == asked.colleague_id), None))
    person = await people.get(tx, learner.id)
    others = sorted(there, key=lambda each: each.language != learner.language)
    free = [each for each in others if await _can_be_asked(tx, person, each)]
    return Pair(learner, free[0] if free else None)


async def enrolment_of(tx: Transaction, person: Participant) -> Enrolment | None:
    """Read the enrolment that was made last."""
    found = await enrolments.of_person(tx, person.id)
    return found[-1] if found else None


async def happened(tx: Transaction, learner: Participant) -> Happened:
    """Read what happened to a learner, and between them and their colleague."""
    enrolled = await enrolment_of(tx, learner)
    if enrolled is None:
        return Happened()
    talks = await dialogues.of_enrolment(tx, enrolled.id)
    seen = [
        each
        for each in await observations.of_enrolment(tx, enrolled.id)
        if each.kind == "sighting" and each.state != "withdrawn"
    ]
    open_ = {each.kind for each in talks if each.state == "open"}
    planned = await plans.current(tx, enrolled.id) is not None and "goal_setting" not in open_
    pledge = await _pledge(tx, learner)
    return Happened(
        joined=enrolled.status == "joined" and "welcome" not in open_,
        planned=planned,
        agreed=pledge is not None and pledge.active_at is not None,
        visits=sum(each.kind == "check_in" and each.state == "ended" for each in talks),
        sent=bool(seen),
        judged=any(each.state in _JUDGED for each in seen),
        alone=planned and (pledge is None or not pledge.is_open),
    )


async def is_fresh(tx: Transaction, person: Participant) -> bool:
    """Say whether somebody is invited, and has neither answered nor typed anything."""
    enrolled = await enrolment_of(tx, person)
    if enrolled is None or enrolled.status != "invited":
        return False
    talks = [load(each) for each in await dialogues.of_enrolment(tx, enrolled.id)]
    rows = await chat.of_person(tx, person.id)
    answered = any(each.history.answers for each in talks)
    return not answered and all(row.sender == "bot" for row in rows)


async def _pledge(tx: Transaction, learner: Participant) -> Pledge | None:
    found = [each for each in await pledges.of_person(tx, learner.id) if each.state != "posted"]
    return found[-1] if found else None


async def _can_be_asked(tx: Transaction, learner: people.Person, each: Participant) -> bool:
    try:
        is_quiet = (await people.get(tx, each.id)).quiet is not None
    except (Erased, Missing):
        return False
    return not is_quiet and await may_be_asked(tx, learner, each.id)
