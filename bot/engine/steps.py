"""The steps of a dialogue: what a script may yield.

Every step has a key that is unique in its dialogue and stays the same over releases: answers are
stored under it. `text` is the key of a row in `bot/texts`; left empty it is the dialogue's own
row of the same name.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Final


class Late(Enum):
    """A value that is known only when the turn's effects and planning are done."""

    NEXT_VISIT = "next_visit"
    TIMES_APPLIED = "times_applied"
    PLAN = "plan"
    OBSTACLE = "obstacle"
    NAMED_DAY = "named_day"
    GOAL = "goal"


class Seen(Enum):
    """Who will see an answer; shown under its question."""

    ONLY_YOU = "only_you"
    FIGURES = "figures"
    NOT_KEPT = "not_kept"
    NOT_TOLD = "not_told"
    BOTH = "both"
    LEARNER = "learner"
    COLLEAGUE = "colleague"
    WITNESS = "witness"
    TEAM = "team"


SHARING: Final = frozenset({Seen.LEARNER, Seen.COLLEAGUE, Seen.TEAM})
"""Whom a choice of what was previewed is for."""
_OF_OTHERS: Final = SHARING | {Seen.BOTH}


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """A number of working days."""

    count: int


Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Tell:
    """Say one thing. `alone` keeps it a message of its own, ready to copy.

    `instead` names the row that is said when no `Late.NEXT_VISIT` lies ahead.
    """

    key: str
    text: str = ""
    values: Values = field(default_factory=dict)
    alone: bool = False
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Choose:
    """Ask to choose one option, or up to `most`; `commands` are buttons that answer nothing.

    `own_words` says that it shows what its reader wrote for both of a pair: it is asked anew for
    other words.
    """

    key: str
    options: tuple[str, ...]
    text: str = ""
    values: Values = field(default_factory=dict)
    most: int = 1
    commands: tuple[str, ...] = ()
    silent_after: WorkingDays | None = None
    skip: bool = False
    seen: Seen = Seen.ONLY_YOU
    was: tuple[str, ...] = ()
    own_words: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """Ask for free text. `weak` names the marks that make an answer weak (see `bot/lexicon.py`).

    Either it may be skipped, or it is put off with the command `later`.
    """

    key: str
    text: str = ""
    values: Values = field(default_factory=dict)
    weak: frozenset[str] = frozenset()
    skip: bool = True
    commands: tuple[str, ...] = ()
    seen: Seen = Seen.ONLY_YOU
    was: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rate:
    """Ask for a whole number from `low` to `high`."""

    key: str
    text: str = ""
    values: Values = field(default_factory=dict)
    low: int = 0
    high: int = 10
    seen: Seen = Seen.FIGURES
    was: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PickDate:
    """Ask for a working day, today or later and at most `within` days ahead."""

    key: str
    text: str = ""
    values: Values = field(default_factory=dict)
    options: tuple[str, ...] = ()
    within: int = 28
    skip: bool = False
    seen: Seen = Seen.ONLY_YOU
    was: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PickPerson:
    """Ask for a colleague, by the id under which the organisation knows them."""

    key: str
    options: tuple[str, ...] = ()
    text: str = ""
    values: Values = field(default_factory=dict)
    seen: Seen = Seen.ONLY_YOU
    was: tuple[str, ...] = ()


Question = Choose | Write | Rate | PickDate | PickPerson


@dataclass(frozen=True, slots=True)
class Together:
    """Ask several questions in one form; each keeps its own key and its own answer."""

    parts: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Keep:
    """State what should be true from here on; withdrawn when a finished walk no longer says it."""

    key: str
    fact: Any


@dataclass(frozen=True, slots=True)
class Request:
    """Ask for something beyond this dialogue, once per key."""

    key: str
    deed: Any


@dataclass(frozen=True, slots=True)
class Forget:
    """Go back: drop these answers (with all that hangs under their keys) and walk again."""

    keys: tuple[str, ...]


Step = Tell | Choose | Write | Rate | PickDate | PickPerson | Together | Keep | Request | Forget
Script = Generator[Step, Any, None]
Part = Generator[Step, Any, Any]


def parts_of(question: Question | Together) -> tuple[Question, ...]:
    """List the questions of a form, or the one question there is."""
    return question.parts if isinstance(question, Together) else (question,)


def changed(before: Sequence[Question], after: Sequence[Question]) -> list[Choose]:
    """Find choices to let others read something that is another thing by now, or may become one.

    What is sent is what was previewed. A choice that is not reached `after` counts too: what is
    asked before it may change its text.
    """
    now = {each.key: each for each in after}
    sends = [each for each in before if isinstance(each, Choose) and each.seen in _OF_OTHERS]
    return [each for each in sends if not _holds(each, now.get(each.key))]


def _holds(choice: Choose, now: Question | None) -> bool:
    if now is None or choice.values == now.values:
        return now is not None
    return choice.seen is Seen.BOTH and not (isinstance(now, Choose) and now.own_words)


def lets_read(question: Question, value: object) -> bool:
    """Tell whether an answer lets somebody else read what the question showed."""
    match question:
        case Choose(seen=seen):
            return seen in SHARING and value != "dont"
        case PickPerson(seen=seen, options=options):
            return seen in {*SHARING, Seen.WITNESS} and value not in options
        case _:
            return False


def row_of(step: Tell | Question, kind: str) -> str:
    """Name the text row of a step in a dialogue of this kind.

    >>> row_of(Tell("noted"), "check_in")
    'check_in.noted'
    """
    return step.text or f"{kind}.{step.key}"


def under(prefix: str, part: Part) -> Part:
    """Run a part of a script with every key under a prefix, so that it can be used twice.

    Rows of text stay as the part names them; a part therefore gives its `text` itself.
    """
    value: object = None
    while True:
        try:
            step = part.send(value)
        except StopIteration as end:
            return end.value
        value = yield _prefixed(prefix, step)


def _prefixed(prefix: str, step: Step) -> Step:
    match step:
        case Together(parts):
            return Together(tuple(_asked_under(prefix, part) for part in parts))
        case Forget(keys):
            return Forget(tuple(f"{prefix}.{key}" for key in keys))
        case Tell() | Keep() | Request():
            return replace(step, key=f"{prefix}.{step.key}")
        case _:
            return _asked_under(prefix, step)


def _asked_under(prefix: str, question: Question) -> Question:
    was = tuple(f"{prefix}.{old}" for old in question.was)
    return replace(question, key=f"{prefix}.{question.key}", was=was)
