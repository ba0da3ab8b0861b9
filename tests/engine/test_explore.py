"""Exploration: every option and every pair of options, each taken to an end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from bot.brief import Brief
from bot.dialogues.registry import DIALOGUES
from bot.engine.answers import UNASKED, Answer
from bot.engine.explore import Decision, explore
from bot.engine.explore import Path as Walked
from bot.engine.options import SOME_DAY, Option, options_of, or_unasked
from bot.engine.reading import fits
from bot.engine.steps import (
    Choose,
    PickDate,
    PickPerson,
    Question,
    Rate,
    Script,
    WorkingDays,
    Write,
    parts_of,
)
from bot.engine.turn import History, ScriptError, turn
from tests.engine.openings import OPENINGS, opening_name
from tests.engine.scripts import SCRIPTS, never_enough

Pair = tuple[Decision, Decision]
DRAWN = Path(__file__).parents[2] / "docs" / "drawn.md"
DRAWN_WORDS = set(re.split(r"[^\w.]+", DRAWN.read_text("utf-8")))
STRAIGHT = ("in_a_row", "branching", "in_a_form", "deepening", "two_keys", "asks_nothing")


def pairs_of(paths: Sequence[Walked]) -> set[Pair]:
    """List every two decisions that a path has, the earlier one first."""
    return {
        (first, second)
        for path in paths
        for at, first in enumerate(path.decisions)
        for second in path.decisions[at:]
    }


def all_ways(script: Callable[[Any], Script]) -> Iterator[tuple[Decision, ...]]:
    """Walk a script without a way back in every way there is."""
    unfinished: list[tuple[History, tuple[Decision, ...]]] = [(History(), ())]
    while unfinished:
        history, decisions = unfinished.pop()
        asked = turn(script, None, history, {}).question
        if asked is None:
            yield decisions
            continue
        parts = parts_of(asked)
        for options in product(*(options_of(part) for part in parts)):
            taken = zip(parts, options, strict=True)
            answers = {part.key: option.answer for part, option in taken}
            names = tuple((key, option.name) for key, option in zip(answers, options, strict=True))
            given = turn(script, None, history, answers)
            unfinished.append((given.history, (*decisions, *names)))


@pytest.mark.parametrize("name", STRAIGHT)
def test_every_pair_that_one_conversation_can_hold_is_met(name: str) -> None:
    script = SCRIPTS[name]
    possible = {
        (first, second)
        for decisions in all_ways(script)
        for at, first in enumerate(decisions)
        for second in decisions[at:]
    }

    assert pairs_of(explore(script, None)) == possible


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_path_is_told_from_its_opening_to_its_end(name: str) -> None:
    paths = explore(SCRIPTS[name], None)

    assert all(path.steps[0].decisions == () for path in paths)
    assert all(path.steps[-1].question is None for path in paths)
    assert all(path.history.kept == path.kept for path in paths)
    assert all(
        path.decisions == tuple(each for leg in path.steps for each in leg.decisions)
        for path in paths
    )


def test_a_way_back_is_marked() -> None:
    legs = [leg for path in explore(SCRIPTS["going_back"], None) for leg in path.steps]

    assert {leg.decisions for leg in legs if leg.back} == {
        (("right", "edit"),),
        (("sure", "0"),),
    }


def test_exploring_twice_finds_the_same_paths() -> None:
    assert explore(SCRIPTS["twice"], None) == explore(SCRIPTS["twice"], None)


def test_a_conversation_that_cannot_end_is_an_error() -> None:
    with pytest.raises(ScriptError, match="does not end"):
        explore(never_enough, None)


def test_the_brief_reaches_the_script() -> None:
    def script(brief: object) -> Script:
        yield Choose(str(brief), ("a",))

    assert [path.decisions for path in explore(script, "key")] == [(("key", "a"),)]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        (Choose("q", ("a", "b")), ["a", "b"]),
        (Choose("q", ("a",), silent_after=WorkingDays(5)), ["a", "silent"]),
        (Choose("q", ("a", "b", "c"), most=2), ["a", "b", "c", "a+b"]),
        (Write("q"), ["written", "skipped"]),
        (Write("q", weak=frozenset({"vague", "dont_know"}), skip=False),
         ["written", "dont_know", "vague"]),
        (Rate("q", low=1, high=3), ["1", "2", "3"]),
        (PickDate("q", options=("unknown",)), ["a day", "unknown"]),
        (PickDate("q", skip=True), ["a day", "skipped"]),
        (PickPerson("q", options=("nobody",)), ["a colleague", "nobody"]),
    ],
)  # fmt: skip
def test_a_question_has_an_option_for_each_way_to_branch(
    question: Question, names: list[str]
) -> None:
    options = options_of(question)

    assert [option.name for option in options] == names
    assert all(fits(question, option.answer) for option in options)


def test_a_written_answer_without_fault_has_no_weak_mark() -> None:
    written, weak, _ = options_of(Write("q", weak=frozenset({"vague"})))

    assert "vague" not in written.answer.marks
    assert "vague" in weak.answer.marks


def test_that_a_question_was_never_asked_is_an_option_too() -> None:
    assert or_unasked(Rate("q", high=0)) == (
        Option("0", Answer(0)),
        Option("unasked", UNASKED),
    )


def test_a_day_of_an_example_is_a_working_day() -> None:
    assert SOME_DAY.isoweekday() == 2


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_that_asks_too_little_comes_to_an_end(name: str) -> None:
    paths = explore(SCRIPTS[name], None, options=or_unasked)

    assert all(path.steps[-1].question is None for path in paths)


@pytest.mark.slow
@pytest.mark.parametrize("opening", OPENINGS, ids=opening_name)
def test_every_pair_of_options_of_a_dialogue_comes_to_an_end_and_is_drawn(opening: Brief) -> None:
    paths = explore(DIALOGUES[opening.kind].script, opening)
    legs = [leg for path in paths for leg in path.steps if leg.question]
    asked = {part.key: part for leg in legs if leg.question for part in parts_of(leg.question)}
    taken = {decision for path in paths for decision in path.decisions}
    former = {old for part in asked.values() for old in part.was}

    assert all(path.steps[-1].question is None for path in paths)
    assert {(key, each.name) for key, part in asked.items() for each in options_of(part)} <= taken
    assert not former & asked.keys()
    assert asked.keys() <= DRAWN_WORDS, "run `make draw`"


def test_exploring_leaves_the_brief_as_it_is() -> None:
    brief = Brief("welcome")

    explore(DIALOGUES["welcome"].script, brief)

    assert brief == replace(brief)
