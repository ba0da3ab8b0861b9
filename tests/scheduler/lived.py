"""Months of a person's life, lived: planned, decided and planned again, as the rows would be.

It stands for storage and bot without either. Whatever opens is sent at once; what is not answered
is reminded of; the world may change hours, zone and wishes, put the clock back, or fail for days.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import get_args

from scheduler.caps import Budget, Unasked
from scheduler.decide import Drop, Move, Open, Wait, decide
from scheduler.facts import Due, Facts
from scheduler.hours import Rhythm, is_open, working_days_after
from scheduler.local import Local, local_of, to_utc
from scheduler.plan import Course, Spacing, lapsed, plan, stands
from scheduler.priority import PRIORITY
from scheduler.reasons import LapseReason

ENOUGH = 2000  # decisions; more means that something is moved for ever
AFTER = timedelta(days=500)  # by then everything has ended, whatever happened

UNNAMED = "replanned"  # planning let it go and says no reason
LAPSED = {*get_args(LapseReason), UNNAMED}
MAY_COME_BACK = {*LAPSED, "overtaken"}

Change = Callable[["Life"], None]


@dataclass(frozen=True, slots=True)
class Row:
    """A nudge as it stands."""

    due: Due
    state: str = "planned"
    reason: str | None = None

    @property
    def is_back(self) -> bool:
        """Say whether planning may bring it back."""
        return self.state == "dropped" and self.reason in MAY_COME_BACK

    @property
    def is_ahead(self) -> bool:
        """Say whether something may still become of it."""
        return self.state in ("planned", "waiting")


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that nobody asked for, and whether it came in the person's own hours."""

    due: Due
    at: datetime
    is_in_hours: bool


