"""What a turn may state or ask for: the facts that dialogues keep, as frozen values.

`dump` and `load` carry them to storage and back under literal names, so that a class may be
renamed without touching a stored row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Literal

from bot.phrases import PlanLine

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Joined:
    """The learner takes part."""


@dataclass(frozen=True, slots=True)
class Declined:
    """The learner does not take part; nobody is told."""


@dataclass(frozen=True, slots=True)
class Slot:
    """When the learner may be visited: an ISO weekday and a wall time `HH:MM`."""

    weekday: int
    at: str


@dataclass(frozen=True, slots=True)
class WorksShifts:
    """The learner works in shifts, and may be visited only within one."""


@dataclass(frozen=True, slots=True)
class Shifts:
    """What the learner works from a day on: a code a day, an empty one where nothing was said."""

    first: date
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pace:
    """How much time a week the learner gives: `two`, `five` or `questions`."""

    code: str


@dataclass(frozen=True, slots=True)
class TrainingDay:
    """The learner's own day 0; None when it is not known yet."""

    day: date | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The learner's plan: its line and what stands around it. Empty text = not answered."""

    line: PlanLine
    goal: str = ""
    outcome: str = ""
    obstacle: str = ""
    obstacle_then: str = ""
    reaction: str = ""
    reaction_then: str = ""


@dataclass(frozen=True, slots=True)
class NamedDay:
    """The day on which the learner expects the moment; None when not known yet.

    `remind` asks for a word on the working day before.
    """

    day: date | None
    remind: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """A number from 0 to 10 under an item, such as `sure` or a competency point."""

    item: str
    value: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """How it went: `worked`, `tough`, `other`, `no_chance` or `forgot`."""

    outcome: str


@dataclass(frozen=True, slots=True)
class Log:
    """What the learner wrote about an attempt: texts by the row they answer.

    `low` names the rows that stayed vague; it steers the next question and is never reported.
    """

    words: tuple[tuple[str, str], ...]
    low: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Barriers:
    """What got in the way, in the order chosen: one or two codes."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Codes chosen under an item, such as what helped most."""

    item: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HoldMe:
    """A colleague is asked to hold the learner to this line of a plan, as it was previewed.

    Without a line it is that of the plan of today.
    """

    colleague: str
    line: PlanLine | None
    goal: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a colleague said to a request: `accepted`, `declined` or, in silence, `unanswered`."""

    code: str


@dataclass(frozen=True, slots=True)
class Joint:
    """What a colleague will do on seeing it: a code, and their own words where it is `other`."""

    code: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Yes:
    """Somebody said yes to one version of an agreement."""

    version: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What a colleague wrote for a learner to read: a `sighting`, a `tip` or a `change`."""

    kind: Literal["sighting", "tip", "change"]
    text: str


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether a learner keeps what a colleague wrote: `kept` or `refused`."""

    code: str


@dataclass(frozen=True, slots=True)
class StillFine:
    """What a colleague said to "is this still OK for you": `fine`, `less` or `out`."""

    code: str


@dataclass(frozen=True, slots=True)
class AskWitness:
    """Somebody who was there is asked one question about the learner's goal."""

    witness: str


@dataclass(frozen=True, slots=True)
class Update:
    """What a learner lets their buddy read: that it `worked`, that they `tried`, or an `update`.

    `text` is what they will do next time, as it was previewed; only an `update` has it.
    """

    kind: Literal["worked", "tried", "update"]
    text: str = ""


@dataclass(frozen=True, slots=True)
class NewPlan:
    """Whoever holds the learner to their plan is shown the new one, as it was previewed."""

    line: PlanLine


@dataclass(frozen=True, slots=True)
class PostPlan:
    """A plan is posted in the team's channel, as it was previewed."""

    line: PlanLine


@dataclass(frozen=True, slots=True)
class AskLater:
    """The learner wants to be asked another time who may hold them to it."""


@dataclass(frozen=True, slots=True)
class AskBuddy:
    """A buddy is asked for something before a day: to `rehearse`, or for a `signal`."""

    code: Literal["rehearse", "signal"]
    day: date


@dataclass(frozen=True, slots=True)
class Rehearses:
    """A buddy has five minutes to practise before a day."""

    day: date


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What a witness said: `yes` or `partly`; empty where nothing is to be kept of it."""

    code: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A fact of a release that this one does not know; it can only be withdrawn."""

    name: str


Fact = (
    Joined
    | Declined
    | Slot
    | WorksShifts
    | Shifts
    | Pace
    | TrainingDay
    | Plan
    | NamedDay
    | Score
    | Attempt
    | Log
    | Barriers
    | Choice
    | HoldMe
    | Reply
    | Joint
    | Yes
    | Seen
    | Judged
    | StillFine
    | AskWitness
    | Witnessed
    | Update
    | NewPlan
    | PostPlan
    | AskLater
    | AskBuddy
    | Rehearses
    | Unknown
)

_NAMES: Mapping[str, type[Fact]] = {
    "joined": Joined,
    "declined": Declined,
    "slot": Slot,
    "works_shifts": WorksShifts,
    "shifts": Shifts,
    "pace": Pace,
    "training_day": TrainingDay,
    "plan": Plan,
    "named_day": NamedDay,
    "score": Score,
    "attempt": Attempt,
    "log": Log,
    "barriers": Barriers,
    "choice": Choice,
    "hold_me": HoldMe,
    "reply": Reply,
    "joint": Joint,
    "yes": Yes,
    "seen": Seen,
    "judged": Judged,
    "still_fine": StillFine,
    "ask_witness": AskWitness,
    "witnessed": Witnessed,
    "update": Update,
    "new_plan": NewPlan,
    "post_plan": PostPlan,
    "ask_later": AskLater,
    "ask_buddy": AskBuddy,
    "rehearses": Rehearses,
}


def dump(fact: Fact) -> Json:
    """Turn a fact into plain values, its name under `fact`.

    >>> dump(NamedDay(date(2026, 11, 24)))
    {'fact': 'named_day', 'day': {'date': '2026-11-24'}, 'remind': False}
    """
    if isinstance(fact, Unknown):
        return {"fact": fact.name}
    name = next(name for name, kind in _NAMES.items() if kind is type(fact))
    return {"fact": name, **_members(fact)}


def load(stored: Mapping[str, object]) -> Fact:
    """Turn what `dump` made back into a fact; `Unknown` where this release has no such fact.

    >>> load({"fact": "pace", "code": "two"})
    Pace(code='two')
    """
    name = str(stored.get("fact", ""))
    kind = _NAMES.get(name)
    if kind is None:
        return Unknown(name)
    known = {field.name for field in fields(kind)}
    values = {key: _rich(value) for key, value in stored.items() if key in known}
    try:
        return kind(**values)  # type: ignore[arg-type]
    except TypeError:
        return Unknown(name)


def _members(value: object) -> Json:
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}  # type: ignore[arg-type]


def _plain(value: object) -> object:
    match value:
        case PlanLine():
            return {"line": _members(value)}
        case date():
            return {"date": value.isoformat()}
        case tuple():
            return [_plain(item) for item in value]
        case _:
            return value


def _rich(value: object) -> object:
    match value:
        case {"line": dict(members)}:
            return PlanLine(**members)
        case {"date": str(day)}:
            return date.fromisoformat(day)
        case list(items):
            return tuple(_rich(item) for item in items)
        case _:
            return value
