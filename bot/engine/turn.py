"""One turn: walk a dialogue from its start over the stored answers, and see what is new.

A script is walked from the top every time. A question whose stored answer fits is answered from
the store; the first without one is the question now asked. The step number is never stored, so
a script may change between releases and every answer still lands under its own question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.engine.answers import UNASKED, Answer
from bot.engine.reading import fits
from bot.engine.steps import (
    Forget,
    Keep,
    Question,
    Request,
    Script,
    Step,
    Tell,
    Together,
    changed,
    parts_of,
)

LONGEST_WALK = 300  # steps; a longer walk is a loop in the script


class ScriptError(Exception):
    """A dialogue breaks the grammar: a key used twice, a walk without end, an empty way back."""


@dataclass(frozen=True, slots=True)
class History:
    """All that is stored of a dialogue: answers, what was told, kept and requested, by key.

    `passed` holds questions that a later release added before an answer that was edited: they are
    not newly asked.
    """

    answers: Mapping[str, Answer] = field(default_factory=dict)
    told: frozenset[str] = frozenset()
    kept: Mapping[str, Any] = field(default_factory=dict)
    requested: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn brings: the new history, what to say and ask, and what is now to be true."""

    history: History
    says: tuple[Tell, ...]
    question: Question | Together | None
    keep: Mapping[str, Any]
    withdraw: Mapping[str, Any]
    request: Mapping[str, Any]
    recall: frozenset[str]
    seen: tuple[Question, ...]
    path: tuple[str, ...]
    lapsed: frozenset[str] = frozenset()  # choices that hold no more: what they sent has changed

    @property
    def ended(self) -> bool:
        """Tell whether the dialogue has nothing left to ask."""
        return self.question is None


@dataclass(slots=True)
class _Walk:
    """A walk under way; it is made, walked once and read, all within `turn`."""

    history: History
    edited: frozenset[str]
    passing: bool
    said: tuple[Tell, ...] = ()
    says: list[Tell] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)
    requested: dict[str, Any] = field(default_factory=dict)
    seen: list[Question] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    question: Question | Together | None = None


def turn(
    script: Callable[[Any], Script],
    brief: Any,  # noqa: ANN401  the engine hands a script its brief and never looks into it
    history: History,
    given: Mapping[str, Answer],
    *,
    finished: bool = False,
) -> Turn:
    """Take one turn: put the given answers in their places, walk, and compare with what stood.

    `finished` says that the dialogue had ended before, so that an edit newly asks nothing that
    comes before the edited answer; with no answer given, nothing is newly asked at all.
    Raises: ScriptError.
    """
    start = with_answers(history, given)
    edited = frozenset(given)
    walk = _walk(script, brief, start, edited=edited, passing=finished)
    if edited.isdisjoint(history.answers):
        return _compare(history, walk)
    before = _walk(script, brief, history, edited=frozenset(), passing=finished)
    lapsed = [each for each in changed(before.seen, walk.seen) if each.key not in edited]
    if lapsed:
        start = _without(start, tuple(key for each in lapsed for key in (each.key, *each.was)))
        walk = _walk(script, brief, start, edited=edited, passing=finished)
    return replace(_compare(history, walk), lapsed=frozenset(each.key for each in lapsed))


def with_answers(history: History, given: Mapping[str, Answer]) -> History:
    """Replace answers; what hangs under a replaced key (its deepening) goes with the old one."""
    replaced = [key for key in given if key in history.answers]
    kept = _without(history, tuple(replaced))
    return replace(kept, answers={**kept.answers, **given}, passed=kept.passed - frozenset(given))


def _without(history: History, keys: tuple[str, ...]) -> History:
    if not keys:
        return history

    def stays(key: str) -> bool:
        return not any(key == gone or key.startswith(f"{gone}.") for gone in keys)

    return replace(
        history,
        answers={key: answer for key, answer in history.answers.items() if stays(key)},
        told=frozenset(key for key in history.told if stays(key)),
        passed=frozenset(key for key in history.passed if stays(key)),
    )


def _walk(
    script: Callable[[Any], Script],
    brief: object,
    history: History,
    *,
    edited: frozenset[str],
    passing: bool,
) -> _Walk:
    path: list[str] = []
    said: tuple[Tell, ...] = ()
    for _ in range(LONGEST_WALK):
        # What a way back forgot is to be asked again, so only the first walk passes anything.
        first = "back" not in path
        walk = _Walk(history, edited, passing=passing and first, said=said, path=path)
        back = _run(script(brief), walk)
        if back is None:
            return walk
        said += tuple(walk.says)
        history = _gone_back(_heard(walk), back)
        path.append("back")
    message = f"a dialogue goes back without end, last to {path[-2:]}"
    raise ScriptError(message)


