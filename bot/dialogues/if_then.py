"""The if-then plan (dialogues b, B4-B8): a moment that will be recognised, and what to do then.

Used at goal setting and again whenever a check-in changes the plan, each under its own prefix.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from bot.deeds import NamedDay
from bot.dialogues.parts import NO_CUE, VAGUE, Words, write
from bot.engine.answers import Answer
from bot.engine.steps import Choose, Forget, Keep, Part, PickDate, Seen, Values, Write
from bot.phrases import Phrase, PlanLine

REACTIONS = ("defensive", "not_joining", "not_how", "rush", "unlikely")


@dataclass(frozen=True, slots=True)
class PlanParts:
    """What the questions B4-B8 brought together."""

    line: PlanLine
    then: Answer
    obstacle_then: str
    reaction: str
    reaction_then: str


@dataclass(frozen=True, slots=True)
class _Eyes:
    """Who reads the line, and the names with which that is said."""

    seen: Seen = Seen.ONLY_YOU
    names: Values = field(default_factory=dict)


def if_then(obstacle: object = None, *, between: Values | None = None) -> Part:
    """Ask B4-B8 until the learner says that the line is right. Returns PlanParts.

    `obstacle` is the value shown in B7; without one B7 is not asked. `between` names the two who
    read the line once it is right, where it is not the learner's alone.
    """
    eyes = _Eyes(Seen.BOTH, between) if between else _Eyes()
    moment: Words = yield from write(
        Write(
            "if", text="if_then.if", values=eyes.names, weak=NO_CUE, skip=False,
            commands=("later",), seen=eyes.seen,
        ),
        deeper="if_then.if.deeper",
    )  # fmt: skip
    yield from _likely_day()
    then: Words = yield from _then(moment, eyes)
    obstacle_then = yield from _against(obstacle)
    reaction, reaction_then = yield from _reaction()
    line = yield from _right(moment.answer, then.text, eyes)
    return PlanParts(line, then.answer, obstacle_then, reaction, reaction_then)


def _likely_day() -> Part:
    day: Answer = yield PickDate("day", text="if_then.day", options=("unknown",))
    known = day.value if isinstance(day.value, date) else None
    yield Keep("day", NamedDay(known))


def _then(moment: Words, eyes: _Eyes) -> Part:
    form = form_of(moment.answer)
    question = Write(
        "then",
        text="if_then.then" if form == "clause" else "if_then.then_moment",
        values={**eyes.names, "if": Phrase(moment.text, moment.answer.language)},
        weak=VAGUE,
        skip=False,
        commands=("later",),
        seen=eyes.seen,
    )
    return (yield from write(question, deeper="if_then.then.deeper"))


def _against(obstacle: object) -> Part:
    if obstacle is None:
        return ""
    words: Words = yield from write(
        Write(
            "obstacle_then",
            text="if_then.obstacle_then",
            values={"obstacle": obstacle},
            weak=VAGUE,
        )
    )
    return words.text


def _reaction() -> Part:
    reaction: Answer = yield Choose("reaction", REACTIONS, text="if_then.reaction")
    if reaction.value in (None, "unlikely"):
        return (reaction.text, "")
    reply: Words = yield from write(
        Write("reaction_then", text="if_then.reaction_then", weak=VAGUE)
    )
    return (reaction.text, reply.text)


def _right(moment: Answer, then: str, eyes: _Eyes) -> Part:
    form = form_of(moment)
    line = PlanLine(moment.text, then, form, moment.language)
    right = yield _is_this_right("right", line, eyes)
    if right.value == "other_wording":
        line = PlanLine(moment.text, then, other_form(form), moment.language)
        right = yield _is_this_right("right_other", line, eyes)
        if right.value == "other_wording":
            yield Forget(("right", "right_other"))
    if right.value == "edit":
        yield Forget(("if", "day", "then", "right", "right_other"))
    return line


def _is_this_right(key: str, line: PlanLine, eyes: _Eyes) -> Choose:
    return Choose(
        key, ("yes", "other_wording", "edit"), text="if_then.right",
        values={**eyes.names, "plan": line}, seen=eyes.seen, own_words=True,
    )  # fmt: skip


def form_of(moment: Answer) -> str:
    """Tell which form the line takes: `clause`, `kept` (own conjunction) or `moment`."""
    return next((form for form in ("moment", "kept") if form in moment.marks), "clause")


def other_form(form: str) -> str:
    """Switch between a clause and a moment.

    >>> other_form("moment")
    'clause'
    """
    return "clause" if form == "moment" else "moment"
