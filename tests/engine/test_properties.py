"""What holds for every dialogue, whatever is answered, edited or stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.brief import Brief
from bot.dialogues.registry import DIALOGUES
from bot.engine.answers import UNASKED, Answer
from bot.engine.options import options_of, or_unasked
from bot.engine.steps import Choose, Question, Script, Write, parts_of
from bot.engine.turn import History, Turn, turn
from tests.engine.openings import OPENINGS, opening_name
from tests.engine.scripts import SCRIPTS

MARKS = frozenset(
    {"vague", "dont_know", "external", "cue", "no_cue", "identity", "clause", "moment", "kept"}
)
TEXTS = st.builds(Answer, st.text(max_size=8), st.frozensets(st.sampled_from(sorted(MARKS))))
ANYTHING = st.builds(
    Answer,
    st.one_of(
        st.none(),
        st.text(max_size=3),
        st.sampled_from(["yes", "worked", "edit", "join", "start", "harder", "change"]),
        st.integers(-1, 11),
        st.dates(),
        st.lists(st.sampled_from(["TIME", "OPP", "MGR"]), max_size=3).map(tuple),
    ),
    st.frozensets(st.sampled_from([*sorted(MARKS), "silent", "skipped", "unasked"])),
)


def answers_to(question: Question) -> st.SearchStrategy[Answer]:
    """Give every kind of answer that reading can give to a question."""
    examples = st.sampled_from([option.answer for option in options_of(question)])
    if isinstance(question, Write):
        return st.one_of(TEXTS, examples)
    if isinstance(question, Choose) and question.most > 1:
        codes = st.sampled_from(question.options)
        several = st.lists(codes, min_size=1, max_size=question.most, unique=True).map(tuple)
        return st.builds(Answer, several)
    return examples


def told_anew(
    script: Callable[[Any], Script], brief: object, answers: Mapping[str, Answer]
) -> History:
    """Hold the conversation from its opening, with these answers from the first time on."""
    latest = turn(script, brief, History(), {})
    while latest.question is not None:
        given_now = {part.key: answers[part.key] for part in parts_of(latest.question)}
        latest = turn(script, brief, latest.history, given_now)
    return latest.history


class AnyTalk(RuleBasedStateMachine):
    """Somebody who answers, edits, falls silent and comes back, in any order."""

    scripts: ClassVar[Mapping[str, Callable[[Any], Script]]]
    openings: ClassVar[tuple[tuple[str, Brief | None], ...]]

    @initialize(data=st.data())
    def open(self, data: st.DataObject) -> None:
        name, self.brief = data.draw(st.sampled_from(self.openings))
        self.script = self.scripts[name]
        self.kept: dict[str, Any] = {}
        self.requested: frozenset[str] = frozenset()
        self.told: list[str] = []
        self.take(History(), {}, finished=False)

    def take(self, history: History, answers: Mapping[str, Answer], *, finished: bool) -> None:
        """Take a turn and do what it asks for, as storage would."""
        before = (dict(history.answers), dict(history.kept), history.told, history.passed)
        self.latest: Turn = turn(self.script, self.brief, history, answers, finished=finished)
        assert before == (
            history.answers, history.kept, history.told, history.passed
        ), "the input is untouched"  # fmt: skip
        withdrawn = self.latest.withdraw
        self.kept = {key: fact for key, fact in self.kept.items() if key not in withdrawn}
        self.kept |= self.latest.keep
        self.requested = (self.requested - self.latest.recall) | self.latest.request.keys()
        self.told += [step.key for step in self.latest.says]

    @precondition(lambda self: not self.latest.ended)
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        answers = {part.key: data.draw(answers_to(part)) for part in self.waiting}
        self.take(self.latest.history, answers, finished=False)

    @precondition(lambda self: len(self.waiting) > 1)
    @rule(data=st.data())
    def answer_one_field(self, data: st.DataObject) -> None:
        part = data.draw(st.sampled_from(self.waiting))
        answers = {part.key: data.draw(answers_to(part))}
        self.take(self.latest.history, answers, finished=False)

    @precondition(lambda self: bool(self.latest.seen))
    @rule(data=st.data(), number=st.integers(1, 3))
    def edit(self, data: st.DataObject, number: int) -> None:
        questions = data.draw(
            st.lists(st.sampled_from(self.latest.seen), min_size=1, max_size=number)
        )
        answers = {each.key: data.draw(answers_to(each)) for each in questions}
        self.take(self.latest.history, answers, finished=self.latest.ended)

    @property
    def waiting(self) -> tuple[Question, ...]:
        """The questions now asked."""
        return parts_of(self.latest.question) if self.latest.question else ()

    @invariant()
    def walking_twice_says_and_does_nothing_twice(self) -> None:
        again = turn(self.script, self.brief, self.latest.history, {})

        assert again.says == ()
        assert not again.keep
        assert not again.withdraw
        assert not again.request
        assert not again.recall
        assert again.history == self.latest.history
        assert again.question == self.latest.question

    @invariant()
    def storage_holds_what_the_dialogue_says(self) -> None:
        assert self.kept == self.latest.history.kept
        assert self.requested == self.latest.history.requested

    @precondition(lambda self: self.latest.ended)
    @invariant()
    def what_is_kept_in_the_end_does_not_depend_on_the_way_there(self) -> None:
        anew = told_anew(self.script, self.brief, self.latest.history.answers)

        assert anew.kept == self.kept
        assert anew.requested == self.requested


class AnyDialogue(AnyTalk):
    """The same, in a dialogue of the registry."""

    scripts: ClassVar = {kind: dialogue.script for kind, dialogue in DIALOGUES.items()}
    openings = tuple((brief.kind, brief) for brief in OPENINGS)


class AnyScript(AnyTalk):
    """The same, in a script made up for tests."""

    scripts = SCRIPTS
    openings = tuple((name, None) for name in SCRIPTS if name != "asks_nothing")


def machine_test(machine: type[AnyTalk]) -> Any:  # noqa: ANN401  a TestCase that pytest runs
    """Give a machine's test the length of a long conversation."""
    case = machine.TestCase
    case.settings = settings(max_examples=60, stateful_step_count=30)
    return case