def _run(script: Script, walk: _Walk) -> Forget | None:
    """Walk until the script ends, waits or goes back; return the way back if there is one."""
    value: object = None
    keys: set[str] = set()
    for _ in range(LONGEST_WALK + 1):
        try:
            step = script.send(value)
        except StopIteration:
            return None
        value = None
        _check_unique(step, keys)
        match step:
            case Forget():
                return step
            case Tell():
                _say(walk, step)
            case Keep(key, fact):
                walk.kept[key] = fact
            case Request(key, deed):
                walk.requested[key] = deed
            case _:
                value = _ask(walk, step)
                if value is None:
                    script.close()
                    return None
    message = f"a walk of more than {LONGEST_WALK} steps"
    raise ScriptError(message)


def _check_unique(step: Step, keys: set[str]) -> None:
    if isinstance(step, Forget):
        return
    parts = step.parts if isinstance(step, Together) else (step,)
    for part in parts:
        kind = "keep" if isinstance(part, Keep) else "step"
        # A former name counts as a name: two questions under one would share one answer.
        for name in (part.key, *getattr(part, "was", ())):
            if f"{kind}:{name}" in keys:
                message = f"the key {name!r} is used twice in one walk"
                raise ScriptError(message)
            keys.add(f"{kind}:{name}")


def _say(walk: _Walk, step: Tell) -> None:
    walk.path.append(f"tell:{step.key}")
    if step.key not in walk.history.told:
        walk.says.append(step)


def _ask(walk: _Walk, asked: Question | Together) -> object:
    """Return the stored answer (a tuple of them for a form), or None where the walk waits."""
    questions = parts_of(asked)
    found = [_stored(walk, question) for question in questions]
    missing = tuple(
        question for question, answer in zip(questions, found, strict=True) if answer is None
    )
    walk.seen.extend(question for question in questions if question not in missing)
    if any(question.key in walk.edited for question in questions):
        walk.passing = False
    if not missing:
        walk.path.append("+".join(question.key for question in questions))
        return tuple(found) if isinstance(asked, Together) else found[0]
    walk.question = missing[0] if len(missing) == 1 else Together(missing)
    return None


def _stored(walk: _Walk, question: Question) -> Answer | None:
    for former in question.was:
        walk.history = _renamed(walk.history, former, question.key)
    answer = walk.history.answers.get(question.key)
    if answer is not None:
        # What no longer fits is asked again even before an edited answer: passing it would
        # withdraw facts that the learner never changed.
        return answer if fits(question, answer) else None
    if question.key in walk.history.passed:
        return UNASKED
    if walk.passing and question.key not in walk.edited:
        walk.history = replace(walk.history, passed=walk.history.passed | {question.key})
        return UNASKED
    return None


def _renamed(history: History, former: str, key: str) -> History:
    """Move what is stored under a former name, and under what hangs on it, to the name of today.

    Only when it has moved can it be replaced or forgotten under the new name. An answer that came
    under the new name already has replaced the former one.
    """
    if former not in history.answers:
        return history
    if key in history.answers:
        return _without(history, (former,))

    def _named(old: str) -> str:
        hangs = old == former or old.startswith(f"{former}.")
        return f"{key}{old.removeprefix(former)}" if hangs else old

    return replace(
        history,
        answers={_named(old): answer for old, answer in history.answers.items()},
        told=frozenset(_named(old) for old in history.told),
        passed=frozenset(_named(old) for old in history.passed),
    )


def _gone_back(history: History, back: Forget) -> History:
    before = _without(history, back.keys)
    if before == history:
        message = f"a way back that forgets nothing: {back.keys}"
        raise ScriptError(message)
    return before


def _heard(walk: _Walk) -> History:
    told = walk.history.told | {step.key for step in walk.says}
    return replace(walk.history, told=told)


def _compare(before: History, walk: _Walk) -> Turn:
    ended = walk.question is None
    kept = walk.kept if ended else {**before.kept, **walk.kept}
    requested = frozenset(walk.requested)
    recall = before.requested - requested if ended else frozenset()
    after = replace(
        _heard(walk),
        kept=kept,
        requested=(before.requested | requested) - recall,
    )
    return Turn(
        history=after,
        says=tuple({step.key: step for step in (*walk.said, *walk.says)}.values()),
        question=walk.question,
        keep={k: v for k, v in walk.kept.items() if k not in before.kept or before.kept[k] != v},
        withdraw={k: fact for k, fact in before.kept.items() if k not in kept},
        request={k: deed for k, deed in walk.requested.items() if k not in before.requested},
        recall=recall,
        seen=tuple(walk.seen),
        path=tuple(walk.path),
    )
