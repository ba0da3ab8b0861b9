"""How many messages that nobody asked for may come: the limits of docs/schedule section 6.

One person has one budget, whatever their roles and programmes. A window is seven times 24 hours,
so it begins at any minute of any weekday; what only repeats what somebody asked for is not in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final

from scheduler.local import local_of, utc

WEEK: Final = timedelta(days=7)
MOST: Final = 3  # in any week, reminders included (docs/schedule section 6; E39, E44)
MOST_AFTER_TRAINING: Final = 4  # in the week of day 0 (docs/schedule section 6)
QUARTER: Final = timedelta(days=91)  # thirteen weeks

# "Later" was asked for, and the other two say nothing by themselves.
UNCOUNTED: Final = frozenset({"resume", "close", "erase", "retract"})


@dataclass(frozen=True, slots=True)
class Unasked:
    """A message that nobody asked for: sent at a moment, or to be sent at it.

    Raises:
        ValueError: a naive `at`.
    """

    kind: str
    at: datetime
    priority: int

    def __post_init__(self) -> None:
        utc(self.at)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many of one role's messages in any span of this length."""

    most: int
    span: timedelta


@dataclass(frozen=True, slots=True)
class Budget:
    """What a person was sent or may have been, what is to come, and their own days 0.

    What is overdue comes now; nothing comes before it.
    """

    zone: str
    sent: tuple[Unasked, ...] = ()
    coming: tuple[Unasked, ...] = ()
    training_days: frozenset[date] = frozenset()


# Within the total (docs/schedule section 6). Only the learner's kinds are planned today.
LIMITS: Final[Mapping[str, tuple[Limit, ...]]] = MappingProxyType(
    {
        "buddy": (Limit(1, WEEK),),
        "witness": (Limit(1, WEEK), Limit(4, QUARTER)),
        "appreciation": (Limit(1, WEEK),),  # the manager's; what else a manager gets has no limit
        "coach": (Limit(1, WEEK),),
        "post": (Limit(2, WEEK),),  # what one channel gets
    }
)
# A buddy is asked one question a week in total (docs/schedule section 6); a card asks nothing.
ROLES: Final[Mapping[str, str]] = MappingProxyType(
    dict.fromkeys(("buddy_visit", "still_fine", "looking_back"), "buddy")
)
# A learner's posts in one channel (docs/schedule section 6).
BETWEEN_POSTS: Final = 2 * WEEK
# How far back one must look to know what is left.
LONGEST_SPAN: Final = max(limit.span for limits in LIMITS.values() for limit in limits)


def has_room(budget: Budget, kind: str, priority: int, moment: datetime) -> bool:
    """Tell whether a message may go at a moment, with room kept for all that goes before it.

    That is what is more urgent and comes before that moment or within a week of it.

    Raises:
        ValueError: naive moment.
    """
    if kind in UNCOUNTED:
        return True
    now = utc(moment)
    sent = [each for each in budget.sent if each.kind not in UNCOUNTED]
    higher = [e.at for e in budget.coming if _goes_before(e, priority) and e.at < now + WEEK]
    counted = [*(each.at for each in sent), now, *higher]
    in_week = all(
        _within(counted, until=each, span=WEEK) <= _most(budget, each)
        for each in counted
        if each >= now
    )
    role = ROLES.get(kind, kind)
    same = (each.at for each in sent if ROLES.get(each.kind, each.kind) == role)
    return in_week and fits(LIMITS.get(role, ()), same, now)


def fits(limits: Iterable[Limit], sent: Iterable[datetime], moment: datetime) -> bool:
    """Tell whether one more at a moment stays within limits, after those that were sent."""
    counted = [*sent, moment]
    return all(_within(counted, until=moment, span=each.span) <= each.most for each in limits)


def first_with_room(
    budget: Budget, kind: str, priority: int, moments: Iterable[datetime]
) -> datetime:
    """Give the first of some moments, without end, at which a message may go.

    There is one: a week after the last of what was sent and is to come, at the latest.

    Raises:
        StopIteration: the moments ended before there was room.
    """
    return next(each for each in moments if has_room(budget, kind, priority, each))


def _goes_before(coming: Unasked, priority: int) -> bool:
    return coming.priority < priority and coming.kind not in UNCOUNTED


def _within(counted: Iterable[datetime], *, until: datetime, span: timedelta) -> int:
    """Count what lies in a span that ends with a moment; what is a whole span old is out of it."""
    return sum(until - span < each <= until for each in counted)


def _most(budget: Budget, moment: datetime) -> int:
    """Give how many are allowed in the week that ends with a moment."""
    day = local_of(moment, budget.zone).day
    is_first_week = any(first <= day < first + WEEK for first in budget.training_days)
    return MOST_AFTER_TRAINING if is_first_week else MOST
