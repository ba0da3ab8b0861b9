"""The drawing of a dialogue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from bot.dialogues.registry import DIALOGUES
from bot.engine.chart import Dialogue, chart_of
from bot.engine.draw import document, draw
from bot.engine.explore import Path, explore
from bot.engine.steps import Choose, Rate, Script, Tell, Together, Write, parts_of, row_of
from tests.engine.scripts import SCRIPTS


@dataclass(frozen=True, slots=True)
class Opening:
    """A brief of these tests."""

    kind: str = "small"
    number: int = 0
    word: str = ""


@dataclass(frozen=True, slots=True)
class Small:
    """A dialogue of these tests."""

    kind: str
    script: Callable[[Any], Script]
    briefs: tuple[Opening, ...] = (Opening(),)


def lines_of(script: Callable[[Any], Script], *briefs: Opening) -> list[str]:
    """Draw one script; return the lines of its flowchart."""
    small = Small("small", script, briefs or (Opening(),))
    drawn = draw({"small": small})
    return [line.strip() for line in drawn.splitlines() if line.startswith("    ")]


def test_a_question_is_a_node_with_its_key_its_row_and_its_commands() -> None:
    def script(_brief: object) -> Script:
        yield Choose("went", ("a", "b"), commands=("later",))

    assert lines_of(script) == [
        "start([small])",
        "finish((end))",
        'q_went["<b>went</b><br/><small>small.went</small><br/><small>(later)</small>"]',
        "start --> q_went",
        "q_went --> finish",
    ]


def test_what_is_said_has_round_corners_and_all_its_rows() -> None:
    def script(_brief: object) -> Script:
        yield Tell("plan.done", text="other.done", instead="other.open")

    assert (
        't_plan__done("<b>plan.done</b><br/><small>other.done, other.open</small>")'
        in lines_of(script)
    )


def test_a_form_has_double_sides() -> None:
    assert any(
        line.startswith("q_name_and_day_and_sure[[") for line in lines_of(SCRIPTS["in_a_form"])
    )


def test_an_arrow_carries_the_answers_that_lead_along_it() -> None:
    lines = lines_of(SCRIPTS["branching"])

    assert 'q_way -->|"left"| q_left' in lines
    assert 'q_way -->|"right"| q_right' in lines
    assert "q_right --> q_end" in lines


def test_numbers_in_a_row_are_a_range() -> None:
    def script(_brief: object) -> Script:
        sure = yield Rate("sure")
        yield Tell("low" if sure.value < 8 else "high")

    lines = lines_of(script)

    assert 'q_sure -->|"0-7"| t_low' in lines
    assert 'q_sure -->|"8-10"| t_high' in lines


def test_a_way_back_is_dotted() -> None:
    lines = lines_of(SCRIPTS["going_back"])

    assert 'q_right -.->|"edit"| q_when' in lines
    assert 'q_sure -.->|"0"| t_smaller_then' in lines
    assert "t_smaller_then -.-> q_then" in lines


def test_short_cuts_after_a_way_back_are_left_out() -> None:
    arrows = [line for line in lines_of(SCRIPTS["going_back"]) if line.startswith("q_then ")]

    assert arrows == ["q_then --> q_right"]


def test_deepening_stands_in_the_node_that_it_deepens() -> None:
    lines = lines_of(SCRIPTS["deepening"])

    assert (
        'q_first["<b>first</b><br/><small>small.first</small>'
        "<br/><small>then first.deeper: deeper</small>"
        '<br/><small>then first.leave: leave_it</small>"]'
    ) in lines
    assert "q_first --> q_second" in lines


def test_many_things_said_at_one_place_are_one_node() -> None:
    def script(_brief: object) -> Script:
        why = yield Choose("why", ("a", "b", "c"))
        yield Tell(f"line_{why.text}")

    lines = lines_of(script)

    assert "q_why --> t_line_a" in lines
    assert any("<b>line_a<br/>line_b<br/>line_c</b>" in line for line in lines)


def test_an_arrow_that_an_earlier_answer_decides_says_so() -> None:
    def script(_brief: object) -> Script:
        way = yield Choose("way", ("left", "right"))
        yield Write("text")
        yield Tell(f"went_{way.text}")

    assert 'q_text -->|"it depends"| t_went_left' in lines_of(script)


def test_a_form_names_the_question_that_decides() -> None:
    def script(_brief: object) -> Script:
        one, two = yield Together((Choose("one", ("a", "b")), Choose("two", ("c", "d"))))
        yield Tell("both" if (one.value, two.value) == ("b", "d") else "rest")

    lines = lines_of(script)

    assert 'q_one_and_two -->|"one: b; two: d"| t_both' in lines
    assert 'q_one_and_two -->|"it depends"| t_rest' in lines


def test_an_arrow_of_some_openings_carries_their_numbers() -> None:
    def script(brief: Opening) -> Script:
        went = yield Choose("went", ("well", "badly"))
        if brief.number and went.value == "well":
            yield Write("more")
        yield Tell("done")

    openings = (Opening(), Opening(number=1), Opening(number=2, word="w"))
    drawn = draw({"small": Small("small", script, openings)})

    assert 'q_went -->|"well (2, 3)"| q_more' in drawn
    assert 'q_went -->|"badly"| t_done' not in drawn
    assert "q_more --> t_done" in drawn
    assert "1. nothing known\n2. number 1\n3. number 2, word w\n" in drawn


def test_one_opening_is_not_listed() -> None:
    assert "Openings" not in draw({"small": Small("small", SCRIPTS["in_a_row"])})


def test_no_arrow_is_drawn_twice() -> None:
    lines = [line for line in lines_of(SCRIPTS["twice"]) if "->" in line]

    assert len(lines) == len(set(lines))


DRAWN: list[Dialogue] = [
    DIALOGUES["welcome"],
    *(Small(name, script) for name, script in SCRIPTS.items()),
]


def said_and_asked(dialogue: Dialogue, paths: tuple[Path, ...]) -> set[str]:
    """List every key and row that some path says or asks."""
    legs = [leg for path in paths for leg in path.steps]
    told = [tell for leg in legs for tell in leg.says]
    asked = [part for leg in legs if leg.question for part in parts_of(leg.question)]
    rows = {row_of(step, dialogue.kind) for step in (*told, *asked)}
    return rows | {step.key for step in (*told, *asked)}


@pytest.mark.parametrize("dialogue", DRAWN, ids=lambda dialogue: dialogue.kind)
def test_the_drawing_of_a_dialogue_is_the_same_every_time_and_leaves_nothing_out(
    dialogue: Dialogue,
) -> None:
    registry = {dialogue.kind: dialogue}
    paths = tuple(path for brief in dialogue.briefs for path in explore(dialogue.script, brief))

    drawn = document(registry)

    words = drawn.replace("<", " ").replace(">", " ").replace(",", " ").replace(":", " ").split()
    assert drawn == document(registry)
    assert said_and_asked(dialogue, paths) <= set(words)
    assert drawn.endswith("```\n")


def test_a_chart_knows_where_every_arrow_leads() -> None:
    chart = chart_of(Small("small", SCRIPTS["twice"]))

    places = {"start", "finish", *chart.nodes}
    assert {arrow.source for arrow in chart.arrows} == places - {"finish"}
    assert {arrow.target for arrow in chart.arrows} == places - {"start"}
