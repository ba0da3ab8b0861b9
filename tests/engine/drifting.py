"""Conversations that were held before a release, and what goes wrong with them after it.

Every answer carries the key of its question as its language, so that an answer in a wrong place is
seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.engine.answers import UNASKED, Answer
from bot.engine.options import Option, options_of
from bot.engine.reading import fits
from bot.engine.steps import Choose, PickDate, Question, Write, parts_of
from bot.engine.turn import History, Turn, turn
from tests.engine.drift import (
    NEW,
    Added,
    AddedToForm,
    AnyScript,
    Change,
    Landed,
    Moved,
    OptionGone,
    Removed,
    Renamed,
    Unchanged,
    listened,
)

MANY = 7
UNCHANGED = Unchanged()

Chooser = Callable[[Question, int], Option]


@dataclass(frozen=True, slots=True)
class Held:
    """A conversation that was held before the release: its history after each turn."""

    script: AnyScript
    brief: object
    histories: tuple[History, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question that the finished walk saw, in its order."""
        return turn(self.script, self.brief, self.finished, {}).seen

    @property
    def finished(self) -> History:
        """The history at its end."""
        return self.histories[-1]


def tagged(question: Question, answer: Answer) -> Answer:
    """Mark an answer with the key of its question."""
    return replace(answer, language=question.key)


def held(script: AnyScript, brief: object, choose: Callable[[Question, int], Option]) -> Held:
    """Hold a conversation to its end; `choose` gets the question and how often it was asked."""
    latest = turn(script, brief, History(), {})
    histories, times = [latest.history], dict[str, int]()
    while latest.question is not None:
        parts = parts_of(latest.question)
        answers = {
            part.key: tagged(part, choose(part, times.get(part.key, 0)).answer) for part in parts
        }
        times |= {part.key: times.get(part.key, 0) + 1 for part in parts}
        latest = turn(script, brief, latest.history, answers)
        histories.append(latest.history)
    return Held(script, brief, tuple(histories))


def changes(talk: Held) -> Iterator[Change]:
    """List every change at every position of a conversation."""
    questions, answers = talk.questions, talk.finished.answers
    for at, question in enumerate(questions):
        yield Added(question.key)
        yield AddedToForm(question.key)
        yield Removed(question.key, answers[question.key])
        yield Renamed(question.key)
        if not any(question.key.startswith(f"{each.key}.") for each in questions):
            yield from (Moved(question, place) for place in places_before(questions[:at]))
        value = answers[question.key].value
        if isinstance(question, Choose | PickDate) and value in question.options:
            yield OptionGone(question.key, str(value))


def places_before(earlier: Sequence[Question]) -> tuple[str, ...]:
    """List the places to which a question moves: all of a few, the first and last of many."""
    some = earlier if len(earlier) < MANY else (earlier[0], earlier[-1])
    return tuple(question.key for question in some)


def carried_on(
    script: AnyScript, talk: Held, start: Turn, change: Change
) -> tuple[Turn, tuple[str, ...]]:
    """Answer all that is still asked as it was answered before; return the end and what was asked.

    What was never asked before is answered with the plainest option.
    """
    before = {change.now(key): answer for key, answer in talk.finished.answers.items()}
    latest, asked = start, list[str]()
    while latest.question is not None:
        parts = parts_of(latest.question)
        asked += [part.key for part in parts]
        answers = {part.key: answer_again(part, before) for part in parts}
        latest = turn(script, talk.brief, latest.history, answers)
    return latest, tuple(asked)


def answer_again(question: Question, before: Mapping[str, Answer]) -> Answer:
    """Give the answer of before if it is one still, else the plainest there is."""
    old = before.get(question.key)
    if old is not None and fits(question, old):
        return old
    plainest = options_of(question)[0].answer
    same_words = replace(plainest, value="words") if isinstance(question, Write) else plainest
    return tagged(question, same_words)


def misplaced(landed: Landed, change: Change) -> list[str]:
    """List the answers that stand under another question than theirs."""
    return [
        f"{answer} under {key}"
        for key, answer in landed.items()
        if answer is not UNASKED and key not in (answer.language, change.now(answer.language))
    ]


def lost(before: History, after: History, change: Change) -> list[str]:
    """List the answers of before that are no longer stored as they were.

    One that no walk reached since stands under its former name still.
    """
    gone = change.key if isinstance(change, Removed) else None
    return [
        f"lost: {key}"
        for key, answer in before.answers.items()
        if key != gone
        and answer not in (after.answers.get(change.now(key)), after.answers.get(key))
    ]


