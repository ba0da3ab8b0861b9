"""Answering: inputs become answers to a waiting question, or change ones that were given.

Late, double and stale presses end here, kindly and without effect.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot import talk
from bot.engine.answers import SILENT_MARK, Answer, Raw, Refusal
from bot.engine.reading import read_form
from bot.engine.steps import Question, Together, Write, parts_of
from bot.engine.turn import Turn, turn
from bot.lexicon import Lexicon
from bot.port import Heard
from bot.replies import Waiting
from bot.scene import Scene
from bot.state import State
from bot.talk import Voice
from bot.typed import typed_inputs
from bot.visibility import plain
from bot.words import Words
from storage.people import Person


class Answering:
    """Reads inputs with a language's ear and takes the turn they make."""

    def __init__(self, words: Words, lexicons: Mapping[str, Lexicon]) -> None:
        """Take the texts that refuse, and the ears that read."""
        self._words = words
        self._lexicons = lexicons

    def refused(self, key: str, text: str, person: Person) -> Heard:
        """Say in words why an input cannot be taken."""
        return Heard(refusals={key: self._words.render(text, person.language, {})})

    async def answer(
        self, where: Scene, state: State, inputs: Mapping[str, Raw], counts: Mapping[str, int]
    ) -> tuple[Heard, str]:
        """Take inputs for the questions they name; give what to show, and what became of them."""
        person = where.person
        asked = asked_now(state, inputs)
        if asked is None:
            return self.refused("", "common.gone", person), "refused"
        if any(counts.get(key, 0) != state.counts.get(key, 0) for key in inputs):
            return self.refused("", "common.late_tap", person), "refused"
        question, again = asked
        read = read_form(question, inputs, where.hearing(self._lexicons))
        refusals = {k: self._why(v, person) for k, v in read.items() if isinstance(v, Refusal)}
        if refusals:
            return Heard(refusals=refusals), "refused"
        answers = {key: value for key, value in read.items() if isinstance(value, Answer)}
        changed = {k: v for k, v in answers.items() if not _is_same(state, k, v)}
        if again and not changed:
            return Heard(), "unchanged"
        edited = again and not any(_was_silent(state, key) for key in changed)
        await talk.take(where, state, changed, Voice(), edited=edited)
        return Heard(), "edited" if edited else "answered"

    def _why(self, refusal: Refusal, person: Person) -> str:
        shown = {name: plain(value) for name, value in refusal.values.items()}
        return self._words.render(refusal.text, person.language, shown)


def _walked(state: State) -> Turn:
    """Walk a dialogue as it stands; one that had ended newly asks nothing."""
    finished = state.row.state == "ended"
    return turn(state.dialogue.script, state.brief, state.history, {}, finished=finished)


def question_waiting(state: State) -> Question | Together | None:
    """Give the question that a dialogue waits with."""
    return _walked(state).question


def asked_now(state: State, inputs: Mapping[str, Raw]) -> tuple[Question | Together, bool] | None:
    """Find what these inputs answer: the waiting question, or answered ones (True) to change."""
    step = _walked(state)
    waiting = parts_of(step.question) if step.question else ()
    if inputs and all(any(part.key == key for part in waiting) for key in inputs):
        parts = tuple(part for part in waiting if part.key in inputs)
        return (parts[0] if len(parts) == 1 else Together(parts)), False
    seen = {question.key: question for question in (*step.seen, *waiting)}
    if not inputs or not all(key in seen for key in inputs):
        return None
    parts = tuple(seen[key] for key in inputs)
    return (parts[0] if len(parts) == 1 else Together(parts)), True


def _is_same(state: State, key: str, answer: Answer) -> bool:
    before = state.history.answers.get(key)
    return before is not None and before.value == answer.value and SILENT_MARK not in before.marks


def _was_silent(state: State, key: str) -> bool:
    before = state.history.answers.get(key)
    return before is not None and SILENT_MARK in before.marks


def last_text(state: State) -> str | None:
    """Find the written answer that came last; None when nothing was written yet."""
    written = {
        key: answer.at
        for key, answer in state.history.answers.items()
        if answer.text and answer.at
    }
    step = _walked(state)
    texts = {question.key for question in step.seen if isinstance(question, Write)}
    return max(
        (key for key in written if key in texts), key=lambda key: written[key], default=None
    )


def waiting_of(state: State, text: str, words: Words) -> Waiting:
    """Describe a waiting dialogue to whoever sorts typed words."""
    question = question_waiting(state)
    inputs = typed_inputs(question, text, state.row.kind, words) if question else {}
    last = last_text(state)
    return Waiting(
        state.row.id,
        takes_text=bool(inputs),
        asked_at=state.row.asked_at,
        last_text=state.history.answers[last].at if last else None,
    )
