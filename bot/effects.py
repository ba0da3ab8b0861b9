"""What a turn asks for beyond words: every kept fact becomes a row, every withdrawn one leaves.

Facts are keyed by dialogue and key, so keeping one twice is keeping it once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from bot import shift_work, visits
from bot.deeds import (
    Attempt,
    Barriers,
    Choice,
    Declined,
    Fact,
    Joined,
    Log,
    NamedDay,
    Pace,
    Plan,
    Score,
    Shifts,
    Slot,
    TrainingDay,
    WorksShifts,
)
from bot.own_hours import listed_hours, with_room_at
from bot.visits import rhythm_of
from scheduler.hours import with_slot, working_days_after
from scheduler.local import local_of
from storage import (
    attempts,
    barriers,
    choices,
    cohorts,
    dialogues,
    enrolments,
    listed,
    log,
    people,
    plans,
    scores,
)
from storage.database import Transaction
from storage.people import Person

PROMISE_VERSION = "1"
UNKNOWN_DAY_IN = 5  # working days; B5 "not sure yet"


@dataclass(frozen=True, slots=True)
class Place:
    """Where facts are kept: whose they are, of which enrolment and dialogue, and when."""

    person: Person
    enrolment: UUID
    dialogue: UUID
    now: datetime


async def apply(
    tx: Transaction, place: Place, keep: Mapping[str, Fact], withdraw: Mapping[str, Fact]
) -> None:
    """Withdraw what no longer holds, then keep what does."""
    for key, fact in withdraw.items():
        await _withdraw(tx, place, key, fact)
    for key, fact in keep.items():
        await _keep(tx, place, key, fact)


async def _keep(tx: Transaction, place: Place, key: str, fact: Fact) -> None:
    match fact:
        case Joined():
            await _keep_joined(tx, place)
        case Declined():
            await enrolments.change(tx, place.enrolment, status="declined")
        case Pace(code):
            await enrolments.change(tx, place.enrolment, pace=code)
        case Slot():
            await _keep_slot(tx, place, fact)
        case WorksShifts():
            await shift_work.begin(tx, place.person)
        case Shifts():
            await shift_work.keep(tx, place.person, fact, place.now)
        case TrainingDay(day):
            await enrolments.change(tx, place.enrolment, training_day=day)
        case NamedDay():
            await _keep_named_day(tx, place, fact)
        case Plan():
            await _keep_plan(tx, place, key, fact)
        case _:
            await _keep_row(tx, place, key, fact)


async def _keep_joined(tx: Transaction, place: Place) -> None:
    """Note that the learner takes part; who joins after the training has an own day 0.

    Whoever was asked for a plan before keeps the day 0 they had.
    """
    await enrolments.change(
        tx, place.enrolment, status="joined", joined_at=place.now, promise_version=PROMISE_VERSION
    )
    held = await dialogues.of_enrolment(tx, place.enrolment)
    today = local_of(place.now, place.person.zone).day
    enrolment = await enrolments.get(tx, place.enrolment)
    late = enrolment.training_day is not None and enrolment.training_day < today
    if late and all(each.kind in ("welcome", "shifts") for each in held):
        await enrolments.change(tx, place.enrolment, training_day=today)


async def _restore_training_day(tx: Transaction, place: Place) -> None:
    """Go back to the cohort's day, or to the day of joining when that came later."""
    enrolment = await enrolments.get(tx, place.enrolment)
    cohort = await cohorts.get(tx, enrolment.cohort_id)
    joined_at = enrolment.joined_at or place.now
    joined_on = local_of(joined_at, place.person.zone).day
    day = max(cohort.training_day, joined_on)
    await enrolments.change(tx, place.enrolment, training_day=day)


async def _keep_row(tx: Transaction, place: Place, key: str, fact: Fact) -> None:
    """Keep a fact that is a row of its own, codes and numbers apart from texts."""
    person, at = place.person.id, place.now
    where = (person, place.enrolment, place.dialogue, key)
    match fact:
        case Attempt(outcome):
            await attempts.keep(tx, *where, outcome=outcome, at=at)
        case Score(item, value):
            await scores.keep(tx, *where, item=item, value=value, at=at)
        case Barriers(codes):
            await barriers.keep(tx, *where, codes=codes, at=at)
        case Choice(item, codes):
            await choices.keep(tx, *where, item=item, codes=codes, at=at)
        case Log(words, low):
            await log.keep(tx, *where, words={"texts": list(words), "low": list(low)}, at=at)