TestAnyDialogue = machine_test(AnyDialogue)
TestAnyScript = machine_test(AnyScript)


def a_history(data: st.DataObject, brief: Brief) -> History:
    """Hold some of a conversation, then damage what is stored of it."""
    script = DIALOGUES[brief.kind].script
    latest = turn(script, brief, History(), {})
    length = data.draw(st.integers(0, 14))
    while latest.question is not None and length:
        answers = {part.key: data.draw(answers_to(part)) for part in parts_of(latest.question)}
        latest = turn(script, brief, latest.history, answers)
        length -= 1
    keys = sorted(latest.history.answers)
    damaged = data.draw(st.dictionaries(st.sampled_from([*keys, "elsewhere"]), ANYTHING))
    lost = data.draw(st.frozensets(st.sampled_from([*keys, "elsewhere"])))
    answers = {**latest.history.answers, **damaged}
    return History(
        answers={key: answer for key, answer in answers.items() if key not in lost},
        told=data.draw(st.sampled_from([frozenset(), latest.history.told])),
        kept=latest.history.kept,
        passed=data.draw(st.sampled_from([frozenset(), lost])),
    )


@pytest.mark.parametrize("opening", OPENINGS, ids=opening_name)
@given(data=st.data())
@settings(max_examples=40)
def test_whatever_is_stored_a_dialogue_ends_or_waits(opening: Brief, data: st.DataObject) -> None:
    history = a_history(data, opening)
    finished = data.draw(st.booleans())

    step = turn(DIALOGUES[opening.kind].script, opening, history, {}, finished=finished)

    again = turn(DIALOGUES[opening.kind].script, opening, step.history, {}, finished=finished)
    assert again.history == step.history
    assert again.question == step.question
    assert again.says == ()


def a_gappy_turn(data: st.DataObject, opening: Brief, latest: Turn) -> Turn:
    """Answer what is asked, and let some of it be passed by."""
    questions = parts_of(latest.question) if latest.question else ()
    options = {each.key: data.draw(st.sampled_from(or_unasked(each))) for each in questions}
    answers = {key: each.answer for key, each in options.items() if each.answer is not UNASKED}
    passed = latest.history.passed | (options.keys() - answers.keys())
    history = replace(latest.history, passed=passed)
    return turn(DIALOGUES[opening.kind].script, opening, history, answers)


@pytest.mark.parametrize("opening", OPENINGS, ids=opening_name)
@given(data=st.data())
@settings(max_examples=40)
def test_a_dialogue_survives_any_questions_that_were_never_asked(
    opening: Brief, data: st.DataObject
) -> None:
    first = turn(DIALOGUES[opening.kind].script, opening, History(), {})

    last = reduce(lambda latest, _: a_gappy_turn(data, opening, latest), range(25), first)

    assert last.history.answers.keys().isdisjoint(last.history.passed)
