"""What holds for every dialogue, whatever is answered, edited or stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.brief import Brief
from bot.dialogues.registry import DIALOGUES
from bot.engine.answers import UNASKED, Answer
from bot.engine.options import options_of, or_unasked
from bot.engine.steps import Choose, Question, Script, Write, parts_of
from bot.engine.turn import History, Turn, turn
from tests.engine.openings import OPENINGS, opening_name
from tests.engine.scripts import SCRIPTS

pytestmark = pytest.mark.slow

MARKS = frozenset(
    {"vague", "dont_know", "external", "cue", "no_cue", "identity", "clause", "moment", "kept"}
)
FORM = 3  # so many questions are answered at once at most
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


class Somebody:
    """Somebody who answers and edits in any order, and a storage that does as it is told."""

    def __init__(self, script: Callable[[Any], Script], brief: object) -> None:
        """Open the dialogue."""
        self.script = script
        self.brief = brief
        self.kept: dict[str, Any] = {}
        self.requested: frozenset[str] = frozenset()
        self.take(History(), {}, finished=False)

    def take(self, history: History, answers: Mapping[str, Answer], *, finished: bool) -> None:
        """Take a turn, do what it asks for, and look at what holds after every turn."""
        before = History(dict(history.answers), history.told, dict(history.kept))
        self.latest: Turn = turn(self.script, self.brief, history, answers, finished=finished)
        assert before == replace(history, requested=frozenset(), passed=frozenset())
        assert self.latest.ended or not (self.latest.withdraw or self.latest.recall)
        withdrawn = self.latest.withdraw
        self.kept = {key: fact for key, fact in self.kept.items() if key not in withdrawn}
        self.kept |= self.latest.keep
        self.requested = (self.requested - self.latest.recall) | self.latest.request.keys()
        self.look_at_storage()
        self.walk_again()

    def look_at_storage(self) -> None:
        """What is stored is what the dialogue says; in the end, whatever the way there was."""
        assert self.kept == self.latest.history.kept
        assert self.requested == self.latest.history.requested
        if self.latest.ended:
            anew = told_anew(self.script, self.brief, self.latest.history.answers)
            assert anew.kept == self.kept
            assert anew.requested == self.requested

    def walk_again(self) -> None:
        """Walking twice says and does nothing twice."""
        again = turn(self.script, self.brief, self.latest.history, {})
        assert again.history == self.latest.history
        assert again.question == self.latest.question
        assert again.says == ()
        assert not any((again.keep, again.withdraw, again.request, again.recall))

    def act(self, data: st.DataObject) -> None:
        """Answer some or all of what is asked, or edit something, or say nothing more."""
        waiting = parts_of(self.latest.question) if self.latest.question else ()
        seen = self.latest.seen
        # Mostly answers, so that the end is reached and what comes after it.
        possible = [waiting, waiting, waiting, seen] if waiting else [seen]
        chosen = data.draw(st.sampled_from([each for each in possible if each] or [()]))
        questions = data.draw(some_of(chosen)) if chosen else []
        answers = {each.key: data.draw(answers_to(each)) for each in questions}
        self.take(self.latest.history, answers, finished=self.latest.ended)


def some_of(questions: tuple[Question, ...]) -> st.SearchStrategy[list[Question]]:
    """Choose all of a form, or one or two of more."""
    few = st.lists(st.sampled_from(questions), min_size=1, max_size=2, unique_by=lambda q: q.key)
    return st.one_of(st.just(list(questions)), few) if len(questions) <= FORM else few


def live(data: st.DataObject, somebody: Somebody) -> None:
    """Do any number of things."""
    for _ in range(data.draw(st.integers(6, 25))):
        somebody.act(data)


@pytest.mark.parametrize("opening", OPENINGS, ids=opening_name)
@given(data=st.data())
@settings(max_examples=30)
def test_whatever_somebody_does_a_dialogue_keeps_its_promises(
    opening: Brief, data: st.DataObject
) -> None:
    live(data, Somebody(DIALOGUES[opening.kind].script, opening))


@pytest.mark.parametrize("name", SCRIPTS)
@given(data=st.data())
@settings(max_examples=40)
def test_whatever_somebody_does_a_script_keeps_its_promises(
    name: str, data: st.DataObject
) -> None:
    live(data, Somebody(SCRIPTS[name], None))


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

    # Who went back in a dialogue that had ended is in one that has not.
    over = finished and step.ended
    again = turn(DIALOGUES[opening.kind].script, opening, step.history, {}, finished=over)
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
