"""What a decision about a due nudge is made from: the nudge, and what is true of its person now.

The facts must leave out the nudge itself: its own dialogue makes nobody busy, and its own message
counts for no limit.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from scheduler.caps import Budget
from scheduler.course import Status
from scheduler.hours import Rhythm
from scheduler.local import utc


@dataclass(frozen=True, slots=True)
class Due:
    """A nudge whose moment has come; `run` names the programme it belongs to, for one person.

    `since` is when it was due at first, if it was moved.

    Raises:
        ValueError: a naive `due_at` or `since`.
    """

    kind: str
    occurrence: str
    due_at: datetime
    exempt: bool
    priority: int
    run: str = ""
    since: datetime | None = None

    def __post_init__(self) -> None:
        utc(self.due_at)
        if self.since is not None:
            utc(self.since)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of the person now.

    `budget` holds the messages sent, perhaps sent and on their way, and those that are planned.

    Raises:
        ValueError: a naive `now`.
    """

    now: datetime
    rhythm: Rhythm
    status: Status
    person_active: bool
    has_plan: bool
    training_day: date | None
    budget: Budget
    others_due: tuple[Due, ...] = ()  # the same person's, in all programmes
    busy: bool = False  # a visit of today is still unanswered, in progress or on its way
    quiet_until: date | None = None  # the last day of silence
    quiet: Literal["pause", "self"] | None = None  # silence without a last day
    asked_again: bool = False  # the question of a reminder comes by itself within a day
    person: UUID | None = None  # by whom moments on the full hour are spread

    def __post_init__(self) -> None:
        utc(self.now)
