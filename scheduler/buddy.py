"""When a buddy is asked something about a learner: days after the training (docs/schedule 7).

Pure: whether it still is of use, and whether there is room for it, is decided at each moment.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from scheduler.hours import Rhythm, slot_for
from scheduler.local import Local, to_utc, utc

LASTS: Final = timedelta(days=62)  # from the training on; then all of it comes to its end

# What is asked or said, and on which days.
_DAYS: Final = (
    ("talk_card", 7),
    ("buddy_visit", 9),
    ("buddy_visit", 23),
    ("still_fine", 30),
    ("buddy_visit", 37),
    ("talk_card", 42),
    ("buddy_visit", 51),  # a week before the last question: more than one a week is never asked
    ("looking_back", 60),
    ("ending", LASTS.days),
)


@dataclass(frozen=True, slots=True)
class Asking:
    """One moment for a buddy: what it is, the how manieth of its kind, and when."""

    kind: str
    number: int
    local: Local
    due_at: datetime


def askings(rhythm: Rhythm, training_day: date, now: datetime) -> Iterator[Asking]:
    """Yield what is still to come for a buddy, each at a slot of their own; the end always is.

    Raises:
        ValueError: naive `now`, or a rhythm without a slot in 400 days.
    """
    moment = utc(now)
    numbers: dict[str, int] = {}
    for kind, days in _DAYS:
        numbers[kind] = numbers.get(kind, 0) + 1
        local = slot_for(rhythm, training_day + timedelta(days=days))
        due_at = to_utc(local)
        if due_at > moment or kind == "ending":
            yield Asking(kind, numbers[kind], local, max(due_at, moment))
