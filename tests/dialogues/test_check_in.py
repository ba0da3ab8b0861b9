"""The spaced check-in, branch by branch (dialogues d)."""

from __future__ import annotations

from datetime import date

import pytest

from bot.deeds import Attempt, Barriers, Choice, Log, NamedDay, Plan, Score
from bot.engine.answers import SILENT, SKIPPED
from bot.engine.steps import Choose, PickDate, Write
from bot.phrases import Label, PackText, PlanLine
from tests.support.talk import Given, Talk, open_dialogue, written

DAY = date(2026, 11, 24)
DID: dict[str, Given] = {"did": "asked Tom", "effect": "he thought", "differently": SKIPPED}
ROUNDS = (1, 2, 3, 4, 5)
NEW_PLAN: dict[str, Given] = {
    "if": written("at the handover", "cue", "moment"),
    "day": DAY,
    "then": "I ask what he saw",
    "reaction": "unlikely",
    "right": "yes",
}
LINE = PlanLine("at the handover", "I ask what he saw", "moment", "en")
LATER_LINES = (
    "TIME", "SKILL", "CONF", "FIT", "MOT", "MGRX", "PEER", "NORM", "FEED", "COST",
)  # fmt: skip


def check_in(number: int = 1, **facts: object) -> Talk:
    return open_dialogue("check_in", round=number, **facts)


def under(prefix: str, answers: dict[str, Given]) -> dict[str, Given]:
    return {f"{prefix}.{key}": answer for key, answer in answers.items()}


def tough(number: int, *codes: str) -> Talk:
    """Tell of a hard try and what got in the way, in rounds 1 and 5."""
    form: dict[str, Given] = {"tried": "asked", "happened": "he laughed", "barrier": codes}
    return check_in(number).answer({"went": "tough", **form})


@pytest.mark.parametrize("outcome", ["worked", "tough", "other", "no_chance", "forgot"])
def test_the_outcome_is_kept_with_the_first_tap(outcome: str) -> None:
    talk = check_in().answer({"went": outcome})

    assert talk.kept["attempt"] == Attempt(outcome)


def test_silence_ends_it_without_a_word() -> None:
    talk = check_in().take({"went": SILENT})

    assert talk.ended
    assert talk.said == ()
    assert talk.kept == {}


def test_a_late_answer_is_taken_up_where_silence_ended_it() -> None:
    talk = check_in().take({"went": SILENT}).edit({"went": "worked"})

    assert talk.waiting == ("did", "effect", "differently")


@pytest.mark.parametrize(
    ("number", "asked"),
    [
        (1, ("did", "effect", "differently")),
        (2, ("effect",)),
        (3, ("did", "effect", "differently")),
        (4, ("differently",)),
        (5, ("did", "effect", "differently")),
    ],
)
def test_what_worked_is_asked_as_much_as_the_round_allows(
    number: int, asked: tuple[str, ...]
) -> None:
    assert check_in(number).answer({"went": "worked"}).waiting == asked


@pytest.mark.parametrize(
    ("number", "asked"),
    [
        (1, ("tried", "happened", "barrier")),
        (2, ("barrier",)),
        (3, ("tried", "uncomfortable", "barrier")),
        (4, ("barrier",)),
        (5, ("tried", "happened", "barrier")),
    ],
)
def test_what_was_hard_is_asked_as_much_as_the_round_allows(
    number: int, asked: tuple[str, ...]
) -> None:
    assert check_in(number).answer({"went": "tough"}).waiting == asked


@pytest.mark.parametrize("number", [1, 3])
def test_what_helped_is_asked_in_rounds_1_and_3(number: int) -> None:
    talk = check_in(number).answer({"went": "worked", **DID})

    helped = talk.answer({"helped": ("time", "moment")})

    assert talk.waiting == ("helped",)
    assert helped.kept["helped"] == Choice("helped", ("time", "moment"))
    assert helped.waiting == ("next",)


@pytest.mark.parametrize(
    ("number", "answers"),
    [(2, {"effect": "he thought"}), (4, {"differently": "nothing"}), (5, DID)],
)
def test_in_other_rounds_it_is_not(number: int, answers: dict[str, Given]) -> None:
    assert check_in(number).answer({"went": "worked", **answers}).waiting == ("next",)


