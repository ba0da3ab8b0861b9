"""What becomes of a due nudge, with the facts of this moment: open, move, wait or drop, and why.

It is asked twice: before a dialogue opens and again before its first message is sent. The facts
must leave out the nudge itself: its own dialogue makes nobody busy, its own message is not "last".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from scheduler.caps import UNCOUNTED, first_with_room, has_room
from scheduler.carried import CARRIED, last_moment, priority_at
from scheduler.facts import Due, Facts
from scheduler.hours import (
    first_slot_from,
    has_known_shift,
    is_open,
    next_open,
    next_slot,
    slot_after,
    spread,
)
from scheduler.local import Local, local_of, start_of, to_utc
from scheduler.plan import EXEMPT_FOR, session_end
from scheduler.reasons import DropReason, MoveReason, WaitReason

BETWEEN_MESSAGES = timedelta(hours=20)  # docs/schedule rule 3.4, E45
OVERDUE_AT_MOST = timedelta(days=4)  # docs/schedule rule 3.4
LEAVING_TAKES = timedelta(minutes=1)  # until it is looked again whether the last message has gone

# These say nothing by themselves.
SILENT: Final = frozenset({"close", "retract"})
# These are between two people, who should not wait long for each other.
OF_TWO: Final = frozenset(
    {
        "hold_me", "agree", "ask_another", "seen", "witness", "update", "rehearse", "signal",
        "rehearsal_on", "post",
    }
)  # fmt: skip
# These belong to a dialogue that is there already; they never take a visit's place.
OF_A_DIALOGUE: Final = frozenset({"remind", "close", "resume"})
# These wait for no slot: any moment in own hours will do.
WITHOUT_SLOT: Final = frozenset({"welcome", "remind", "resume", "back"}) | OF_TWO
# These ask after the same thing each time, so a later one says it all.
REPEATED: Final = frozenset({"goal_setting", "check_in"})
# These are never lost for lack of a slot (docs/schedule rule 3.2 and section 6).
NEVER_LOST: Final = REPEATED | {
    "back", "welcome", "follow_up", "hold_me", "agree", "ask_another",
    "ending", "share", "post",
}  # fmt: skip
# There is nothing in these that a person could open at a moment of their own.
OF_THE_MOMENT: Final = OF_A_DIALOGUE | {"back", "eve"}

_DAY = timedelta(days=1)
_OUT: Final[Mapping[str, DropReason]] = {"stopped": "stopped", "declined": "declined"}


@dataclass(frozen=True, slots=True)
class Open:
    """Open it now."""


@dataclass(frozen=True, slots=True)
class Move:
    """Let it wait for a later moment and decide again then."""

    local: Local
    due_at: datetime
    reason: MoveReason


@dataclass(frozen=True, slots=True)
class Wait:
    """Send nothing; the person may open it, and when the reason is gone it is decided again."""

    reason: WaitReason


@dataclass(frozen=True, slots=True)
class Drop:
    """Let it go for good."""

    reason: DropReason


Decision = Open | Move | Wait | Drop


def decide(due: Due, facts: Facts) -> Decision:
    """Decide what becomes of a due nudge.

    Raises:
        ValueError: a rhythm without a moment in 400 days.
    """
    if due.kind == "retract":  # whoever it was shown to, and whatever they want
        return Open()
    if due.kind == "erase":  # whatever else is true; only the last message is let go first
        return _move(facts.now + LEAVING_TAKES, "busy", facts) if facts.busy else Open()
    gone = _gone(due.kind, facts)
    if gone is not None:
        return Drop(gone)
    if due.kind in SILENT:  # nobody is disturbed
        return Open()
    # Rule 3.3: goal setting comes at the end of the session, whatever the hour.
    free = due.exempt and facts.now <= due.due_at + EXEMPT_FOR
    return _silence(due, facts) or (None if free else _moment(due, facts)) or _room(due, facts)


def _moment(due: Due, facts: Facts) -> Decision | None:
    """Keep to the person's own moments (docs/schedule rules 3.1, 3.2 and 3.4)."""
    if not has_known_shift(facts.rhythm, facts.now):
        return _wait(due, "no_shift")
    # Before the hours: a moment in the night would make all that is overdue due on one new day.
    return (
        _outlived(due, facts)
        or _among_others(due, facts)
        or _in_hours(due, facts)
        or _apart(due, facts)
    )


