"""Answering: inputs become answers to a waiting question, or change ones that were given.

Late, double and stale presses end here, kindly and without effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot import caring, colleagues, layout, leaving, menus, quieting, talk
from bot.care import Care
from bot.engine.answers import SILENT_MARK, Answer, Raw, Refusal
from bot.engine.reading import read_form
from bot.engine.steps import PickPerson, Question, Together, Write, lets_read, parts_of, row_of
from bot.engine.turn import Turn, turn
from bot.letters import Line
from bot.port import Heard, Notice
from bot.replies import Waiting
from bot.scene import House, Scene
from bot.state import State
from bot.talk import Voice
from bot.typed import typed_inputs
from bot.visibility import plain
from bot.words import Words
from storage.people import Person

NAME_SEEN: Final = "common.name_seen:"  # a mark among what was told, with the key of the answer
ALLOWED: Final = "common.allowed:"
# A plan is the person's own sentence for a moment: a name belongs there.
IN_A_PLAN: Final = frozenset({"if_then.if", "if_then.then", "if_then.then_moment"})


class Answering:
    """Reads inputs with a language's ear and takes the turn they make."""

    def __init__(self, words: Words, care: Care, house: House) -> None:
        """Take the texts that refuse, the ears that read, and what they must not keep."""
        self._words = words
        self._care = care
        self._house = house

    def refused(self, key: str, text: str, person: Person) -> Heard:
        """Say in words why an input cannot be taken."""
        return Heard(refusals={key: self._words.render(text, person.language, {})})

    def refusal(self, key: str, refusal: Refusal, person: Person) -> Heard:
        """Say at a field why what was given there cannot be read."""
        return Heard(refusals={key: self._why(refusal, person)})

    async def pressed(
        self, where: Scene, state: State, inputs: Mapping[str, Raw], counts: Mapping[str, int],
        *, sure: bool = False,
    ) -> tuple[Heard, str]:  # fmt: skip
        """Take the fields of a card, unless they hold what must not be kept.

        `sure` says that its writer saw a notice about these words; a crisis is one all the same.
        """
        notice = await self._notice(where, state, inputs, sure=sure)
        if notice is not None:
            return Heard(notice=notice), "refused"
        heard, outcome = await self.answer(where, state, inputs, counts)
        if outcome == "refused":
            await quieting.stay(where)
        return heard, outcome

    async def typed(self, where: Scene, state: State, text: str) -> tuple[Heard, str]:
        """Take a typed text as the answer that a dialogue waits for."""
        question = question_waiting(state)
        inputs = typed_inputs(question, text, state.row.kind, self._words) if question else {}
        if self._may_be_patients(where, state, inputs):
            await menus.offer(where, "care.patient_data")
            return Heard(may_stand=False), "unknown"
        counts = {key: state.counts.get(key, 0) for key in inputs}
        heard, outcome = await self.answer(where, state, inputs, counts)
        if heard.refusals:
            # A typed answer has no field to stand at: the refusal is a message.
            hearing = where.hearing(self._words.lexicons)
            parts = [part for part in parts_of(question) if part.key in inputs] if question else []
            read = read_form(Together(tuple(parts)), inputs, hearing)
            refused = [each for each in read.values() if isinstance(each, Refusal)]
            lines = tuple(Line(each.text, dict(each.values)) for each in refused)
            await talk.say(where, lines or (Line("common.gone"),))
        return Heard(), outcome

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
        hearing = where.hearing(self._words.lexicons)
        hearing = replace(hearing, people=await _picked(where, question, inputs))
        read = read_form(question, inputs, hearing)
        refusals = {k: self._why(v, person) for k, v in read.items() if isinstance(v, Refusal)}
        if refusals:
            return Heard(refusals=refusals), "refused"
        answers = {key: value for key, value in read.items() if isinstance(value, Answer)}
        changed = {k: v for k, v in answers.items() if not _is_same(state, k, v)}
        if again and not changed:
            return Heard(), "unchanged"
        lapsed = await _outdated(where, state, question, changed)
        if lapsed:
            voice = Voice(lead=(Line("common.plan_changed"),))
            await talk.take(where, state, {}, voice, lapsed=lapsed)
            return Heard(), "refused"
        edited = again and not any(_was_silent(state, key) for key in changed)
        state = await self._pointed_out(where, state, question, changed)
        was_away = not edited and await _has_been_away(where, state)
        lead = (Line("common.welcome_back"),) if was_away else ()
        await talk.take(where, state, changed, Voice(lead=lead), edited=edited)
        return Heard(), "edited" if edited else "answered"

    async def _notice(
        self, where: Scene, state: State, inputs: Mapping[str, Raw], *, sure: bool
    ) -> Notice | None:
        for key, raw in inputs.items():
            heavy = caring.found_in(self._care, raw, where) if isinstance(raw, str) else None
            if heavy is not None and (heavy == caring.CRISIS or not sure):
                return await caring.answer_pressed(where, heavy, key, self._house, self._words)
        found = () if sure else self._may_be_patients(where, state, inputs)
        if not found:
            return None
        await quieting.stay(where)
        return caring.notice(where, "care.patient_data", found[0], self._house, self._words)

    def _may_be_patients(
        self, where: Scene, state: State, inputs: Mapping[str, Raw]
    ) -> tuple[str, ...]:
        """Name the fields that may identify a patient, and were not said to be none (V14)."""
        return tuple(
            key
            for key, raw in inputs.items()
            if isinstance(raw, str) and f"{ALLOWED}{key}" not in state.row.told
            and caring.is_patient_data(self._care, raw, where)
        )  # fmt: skip

    async def _pointed_out(
        self, where: Scene, state: State, question: Question | Together,
        answers: Mapping[str, Answer],
    ) -> State:  # fmt: skip
        """Ask once a dialogue to leave out a name, but not of a plan's own words (V9)."""
        if any(mark.startswith(NAME_SEEN) for mark in state.history.told):
            return state
        written = [part for part in parts_of(question) if isinstance(part, Write)]
        for part in written:
            text = answers[part.key].text if part.key in answers else ""
            in_plan = row_of(part, state.row.kind) in IN_A_PLAN
            if text and not in_plan and await caring.names_somebody(self._care, text, where):
                await menus.offer(where, "care.name_seen")
                told = state.history.told | {f"{NAME_SEEN}{part.key}"}
                return replace(state, history=replace(state.history, told=told))
        return state

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


