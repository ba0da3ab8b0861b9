"""The coming visits of one enrolment: from facts, by the scheduler's plan, to nudges.

Called after everything that may change a plan. A visit that is overdue keeps its row: planning
names only what lies ahead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from bot.brief import from_json
from scheduler import plan as planning
from scheduler.absence import days_in
from scheduler.calendars import country_of, public_holidays
from scheduler.hours import Rhythm, last_working_day_before, slot_on, spread
from scheduler.local import local_of, to_utc
from scheduler.plan import Course, Planned, Spacing
from scheduler.priority import PRIORITY
from scheduler.reasons import LapseReason
from scheduler.shifts import Shift
from storage import choices, dialogues, enrolments, nudges, people, plans
from storage.database import Transaction
from storage.dialogues import Dialogue
from storage.enrolments import Enrolment
from storage.people import Person

PLANNED_KINDS = ("welcome", "goal_setting", "check_in")
MASTERED = "got_it"  # D7, "Ik kan het nu": no more check-ins


def rhythm_of(person: Person) -> Rhythm:
    """Put a person's rhythm together: what they chose, their zone, holidays, leave and shifts.

    The default hours where they chose none. Who works in shifts works on public holidays too.
    """
    chosen = Rhythm.from_json(person.rhythm, person.zone) if person.rhythm else Rhythm(person.zone)
    leave = days_in(person.leave)
    if chosen.mode == "shifts":
        shifts = tuple(Shift(*each) for each in person.shifts)
        return replace(chosen, closed=leave, shifts=shifts)
    country = person.country or country_of(person.zone)
    return replace(chosen, closed=leave | public_holidays(country))


def silent_until(person: Person, enrolment: Enrolment) -> date | None:
    """Give the last day of silence that was asked for, in this programme or in all."""
    pause = person.quiet.until if person.quiet and person.quiet.mode == "pause" else None
    return max(filter(None, (pause, enrolment.quiet_until)), default=None)


async def replan(tx: Transaction, enrolment_id: UUID, spacing: Spacing, now: datetime) -> None:
    """Plan the visits of an enrolment again and change its nudges to match."""
    enrolment = await enrolments.get(tx, enrolment_id)
    person = await people.get(tx, enrolment.person_id)
    rhythm = rhythm_of(person)
    held = await dialogues.of_enrolment(tx, enrolment_id)
    course = await _course(tx, person, enrolment, held)
    wanted = planning.plan(course, rhythm, spacing, now)
    if _is_welcoming(held):
        # The first goal setting follows the welcome; it does not break into it.
        wanted = tuple(each for each in wanted if each.kind != "goal_setting")
    await nudges.plan(
        tx,
        enrolment_id,
        person.id,
        [
            *(_row(each, rhythm, person) for each in wanted),
            *await _eves(tx, enrolment, person, now),
        ],
        now,
        kinds=PLANNED_KINDS,
        keep=lambda occurrence: planning.stands(course, rhythm, spacing, occurrence),
    )


async def lapsed(
    tx: Transaction, enrolment: Enrolment, spacing: Spacing, now: datetime
) -> dict[str, LapseReason]:
    """Tell which check-ins will not come, by occurrence, and why; none before there is a plan."""
    if enrolment.status != "joined" or await plans.current(tx, enrolment.id) is None:
        return {}
    person = await people.get(tx, enrolment.person_id)
    held = await dialogues.of_enrolment(tx, enrolment.id)
    course = await _course(tx, person, enrolment, held)
    return dict(planning.lapsed(course, rhythm_of(person), spacing, now))


def eve_of(day: date) -> str:
    """Name the word on the working day before a named day."""
    return f"eve:{day.isoformat()}"


async def plan_eve(
    tx: Transaction, person: Person, enrolment: UUID, day: date, now: datetime
) -> None:
    """Plan a word for the working day before a named day, if that still lies ahead."""
    wanted = _eve(person, day)
    if wanted.due_at > now and wanted.local_day < day:
        await nudges.insert(tx, person=person.id, enrolment=enrolment, wanted=wanted)


async def _eves(
    tx: Transaction, enrolment: Enrolment, person: Person, now: datetime
) -> list[nudges.Wanted]:
    """Give the word before the named day, if it waits, its moment in the zone and hours of now."""
    named = enrolment.named_day
    if named is None:
        return []
    coming = await nudges.coming(tx, person.id)
    held = {each.occurrence for each in coming if each.enrolment_id == enrolment.id}
    wanted = _eve(person, named)
    return [wanted] if wanted.occurrence in held and wanted.due_at > now else []


def _eve(person: Person, day: date) -> nudges.Wanted:
    rhythm = rhythm_of(person)
    local = slot_on(rhythm, last_working_day_before(rhythm, day))
    return nudges.Wanted(
        kind="eve",
        occurrence=eve_of(day),
        round=0,
        local_day=local.day,
        local_time=local.at,
        zone=local.zone,
        due_at=spread(rhythm, to_utc(local), person.id),
        exempt=False,
        priority=PRIORITY["eve"],
    )


async def _course(
    tx: Transaction, person: Person, enrolment: Enrolment, held: Sequence[Dialogue]
) -> Course:
    opened = [each for each in held if each.closed_reason != "never_sent"]
    goal_settings = [each for each in opened if each.kind == "goal_setting"]
    check_ins = [each for each in opened if each.kind == "check_in"]
    days = [_day(each, person) for each in goal_settings]
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
        quiet_until=silent_until(person, enrolment),
        goal_settings_earlier=sum(1 for day in days if first and day < first),
        asked_on=min((day for day in days if first is None or day >= first), default=None),
        visited_on=max((_day(each, person) for each in check_ins), default=None),
        away=person.leave,
        pace=enrolment.pace,
    )


def _day(dialogue: Dialogue, person: Person) -> date:
    return local_of(dialogue.opened_at, person.zone).day


def _is_welcoming(held: Sequence[Dialogue]) -> bool:
    return any(each.kind == "welcome" and each.state == "open" for each in held)


def _row(planned: Planned, rhythm: Rhythm, person: Person) -> nudges.Wanted:
    """Make a row of a visit; at a slot the wall time stays, only the moment gets a few minutes."""
    has_slot = planned.kind != "welcome" and not planned.exempt
    due_at = spread(rhythm, planned.due_at, person.id) if has_slot else planned.due_at
    return nudges.Wanted(
        kind=planned.kind,
        occurrence=planned.occurrence,
        round=planned.round,
        local_day=planned.local.day,
        local_time=planned.local.at,
        zone=planned.local.zone,
        due_at=due_at,
        exempt=planned.exempt,
        priority=planned.priority,
    )
