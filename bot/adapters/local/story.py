"""The guided story of two people, as it is decided: its steps, and what is answered in them.

Where they are in it stands nowhere: it is read from what happened to them. So a story can be left
and taken up at any moment, and an answer that was given by hand counts like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from bot.engine.answers import Raw, Skip
from bot.port import Choices, Day, Field, FreeText, Message, Person, Scale

Say = Callable[[str], str]  # a row of text → the words

OF_TWO: Final = frozenset(
    {"agree", "ask_another", "buddy_visit", "ending", "help_out", "hold_me", "looking_back",
     "post", "rehearsal_on", "rehearse", "saw_it", "seen", "share", "signal", "still_fine",
     "talk_card", "tip", "update", "witness"}
)  # fmt: skip
"""The kinds of talk that are about two people; all others are somebody's own."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the rows that tell of it begin with its name; `tab` shows what came of it.

    `both` are the kinds of talk of two people that the learner answers, `theirs` those that the
    colleague does. What is the learner's own is answered too, unless the step `is_of_two` only.
    """

    name: str
    tab: str = "chat"
    both: frozenset[str] = frozenset()
    theirs: frozenset[str] = frozenset()
    is_of_two: bool = False

    def answers(self, kind: str | None, *, is_learner: bool) -> bool:
        """Say whether a talk of this kind is answered; a menu is of none.

        >>> Step("tough").answers("check_in", is_learner=True)
        True
        """
        if not is_learner:
            return kind in self.theirs
        return kind in self.both or not (kind in OF_TWO or self.is_of_two)


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to the two so far; `alone` says that nobody holds the learner to the plan."""

    joined: bool = False
    planned: bool = False
    agreed: bool = False
    visits: int = 0
    sent: bool = False
    judged: bool = False
    alone: bool = False


STEPS: Final = (
    Step("joining"),
    Step("plan"),
    Step(
        "together", tab="plan", both=frozenset({"agree"}),
        theirs=frozenset({"hold_me", "agree"}), is_of_two=True,
    ),
    Step("tough"),
    Step("sighting", theirs=frozenset({"buddy_visit"})),
    Step("counts", tab="log", both=frozenset({"seen"})),
)  # fmt: skip

_CODES: Final[Mapping[str, Raw]] = {
    "hello": "join",
    "promise": "fine",
    "hours": "tuesday",
    "pace": "two",
    "ready": "start",
    "plan.day": "unknown",
    "plan.reaction": "rush",
    "plan.right": "yes",
    "sure": 9,
    "challenging": "yes",
    "send": "send",
    "joins": "yes",
    "joins_after": "yes",
    "right": "yes",
    "was_there": "done",
    "went": "worked",
    "barrier": ("CONF",),
    "keep": "keep",
    "helped": ("moment",),
    "next": "same",
    "solved": "yes",
    "confident": 7,
}
_SAID: Final[Mapping[str, str]] = {
    "goal": "story.said_goal",
    "outcome": "story.said_outcome",
    "obstacle": "story.said_obstacle",
    "plan.if": "story.said_if",
    "plan.then": "story.said_then",
    "plan.obstacle_then": "story.said_obstacle_then",
    "plan.reaction_then": "story.said_reaction_then",
    "higher": "story.said_higher",
    "tried": "story.said_tried",
    "happened": "story.said_happened",
    "change": "story.said_change",
    "did": "story.said_did",
    "effect": "story.said_effect",
    "differently": "story.said_differently",
    "saw": "story.said_saw",
}
_IN_STEP: Final[Mapping[tuple[str, str], Raw]] = {("tough", "went"): "tough"}
ASKS: Final = "colleague"
"""The question whom a learner asks to hold them to their plan."""


def steps_over(happened: Happened) -> int:
    """Count the steps that are over: each, as long as all before it are.

    >>> steps_over(Happened(joined=True, planned=True, visits=1))
    2
    """
    over = (
        happened.joined, happened.planned, happened.agreed, happened.visits > 0, happened.sent,
        happened.judged,
    )  # fmt: skip
    return next((number for number, is_over in enumerate(over) if not is_over), len(over))


def waiting(messages: Sequence[Message], talks: AbstractSet[UUID | None]) -> Message | None:
    """Find the newest message of these talks that asks something; None when nothing is asked."""
    asking = (each for each in reversed(messages) if each.fields)
    return next((each for each in asking if each.dialogue in talks), None)


def inputs_for(message: Message, step: Step, say: Say, asks: str = "") -> dict[str, Raw]:
    """Choose what to answer to each field of a message, in words that `say` gives.

    `asks` is the id of the colleague whom the learner asks.
    """
    return {each.key: _prepared(each, step, say, asks) for each in message.fields}


def plain_inputs(message: Message) -> dict[str, Raw]:
    """Choose an answer that always fits: skip what may be skipped, else take what comes first."""
    return {each.key: _first(each) for each in message.fields}


def _prepared(field: Field, step: Step, say: Say, asks: str) -> Raw:
    row = _SAID.get(field.key)
    if row is not None and isinstance(field.input, FreeText):
        return say(row)
    code = _IN_STEP.get((step.name, field.key), _CODES.get(field.key))
    if isinstance(field.input, Person) and field.key == ASKS:
        code = asks
    return code if code is not None and _offers(field, code) else _first(field)


def _offers(field: Field, code: Raw) -> bool:
    if isinstance(field.input, Scale):
        return isinstance(code, int) and field.input.low <= code <= field.input.high
    offered = {option.id for option in field.input.options if not option.command}
    return set(code if isinstance(code, tuple) else (code,)) <= offered


def _first(field: Field) -> Raw:
    match field.input:
        case Scale(low, high):
            return (low + high) // 2
        case Choices(options, most):
            first = next((each.id for each in options if not each.command), "")
            return Skip() if _may_skip(field) else (first,) if most > 1 else first
        case FreeText():
            return Skip() if _may_skip(field) else "…"
        case Day(earliest, _, options):
            return next((each.id for each in options if each.id != "skip"), earliest)
    # Of all other questions for a person: the story asks nobody, which stands last.
    return next((each.id for each in reversed(field.input.options)), "")


def _may_skip(field: Field) -> bool:
    options = () if isinstance(field.input, Scale) else field.input.options
    return any(option.id == "skip" for option in options)
