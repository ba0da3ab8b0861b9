"""A person's days, played: everything due is decided in turn until nothing waits.

What opens counts as sent at once and keeps its person busy for the rest of the day.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from scheduler.caps import Unasked
from scheduler.carried import priority_at
from scheduler.decide import Drop, Move, Open, Wait, decide
from scheduler.facts import Due, Facts
from scheduler.local import local_of

ENOUGH = 1000  # decisions; more means that something is moved for ever


@dataclass
class Played:
    """What became of everything, by occurrence."""

    opened: dict[str, datetime] = field(default_factory=dict)
    dropped: dict[str, str] = field(default_factory=dict)
    waits: dict[str, str] = field(default_factory=dict)
    moves: Counter[str] = field(default_factory=Counter)


def play(waiting: Iterable[Due], facts: Facts) -> Played:
    """Decide what is due at `facts.now`, turn the clock to what comes next, and so on."""
    played, left, now, sent = Played(), list(waiting), facts.now, facts.budget.sent
    for _ in range(ENOUGH):
        if not left:
            return played
        now = max(now, min(one.due_at for one in left))
        due, *others = sorted(
            (one for one in left if one.due_at <= now), key=lambda one: (one.due_at, one.priority)
        )
        left.remove(due)
        coming = tuple(_coming(one, max(one.due_at, now)) for one in left)
        asked = replace(
            facts,
            now=now,
            others_due=tuple(others),
            budget=replace(facts.budget, sent=sent, coming=coming),
            busy=any(_day(one.at, facts) == _day(now, facts) for one in sent),
        )
        match decide(due, asked):
            case Open():
                played.opened[due.occurrence] = now
                sent = (*sent, Unasked(due.kind, now, due.priority))
            case Drop(reason):
                played.dropped[due.occurrence] = reason
            case Wait(reason):
                played.waits[due.occurrence] = reason
            case Move(_, due_at, _):
                assert due_at > now, "a move goes forward"
                played.moves[due.occurrence] += 1
                left.append(replace(due, due_at=due_at, since=due.since or due.due_at))
            case never:
                assert_never(never)
    raise AssertionError(f"still waiting after {ENOUGH} decisions: {left}")


def _coming(due: Due, moment: datetime) -> Unasked:
    return Unasked(due.kind, moment, priority_at(due, moment))


def _day(moment: datetime, facts: Facts) -> object:
    return local_of(moment, facts.rhythm.zone).day