@pytest.mark.parametrize("following", ["same", "got_it"])
def test_the_same_plan_and_mastery_end_it(following: str) -> None:
    talk = check_in(5).answer({"went": "worked", **DID, "next": following})

    assert talk.ended
    assert talk.said == ("check_in.noted_applied",)
    assert talk.kept["next"] == Choice("next", (following,))


@pytest.mark.parametrize("following", ["harder", "new"])
def test_harder_and_new_make_a_new_plan(following: str) -> None:
    talk = check_in(5).answer({"went": "worked", **DID, "next": following})

    planned = talk.answer(under("plan", NEW_PLAN))

    assert talk.waiting == ("plan.if",)
    assert planned.ended
    assert planned.kept["plan"] == Plan(LINE, reaction="unlikely")
    assert planned.kept["plan.day"] == NamedDay(DAY)


def test_a_known_obstacle_is_asked_about_in_a_new_plan() -> None:
    talk = check_in(5, has_obstacle=True).answer({"went": "worked", **DID, "next": "new"})

    asked = talk.answer(
        under("plan", {"if": NEW_PLAN["if"], "day": DAY, "then": NEW_PLAN["then"]})
    )

    assert asked.rows == ("if_then.obstacle_then",)


def test_the_words_of_a_form_are_kept_as_one_entry() -> None:
    talk = check_in(5).answer({"went": "worked", **DID})

    assert talk.kept["log"] == Log((("did", "asked Tom"), ("effect", "he thought")))


def test_a_form_that_was_skipped_keeps_no_words() -> None:
    skipped: dict[str, Given] = dict.fromkeys(DID, SKIPPED)

    talk = check_in(5).answer({"went": "worked", **skipped})

    assert "log" not in talk.kept


@pytest.mark.parametrize(
    ("form", "deeper"),
    [
        ({"did": written("hm", "vague")}, "did.deeper"),
        ({"effect": written("hm", "vague")}, "effect.deeper"),
        ({"did": written("hm", "vague"), "effect": written("hm", "vague")}, "did.deeper"),
    ],
)
def test_a_form_is_deepened_once_at_its_first_weak_answer(
    form: dict[str, Given], deeper: str
) -> None:
    talk = check_in(5).answer({"went": "worked", **DID, **form})

    after = talk.answer({deeper: written("hm hm", "vague")})

    assert talk.waiting == (deeper,)
    assert after.waiting == ("next",)
    assert after.said == ("common.leave_it",)


def test_what_stayed_weak_is_marked_and_not_reported() -> None:
    weak: dict[str, Given] = {"did": written("hm", "vague"), "effect": written("eh", "vague")}
    talk = check_in(5).answer(
        {"went": "worked", **DID, **weak, "did.deeper": written("hm hm", "vague")}
    )

    assert talk.kept["log"] == Log(
        (("did", "hm"), ("did.deeper", "hm hm"), ("effect", "eh")), low=("did", "effect")
    )


def test_nothing_is_an_answer_to_what_you_would_do_differently() -> None:
    talk = check_in(4).answer({"went": "worked", "differently": written("nothing", "vague")})

    assert talk.waiting == ("next",)


@pytest.mark.parametrize("code", LATER_LINES)
def test_a_barrier_gets_its_line_above_one_small_step(code: str) -> None:
    talk = tough(1, code)

    assert talk.said == (f"check_in.line_{code}",)
    assert talk.rows == ("check_in.change",)
    assert talk.kept["barrier"] == Barriers((code,))


def test_no_opportunity_leads_to_making_one() -> None:
    talk = tough(1, "OPP")

    made = talk.answer({"chance": written("at noon", "cue"), "chance_day": DAY})

    assert talk.said == ("check_in.line_OPP",)
    assert talk.waiting == ("chance", "chance_day")
    assert made.waiting == ("keep",)
    assert made.kept["chance_day"] == NamedDay(DAY)
    assert made.kept["chance_log"] == Log((("chance", "at noon"),))


def test_forgetting_leads_to_a_better_reminder() -> None:
    talk = tough(1, "FORG")

    reminded = talk.answer({"remember": "note", "next_chance": SKIPPED})

    assert talk.said == ("check_in.line_FORG",)
    assert talk.waiting == ("remember",)
    assert reminded.waiting == ("keep",)