def _gone(kind: str, facts: Facts) -> DropReason | None:
    """Give the reason why a kind is not wanted any more (docs/schedule rules 3.3 and 8.2)."""
    if not facts.person_active:
        return "left"
    if facts.status in {"stopped", "declined"}:
        # Who is out may still answer an old card, and what that asks next comes to an end too.
        # Who takes a no back is asked once more, and may say "later" as whoever was invited may.
        may_come = {*SILENT, "resume"} if facts.status == "declined" else SILENT
        return None if kind in may_come else _OUT[facts.status]
    if kind == "remind" and facts.asked_again:
        return "asked_again"
    if kind in OF_A_DIALOGUE:
        return None
    if facts.status == "done":
        return "done"
    if kind == "welcome":
        return "joined" if facts.status == "joined" else None
    if facts.status == "invited":
        return "not_joined"
    return _gone_visit(kind, facts)


def _gone_visit(kind: str, facts: Facts) -> DropReason | None:
    """Give the reason why someone who joined needs no such visit (docs/schedule rule 8.3)."""
    if kind in REPEATED and facts.training_day is None:
        return "no_training_day"
    if kind == "check_in" and not facts.has_plan:
        return "no_plan"
    if kind == "goal_setting" and facts.has_plan:
        return "has_plan"
    return None


def _silence(due: Due, facts: Facts) -> Decision | None:
    """Keep silent for who asked for it (docs/schedule rule 3.3), and before a training that moved.

    Who opens visits oneself may still ask for one "later", which then comes; a pause outlives it.
    """
    today, rhythm, ahead = _day(facts.now, facts), facts.rhythm, facts.training_day
    if facts.quiet == "pause":
        return _wait(due, "quiet")
    if facts.quiet == "self" and due.kind != "resume":
        return _wait(due, "opens_self")
    if facts.quiet_until is not None and today <= facts.quiet_until:
        if due.kind == "resume":  # a return from silence is one message
            return Drop("quiet")
        after = start_of(facts.quiet_until + _DAY, rhythm.zone)
        return _move(_soonest(due, facts, after), "quiet", facts)
    if due.kind in REPEATED and ahead is not None and today < ahead:
        ends = due.kind == "goal_setting"
        slot = session_end(rhythm, ahead) if ends else slot_after(rhythm, ahead)
        return Move(slot, to_utc(slot), "training_ahead")
    return None


def _wait(due: Due, reason: WaitReason) -> Wait | Drop:
    return Drop(reason) if due.kind in OF_THE_MOMENT else Wait(reason)


def _outlived(due: Due, facts: Facts) -> Drop | None:
    """Drop what came too late to be of use, such as after downtime (docs/schedule rule 3.4)."""
    lasts = due.kind in NEVER_LOST or due.kind in CARRIED | {"resume"}
    is_old = facts.now - due.due_at > OVERDUE_AT_MOST
    return Drop("overtaken") if is_old and not lasts else None


def _among_others(due: Due, facts: Facts) -> Decision | None:
    """Let one go first (docs/schedule rule 3.4): the fresh, then the highest, then the latest."""
    others = [one for one in facts.others_due if one.kind not in UNCOUNTED | OF_A_DIALOGUE]
    wanted = [one for one in others if _gone(one.kind, facts) is None]
    if not wanted or due.kind == "resume":
        return None
    first = min(wanted, key=lambda one: _rank(one, facts.now))
    if due.kind != "remind" and _rank(due, facts.now) <= _rank(first, facts.now):
        return None
    if _is_said_by(wanted, due, facts):
        return Drop("overtaken")
    return _move(_slot_tomorrow(facts), "another_first", facts)


