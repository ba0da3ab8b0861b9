"""A dialogue held in a test: no chat, no clock, no storage, only the engine.

A `Talk` is a value; answering gives the next one. Answers are given as they are stored, so a test
says itself which marks reading would have made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.brief import Brief
from bot.dialogues.registry import DIALOGUES
from bot.engine.answers import Answer
from bot.engine.reading import fits
from bot.engine.steps import Question, Script, parts_of, row_of
from bot.engine.turn import History, Turn, turn

Given = Answer | str | int | date | tuple[str, ...]


def written(text: str, *marks: str) -> Answer:
    """Give a text as it is stored, with the marks that reading would have made."""
    return Answer(text, frozenset(marks), "en")


@dataclass(frozen=True, slots=True)
class Talk:
    """How far a dialogue has come: its latest turn and everything asked and said so far."""

    kind: str
    script: Callable[[Any], Script]
    brief: object
    latest: Turn
    asked: tuple[str, ...] = ()
    said: tuple[str, ...] = ()

    @property
    def waiting(self) -> tuple[str, ...]:
        """The keys of the questions now asked."""
        return tuple(question.key for question in self.questions)

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions now asked."""
        return parts_of(self.latest.question) if self.latest.question else ()

    @property
    def rows(self) -> tuple[str, ...]:
        """The rows of text of the questions now asked."""
        return tuple(row_of(question, self.kind) for question in self.questions)

    @property
    def kept(self) -> Mapping[str, Any]:
        """What is true by now."""
        return self.latest.history.kept

    @property
    def ended(self) -> bool:
        """Tell whether nothing is left to ask."""
        return self.latest.ended

    def answer(self, answers: Mapping[str, Given]) -> Talk:
        """Answer the waiting questions, one after another, as long as they stand in `answers`.

        Each answer is given once, so that a question that comes back is left waiting.
        """
        talk, left = self, dict(answers)
        while talk.waiting and left.keys() >= set(talk.waiting):
            given = {question.key: _fitting(question, left) for question in talk.questions}
            talk = talk.take(given)
        assert not left, f"never asked: {left}, now waiting: {talk.waiting}"
        return talk

    def edit(self, answers: Mapping[str, Given]) -> Talk:
        """Replace earlier answers, all in one turn."""
        return self.take({key: _answer(given) for key, given in answers.items()})

    def take(self, given: Mapping[str, Answer]) -> Talk:
        """Take one turn with these answers."""
        history, ended = self.latest.history, self.latest.ended
        return self._after(turn(self.script, self.brief, history, given, finished=ended))

    def _after(self, latest: Turn) -> Talk:
        talk = replace(self, latest=latest)
        said = tuple(row_of(tell, self.kind) for tell in latest.says)
        return replace(talk, asked=self.asked + talk.waiting, said=self.said + said)


def begin(kind: str, script: Callable[[Any], Script], brief: object = None) -> Talk:
    """Open any script."""
    latest = turn(script, brief, History(), {})
    talk = Talk(kind, script, brief, latest)
    said = tuple(row_of(tell, kind) for tell in latest.says)
    return replace(talk, asked=talk.waiting, said=said)


def open_dialogue(kind: str, **facts: Any) -> Talk:  # noqa: ANN401  whatever a brief holds
    """Open a dialogue of the registry under a brief with these facts."""
    return begin(kind, DIALOGUES[kind].script, Brief(kind, **facts))


def _fitting(question: Question, left: dict[str, Given]) -> Answer:
    answer = _answer(left.pop(question.key))
    assert fits(question, answer), f"{answer} is no answer to {question}"
    return answer


def _answer(given: Given) -> Answer:
    return given if isinstance(given, Answer) else Answer(given)