async def _outdated(
    where: Scene, state: State, question: Question | Together, answers: Mapping[str, Answer]
) -> frozenset[str]:
    """Name what would let somebody read another text than the one that its card showed.

    A plan may be changed in one conversation while another one still shows what it said before.
    """
    lets = {
        e.key
        for e in parts_of(question)
        if e.key in answers and lets_read(e, answers[e.key].value)
    }
    return (
        layout.outdated(state, question, await where.late_values()) & lets if lets else frozenset()
    )


def _is_same(state: State, key: str, answer: Answer) -> bool:
    before = state.history.answers.get(key)
    return before is not None and before.value == answer.value and SILENT_MARK not in before.marks


async def _has_been_away(where: Scene, state: State) -> bool:
    """Tell whether the first answer to a question is a return (O5)."""
    if not leaving.takes_part(where) or any(map(_is_theirs, state.history.answers.values())):
        return False
    return await leaving.has_been_away(where)


def _is_theirs(answer: Answer) -> bool:
    return SILENT_MARK not in answer.marks


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


async def _picked(
    where: Scene, asked: Question | Together, inputs: Mapping[str, Raw]
) -> dict[str, str]:
    """Find the colleague whom an input picks or names, where one is asked for."""
    for part in parts_of(asked):
        raw = inputs.get(part.key)
        if isinstance(part, PickPerson) and isinstance(raw, str) and raw not in part.options:
            return await colleagues.said(where, raw)
    return {}