def still_taken(landed: Landed, change: Change) -> list[str]:
    """Say whether an option that went was taken for an answer, or its question passed by."""
    if not isinstance(change, OptionGone) or change.key not in landed:
        return []
    got = landed[change.key]
    return [f"taken: {got}"] if got is UNASKED or got.value == change.option else []


def troubles_at_once(talk: Held, change: Change, at: int) -> list[str]:
    """Release a change while a dialogue waits, look at its next turn, and say what went wrong."""
    landed: Landed = {}
    script = listened(change.wrap(talk.script), landed)
    before = talk.histories[at]
    start = turn(script, talk.brief, before, {})
    asked = parts_of(start.question) if start.question else ()
    again = {change.now(key) for key in before.answers} & {part.key for part in asked}
    return [
        *misplaced(landed, change),
        *still_taken(landed, change),
        *lost(before, start.history, change),
        *(f"asked again: {key}" for key in again if not isinstance(change, OptionGone)),
    ]


def troubles_in_flight(talk: Held, change: Change, at: int) -> list[str]:
    """Release a change while a dialogue waits, carry on to its end, and say what went wrong."""
    landed: Landed = {}
    script = listened(change.wrap(talk.script), landed)
    before = talk.histories[at]
    start = turn(script, talk.brief, before, {})
    if isinstance(change, OptionGone) or answers_otherwise(change, before):
        # Another answer may lead another way, so only what is stored can be compared.
        troubles = misplaced(landed, change) + still_taken(landed, change)
        return troubles + lost(before, start.history, change)
    end, asked = carried_on(script, talk, start, change)
    same = turn(talk.script, talk.brief, before, {})
    same_end, same_asked = carried_on(talk.script, talk, same, UNCHANGED)
    expected = {change.now(key) for key in same_asked} | {NEW.key}
    if isinstance(change, Moved) and change.question.key not in before.answers:
        expected.add(change.question.key)
    return [
        *misplaced(landed, change),
        *lost(before, start.history, change),
        *(f"asked: {key}" for key in asked if key not in expected),
        *other_facts(end.history, same_end.history),
    ]


def troubles_of_finished(talk: Held, change: Change, edited: Question) -> list[str]:
    """Release a change after a dialogue ended, edit one answer, and say what went wrong."""
    landed: Landed = {}
    script = listened(change.wrap(talk.script), landed)
    answer = talk.finished.answers[edited.key]
    given = {change.now(edited.key): answer}
    start = turn(script, talk.brief, talk.finished, given, finished=True)
    deeper = {each for each in talk.finished.answers if each.startswith(f"{edited.key}.")}
    if isinstance(change, OptionGone):
        stays = without(talk.finished, deeper)
        troubles = misplaced(landed, change) + still_taken(landed, change)
        return troubles + lost(stays, start.history, change)
    end, asked = carried_on(script, talk, start, change)
    may_ask = {change.now(each) for each in deeper} | new_after(talk, change, edited)
    may_ask |= start.lapsed  # what is sent is what was previewed
    return [
        *misplaced(landed, change),
        *lost(talk.finished, end.history, change),
        *(f"asked: {key}" for key in asked if key not in may_ask),
        *other_facts(end.history, talk.finished),
    ]


def answers_otherwise(change: Change, before: History) -> bool:
    """Tell whether a script goes on, without a question, as that was not answered at the time."""
    return (
        isinstance(change, Removed)
        and before.answers.get(change.key, change.answer) != change.answer
    )


def new_after(talk: Held, change: Change, edited: Question) -> set[str]:
    """Name the question that a release adds, if it stands after the edited one."""
    if isinstance(change, Added) and comes_after(talk, change.before, edited.key):
        return {NEW.key}
    if isinstance(change, AddedToForm) and comes_after(talk, change.beside, edited.key):
        return {NEW.key}
    return set()


def other_facts(history: History, expected: History) -> list[str]:
    """Say which facts are kept that should not be, or the other way round."""
    return [] if history.kept == expected.kept else [f"kept: {history.kept}"]


def without(history: History, keys: set[str]) -> History:
    """Leave some answers out."""
    answers = {key: each for key, each in history.answers.items() if key not in keys}
    return replace(history, answers=answers)


def comes_after(talk: Held, key: str, edited: str) -> bool:
    """Tell whether a question stands in a later step than the edited one."""
    steps = [step.split("+") for step in turn(talk.script, talk.brief, talk.finished, {}).path]
    here, there = (
        next(at for at, keys in enumerate(steps) if each in keys) for each in (key, edited)
    )
    return here > there


def in_turn(first: int) -> Chooser:
    """Take the option of this number at each question, and the next one when it comes back."""

    def choose(question: Question, times: int) -> Option:
        options = options_of(question)
        return options[(first + times) % len(options)]

    return choose
