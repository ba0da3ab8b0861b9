"""The coming visits of one enrolment: from facts, by the scheduler's plan, to nudges.

Called after everything that may change a plan. A visit that is overdue keeps its row: planning
names only what lies ahead.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from bot.brief import from_json
from scheduler import plan as planning
from scheduler.hours import Rhythm, is_open, last_working_day_before
from scheduler.local import Local, local_of, to_utc
from scheduler.plan import Course, Planned, Spacing
from scheduler.priority import PRIORITY
from storage import choices, dialogues, enrolments, nudges, people, plans
from storage.database import Transaction
from storage.dialogues import Dialogue
from storage.enrolments import Enrolment
from storage.people import Person

PLANNED_KINDS = ("welcome", "goal_setting", "check_in")
MASTERED = "got_it"  # D7, "Ik kan het nu": no more check-ins


def rhythm_of(person: Person) -> Rhythm:
    """Read a person's rhythm; the default hours in their own zone when they chose none."""
    if person.rhythm:
        return Rhythm.from_json({**person.rhythm, "zone": person.zone})
    return Rhythm(zone=person.zone)


async def replan(tx: Transaction, enrolment_id: UUID, spacing: Spacing, now: datetime) -> None:
    """Plan the visits of an enrolment again and change its nudges to match."""
    enrolment = await enrolments.get(tx, enrolment_id)
    person = await people.get(tx, enrolment.person_id)
    rhythm = rhythm_of(person)
    held = await dialogues.of_enrolment(tx, enrolment_id)
    course = await _course(tx, enrolment, held, rhythm)
    wanted = planning.plan(course, rhythm, spacing, now)
    if _is_welcoming(held):
        # The first goal setting follows the welcome; it does not break into it.
        wanted = tuple(each for each in wanted if each.kind != "goal_setting")
    await nudges.plan(
        tx,
        enrolment_id,
        person.id,
        [_row(each) for each in wanted],
        now,
        kinds=PLANNED_KINDS,
        keep=lambda occurrence: planning.stands(course, rhythm, spacing, occurrence),
    )


def eve_of(day: date) -> str:
    """Name the word on the working day before a named day."""
    return f"eve:{day.isoformat()}"


async def plan_eve(
    tx: Transaction, person: Person, enrolment: UUID, day: date, now: datetime
) -> None:
    """Plan a word for the working day before a named day, if that still lies ahead."""
    rhythm = rhythm_of(person)
    eve = last_working_day_before(rhythm, day)
    local = Local(eve, rhythm.slot_time, rhythm.zone)
    if not is_open(rhythm, to_utc(local)):
        local = Local(eve, rhythm.opens, rhythm.zone)
    if to_utc(local) <= now:
        return
    wanted = nudges.Wanted(
        kind="eve",
        occurrence=eve_of(day),
        round=0,
        local_day=local.day,
        local_time=local.at,
        zone=local.zone,
        due_at=to_utc(local),
        exempt=False,
        priority=PRIORITY["eve"],
    )
    await nudges.insert(tx, person=person.id, enrolment=enrolment, wanted=wanted)


async def course_of(tx: Transaction, enrolment: Enrolment, rhythm: Rhythm) -> Course:
    """Gather what planning must know of one enrolment."""
    held = await dialogues.of_enrolment(tx, enrolment.id)
    return await _course(tx, enrolment, held, rhythm)


async def _course(
    tx: Transaction, enrolment: Enrolment, held: Sequence[Dialogue], rhythm: Rhythm
) -> Course:
    opened = [each for each in held if each.closed_reason != "never_sent"]
    goal_settings = [each for each in opened if each.kind == "goal_setting"]
    check_ins = [each for each in opened if each.kind == "check_in"]
    days = [_day(each, rhythm) for each in goal_settings]
    first = enrolment.training_day
    picked = await choices.of_enrolment(tx, enrolment.id)
    mastered = any(each.item == "next" and each.code == MASTERED for each in picked)
    return Course(
        status="done" if mastered and enrolment.status == "joined" else enrolment.status,
        enrolled_on=enrolment.enrolled_on,
        training_day=first,
        joined_at=enrolment.joined_at,
        has_plan=await plans.current(tx, enrolment.id) is not None,
        invited=any(each.kind == "welcome" for each in opened),
        goal_settings=len(goal_settings),
        rounds_done=frozenset(from_json(each.brief).round for each in check_ins),
        named=enrolment.named_day,
        quiet_until=enrolment.quiet_until,
        goal_settings_earlier=sum(1 for day in days if first and day < first),
        asked_on=min((day for day in days if first is None or day >= first), default=None),
        visited_on=max((_day(each, rhythm) for each in check_ins), default=None),
    )


def _day(dialogue: Dialogue, rhythm: Rhythm) -> date:
    return local_of(dialogue.opened_at, rhythm.zone).day


def _is_welcoming(held: Sequence[Dialogue]) -> bool:
    return any(each.kind == "welcome" and each.state == "open" for each in held)


def _row(planned: Planned) -> nudges.Wanted:
    return nudges.Wanted(
        kind=planned.kind,
        occurrence=planned.occurrence,
        round=planned.round,
        local_day=planned.local.day,
        local_time=planned.local.at,
        zone=planned.local.zone,
        due_at=planned.due_at,
        exempt=planned.exempt,
        priority=planned.priority,
    )
