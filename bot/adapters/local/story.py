"""The guided story, as it is decided: its five steps, and what is answered in them.

Where somebody is in it stands nowhere: it is read from what happened to them. So a story can be
left and taken up at any moment, and an answer that was given by hand counts like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.engine.answers import Raw, Skip
from bot.port import Choices, Day, Field, FreeText, Message, Scale

Say = Callable[[str], str]  # a row of text → the words


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the rows that tell of it begin with its name; `tab` shows what came of it."""

    name: str
    tab: str = "chat"


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to somebody so far: what is over, and how many visits were answered."""

    joined: bool = False
    planned: bool = False
    visits: int = 0


STEPS: Final = (
    Step("joining"),
    Step("plan"),
    Step("tough"),
    Step("worked"),
    Step("log", tab="log"),
)

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
}
_IN_STEP: Final[Mapping[tuple[str, str], Raw]] = {("tough", "went"): "tough"}
_SAID_IN_STEP: Final[Mapping[tuple[str, str], str]] = {
    ("log", "effect"): "story.said_effect_again",
}


def steps_over(happened: Happened) -> int:
    """Count the steps that are over.

    >>> steps_over(Happened(joined=True, planned=True, visits=1))
    3
    """
    if not happened.joined:
        return 0
    if not happened.planned:
        return 1
    return min(2 + happened.visits, len(STEPS))


def waiting(messages: Sequence[Message]) -> Message | None:
    """Find the newest message that asks something; None when nothing is asked."""
    return next((each for each in reversed(messages) if each.fields), None)


def inputs_for(message: Message, step: Step, say: Say) -> dict[str, Raw]:
    """Choose what to answer to each field of a message, in words that `say` gives."""
    return {each.key: _prepared(each, step, say) for each in message.fields}


def plain_inputs(message: Message) -> dict[str, Raw]:
    """Choose an answer that always fits: skip what may be skipped, else take what comes first."""
    return {each.key: _first(each) for each in message.fields}


def _prepared(field: Field, step: Step, say: Say) -> Raw:
    named = step.name, field.key
    row = _SAID_IN_STEP.get(named, _SAID.get(field.key))
    if row is not None and isinstance(field.input, FreeText):
        return say(row)
    code = _IN_STEP.get(named, _CODES.get(field.key))
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
    # Whom to ask is for whoever reads along: the story asks nobody, which stands last.
    return next((each.id for each in reversed(field.input.options)), "")


def _may_skip(field: Field) -> bool:
    options = () if isinstance(field.input, Scale) else field.input.options
    return any(option.id == "skip" for option in options)
