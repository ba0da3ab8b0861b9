"""What becomes of a due nudge, with the facts of this moment: open, move or drop, with the reason.

It is asked twice: before a dialogue opens and again before its first message is sent. The facts
must leave out the nudge itself: its own dialogue makes nobody busy, its own message is not "last".
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from scheduler.hours import Rhythm, first_slot_from, is_open, next_open, slot_after
from scheduler.local import Local, local_of, start_of, to_utc, utc
from scheduler.plan import EXEMPT_FOR, Status, session_end
from scheduler.reasons import DropReason, MoveReason

BETWEEN_MESSAGES = timedelta(hours=20)  # docs/schedule rule 3.4, E45
OVERDUE_AT_MOST = timedelta(days=4)  # docs/schedule rule 3.4

# These belong to a dialogue that is there already; they never take a visit's place.
OF_A_DIALOGUE: Final = frozenset({"remind", "close", "resume"})
# These wait for no slot: any moment in own hours will do.
WITHOUT_SLOT: Final = frozenset({"welcome", "remind", "resume"})
# These ask after the same thing each time, so a later one says it all.
REPEATED: Final = frozenset({"goal_setting", "check_in"})

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """A nudge whose moment has come.

    Raises:
        ValueError: a naive `due_at`.
    """

    kind: str
    occurrence: str
    due_at: datetime
    exempt: bool
    priority: int

    def __post_init__(self) -> None:
        utc(self.due_at)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of the person now.

    Raises:
        ValueError: a naive `now` or `last_sent_at`.
    """

    now: datetime
    rhythm: Rhythm
    status: Status
    person_active: bool
    has_plan: bool
    training_day: date | None
    last_sent_at: datetime | None = None  # last proactive message sent, unknown or on its way
    others_due: tuple[Due, ...] = ()  # the same person's, in all programmes
    busy: bool = False  # a visit of today is still unanswered, in progress or on its way
    quiet_until: date | None = None  # the last day of silence

    def __post_init__(self) -> None:
        utc(self.now)
        if self.last_sent_at is not None:
            utc(self.last_sent_at)


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
class Drop:
    """Let it go for good."""

    reason: DropReason


Decision = Open | Move | Drop


def decide(due: Due, facts: Facts) -> Decision:
    """Decide what becomes of a due nudge.

    Raises:
        ValueError: a rhythm without a moment in 400 days.
    """
    gone = _gone(due.kind, facts)
    if gone is not None:
        return Drop(gone)
    if due.kind == "close":  # ends a dialogue in silence, so nobody is disturbed
        return Open()
    waits = _silence(due, facts)
    # Rule 3.3: goal setting comes at the end of the session, whatever the hour.
    if waits is not None or _is_exempt(due, facts.now):
        return waits or Open()
    # Before the hours: a moment in the night would make all that is overdue due on one new day.
    return _among_others(due, facts) or _in_hours(due, facts) or _with_room(due, facts) or Open()


def _gone(kind: str, facts: Facts) -> DropReason | None:
    """Give the reason why a kind is not wanted any more (docs/schedule rules 3.3 and 8.2)."""
    if not facts.person_active:
        return "left"
    if facts.status in {"stopped", "declined"}:
        return "stopped" if facts.status == "stopped" else "declined"
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


def _silence(due: Due, facts: Facts) -> Move | None:
    """Keep silent for who paused (docs/schedule rule 3.3), and before a training that moved."""
    today, rhythm, ahead = _day(facts.now, facts), facts.rhythm, facts.training_day
    if facts.quiet_until is not None and today <= facts.quiet_until:
        return _move(
            _soonest(due, facts, start_of(facts.quiet_until + _DAY, rhythm.zone)), "quiet", facts
        )
    if due.kind in REPEATED and ahead is not None and today < ahead:
        slot = (
            session_end(rhythm, ahead) if due.kind == "goal_setting" else slot_after(rhythm, ahead)
        )
        return Move(slot, to_utc(slot), "training_ahead")
    return None


def _is_exempt(due: Due, now: datetime) -> bool:
    return due.exempt and now <= due.due_at + EXEMPT_FOR


def _among_others(due: Due, facts: Facts) -> Decision | None:
    """Let one go first (docs/schedule rule 3.4): the fresh, then the highest, then the latest."""
    others = [one for one in facts.others_due if one.kind not in OF_A_DIALOGUE]
    wanted = [one for one in others if _gone(one.kind, facts) is None]
    if not wanted or due.kind == "resume":
        return None
    first = min(wanted, key=lambda one: _rank(one, facts.now))
    if due.kind != "remind" and _rank(due, facts.now) <= _rank(first, facts.now):
        return None
    day = _day(due.due_at, facts)
    if due.kind not in REPEATED or day in {_day(first.due_at, facts), _day(facts.now, facts)}:
        return _move(_slot_tomorrow(facts), "another_first", facts)
    return Drop("overtaken")


def _rank(due: Due, now: datetime) -> tuple[bool, int, timedelta, str]:
    overdue = now - due.due_at
    return (overdue > OVERDUE_AT_MOST, due.priority, overdue, due.occurrence)


def _in_hours(due: Due, facts: Facts) -> Move | None:
    """Stay within own hours (docs/schedule rules 3.1 and 3.2)."""
    if is_open(facts.rhythm, facts.now):
        return None
    return _move(_soonest(due, facts, facts.now), "outside_hours", facts)


def _with_room(due: Due, facts: Facts) -> Move | None:
    """Leave room after the last message (docs/schedule rule 3.4); "later" was asked for."""
    if due.kind == "resume":
        return None
    last = facts.last_sent_at
    if last is not None and facts.now < last + BETWEEN_MESSAGES:
        return _move(first_slot_from(facts.rhythm, last + BETWEEN_MESSAGES), "too_soon", facts)
    if facts.busy and due.kind not in OF_A_DIALOGUE:
        return _move(_slot_tomorrow(facts), "busy", facts)
    return None


def _soonest(due: Due, facts: Facts, moment: datetime) -> datetime:
    """Give the next moment of the rhythm from a moment on: a slot, or any hour of their own."""
    if due.kind in WITHOUT_SLOT:
        return next_open(facts.rhythm, moment)
    return first_slot_from(facts.rhythm, moment)


def _slot_tomorrow(facts: Facts) -> datetime:
    return to_utc(slot_after(facts.rhythm, _day(facts.now, facts)))


def _move(moment: datetime, reason: MoveReason, facts: Facts) -> Move:
    return Move(local_of(moment, facts.rhythm.zone), moment, reason)


def _day(moment: datetime, facts: Facts) -> date:
    return local_of(moment, facts.rhythm.zone).day
