"""How much is too much, counted once more from what arrived: the caps, and the pause between two.

Nothing here is the scheduler's. It counts in a person's own list of what came by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from storage.invariants import Pushed

Kind = Literal[
    "duplicates", "outside_rhythm", "over_cap", "too_close", "one_sided", "leaks", "stuck"
]
KINDS: Final[tuple[Kind, ...]] = (
    "duplicates", "outside_rhythm", "over_cap", "too_close", "one_sided", "leaks", "stuck"
)  # fmt: skip

WEEK: Final = timedelta(days=7)
BETWEEN: Final = timedelta(hours=20)
MOST: Final = 3
MOST_AT_FIRST: Final = 4
UNASKED_NO_MORE: Final = frozenset({"resume"})
"""What was asked for: "later"."""
OF_BUDDY: Final = frozenset({"buddy_visit", "still_fine", "looking_back"})
_LONGEST: Final = 13 * WEEK


@dataclass(frozen=True, slots=True)
class Came:
    """Something that came by itself."""

    at: datetime
    pushed: Pushed
    is_exempt: bool


@dataclass(slots=True)
class Ledger:
    """What came to one person by itself, as far back as any limit looks.

    Of thousands of people it holds months, so of most of it numbers only: of every nudge that
    came, and of every question of which somebody was reminded.
    """

    zone: str
    is_channel: bool = False
    days: frozenset[date] = frozenset()
    came: list[Came] = field(default_factory=list)
    _nudges: set[int] = field(default_factory=set)
    _reminded: set[int] = field(default_factory=set)

    def add(
        self, at: datetime, pushed: Pushed, *, follows_act: bool = False
    ) -> Iterator[tuple[Kind, str]]:
        """Note what came, and yield what was wrong with it.

        `follows_act` says that its reader did something that very moment.
        """
        self.came = [each for each in self.came if at - each.at < _looked_at(each)]
        now = Came(at, pushed, self._is_exempt(at, pushed, follows_act=follows_act))
        if _is_known(self._nudges, pushed.nudge_id):
            yield "duplicates", f"the same {pushed.kind} came twice"
        before = [each for each in self.came if each.pushed.kind not in UNASKED_NO_MORE]
        self.came.append(now)
        if pushed.kind not in UNASKED_NO_MORE:
            yield from self._too_much(before, now)

    def _too_much(self, before: list[Came], now: Came) -> Iterator[tuple[Kind, str]]:
        if self.is_channel:
            yield from _most(before, now, 2, WEEK, {"post"})
            return
        if before and now.at - before[-1].at < BETWEEN and not now.is_exempt:
            gap = now.at - before[-1].at
            yield "too_close", f"{now.pushed.kind} came {gap} after {before[-1].pushed.kind}"
        yield from _most(before, now, self._most(now.at), WEEK)
        yield from _most(before, now, 1, WEEK, OF_BUDDY)
        yield from _most(before, now, 1, WEEK, {"witness"})
        yield from _most(before, now, 4, _LONGEST, {"witness"})
        talk = now.pushed.dialogue_id
        if now.pushed.kind == "remind" and talk and _is_known(self._reminded, talk):
            yield "over_cap", "one question got a second reminder"

    def _most(self, at: datetime) -> int:
        day = at.astimezone(ZoneInfo(self.zone)).date()
        is_first = any(first <= day < first + WEEK for first in self.days)
        return MOST_AT_FIRST if is_first else MOST

    def _is_exempt(self, at: datetime, pushed: Pushed, *, follows_act: bool) -> bool:
        """Say whether it is the goal setting at the end of a session or of joining."""
        day = at.astimezone(ZoneInfo(self.zone)).date()
        is_at_its_end = follows_act or day in self.days
        return pushed.kind == "goal_setting" and pushed.exempt and is_at_its_end


def _looked_at(came: Came) -> timedelta:
    return _LONGEST if came.pushed.kind == "witness" else WEEK


def _is_known(known: set[int], row: UUID) -> bool:
    """Say whether a row is among those known, and add it."""
    before = len(known)
    known.add(row.int)
    return len(known) == before


def _most(
    before: list[Came],
    now: Came,
    most: int,
    span: timedelta,
    kinds: frozenset[str] | set[str] = frozenset(),
) -> Iterator[tuple[Kind, str]]:
    if kinds and now.pushed.kind not in kinds:
        return
    same = [e for e in before if now.at - e.at < span and (not kinds or e.pushed.kind in kinds)]
    if len(same) >= most:
        told = ", ".join(each.pushed.kind for each in (*same, now))
        yield "over_cap", f"{len(same) + 1} came within {span.days} days: {told}"
