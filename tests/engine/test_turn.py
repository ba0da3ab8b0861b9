"""What one turn does with a dialogue, trait by trait."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from bot.engine.answers import SILENT, SKIPPED, UNASKED, Answer
from bot.engine.steps import (
    Choose,
    Forget,
    Keep,
    Rate,
    Request,
    Script,
    Seen,
    Step,
    Tell,
    Together,
    WorkingDays,
    Write,
    parts_of,
)
from bot.engine.turn import LONGEST_WALK, History, ScriptError, turn, with_answers
from tests.engine.scripts import (
    VAGUE,
    answered_loop,
    branching,
    deepening,
    going_back,
    in_a_form,
    in_a_row,
    loop,
    twice,
    walk_of,
)
from tests.support.talk import Given, Talk, begin, written

DAY = date(2026, 11, 24)
IN_A_ROW: dict[str, Given] = {
    "went": "well",
    "text": "it went well",
    "helped": ("time", "luck"),
    "sure": 3,
    "day": "unknown",
    "buddy": "nobody",
}


def talk_of(script: Callable[[Any], Script]) -> Talk:
    return begin("test", script)


def of_steps(*steps: Step) -> Callable[[object], Script]:
    def script(_brief: object) -> Script:
        yield from steps

    return script


def test_the_first_question_without_an_answer_is_asked() -> None:
    talk = talk_of(in_a_row)

    assert talk.waiting == ("went",)
    assert talk.answer({"went": "well"}).waiting == ("text",)


def test_a_dialogue_ends_when_nothing_is_left_to_ask() -> None:
    talk = talk_of(in_a_row).answer(IN_A_ROW)

    assert talk.ended
    assert talk.said == ("test.thanks",)


def test_facts_are_kept_as_soon_as_they_are_known() -> None:
    talk = talk_of(in_a_row).answer({"went": "well"})

    assert talk.latest.keep == {"went": ("well",)}
    assert talk.answer({"text": SKIPPED}).latest.keep == {}


def test_what_was_told_is_not_told_again() -> None:
    first = turn(in_a_form, None, History(), {})
    second = turn(in_a_form, None, first.history, {})

    assert [step.key for step in first.says] == ["hello"]
    assert second.says == ()


def test_a_form_asks_all_its_questions_at_once() -> None:
    talk = talk_of(in_a_form)

    assert talk.waiting == ("name", "day", "sure")
    assert isinstance(talk.latest.question, Together)


def test_a_form_asks_only_for_what_is_missing() -> None:
    talk = talk_of(in_a_form).take({"name": written("Tom"), "sure": Answer(2)})

    assert talk.waiting == ("day",)
    assert not isinstance(talk.latest.question, Together)
    assert [question.key for question in talk.latest.seen] == ["name", "sure"]


def test_a_form_gives_its_answers_in_order() -> None:
    talk = talk_of(in_a_form).answer({"name": "Tom", "day": DAY, "sure": 2, "last": "a"})

    assert talk.kept["form"] == ("Tom", DAY, 2)


def test_the_path_names_what_was_walked() -> None:
    talk = talk_of(in_a_form).answer({"name": "Tom", "day": SKIPPED, "sure": 2, "last": "a"})

    assert talk.latest.path == ("tell:hello", "name+day+sure", "last")


def test_an_answer_that_does_not_fit_is_asked_again() -> None:
    history = History(answers={"went": Answer("gone")})

    assert (
        turn(in_a_row, None, history, {}).question == turn(in_a_row, None, History(), {}).question
    )


def test_an_answer_under_no_question_is_ignored_and_stays() -> None:
    history = History(answers={"elsewhere": Answer("x")})

    after = turn(in_a_row, None, history, {}).history

    assert after.answers == {"elsewhere": Answer("x")}


def test_the_history_that_came_in_is_untouched() -> None:
    history = History(answers={"way": Answer("left")}, kept={"old": 1})

    turn(branching, None, history, {"left": written("words")})

    assert history == History(answers={"way": Answer("left")}, kept={"old": 1})


def test_an_edit_replaces_the_fact_and_withdraws_what_no_longer_holds() -> None:
    talk = talk_of(branching).answer({"way": "left", "left": "words", "end": "yes"})

    halfway = talk.edit({"way": "right"})
    ended = halfway.answer({"right": 2})

    assert halfway.latest.withdraw == {}
    assert halfway.kept == {"left": "words", "end": ("left", "yes")}
    assert ended.latest.keep == {"right": 2, "end": ("right", "yes")}
    assert ended.latest.withdraw == {"left": "words"}
    assert ended.kept == {"right": 2, "end": ("right", "yes")}


def test_answers_that_a_walk_no_longer_reaches_stay_stored() -> None:
    talk = talk_of(branching).answer({"way": "left", "left": "words", "end": "yes"})

    back_again = talk.edit({"way": "right"}).answer({"right": 2}).edit({"way": "left"})

    assert back_again.ended
    assert back_again.kept == {"left": "words", "end": ("left", "yes")}


def test_a_request_happens_once() -> None:
    talk = talk_of(branching).answer({"way": "right", "right": 2})

    assert talk.latest.request == {"ask": 2}
    assert talk.answer({"end": "yes"}).latest.request == {}


def test_a_request_that_is_no_longer_made_is_recalled_at_the_end() -> None:
    talk = talk_of(branching).answer({"way": "right", "right": 2, "end": "yes"})

    halfway = talk.edit({"way": "left"})
    ended = halfway.answer({"left": "words"})

    assert halfway.latest.recall == frozenset()
    assert ended.latest.recall == {"ask"}
    assert ended.latest.history.requested == frozenset()


def test_a_recalled_request_can_be_made_again() -> None:
    talk = talk_of(branching).answer({"way": "right", "right": 2, "end": "yes"})

    again = talk.edit({"way": "left"}).answer({"left": "words"}).edit({"way": "right"})

    assert again.latest.request == {"ask": 2}


def test_silence_is_an_answer_where_the_question_says_so() -> None:
    talk = talk_of(in_a_row).take({"went": SILENT})

    assert talk.waiting == ("text",)
    assert talk.kept["went"] == ()


def test_a_real_answer_replaces_silence() -> None:
    talk = talk_of(in_a_row).take({"went": SILENT}).edit({"went": "badly"})

    assert talk.kept["went"] == ("badly",)


def test_silence_is_no_answer_elsewhere() -> None:
    talk = talk_of(in_a_row).answer({"went": "well"}).take({"text": SILENT})

    assert talk.waiting == ("text",)


def test_deepening_goes_with_an_edit() -> None:
    talk = talk_of(deepening).answer(
        {
            "first": written("hm", "vague"),
            "first.deeper": written("hm hm", "vague"),
            "second": "words",
        }
    )

    strong = talk.edit({"first": written("a clear answer")})
    weak_again = strong.edit({"first": written("hm", "vague")})

    assert "first.deeper" not in strong.latest.history.answers
    assert strong.ended
    assert weak_again.waiting == ("first.deeper",)
    assert weak_again.answer({"first.deeper": written("hm", "vague")}).said[-1] == "leave_it"


def test_a_deepening_answer_is_edited_alone() -> None:
    talk = talk_of(deepening).answer(
        {"first": written("hm", "vague"), "first.deeper": "more", "second": SKIPPED}
    )

    edited = talk.edit({"first.deeper": "even more"})

    assert edited.kept == {"first": "hm", "deeper": "even more", "second": None}


def test_going_back_forgets_answers_and_what_hangs_under_them() -> None:
    talk = talk_of(going_back).answer(
        {"when": "now", "then": written("hm", "vague"), "then.deeper": "go", "right": "edit"}
    )

    assert talk.waiting == ("when",)
    assert talk.latest.history.answers == {}
    assert "back" in talk.latest.path


def test_what_was_not_forgotten_is_not_asked_again() -> None:
    talk = talk_of(going_back).answer({"when": "now", "then": "go", "right": "yes", "sure": 0})

    assert talk.waiting == ("then",)
    assert talk.answer({"then": "a step"}).waiting == ("sure",)


def test_what_is_said_before_going_back_is_said_once() -> None:
    talk = talk_of(going_back).answer({"when": "now", "then": "go", "right": "yes", "sure": 0})

    twice_back = talk.answer({"then": "a step"}).answer({"sure": 0})

    assert talk.said == ("test.smaller_then",)
    assert twice_back.said == ("test.smaller_then",)


def says_again(_brief: object) -> Script:
    first = yield Choose("first", ("a", "b"))
    yield Tell("first.word")
    if first.value == "b":
        yield Tell("back")
        yield Forget(("first",))


def test_what_hangs_under_a_forgotten_answer_is_said_again() -> None:
    talk = talk_of(says_again).answer({"first": "b"})

    assert talk.said == ("test.first.word", "test.back")
    assert talk.answer({"first": "a"}).said[2:] == ("test.first.word",)


def test_a_fact_of_before_going_back_stands_until_the_end() -> None:
    talk = talk_of(going_back).answer({"when": "now", "then": "go", "right": "yes", "sure": 0})

    ended = talk.answer({"then": "a step", "sure": 3})

    assert talk.kept == {"plan": ("now", "go")}
    assert ended.kept == {"plan": ("now", "a step"), "sure": 3}


def test_a_part_is_used_twice_under_two_prefixes() -> None:
    answers: dict[str, Given] = {"when": "now", "day": DAY, "at": "early", "right": "yes"}
    talk = talk_of(twice).answer(
        {
            f"{prefix}.{key}": answer
            for prefix in ("first", "second")
            for key, answer in answers.items()
        }
    )

    assert talk.kept == {
        "first.plan": ("now", DAY, "early"),
        "second.plan": ("now", DAY, "early"),
        "both": ("yes", "yes"),
    }
    assert talk.latest.history.requested == {"first.share", "second.share"}
    assert talk.said == ("plan.made", "plan.made")


def test_a_way_back_under_a_prefix_leaves_the_other_use_alone() -> None:
    done: dict[str, Given] = {
        "first.when": "now",
        "first.day": DAY,
        "first.at": "early",
        "first.right": "yes",
    }
    talk = talk_of(twice).answer(
        {**done, "second.when": "then", "second.day": DAY, "second.at": "late"}
    )

    back = talk.answer({"second.right": "edit"})

    assert back.waiting == ("second.when",)
    assert back.latest.history.answers.keys() == {*done, "second.at"}


def renamed(_brief: object) -> Script:
    first = yield Write("first", was=("oldest", "older"))
    yield Keep("first", first.value)
    if "vague" in first.marks:
        deeper = yield Write("first.deeper")
        yield Keep("deeper", deeper.value)
    right = yield Choose("right", ("yes", "edit"))
    if right.value == "edit":
        yield Forget(("first", "right"))


@pytest.mark.parametrize("former", ["oldest", "older"])
def test_a_renamed_question_finds_its_answer_and_what_hangs_under_it(former: str) -> None:
    history = History(
        answers={former: written("hm", "vague"), f"{former}.deeper": written("more")},
        told=frozenset({f"{former}.leave", "elsewhere"}),
    )

    step = turn(renamed, None, history, {})

    assert step.history.kept == {"first": "hm", "deeper": "more"}
    assert step.history.answers.keys() == {"first", "first.deeper"}
    assert step.history.told == {"first.leave", "elsewhere"}


def test_an_answer_of_today_goes_before_one_under_a_former_name() -> None:
    history = History(answers={"older": written("hm", "vague"), "older.deeper": written("more")})

    step = turn(renamed, None, history, {"first": written("a clear answer")})

    assert step.history.kept == {"first": "a clear answer"}
    assert step.history.answers.keys() == {"first"}


def test_going_back_forgets_what_came_under_a_former_name() -> None:
    history = History(answers={"older": written("words")})

    step = turn(renamed, None, history, {"right": Answer("edit")})

    assert step.question == Write("first", was=("oldest", "older"))


def with_a_new_question(_brief: object) -> Script:
    new = yield Choose("new", ("a", "b"))
    yield Keep("new", new.codes)
    yield from deepening(None)
    last = yield Write("last")
    yield Keep("last", last.value)


DEEPER = Write("first.deeper", text="deeper", weak=VAGUE)
FINISHED = History(
    answers={"first": written("one"), "second": written("two")},
    kept={"first": "one", "second": "two"},
)


def test_a_question_that_a_release_adds_is_asked() -> None:
    step = turn(with_a_new_question, None, FINISHED, {})

    assert step.question == Choose("new", ("a", "b"))


def test_an_edit_of_a_finished_dialogue_does_not_newly_ask_what_comes_before_it() -> None:
    step = turn(
        with_a_new_question, None, FINISHED, {"first": written("hm", "vague")}, finished=True
    )

    assert step.question == DEEPER
    assert step.history.passed == {"new"}
    assert step.history.kept == {"new": (), "first": "hm", "second": "two"}


def test_it_asks_what_comes_after_it() -> None:
    step = turn(with_a_new_question, None, FINISHED, {"first": written("uno")}, finished=True)

    assert step.question == Write("last")


def test_what_was_passed_stays_passed_while_the_edit_goes_on() -> None:
    edit = turn(
        with_a_new_question, None, FINISHED, {"first": written("hm", "vague")}, finished=True
    )

    step = turn(with_a_new_question, None, edit.history, {"first.deeper": written("more")})

    assert step.question == Write("last")


def test_what_was_passed_can_still_be_answered() -> None:
    edit = turn(with_a_new_question, None, FINISHED, {"second": written("due")}, finished=True)

    step = turn(with_a_new_question, None, edit.history, {"new": Answer("a")})

    assert step.history.passed == frozenset()
    assert step.history.kept["new"] == ("a",)


def test_the_first_of_two_edits_ends_the_passing() -> None:
    edits = {"first": written("hm", "vague"), "second": written("due")}

    step = turn(with_a_new_question, None, FINISHED, edits, finished=True)

    assert step.question == DEEPER


def test_looking_at_a_finished_dialogue_newly_asks_nothing() -> None:
    step = turn(with_a_new_question, None, FINISHED, {}, finished=True)

    assert step.ended
    assert [question.key for question in step.seen] == ["new", "first", "second", "last"]


def test_an_option_that_went_is_asked_again_before_an_edit_too() -> None:
    history = History(
        answers={"way": Answer("up"), "left": written("words"), "end": Answer("yes")}
    )

    step = turn(branching, None, history, {"end": Answer("no")}, finished=True)

    assert step.question == Choose("way", ("left", "right"))
    assert step.withdraw == {}


def test_a_way_back_in_an_edit_asks_what_it_forgot() -> None:
    talk = talk_of(going_back).answer({"when": "now", "then": "go", "right": "yes", "sure": 2})

    back = talk.edit({"right": "edit"})

    assert back.waiting == ("when",)
    assert back.latest.history.passed == frozenset()


def test_a_way_back_asks_what_was_passed_before() -> None:
    history = History(answers={"older": written("words")}, passed=frozenset({"first.deeper"}))

    step = turn(renamed, None, history, {"right": Answer("edit")}, finished=True)

    assert step.question == Write("first", was=("oldest", "older"))
    assert step.history.passed == frozenset()


def test_a_script_gets_an_answer_without_value_for_what_was_passed() -> None:
    step = turn(in_a_row, None, History(passed=frozenset({"went"})), {})

    assert UNASKED.codes == ()
    assert step.history.kept == {"went": ()}
    assert step.question == Write("text")


@pytest.mark.parametrize(
    "steps",
    [
        (Tell("twice"), Tell("twice")),
        (Tell("twice"), Request("twice", 1)),
        (Keep("twice", 1), Keep("twice", 2)),
        (Together((Write("twice"), Rate("twice"))),),
        (Tell("twice"), Write("new", was=("twice",))),
        (Together((Write("new", was=("twice",)), Write("other", was=("twice",)))),),
    ],
)
def test_a_key_used_twice_is_an_error(steps: tuple[Step, ...]) -> None:
    with pytest.raises(ScriptError, match="'twice' is used twice"):
        turn(of_steps(*steps), None, History(), {})


def test_a_fact_may_have_the_key_of_its_question() -> None:
    step = turn(of_steps(Keep("plan", 1), Tell("plan")), None, History(), {})

    assert step.keep == {"plan": 1}


def test_a_way_back_that_forgets_nothing_is_an_error() -> None:
    with pytest.raises(ScriptError, match="forgets nothing"):
        turn(loop, None, History(answers={"text": written("x")}), {})


def going_back_by_itself(_brief: object) -> Script:
    yield Tell("a.word")
    yield Forget(("a",))


def test_going_back_without_end_is_an_error() -> None:
    with pytest.raises(ScriptError, match="goes back without end"):
        turn(going_back_by_itself, None, History(), {})


def test_a_walk_without_end_is_an_error() -> None:
    with pytest.raises(ScriptError, match=f"more than {LONGEST_WALK} steps"):
        turn(answered_loop, None, History(), {})


def test_a_walk_of_300_steps_is_no_error() -> None:
    assert turn(walk_of(LONGEST_WALK), None, History(), {}).ended


def test_a_walk_of_301_steps_is_one() -> None:
    with pytest.raises(ScriptError):
        turn(walk_of(LONGEST_WALK + 1), None, History(), {})


def test_a_walk_that_waits_lets_the_script_clean_up() -> None:
    closed: list[str] = []

    def script(_brief: object) -> Script:
        try:
            yield Write("text")
        finally:
            closed.append("closed")

    turn(script, None, History(), {})

    assert closed == ["closed"]


def test_the_brief_is_handed_to_the_script() -> None:
    def script(brief: Mapping[str, str]) -> Script:
        yield Tell(brief["word"])

    assert [step.key for step in turn(script, {"word": "hi"}, History(), {}).says] == ["hi"]


def test_new_answers_stand_beside_those_that_were_there() -> None:
    history = History(answers={"a": written("one")}, passed=frozenset({"b", "c"}))

    after = with_answers(history, {"b": written("two")})

    assert after.answers == {"a": written("one"), "b": written("two")}
    assert after.passed == {"c"}


def previewed(_brief: object) -> Script:
    """Send what was written, once it was seen; what is vague is asked about first."""
    text = yield Write("text")
    if text.text == "vague":
        text = yield Write("text.deeper")
    sends = yield Choose("sends", ("send", "dont"), values={"t": text.text}, seen=Seen.COLLEAGUE)
    if sends.value == "send":
        yield Keep("told", text.text)


SENT = History({"text": written("one"), "sends": Answer("send")}, kept={"told": "one"})


def test_a_send_holds_for_what_was_previewed_only() -> None:
    edited = turn(previewed, None, SENT, {"text": written("two")}, finished=True)

    assert parts_of(edited.question or Together(()))[0].key == "sends"
    assert edited.lapsed == {"sends"}
    assert not edited.keep
    assert not edited.withdraw
    again = turn(previewed, None, edited.history, {"sends": Answer("send")})
    assert again.keep == {"told": "two"}
    assert not again.lapsed


def test_a_send_lapses_when_something_is_asked_before_it() -> None:
    edited = turn(previewed, None, SENT, {"text": written("vague")}, finished=True)
    deeper = turn(previewed, None, edited.history, {"text.deeper": written("three")})

    assert edited.lapsed == {"sends"}
    assert parts_of(deeper.question or Together(()))[0].key == "sends"
    assert deeper.keep == {}


def test_a_send_stands_when_it_is_edited_itself() -> None:
    edited = turn(previewed, None, SENT, {"sends": Answer("dont")}, finished=True)

    assert edited.withdraw == {"told": "one"}
    assert not edited.lapsed


def test_a_question_with_silence_waits_for_its_working_days() -> None:
    question = turn(in_a_row, None, History(), {}).question

    assert isinstance(question, Choose)
    assert question.silent_after == WorkingDays(5)
