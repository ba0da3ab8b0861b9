"""Goal setting, branch by branch (dialogues b)."""

from __future__ import annotations

from datetime import date

import pytest

from bot.deeds import NamedDay, Plan, Score, TrainingDay
from bot.engine.answers import SILENT, SKIPPED, Answer
from bot.engine.steps import Choose, Write
from bot.phrases import PlanLine
from tests.support.talk import Given, Talk, open_dialogue, written

DAY = date(2026, 11, 24)
WISH: dict[str, Given] = {
    "ready": "start",
    "goal": "ask one open question",
    "outcome": "they think along",
    "obstacle": "I am afraid of silence",
}
PLAN: dict[str, Given] = {
    "plan.if": written("when the meeting starts", "cue", "clause"),
    "plan.day": DAY,
    "plan.then": "I ask one open question",
    "plan.obstacle_then": "I count to three",
    "plan.reaction": "rush",
    "plan.reaction_then": "I come back to it later",
}
RIGHT: dict[str, Given] = {**WISH, **PLAN, "plan.right": "yes"}


def goal_setting() -> Talk:
    return open_dialogue("goal_setting")


def line_of(talk: Talk) -> object:
    """Give the plan line that the waiting question shows."""
    (question,) = talk.questions
    return question.values["plan"]


def test_it_asks_first_whether_now_is_a_good_time() -> None:
    (question,) = goal_setting().questions

    assert isinstance(question, Choose)
    assert question.options == ("start", "not_there")
    assert question.commands == ("later", "tomorrow")


def test_silence_ends_it() -> None:
    talk = goal_setting().take({"ready": SILENT})

    assert talk.ended
    assert talk.kept == {}


@pytest.mark.parametrize(
    ("new_date", "row", "day"),
    [(DAY, "goal_setting.quiet", DAY), ("not_yet", "goal_setting.quiet_open", None)],
)
def test_who_was_not_there_names_a_new_day_and_is_left_alone(
    new_date: Given, row: str, day: date | None
) -> None:
    talk = goal_setting().answer({"ready": "not_there", "new_date": new_date})

    assert talk.ended
    assert talk.said == (row,)
    assert talk.kept == {"training_day": TrainingDay(day)}


def test_the_questions_come_in_the_order_of_mental_contrasting() -> None:
    talk = goal_setting().answer({**RIGHT, "sure": 9, "challenging": "yes"})

    assert talk.asked == (
        "ready", "goal", "outcome", "obstacle", "plan.if", "plan.day", "plan.then",
        "plan.obstacle_then", "plan.reaction", "plan.reaction_then", "plan.right", "sure",
        "challenging",
    )  # fmt: skip
    assert talk.ended
    assert talk.said == ("goal_setting.done",)


def test_the_plan_is_kept_whole() -> None:
    talk = goal_setting().answer(RIGHT)

    assert talk.kept["plan"] == Plan(
        line=PlanLine("when the meeting starts", "I ask one open question", "clause", "en"),
        goal="ask one open question",
        outcome="they think along",
        obstacle="I am afraid of silence",
        obstacle_then="I count to three",
        reaction="rush",
        reaction_then="I come back to it later",
    )


@pytest.mark.parametrize(("day", "named"), [(DAY, NamedDay(DAY)), ("unknown", NamedDay(None))])
def test_the_day_is_kept_at_once(day: Given, named: NamedDay) -> None:
    talk = goal_setting().answer({**WISH, "plan.if": PLAN["plan.if"], "plan.day": day})

    assert talk.kept == {"plan.day": named}


@pytest.mark.parametrize(
    ("key", "weak", "row"),
    [
        ("goal", "vague", "goal_setting.goal.deeper"),
        ("goal", "dont_know", "goal_setting.goal.deeper"),
        ("outcome", "vague", "goal_setting.outcome.deeper"),
        ("obstacle", "external", "goal_setting.obstacle.deeper"),
        ("plan.if", "no_cue", "if_then.if.deeper"),
        ("plan.then", "vague", "if_then.then.deeper"),
        ("plan.obstacle_then", "vague", "common.concrete"),
        ("plan.obstacle_then", "dont_know", "common.not_sure"),
    ],
)
def test_a_weak_answer_is_asked_about_once(key: str, weak: str, row: str) -> None:
    answers = {**RIGHT, key: written("hm", weak)}
    before = dict(list(answers.items())[: list(answers).index(key) + 1])
    talk = goal_setting().answer(before)

    deeper = talk.answer({f"{key}.deeper": written("hm hm", weak)})

    assert talk.rows == (row,)
    assert talk.waiting == (f"{key}.deeper",)
    assert deeper.said[-1] == "common.leave_it"
    assert deeper.waiting != talk.waiting


def test_a_strong_second_answer_gets_no_remark_and_counts() -> None:
    answers = {**RIGHT, "goal": written("hm", "vague")}
    talk = goal_setting().answer({**answers, "goal.deeper": "ask Tom what he saw"})

    assert talk.said == ()
    assert talk.kept["plan"].goal == "ask Tom what he saw"


def test_a_skipped_second_answer_leaves_the_first() -> None:
    answers = {**RIGHT, "goal": written("hm", "vague")}
    talk = goal_setting().answer({**answers, "goal.deeper": SKIPPED})

    assert talk.kept["plan"].goal == "hm"
    assert talk.said == ()