def test_a_new_moment_leaves_nothing_to_keep_or_change() -> None:
    talk = tough(1, "FORG").answer({"remember": "another_moment", **under("moment", NEW_PLAN)})

    assert talk.ended
    assert talk.kept["moment"] == Plan(LINE, reaction="unlikely")


def test_another_barrier_is_asked_for_in_one_text() -> None:
    talk = tough(1, "OTH")

    told = talk.answer({"line_OTH": "the printer broke"})

    assert talk.rows == ("check_in.line_OTH",)
    assert talk.said == ()
    assert told.waiting == ("change",)
    assert told.kept["other_log"] == Log((("line_OTH", "the printer broke"),))


@pytest.mark.parametrize(("answer", "said"), [("yes", ("check_in.opening",)), ("no", ())])
def test_too_little_support_offers_an_opening_line(answer: str, said: tuple[str, ...]) -> None:
    talk = tough(1, "MGR")

    after = talk.answer({"line_MGR": answer})

    assert talk.rows == ("check_in.line_MGR",)
    assert after.said == said
    assert after.waiting == ("change",)


def test_the_opening_line_is_a_message_of_its_own() -> None:
    talk = tough(1, "MGR").answer({"line_MGR": "yes"})

    (tell,) = talk.latest.says
    assert tell.alone


@pytest.mark.parametrize(
    ("codes", "said"),
    [(("TIME", "CONF"), "check_in.line_TIME"), (("CONF", "TIME"), "check_in.line_CONF")],
)
def test_two_barriers_are_both_kept_and_the_first_gets_its_line(
    codes: tuple[str, ...], said: str
) -> None:
    talk = tough(1, *codes)

    assert talk.said == (said,)
    assert talk.kept["barrier"] == Barriers(codes)


def test_three_barriers_are_too_many() -> None:
    question = check_in(2).answer({"went": "tough"}).latest.question

    assert isinstance(question, Choose)
    assert question.most == 2
    assert len(question.options) == 14


def test_a_changed_barrier_gets_the_line_of_its_own() -> None:
    talk = tough(1, "TIME").answer({"change": "less", "keep": "keep"})

    edited = talk.edit({"barrier": ("CONF",)})

    assert edited.said[-1] == "check_in.line_CONF"
    assert edited.kept["barrier"] == Barriers(("CONF",))


def test_the_small_step_is_deepened_once() -> None:
    talk = tough(1, "TIME").answer({"change": written("less", "vague")})

    after = talk.answer({"change.deeper": written("less", "vague")})

    assert talk.rows == ("check_in.change.deeper",)
    assert after.waiting == ("keep",)
    assert after.kept["change_log"].low == ("change",)


@pytest.mark.parametrize(("number", "key"), [(1, "happened"), (3, "uncomfortable")])
def test_not_knowing_what_happened_is_asked_about_once(number: int, key: str) -> None:
    talk = check_in(number).answer(
        {
            "went": "tough",
            "tried": "asked",
            key: written("no idea", "dont_know", "vague"),
            "barrier": ("TIME",),
        }
    )

    assert talk.rows == ("common.not_sure",)


def test_after_a_hard_try_the_plan_is_kept_or_changed() -> None:
    talk = tough(1, "TIME").answer({"change": "less"})

    kept = talk.answer({"keep": "keep"})
    changed = talk.answer({"keep": "change", **under("plan", NEW_PLAN)})

    assert kept.ended
    assert "plan" not in kept.kept
    assert changed.ended
    assert changed.kept["plan"].line == LINE


@pytest.mark.parametrize("number", ROUNDS)
def test_something_else_is_told_and_weighed(number: int) -> None:
    talk = check_in(number).answer(
        {"went": "other", "instead": "I called her", "effect": "relief"}
    )

    assert talk.asked == ("went", "instead", "effect")
    assert talk.kept["log"] == Log((("instead", "I called her"), ("effect", "relief")))


@pytest.mark.parametrize(
    ("why", "code", "asked"),
    [
        ("no_occasion", "OPP", ("chance", "chance_day")),
        ("priority", "TIME", ("chance", "chance_day")),
        ("blocked", "OPP", ("chance", "chance_day")),
        ("late", "FORG", ("remember",)),
    ],
)
def test_why_there_was_no_chance_becomes_a_code(
    why: str, code: str, asked: tuple[str, ...]
) -> None:
    talk = check_in().answer({"went": "no_chance", "why_not": why})

    assert talk.kept["barrier"] == Barriers((code,))
    assert talk.waiting == asked


