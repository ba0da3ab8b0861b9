"""What a new release may do to a script: each change wraps a script, so that any script can drift.

The wrapped script is walked by the engine as it is; a change only decides which steps are yielded.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Any

from bot.engine.answers import Answer
from bot.engine.steps import (
    Choose,
    Forget,
    PickDate,
    Question,
    Rate,
    Script,
    Step,
    Tell,
    Together,
    parts_of,
)

NEW = Rate("added", low=0, high=3)

Asked = Question | Together
Passing = Generator[Step, Any, Any]
AnyScript = Callable[[Any], Script]
Landed = dict[str, Answer]


def is_asked(step: Step) -> bool:
    """Tell whether a step is a question or a form."""
    return isinstance(step, Together) or hasattr(step, "was")


def holds(step: Step, key: str) -> bool:
    """Tell whether a step asks the question under a key."""
    return is_asked(step) and any(part.key == key for part in parts_of(step))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Nothing is changed."""

    def now(self, key: str) -> str:
        """Give today's name of a key of before."""
        return key

    def wrap(self, script: AnyScript) -> AnyScript:
        """Give the script of before."""
        return script


@dataclass(frozen=True, slots=True)
class Added:
    """A question is added before another one."""

    before: str

    def now(self, key: str) -> str:
        """Give today's name of a key of before."""
        return key

    def wrap(self, script: AnyScript) -> AnyScript:
        """Make the script of the new release."""

        def passing(step: Step) -> Passing:
            if holds(step, self.before):
                yield NEW
            return (yield step)

        return _wrapped(script, lambda: passing)


@dataclass(frozen=True, slots=True)
class AddedToForm:
    """A question becomes a form of itself and a new one, or its form gets one more field."""

    beside: str

    def now(self, key: str) -> str:
        """Give today's name of a key of before."""
        return key

    def wrap(self, script: AnyScript) -> AnyScript:
        """Make the script of the new release."""

        def passing(step: Step) -> Passing:
            if not holds(step, self.beside):
                return (yield step)
            _, *answers = yield Together((NEW, *parts_of(step)))  # type: ignore[arg-type]
            return tuple(answers) if isinstance(step, Together) else answers[0]

        return _wrapped(script, lambda: passing)


@dataclass(frozen=True, slots=True)
class Removed:
    """A question is removed; the script goes on as if it had been answered so."""

    key: str
    answer: Answer

    def now(self, key: str) -> str:
        """Give today's name of a key of before."""
        return key

    def wrap(self, script: AnyScript) -> AnyScript:
        """Make the script of the new release."""

        def passing(step: Step) -> Passing:
            return (yield from _without_part(step, self.key, self.answer))

        return _wrapped(script, lambda: passing)


@dataclass(frozen=True, slots=True)
class Moved:
    """A question is asked earlier: before another one."""

    question: Question
    before: str

    def now(self, key: str) -> str:
        """Give today's name of a key of before."""
        return key

    def wrap(self, script: AnyScript) -> AnyScript:
        """Make the script of the new release."""

        def fresh() -> Callable[[Step], Passing]:
            held: list[Answer] = []

            def passing(step: Step) -> Passing:
                if holds(step, self.before) and not held:
                    held.append((yield self.question))
                if holds(step, self.question.key) and held:
                    return (yield from _without_part(step, self.question.key, held[0]))
                return (yield step)

            return passing

        return _wrapped(script, fresh)


@dataclass(frozen=True, slots=True)
class Renamed:
    """A question has another key, and says which it was; what hangs under it goes along."""

    key: str

    def now(self, key: str) -> str:
        """Give today's name of a key of before."""
        hangs = key == self.key or key.startswith(f"{self.key}.")
        return f"renamed_{key}" if hangs else key

    def wrap(self, script: AnyScript) -> AnyScript:
        """Make the script of the new release."""

        def named(part: Question) -> Question:
            was = (*part.was, part.key) if part.key == self.key else part.was
            return replace(part, key=self.now(part.key), was=was)

        def passing(step: Step) -> Passing:
            match step:
                case Together(parts):
                    return (yield Together(tuple(named(part) for part in parts)))
                case Forget(keys):
                    return (yield Forget(tuple(self.now(key) for key in keys)))
                case Tell():
                    return (yield replace(step, key=self.now(step.key)))
                case _ if is_asked(step):
                    return (yield named(step))  # type: ignore[arg-type]
                case _:
                    return (yield step)

        return _wrapped(script, lambda: passing)


@dataclass(frozen=True, slots=True)
class OptionGone:
    """A question loses an option."""

    key: str
    option: str

    def now(self, key: str) -> str:
        """Give today's name of a key of before."""
        return key

    def wrap(self, script: AnyScript) -> AnyScript:
        """Make the script of the new release."""

        def narrowed(part: Question) -> Question:
            if part.key != self.key or not isinstance(part, Choose | PickDate):
                return part
            return replace(part, options=tuple(o for o in part.options if o != self.option))

        def passing(step: Step) -> Passing:
            if not is_asked(step):
                return (yield step)
            if isinstance(step, Together):
                return (yield Together(tuple(narrowed(part) for part in step.parts)))
            return (yield narrowed(step))  # type: ignore[arg-type]

        return _wrapped(script, lambda: passing)


Change = Unchanged | Added | AddedToForm | Removed | Moved | Renamed | OptionGone


def listened(script: AnyScript, landed: Landed) -> AnyScript:
    """Note which answer the script got under which key, walk after walk."""

    def passing(step: Step) -> Passing:
        value = yield step
        if is_asked(step):
            answers = value if isinstance(step, Together) else (value,)
            keys = [part.key for part in parts_of(step)]  # type: ignore[arg-type]
            landed.update(zip(keys, answers, strict=True))
        return value

    return _wrapped(script, lambda: passing)


def _wrapped(script: AnyScript, fresh: Callable[[], Callable[[Step], Passing]]) -> AnyScript:
    def walk(brief: object) -> Script:
        inner, passing = script(brief), fresh()
        value: object = None
        while True:
            try:
                step = inner.send(value)
            except StopIteration:
                return
            value = yield from passing(step)

    return walk


def _without_part(step: Step, key: str, answer: Answer) -> Passing:
    """Yield a step without one of its questions, but give the script an answer to it."""
    if not holds(step, key):
        return (yield step)
    if not isinstance(step, Together):
        return answer
    rest = tuple(part for part in step.parts if part.key != key)
    answers = dict(zip((part.key for part in rest), (yield Together(rest)), strict=True))
    return tuple(answers.get(part.key, answer) for part in step.parts)
