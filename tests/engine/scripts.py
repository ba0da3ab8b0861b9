"""Small scripts that stand for what dialogues do, one trait each.

They are made up, so that a change of a real dialogue never makes a test of the engine red.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.engine.answers import Answer
from bot.engine.steps import (
    Choose,
    Forget,
    Keep,
    Part,
    PickDate,
    PickPerson,
    Rate,
    Request,
    Script,
    Tell,
    Together,
    WorkingDays,
    Write,
    under,
)

VAGUE = frozenset({"vague"})


def in_a_row(_brief: object) -> Script:
    """Ask one question of each kind and keep what was answered."""
    went = yield Choose("went", ("well", "badly"), silent_after=WorkingDays(5))
    yield Keep("went", went.codes)
    text = yield Write("text")
    helped = yield Choose("helped", ("time", "calm", "luck"), most=2)
    sure = yield Rate("sure", low=0, high=3)
    day = yield PickDate("day", options=("unknown",), skip=True)
    buddy = yield PickPerson("buddy", options=("nobody",))
    yield Keep("all", (text.value, helped.value, sure.value, day.value, buddy.value))
    yield Tell("thanks")


def branching(_brief: object) -> Script:
    """Go one of two ways, each with facts of its own, and come together again."""
    way = yield Choose("way", ("left", "right"))
    if way.value == "left":
        left = yield Write("left")
        yield Keep("left", left.value)
        yield Tell("left_said")
    else:
        right = yield Rate("right", low=0, high=2)
        yield Keep("right", right.value)
        yield Request("ask", right.value)
    end = yield Choose("end", ("yes", "no"))
    yield Keep("end", (way.value, end.value))


def in_a_form(_brief: object) -> Script:
    """Ask three questions in one form, then one more."""
    yield Tell("hello")
    name, day, sure = yield Together(
        (Write("name", weak=VAGUE), PickDate("day", skip=True), Rate("sure", low=0, high=2))
    )
    yield Keep("form", (name.value, day.value, sure.value))
    last = yield Choose("last", ("a", "b"))
    yield Keep("last", last.value)


def deepening(_brief: object) -> Script:
    """Ask one deepening question where the first answer is vague."""
    first = yield Write("first", weak=VAGUE)
    yield Keep("first", first.value)
    if "vague" in first.marks:
        deeper = yield Write("first.deeper", text="deeper", weak=VAGUE)
        yield Keep("deeper", deeper.value)
        if "vague" in deeper.marks:
            yield Tell("first.leave", text="leave_it")
    second = yield Write("second")
    yield Keep("second", second.value)


def going_back(_brief: object) -> Script:
    """Ask for a plan until it is right, and for a smaller one while it is not sure."""
    when = yield Write("when")
    then = yield Write("then", weak=VAGUE)
    if "vague" in then.marks:
        then = yield Write("then.deeper")
    right = yield Choose("right", ("yes", "edit"))
    if right.value == "edit":
        yield Forget(("when", "then", "right"))
    yield Keep("plan", (when.value, then.value))
    sure = yield Rate("sure", low=0, high=3)
    yield Keep("sure", sure.value)
    if sure.value == 0:
        yield Tell("smaller_then")
        yield Forget(("then", "sure"))
    yield Tell("done")


def _plan() -> Part:
    when = yield Write("when", text="plan.when", was=("moment",))
    day, at = yield Together((PickDate("day"), Choose("at", ("early", "late"))))
    right = yield Choose("right", ("yes", "edit"), text="plan.right")
    if right.value == "edit":
        yield Forget(("when", "day", "right"))
    yield Keep("plan", (when.value, day.value, at.value))
    yield Tell("made", text="plan.made")
    yield Request("share", when.value)
    return right.value


def twice(_brief: object) -> Script:
    """Run one part two times, each under a prefix of its own."""
    first = yield from under("first", _plan())
    second = yield from under("second", _plan())
    yield Keep("both", (first, second))


def two_keys(_brief: object) -> Script:
    """Ask a question that only two earlier answers together open."""
    first = yield Choose("first", ("a", "b"))
    second = yield Choose("second", ("c", "d"))
    other = yield Choose("other", ("e", "f", "g"))
    if first.value == "b" and second.value == "d":
        hidden = yield Choose("hidden", ("j", "k", "l"))
        yield Keep("hidden", (hidden.value, other.value))


def asks_nothing(_brief: object) -> Script:
    """Say one thing and end."""
    yield Tell("goodbye")


Scripts = Mapping[str, Callable[[Any], Script]]

SCRIPTS: Scripts = {
    "in_a_row": in_a_row,
    "branching": branching,
    "in_a_form": in_a_form,
    "deepening": deepening,
    "going_back": going_back,
    "twice": twice,
    "two_keys": two_keys,
    "asks_nothing": asks_nothing,
}


def loop(_brief: object) -> Script:
    """Go back without end: nothing that is forgotten is asked."""
    yield Write("text")
    yield Forget(("nothing",))


def answered_loop(_brief: object) -> Script:
    """Say one thing after another without end."""
    number = 0
    while True:
        yield Tell(f"word_{number}")
        number += 1


def walk_of(length: int) -> Callable[[object], Script]:
    """Make a script of this many steps, none of them a question."""

    def script(_brief: object) -> Script:
        for number in range(length):
            yield Tell(f"word_{number}")

    return script


def never_enough(_brief: object) -> Script:
    """Go back for every answer there is, so that no conversation comes to an end."""
    answer: Answer = yield Write("more")
    yield Keep("more", answer.value)
    yield Forget(("more",))