def test_a_chance_without_a_cue_is_deepened_once() -> None:
    talk = check_in().answer({"went": "no_chance", "why_not": "priority"})

    vague = talk.answer({"chance": written("soon", "no_cue"), "chance_day": SKIPPED})

    assert vague.rows == ("check_in.chance.deeper",)
    assert vague.answer({"chance.deeper": written("at noon", "cue")}).ended


def test_the_day_of_a_chance_may_be_skipped() -> None:
    talk = check_in().answer({"went": "no_chance", "why_not": "priority"})

    _, day = talk.questions
    assert isinstance(day, PickDate)
    assert day.skip


@pytest.mark.parametrize("remember", ["calendar", "note"])
def test_who_forgot_names_the_next_chance(remember: str) -> None:
    talk = check_in().answer({"went": "forgot", "remember": remember})

    named = talk.answer({"next_chance": DAY})

    assert talk.waiting == ("next_chance",)
    assert named.kept["next_chance"] == NamedDay(DAY, remind=True)
    assert named.kept["remember"] == Choice("remember", (remember,))
    assert named.said == ("check_in.noted",)


def test_who_forgot_may_find_another_moment() -> None:
    talk = check_in().answer({"went": "forgot", "remember": "another_moment"})

    planned = talk.answer(under("moment", NEW_PLAN))

    assert talk.waiting == ("moment.if",)
    assert planned.ended
    assert planned.kept["moment"].line == LINE


FORGOT: dict[str, Given] = {"went": "forgot", "remember": "note", "next_chance": SKIPPED}


@pytest.mark.parametrize("solved", ["yes", "partly", "no"])
def test_the_barrier_of_last_time_is_asked_about(solved: str) -> None:
    talk = check_in(2, barrier="CONF").answer(FORGOT)

    (question,) = talk.questions
    after = talk.answer({"solved": solved})

    assert question.values == {"barrier": Label("check_in.barrier", "CONF")}
    assert after.ended
    assert after.kept["solved"] == Choice("solved.CONF", (solved,))


@pytest.mark.parametrize("number", [3, 5])
def test_confidence_is_asked_in_rounds_3_and_5(number: int) -> None:
    talk = check_in(number, comp="c1").answer(FORGOT)

    (question,) = talk.questions
    assert question.values == {"comp": PackText("comp", "c1")}
    assert talk.answer({"confident": 7}).kept["confident"] == Score("c1", 7)


@pytest.mark.parametrize("number", [1, 2, 4])
def test_confidence_is_not_asked_in_other_rounds(number: int) -> None:
    assert check_in(number, comp="c1").answer(FORGOT).ended


def test_without_a_point_of_the_programme_confidence_is_not_asked() -> None:
    assert check_in(3).answer(FORGOT).ended


@pytest.mark.parametrize(
    ("answers", "row"),
    [
        ({"went": "worked", "effect": "good", "next": "same"}, "check_in.noted_applied"),
        (
            {"went": "tough", "barrier": ("TIME",), "change": "less", "keep": "keep"},
            "check_in.noted_applied",
        ),
        ({"went": "other", "instead": "called", "effect": "good"}, "check_in.noted"),
        (
            {"went": "no_chance", "why_not": "blocked", "chance": "noon", "chance_day": DAY},
            "check_in.noted",
        ),
        (FORGOT, "check_in.noted"),
    ],
)
def test_it_ends_with_what_was_noted(answers: dict[str, Given], row: str) -> None:
    talk = check_in(2).answer(answers)

    assert talk.ended
    assert talk.said[-1] == row


def test_every_text_may_be_skipped() -> None:
    talk = check_in().answer({"went": "worked"})

    assert all(isinstance(each, Write) and each.skip for each in talk.questions)


def test_an_edited_outcome_goes_on_from_there() -> None:
    talk = check_in(5).answer({"went": "worked", **DID, "next": "same"})

    edited = talk.edit({"went": "forgot"})
    ended = edited.answer({"remember": "note", "next_chance": SKIPPED})

    assert edited.waiting == ("remember",)
    assert edited.kept["log"] == talk.kept["log"]
    assert ended.kept == {
        "attempt": Attempt("forgot"),
        "remember": Choice("remember", ("note",)),
    }
    assert ended.latest.withdraw.keys() == {"log", "next"}
