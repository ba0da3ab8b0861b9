"""The steps of a dialogue, and parts under a prefix."""

from __future__ import annotations

import pytest

from bot.engine.answers import Answer
from bot.engine.steps import (
    Choose,
    Forget,
    Keep,
    Part,
    PickDate,
    PickPerson,
    Question,
    Rate,
    Request,
    Script,
    Step,
    Tell,
    Together,
    Write,
    parts_of,
    row_of,
    under,
)

QUESTIONS: tuple[Question, ...] = (
    Choose("key", ("a",), was=("old",)),
    Write("key", was=("old",)),
    Rate("key", was=("old",)),
    PickDate("key", was=("old",)),
    PickPerson("key", was=("old",)),
)


def first_step(script: Script) -> Step:
    return next(script)


def a_part(step: Step) -> Part:
    return (yield step)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: type(question).__name__)
def test_a_prefix_stands_before_a_question_and_its_former_name(question: Question) -> None:
    prefixed = first_step(under("plan", a_part(question)))

    assert isinstance(prefixed, type(question))
    assert prefixed.key == "plan.key"
    assert prefixed.was == ("plan.old",)


@pytest.mark.parametrize(
    ("step", "prefixed"),
    [
        (Tell("key", text="row"), Tell("plan.key", text="row")),
        (Keep("key", 1), Keep("plan.key", 1)),
        (Request("key", 1), Request("plan.key", 1)),
        (Forget(("a", "b")), Forget(("plan.a", "plan.b"))),
        (
            Together((Write("a"), Rate("b"))),
            Together((Write("plan.a"), Rate("plan.b"))),
        ),
    ],
)
def test_a_prefix_stands_before_every_other_key(step: Step, prefixed: Step) -> None:
    assert first_step(under("plan", a_part(step))) == prefixed


def test_prefixes_stand_in_one_another() -> None:
    assert first_step(under("a", under("b", a_part(Tell("c"))))) == Tell("a.b.c")


def test_a_part_under_a_prefix_gets_its_answers_and_gives_its_value() -> None:
    part = under("plan", a_part(Write("key")))
    next(part)

    with pytest.raises(StopIteration) as end:
        part.send(Answer("words"))

    assert end.value.value == Answer("words")


def test_a_question_alone_is_a_form_of_one() -> None:
    assert parts_of(Write("a")) == (Write("a"),)
    assert parts_of(Together((Write("a"), Rate("b")))) == (Write("a"), Rate("b"))


@pytest.mark.parametrize(
    ("step", "row"),
    [(Tell("noted"), "check_in.noted"), (Write("if", text="if_then.if"), "if_then.if")],
)
def test_a_step_has_the_row_it_names_or_the_one_of_its_key(step: Tell | Write, row: str) -> None:
    assert row_of(step, "check_in") == row
