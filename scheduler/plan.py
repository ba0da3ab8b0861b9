"""Which visits of one enrolment are still to come, and when.

Planning names only what lies ahead. A visit that is overdue, or that `decide` moved, is not named
again: its row keeps standing while `stands` says so, else a re-plan would lose it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from scheduler.absence import day_of, stopping
from scheduler.course import MONTHLY, QUIZ, Course, Kind, Planned, Spacing, Status
from scheduler.hours import Rhythm, next_open, one_a_day, slot_after, slot_for, working_days_after
from scheduler.local import Local, local_of, start_of, to_utc, utc
from scheduler.priority import PRIORITY
from scheduler.reasons import LapseReason

__all__ = [
    "EXEMPT_FOR",
    "Course",
    "Kind",
    "Planned",
    "Spacing",
    "Status",
    "lapsed",
    "plan",
    "session_end",
    "stands",
]

WELCOME_AHEAD = timedelta(days=7)  # docs/schedule section 2, day -7
SESSION_ENDS = time(17)
# Rule 3.3 frees goal setting from the hours because it comes at once; hours later it is a visit
# like any other, and nobody is woken by it. Design.
EXEMPT_FOR = timedelta(hours=4)
A_MONTH: Final = timedelta(days=28)  # between two check-ins in the pace "monthly"

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Round:
    number: int
    day: date  # the fixed day, before any slot
    slot: Local | None = None
    reason: LapseReason | None = None

    @property
    def occurrence(self) -> str:
        return f"check_in:{self.number}"


def plan(course: Course, rhythm: Rhythm, spacing: Spacing, now: datetime) -> tuple[Planned, ...]:
    """Plan all visits that are still to come, soonest first.

    Raises:
        ValueError: naive `now`, or a rhythm without a slot in 400 days.
    """
    now = utc(now)
    day = course.training_day
    coming: Iterable[Planned] = ()
    if day is not None and course.status == "invited":
        coming = _welcome(course, rhythm, day, now)
    elif day is not None and course.status == "joined" and course.has_plan:
        coming = _check_ins(_rounds(course, rhythm, spacing), now)
    elif day is not None and course.status == "joined":
        coming = _goal_settings(course, rhythm, spacing, day, now)
    return tuple(sorted(coming, key=lambda one: one.due_at))


def lapsed(
    course: Course, rhythm: Rhythm, spacing: Spacing, now: datetime | None = None
) -> tuple[tuple[str, LapseReason], ...]:
    """Give the check-ins that will not come, as occurrence and reason.

    With `now` also those whose slot had gone; a row that waits for one of these still `stands`.

    Raises:
        ValueError: naive `now`, or a rhythm without a slot in 400 days.
    """
    rounds = _rounds(course, rhythm, spacing)
    gone = [(one.occurrence, one.reason) for one in rounds if one.reason is not None]
    if now is not None:
        moment = utc(now)
        missed = (one for one in rounds if one.slot is not None and to_utc(one.slot) <= moment)
        gone += [(one.occurrence, "past") for one in missed]
    return tuple(gone)


def stands(course: Course, rhythm: Rhythm, spacing: Spacing, occurrence: str) -> bool:
    """Tell whether a visit is still wanted, whatever its moment.

    A re-plan drops a planned row only when `plan` does not name it and this says no.

    Raises:
        ValueError: a rhythm without a slot in 400 days.
    """
    if course.training_day is None:
        return False
    if course.status == "invited":
        return occurrence == "welcome" and not course.invited
    if course.status != "joined":
        return False
    if course.has_plan:
        rounds = _rounds(course, rhythm, spacing)
        return occurrence in {one.occurrence for one in rounds if one.slot is not None}
    last = course.goal_settings_earlier + len(spacing.no_plan_days)
    return occurrence in {f"goal_setting:{n}" for n in range(course.goal_settings, last + 1)}


def session_end(rhythm: Rhythm, training_day: date) -> Local:
    """Give the end of the training, when goal setting comes."""
    return Local(training_day, SESSION_ENDS, rhythm.zone)


def _welcome(
    course: Course, rhythm: Rhythm, training_day: date, now: datetime
) -> Iterator[Planned]:
    if course.invited:
        return
    day = max(training_day - WELCOME_AHEAD, course.enrolled_on)
    if course.quiet_until is not None:
        day = max(day, course.quiet_until + _DAY)
    moment = next_open(rhythm, max(now, start_of(day, rhythm.zone)))
    visit = _visit("welcome", 0, local_of(moment, rhythm.zone))
    yield replace(visit, occurrence="welcome", due_at=moment)


def _goal_settings(
    course: Course, rhythm: Rhythm, spacing: Spacing, training_day: date, now: datetime
) -> Iterator[Planned]:
    """Visit at the end of the session, then on working days after it, while there is no plan."""
    number, after = course.goal_settings_earlier, training_day
    asked_on = course.asked_on or training_day
    if course.goal_settings <= number:
        first = _first_goal_setting(course, rhythm, training_day, now)
        asked_on = after = first.local.day
        yield first
    joined_on = _joined_on(course, rhythm)
    anchor = max(training_day, joined_on, asked_on, course.quiet_until or training_day)
    days = (working_days_after(rhythm, anchor, n) for n in spacing.no_plan_days)
    slots = one_a_day(rhythm, (slot_for(rhythm, day) for day in days), after=after)
    for later, slot in enumerate(slots, number + 1):
        if later >= course.goal_settings and to_utc(slot) > now:
            yield _visit("goal_setting", later, slot)


def _first_goal_setting(
    course: Course, rhythm: Rhythm, training_day: date, now: datetime
) -> Planned:
    """Plan the one that follows the session, or joining when that came after it."""
    ends = session_end(rhythm, training_day)
    start = to_utc(ends) if _joined_on(course, rhythm) < training_day else _began(course, rhythm)
    moment, exempt = max(start, now), now <= start + EXEMPT_FOR
    silent = course.quiet_until
    if silent is not None and local_of(moment, rhythm.zone).day <= silent:
        moment, exempt = start_of(silent + _DAY, rhythm.zone), False
    if not exempt:
        moment = next_open(rhythm, moment)
    visit = _visit("goal_setting", course.goal_settings_earlier, local_of(moment, rhythm.zone))
    return replace(visit, due_at=moment, exempt=exempt)


def _check_ins(rounds: Iterable[_Round], now: datetime) -> Iterator[Planned]:
    for one in rounds:
        if one.slot is not None and to_utc(one.slot) > now:
            yield _visit("check_in", one.number, one.slot)


def _rounds(course: Course, rhythm: Rhythm, spacing: Spacing) -> tuple[_Round, ...]:
    """Give every round not done yet, each with the slot it keeps or the reason it lapses."""
    start = course.training_day
    if start is None or course.status != "joined" or not course.has_plan:
        return ()
    stops = stopping(course.away, rhythm.days)
    fixed = ((n, day_of(start, days, stops)) for n, days in enumerate(spacing.checkin_days, 1))
    since = _since(course, rhythm)
    rounds = [
        _Round(n, day, reason=_lapse(course, since, day))
        for n, day in fixed
        if n not in course.rounds_done
    ]
    waiting = [one for one in rounds if one.reason is None]
    gone = [one for one in rounds if one.reason is not None]
    return (*gone, *_settled(course, rhythm, waiting))


def _lapse(course: Course, since: date, day: date) -> LapseReason | None:
    if day < since:
        return "before_joining"
    if course.visited_on is not None and day <= course.visited_on:
        return "visited"
    return "pace" if course.pace == QUIZ else None


def _settled(course: Course, rhythm: Rhythm, waiting: list[_Round]) -> Iterator[_Round]:
    """Give the lowest round the next visit; fixed days that this visit passes lapse."""
    named, again = _named(course, rhythm), _again_from(course)
    # A named day is kept whatever the pace, by the lowest round.
    soon = [] if named else [one for one in waiting if again is not None and one.day < again]
    yield from (replace(one, reason="pace") for one in soon)
    if len(soon) == len(waiting):
        return
    lowest, *rest = waiting[len(soon) :]
    visit, reason = _next_visit(course, rhythm, lowest.day)
    yield replace(lowest, slot=visit)
    passed = [one for one in rest if reason is not None and one.day <= visit.day]
    yield from (replace(one, reason=reason) for one in passed)
    follow = _monthly if course.pace == MONTHLY else _each
    yield from follow(rhythm, rest[len(passed) :], visit.day)


def _each(rhythm: Rhythm, kept: list[_Round], after: date) -> Iterator[_Round]:
    """Give every round its slot."""
    slots = one_a_day(rhythm, (slot_for(rhythm, one.day) for one in kept), after=after)
    yield from (replace(one, slot=slot) for one, slot in zip(kept, slots, strict=True))


def _monthly(rhythm: Rhythm, kept: list[_Round], after: date) -> Iterator[_Round]:
    """Give a slot to the rounds that are four weeks apart; those in between lapse."""
    for one in kept:
        if one.day < after + A_MONTH:
            yield replace(one, reason="pace")
        else:
            slot = slot_for(rhythm, one.day)
            after = slot.day
            yield replace(one, slot=slot)


def _again_from(course: Course) -> date | None:
    """Give the day from which a check-in may come again, in the pace "monthly"."""
    if course.pace != MONTHLY or course.visited_on is None:
        return None
    return course.visited_on + A_MONTH


def _next_visit(course: Course, rhythm: Rhythm, day: date) -> tuple[Local, LapseReason | None]:
    """Give the slot of the next check-in, with the reason when it is not that of its fixed day."""
    reason: LapseReason | None = None
    if (named := _named(course, rhythm)) is not None:
        again = _again_from(course)
        after = max(named, again - _DAY) if again else named
        slot, reason = slot_after(rhythm, after), "named_moment"
    else:
        slot = slot_for(rhythm, day)
    if course.quiet_until is not None and slot.day <= course.quiet_until:
        return slot_after(rhythm, course.quiet_until), reason or "quiet"
    return slot, reason


def _named(course: Course, rhythm: Rhythm) -> date | None:
    """Give the named day, unless a visit, joining or a training of a later day made it old."""
    days = (_since(course, rhythm), course.training_day, course.visited_on)
    latest = max(day for day in days if day is not None)
    return None if course.named is None or course.named < latest else course.named


def _visit(kind: Kind, number: int, slot: Local) -> Planned:
    return Planned(
        kind=kind,
        occurrence=f"{kind}:{number}",
        local=slot,
        due_at=to_utc(slot),
        exempt=False,
        priority=PRIORITY[kind],
        round=number,
    )


def _began(course: Course, rhythm: Rhythm) -> datetime:
    """Give the moment the person joined; enrolment stands in when nobody noted it."""
    return course.joined_at or start_of(course.enrolled_on, rhythm.zone)


def _joined_on(course: Course, rhythm: Rhythm) -> date:
    return local_of(_began(course, rhythm), rhythm.zone).day


def _since(course: Course, rhythm: Rhythm) -> date:
    return max(course.enrolled_on, _joined_on(course, rhythm))