@dataclass
class Life:
    """One person in some programmes; `answers` says, message by message, who is answered."""

    now: datetime
    rhythm: Rhythm
    courses: dict[str, Course]
    answers: list[bool]
    spacing: Spacing = field(default_factory=Spacing)
    quiet_until: date | None = None
    is_quiet: bool = False
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    down_until: datetime | None = None

    def live(self, changes: list[tuple[timedelta, Change]]) -> None:
        """Let the world change at moments after the start, and go on until all has ended."""
        self._replan()
        coming = sorted(((self.now + after, change) for after, change in changes), key=_moment)
        for moment, change in coming:
            self._go_on(moment)
            self.now = max(self.now, moment)
            change(self)
            self._replan()
        self.is_quiet = False
        self.wake()
        self._go_on(self.now + AFTER)

    def wake(self) -> None:
        """Let what waits be decided again."""
        for key, row in self.rows.items():
            if row.state == "waiting":
                self.rows[key] = replace(row, state="planned")

    def _go_on(self, until: datetime) -> None:
        for _ in range(ENOUGH):
            due = [row.due.due_at for row in self.rows.values() if row.state == "planned"]
            moment = max(self.now, min(due, default=until), self.down_until or self.now)
            if not due or moment >= until:
                return
            self.now = moment
            self._look()
        raise AssertionError(f"still at work after {ENOUGH} looks: {self.rows}")

    def _look(self) -> None:
        ready = [key for key, row in self.rows.items() if self._is_due(row)]
        for key in sorted(ready, key=lambda key: self.rows[key].due.due_at):
            row = self.rows[key]
            if not self._is_due(row):
                continue  # its plan changed meanwhile
            match decide(row.due, self._facts(key)):
                case Open():
                    self._open(key)
                case Drop(reason):
                    self.rows[key] = replace(row, state="dropped", reason=reason)
                case Wait(reason):
                    self.rows[key] = replace(row, state="waiting", reason=reason)
                case Move(_, due_at, reason):
                    assert due_at > self.now, "a move goes forward"
                    since = row.due.since or row.due.due_at
                    exempt = row.due.exempt and reason == "training_ahead"
                    moved = replace(row.due, due_at=due_at, since=since, exempt=exempt)
                    self.rows[key] = replace(row, due=moved, reason=reason)
                    if reason == "quiet":
                        self._replan()

    def _is_due(self, row: Row) -> bool:
        return row.state == "planned" and row.due.due_at <= self.now

    def _facts(self, key: tuple[str, str]) -> Facts:
        run, _ = key
        course, today = self._course(run), local_of(self.now, self.rhythm.zone).day
        others = [row for other, row in self.rows.items() if other != key]
        planned = [row.due for row in others if row.state == "planned"]
        tomorrow = [one for one in planned if self._day(one.due_at) <= today + timedelta(days=1)]
        return Facts(
            now=self.now,
            rhythm=self.rhythm,
            status=course.status,
            person_active=True,
            has_plan=course.has_plan,
            training_day=course.training_day,
            budget=Budget(
                self.rhythm.zone,
                tuple(Unasked(one.due.kind, one.at, one.due.priority) for one in self.sent),
                tuple(Unasked(o.kind, max(o.due_at, self.now), o.priority) for o in planned),
                frozenset(c.training_day for c in self.courses.values() if c.training_day),
            ),
            others_due=tuple(one for one in planned if one.due_at <= self.now),
            quiet_until=self.quiet_until,
            quiet="pause" if self.is_quiet else None,
            asked_again=any((one.kind, one.run) == ("check_in", run) for one in tomorrow),
        )

    def _open(self, key: tuple[str, str]) -> None:
        due = self.rows[key].due
        self.rows[key] = replace(self.rows[key], state="opened")
        self.sent.append(Sent(due, self.now, is_open(self.rhythm, self.now)))
        course, answered = self.courses[due.run], bool(self.answers and self.answers.pop(0))
        today = self._day(self.now)
        if due.kind == "check_in":
            number = int(due.occurrence.partition(":")[2])
            done = course.rounds_done | {number}
            course = replace(course, rounds_done=done, visited_on=today, named=None)
        elif due.kind == "goal_setting":
            course = replace(
                course,
                goal_settings=course.goal_settings + 1,
                asked_on=course.asked_on or today,
                has_plan=answered,
                named=today + timedelta(days=2) if answered else None,
            )
        self.courses[due.run] = course
        if not answered and due.kind != "remind":
            self._remind(due)
        self._replan()

    def _remind(self, due: Due) -> None:
        local = local_of(self.now, self.rhythm.zone)
        day = working_days_after(self.rhythm, local.day, 2)
        at = to_utc(Local(day, local.at, self.rhythm.zone))
        occurrence = f"remind:{due.occurrence}"
        reminder = Due(
            "remind", occurrence, at, exempt=False, priority=PRIORITY["remind"], run=due.run
        )
        self.rows[due.run, occurrence] = Row(reminder)

    def _replan(self) -> None:
        for run in self.courses:
            self._replan_one(run)

    def _replan_one(self, run: str) -> None:
        course = self._course(run)
        wanted = {one.occurrence: one for one in plan(course, self.rhythm, self.spacing, self.now)}
        for occurrence, one in wanted.items():
            before = self.rows.get((run, occurrence))
            due = Due(one.kind, occurrence, one.due_at, one.exempt, one.priority, run)
            is_back = before is not None and before.is_back
            if before is None or is_back or (before.is_ahead and _moved(before.due, due)):
                self.rows[run, occurrence] = Row(due)
        for (theirs, occurrence), row in self.rows.items():
            is_visit = theirs == run and row.due.kind != "remind" and row.is_ahead
            if is_visit and occurrence not in wanted and not self._stands(run, occurrence):
                reason = self._lapses(run).get(occurrence, UNNAMED)
                self.rows[run, occurrence] = replace(row, state="dropped", reason=reason)

    def _stands(self, run: str, occurrence: str) -> bool:
        return stands(self._course(run), self.rhythm, self.spacing, occurrence)

    def _lapses(self, run: str) -> dict[str, str]:
        return dict(lapsed(self._course(run), self.rhythm, self.spacing))

    def _course(self, run: str) -> Course:
        return replace(self.courses[run], quiet_until=self.quiet_until)

    def _day(self, moment: datetime) -> date:
        return local_of(moment, self.rhythm.zone).day


def joined(training: date, *, has_plan: bool) -> Course:
    """Give the course of somebody who joined on the day of the training."""
    return Course(
        status="joined",
        enrolled_on=training,
        training_day=training,
        joined_at=datetime(training.year, training.month, training.day, 9, tzinfo=UTC),
        has_plan=has_plan,
        invited=True,
        goal_settings=1 if has_plan else 0,
        rounds_done=frozenset(),
        named=None,
        quiet_until=None,
        asked_on=training if has_plan else None,
    )


def _moment(change: tuple[datetime, Change]) -> datetime:
    return change[0]


def _moved(before: Due, wanted: Due) -> bool:
    return wanted.due_at not in {before.due_at, before.since}