def _is_said_by(wanted: list[Due], due: Due, facts: Facts) -> bool:
    """Tell whether what is overdue since another day needs no opening of its own any more.

    The first to open stands for it; but what is never lost waits for one of its own kind.
    """
    day, today = _day(due.due_at, facts), _day(facts.now, facts)
    if due.kind not in NEVER_LOST and due.kind not in CARRIED:
        return day < today
    same = [one for one in wanted if (one.kind, one.run) == (due.kind, due.run)]
    later = (one for one in same if _rank(one, facts.now) < _rank(due, facts.now))
    return day < today and any(_day(one.due_at, facts) != day for one in later)


def _rank(due: Due, now: datetime) -> tuple[bool, int, timedelta, int, str, str]:
    overdue = now - due.due_at
    order = (due.occurrence, due.run)
    return (overdue > OVERDUE_AT_MOST, priority_at(due, now), overdue, _turn(due), *order)


def _turn(due: Due) -> int:
    """Let those go first in turn who are asked about at one moment: each time another one.

    What is about a subject is called after it and after its number. Without turns, one of the two
    learners of a buddy would always be the one that there is no room for.
    """
    kind_and_subject, _, number = due.occurrence.rpartition(":")
    if ":" not in kind_and_subject or not number.isdecimal():
        return 0
    order = int.from_bytes(kind_and_subject.encode())  # ids sort by when they were made
    return order if int(number) % 2 else -order


def _in_hours(due: Due, facts: Facts) -> Move | None:
    """Stay within own hours (docs/schedule rules 3.1 and 3.2)."""
    if is_open(facts.rhythm, facts.now):
        return None
    return _move(_soonest(due, facts, facts.now), "outside_hours", facts)


def _apart(due: Due, facts: Facts) -> Move | None:
    """Stay away from the last message (docs/schedule rule 3.4); "later" was asked for."""
    if due.kind == "resume":
        return None
    last = max((each.at for each in facts.budget.sent if each.kind not in UNCOUNTED), default=None)
    if last is not None and facts.now < last + BETWEEN_MESSAGES:
        return _move(first_slot_from(facts.rhythm, last + BETWEEN_MESSAGES), "too_soon", facts)
    if facts.busy and due.kind not in OF_A_DIALOGUE:
        return _move(_slot_tomorrow(facts), "busy", facts)
    return None


def _room(due: Due, facts: Facts) -> Decision:
    """Stay within the caps: some move, some are carried, the rest go (docs/schedule section 6)."""
    priority = priority_at(due, facts.now)
    if has_room(facts.budget, due.kind, priority, facts.now):
        return Open()
    if due.kind not in NEVER_LOST and due.kind not in CARRIED:
        return Drop("capped")
    room = first_with_room(facts.budget, due.kind, priority, _slots(facts))
    if due.kind in NEVER_LOST:
        return _move(room, "capped", facts)
    at_last = last_moment(due)
    return _move(min(room, at_last) if facts.now < at_last else room, "rides_along", facts)


def _slots(facts: Facts) -> Iterator[datetime]:
    """Give the slots to come, without end."""
    slot = facts.now
    while True:
        slot = next_slot(facts.rhythm, slot)
        yield slot


def _soonest(due: Due, facts: Facts, moment: datetime) -> datetime:
    """Give the next moment of the rhythm from a moment on: a slot, or any hour of their own."""
    if due.kind in WITHOUT_SLOT:
        return next_open(facts.rhythm, moment)
    return first_slot_from(facts.rhythm, moment)


def _slot_tomorrow(facts: Facts) -> datetime:
    return to_utc(slot_after(facts.rhythm, _day(facts.now, facts)))


def _move(moment: datetime, reason: MoveReason, facts: Facts) -> Move:
    at = moment if facts.person is None else spread(facts.rhythm, moment, facts.person)
    return Move(local_of(moment, facts.rhythm.zone), at, reason)


def _day(moment: datetime, facts: Facts) -> date:
    return local_of(moment, facts.rhythm.zone).day