@pytest.mark.parametrize("key", ["plan.if", "plan.then"])
def test_moment_and_step_can_be_put_off_but_not_skipped(key: str) -> None:
    before = {each: RIGHT[each] for each in list(RIGHT)[: list(RIGHT).index(key)]}

    (question,) = goal_setting().answer(before).questions

    assert isinstance(question, Write)
    assert not question.skip
    assert question.commands == ("later",)


@pytest.mark.parametrize(
    ("form", "row"),
    [
        ("clause", "if_then.then"),
        ("kept", "if_then.then_moment"),
        ("moment", "if_then.then_moment"),
    ],
)
def test_the_step_is_asked_as_the_moment_was_written(form: str, row: str) -> None:
    talk = goal_setting().answer(
        {**WISH, "plan.if": written("at the handover", "cue", form), "plan.day": "unknown"}
    )

    assert talk.rows == (row,)


@pytest.mark.parametrize(
    "obstacle",
    [
        {"obstacle": SKIPPED},
        {"obstacle": written("no idea", "dont_know"), "obstacle.deeper": SKIPPED},
    ],
)
def test_without_an_obstacle_nothing_is_asked_against_it(obstacle: dict[str, Given]) -> None:
    answers = {**WISH, **obstacle, **PLAN}
    del answers["plan.obstacle_then"]

    talk = goal_setting().answer(answers)

    assert talk.waiting == ("plan.right",)
    assert "plan.obstacle_then" not in talk.asked


def test_an_unlikely_reaction_needs_no_answer() -> None:
    answers = {**WISH, **PLAN, "plan.reaction": "unlikely"}
    del answers["plan.reaction_then"]

    talk = goal_setting().answer(answers)

    assert talk.waiting == ("plan.right",)


@pytest.mark.parametrize(
    ("form", "other"), [("clause", "moment"), ("kept", "moment"), ("moment", "clause")]
)
def test_other_wording_switches_between_clause_and_moment(form: str, other: str) -> None:
    moment = written("at the handover", "cue", form)
    talk = goal_setting().answer({**WISH, **PLAN, "plan.if": moment})

    switched = talk.answer({"plan.right": "other_wording"})
    agreed = switched.answer({"plan.right_other": "yes"})
    back = switched.answer({"plan.right_other": "other_wording"})

    first = PlanLine("at the handover", "I ask one open question", form, "en")
    second = PlanLine("at the handover", "I ask one open question", other, "en")
    assert line_of(talk) == first
    assert line_of(switched) == second
    assert agreed.kept["plan"].line == second
    assert line_of(back) == first
    assert back.waiting == ("plan.right",)


@pytest.mark.parametrize(
    "edit",
    [{"plan.right": "edit"}, {"plan.right": "other_wording", "plan.right_other": "edit"}],
)
def test_edit_asks_for_the_moment_again_and_then_only_for_what_hangs_on_it(
    edit: dict[str, Given],
) -> None:
    talk = goal_setting().answer({**WISH, **PLAN, **edit})

    again = talk.answer({"plan.if": "at noon", "plan.day": DAY, "plan.then": "I ask"})

    assert talk.waiting == ("plan.if",)
    assert again.waiting == ("plan.right",)


@pytest.mark.parametrize("sure", range(9))
def test_up_to_8_it_asks_what_would_take_it_higher(sure: int) -> None:
    talk = goal_setting().answer({**RIGHT, "sure": sure})

    assert talk.waiting == ("higher",)
    assert talk.questions[0].values == {"n": sure}
    assert talk.kept["sure"] == Score("sure", sure)


@pytest.mark.parametrize("sure", [9, 10])
def test_from_9_it_asks_whether_it_is_challenging(sure: int) -> None:
    assert goal_setting().answer({**RIGHT, "sure": sure}).waiting == ("challenging",)


@pytest.mark.parametrize("sure", range(5))
def test_up_to_4_the_plan_is_offered_smaller(sure: int) -> None:
    talk = goal_setting().answer({**RIGHT, "sure": sure, "higher": "time"})

    assert talk.waiting == ("smaller",)
    assert talk.answer({"smaller": "keep"}).said == ("goal_setting.done",)


@pytest.mark.parametrize("sure", [5, 6, 7, 8])
@pytest.mark.parametrize("higher", [SKIPPED, written("no idea", "dont_know", "vague")])
def test_from_5_to_8_any_answer_will_do(sure: int, higher: Answer) -> None:
    talk = goal_setting().answer({**RIGHT, "sure": sure, "higher": higher})

    assert talk.ended


@pytest.mark.parametrize(
    "way_back",
    [{"sure": 3, "higher": "time", "smaller": "smaller"}, {"sure": 9, "challenging": "harder"}],
)
def test_smaller_and_harder_go_back_to_the_step(way_back: dict[str, Given]) -> None:
    talk = goal_setting().answer({**RIGHT, **way_back})

    again = talk.answer({"plan.then": "I ask Tom", "plan.right": "yes", "sure": 6})
    ended = again.answer({"higher": SKIPPED})

    assert talk.waiting == ("plan.then",)
    assert again.waiting == ("higher",)
    assert ended.ended
    assert ended.kept["plan"].line.then == "I ask Tom"
    assert ended.kept["sure"] == Score("sure", 6)


def test_an_edited_step_changes_the_plan_and_asks_nothing() -> None:
    talk = goal_setting().answer({**RIGHT, "sure": 6, "higher": SKIPPED})

    edited = talk.edit({"plan.then": "I ask Tom"})

    assert edited.ended
    assert edited.latest.keep["plan"].line.then == "I ask Tom"
    assert edited.latest.keep.keys() == {"plan"}