async def _withdraw(tx: Transaction, place: Place, key: str, fact: Fact) -> None:
    match fact:
        case Joined():
            await enrolments.change(tx, place.enrolment, status="invited", joined_at=None)
        case Declined():
            await enrolments.change(tx, place.enrolment, status="invited")
        case TrainingDay():
            await _restore_training_day(tx, place)
        case NamedDay():
            if await _is_latest(tx, place):
                await enrolments.change(tx, place.enrolment, named_day=None, named_at=None)
        case Slot():
            await _withdraw_slot(tx, place)
        case WorksShifts():
            await shift_work.end(tx, place.person)
        case Shifts():
            await shift_work.withdraw(tx, place.person, fact)
        case _:
            # The pace has no row of its own: the last value stands.
            rows = _ROWS.get(type(fact))
            if rows is not None:
                await rows(tx, place.dialogue, key)


_ROWS: Mapping[type[Fact], Callable[[Transaction, UUID, str], Awaitable[None]]] = {
    Plan: plans.withdraw,
    Attempt: attempts.withdraw,
    Score: scores.withdraw,
    Barriers: barriers.withdraw,
    Choice: choices.withdraw,
    Log: log.withdraw,
}


async def _keep_slot(tx: Transaction, place: Place, slot: Slot) -> None:
    at = time.fromisoformat(slot.at)
    rhythm = with_slot(with_room_at(rhythm_of(place.person), at), slot.weekday, at)
    await people.set_rhythm(tx, place.person.id, rhythm.to_json())


async def _withdraw_slot(tx: Transaction, place: Place) -> None:
    """Go back to the hours of the list, or to the default, unless the slot gave way to shifts."""
    person = place.person
    if (person.rhythm or {}).get("mode") != "shifts":
        said = await listed.said_of(tx, [person.id])
        hours = listed_hours(person.zone, said.get(person.id, {}))
        await people.set_rhythm(tx, person.id, hours)


async def _is_latest(tx: Transaction, place: Place) -> bool:
    """Tell whether no other dialogue has been opened since: only the latest names what is next."""
    held = await dialogues.of_enrolment(tx, place.enrolment)
    return [each.id for each in held if each.kind != "shifts"][-1:] == [place.dialogue]


async def _keep_named_day(tx: Transaction, place: Place, named: NamedDay) -> None:
    if not await _is_latest(tx, place):
        return
    rhythm = rhythm_of(place.person)
    today = local_of(place.now, rhythm.zone).day
    day = named.day or working_days_after(rhythm, today, UNKNOWN_DAY_IN)
    await enrolments.change(tx, place.enrolment, named_day=day, named_at=place.now)
    if named.remind:
        await visits.plan_eve(tx, place.person, place.enrolment, day, place.now)


async def _keep_plan(tx: Transaction, place: Place, key: str, plan: Plan) -> None:
    line = plan.line
    before = await plans.current(tx, place.enrolment)
    words = {
        "if": line.if_,
        "then": line.then,
        "goal": plan.goal,
        "outcome": plan.outcome,
        "obstacle": plan.obstacle,
        "obstacle_then": plan.obstacle_then,
        "reaction": plan.reaction,
        "reaction_then": plan.reaction_then,
    }
    if before and before.dialogue_id != place.dialogue:
        # A plan changed at a check-in keeps what the learner said of it before.
        inherited = ("goal", "outcome", "obstacle", "obstacle_then", "reaction", "reaction_then")
        words |= {name: words[name] or str(before.words.get(name, "")) for name in inherited}
    await plans.keep(
        tx, place.person.id, place.enrolment, place.dialogue, key,
        words=words, language=line.language, form=line.form, at=place.now,
    )  # fmt: skip
