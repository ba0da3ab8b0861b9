"""Goal setting at the close of training (dialogues b): from a wish to one sentence that acts.

The order is outcome, inner obstacle, plan: mental contrasting before the if-then (docs/evidence.md
E1, E2, E5).
"""

from __future__ import annotations

from datetime import date

from bot.brief import Brief
from bot.deeds import Plan, Score, TrainingDay
from bot.dialogues.if_then import PlanParts, if_then
from bot.dialogues.parts import EXTERNAL, VAGUE, Words, write
from bot.dialogues.share import hold_me
from bot.engine.answers import Answer
from bot.engine.steps import (
    Choose,
    Forget,
    Keep,
    Late,
    Part,
    PickDate,
    Rate,
    Script,
    Tell,
    WorkingDays,
    Write,
    under,
)

SURE_ENOUGH = 9  # B9: 9 and 10 are asked whether it is challenging enough
TOO_UNSURE = 4  # B10: up to 4 the plan is offered smaller

_BACK_TO_THEN = ("plan.then", "plan.right", "plan.right_other")


def goal_setting(brief: Brief) -> Script:
    """Make a plan small enough for this week, with a moment that will be recognised."""
    ready: Answer = yield Choose(
        "ready",
        ("start", "not_there"),
        commands=("later", "tomorrow"),
        silent_after=WorkingDays(5),
    )
    if ready.value is None:
        return
    if ready.value == "not_there":
        yield from _new_date()
        return
    goal: Words = yield from write(Write("goal", weak=VAGUE), deeper="goal_setting.goal.deeper")
    outcome: Words = yield from write(
        Write("outcome", weak=VAGUE), deeper="goal_setting.outcome.deeper"
    )
    obstacle: Words = yield from write(
        Write("obstacle", weak=EXTERNAL), deeper="goal_setting.obstacle.deeper"
    )
    inner = obstacle.answer if _is_something(obstacle) else None
    parts: PlanParts = yield from under("plan", if_then(inner))
    yield Keep("plan", _plan(parts, goal, outcome, obstacle))
    yield from _how_sure()
    yield from hold_me(brief, parts.line, parts.then, goal.text, _BACK_TO_THEN)
    yield Tell("done", values={"date": Late.NEXT_VISIT}, instead="goal_setting.done_open")


def _new_date() -> Part:
    day: Answer = yield PickDate("new_date", options=("not_yet",), within=365)
    known = day.value if isinstance(day.value, date) else None
    yield Keep("training_day", TrainingDay(known))
    if known:
        yield Tell("quiet", values={"date": known})
    else:
        yield Tell("quiet_open")


def _how_sure() -> Part:
    sure: Answer = yield Rate("sure")
    if not isinstance(sure.value, int):
        return
    yield Keep("sure", Score("sure", sure.value))
    if sure.value >= SURE_ENOUGH:
        challenging: Answer = yield Choose("challenging", ("yes", "harder"))
        if challenging.value == "harder":
            yield Forget((*_BACK_TO_THEN, "sure", "challenging"))
        return
    yield Write("higher", values={"n": sure.value})
    if sure.value <= TOO_UNSURE:
        smaller: Answer = yield Choose("smaller", ("smaller", "keep"))
        if smaller.value == "smaller":
            yield Forget((*_BACK_TO_THEN, "sure", "higher", "smaller"))


def _is_something(obstacle: Words) -> bool:
    return bool(obstacle.text) and "dont_know" not in obstacle.answer.marks


def _plan(parts: PlanParts, goal: Words, outcome: Words, obstacle: Words) -> Plan:
    return Plan(
        line=parts.line,
        goal=goal.text,
        outcome=outcome.text,
        obstacle=obstacle.text if _is_something(obstacle) else "",
        obstacle_then=parts.obstacle_then,
        reaction=parts.reaction,
        reaction_then=parts.reaction_then,
    )
