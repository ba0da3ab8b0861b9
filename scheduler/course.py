"""What planning is given and what it gives back: courses, spacings and planned visits.

A course is one enrolment as planning sees it: days and numbers, nothing of what anybody said.
"""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Final, Literal

from scheduler.local import Local, utc

Kind = Literal["welcome", "goal_setting", "check_in"]
Status = Literal["invited", "joined", "declined", "stopped", "done"]

MONTHLY: Final = "monthly"  # a check-in every four weeks at most
QUIZ: Final = "quiz"  # no check-ins at all


@dataclass(frozen=True, slots=True)
class Spacing:
    """When a programme visits: check-ins in days after the training, goal setting in working days.

    Raises:
        ValueError: days that do not rise, or a working day below 1.
    """

    checkin_days: tuple[int, ...] = (3, 10, 21, 35, 56)
    no_plan_days: tuple[int, ...] = (1, 4)

    def __post_init__(self) -> None:
        for days in ((0, *self.checkin_days), (0, *self.no_plan_days)):
            if any(later <= earlier for earlier, later in pairwise(days)):
                raise ValueError(f"The days {list(days[1:])} must rise, from 1 on.")


@dataclass(frozen=True, slots=True)
class Course:
    """What planning must know of one enrolment.

    Raises:
        ValueError: a naive `joined_at`, or an absence that ends before it starts.
    """

    status: Status
    enrolled_on: date
    training_day: date | None  # the person's own day 0; None: was not there, no new day yet
    joined_at: datetime | None
    has_plan: bool
    invited: bool  # the welcome was opened
    goal_settings: int  # how often a goal setting was opened
    rounds_done: frozenset[int]  # rounds whose check-in was opened, counted from 1
    named: date | None  # the latest day the learner named that no visit has followed yet
    quiet_until: date | None  # the last day of silence: nothing on it, nor before
    goal_settings_earlier: int = 0  # of those, opened for an earlier training day
    visited_on: date | None = None  # the day of the latest check-in
    asked_on: date | None = None  # the day of the first goal setting for this training day
    away: tuple[tuple[date, date], ...] = ()  # first and last days of absence, in any order
    pace: str | None = None  # what the learner asked for: one of the paces below, or their own

    def __post_init__(self) -> None:
        if self.joined_at is not None:
            utc(self.joined_at)
        for first, last in self.away:
            if last < first:
                raise ValueError(f"An absence from {first} cannot end on {last}.")


@dataclass(frozen=True, slots=True)
class Planned:
    """One visit still to come; the occurrence is unique within the enrolment."""

    kind: Kind
    occurrence: str
    local: Local
    due_at: datetime
    exempt: bool
    priority: int
    round: int
