"""Every question at which a dialogue can wait, and the shortest way there.

The scripts are explored, so a question that a release adds is in its snapshot without being
listed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise

from bot.brief import Brief
from bot.dialogues.registry import DIALOGUES
from bot.engine.answers import Answer
from bot.engine.explore import Leg, Path, explore
from bot.engine.options import options_of
from bot.engine.steps import Question, parts_of

Answers = Mapping[str, Answer]
SOME_TIME = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """A dialogue that waits: its kind and brief, what is asked, and all that was answered."""

    kind: str
    brief: Brief
    asked: tuple[str, ...]
    given: Answers


def places() -> list[Place]:
    """Find them all, each by the fewest answers that lead there."""
    found: dict[tuple[str, str], Place] = {}
    for kind, dialogue in DIALOGUES.items():
        for brief in dialogue.briefs:
            for path in explore(dialogue.script, brief):
                for place in _on(kind, brief, path):
                    known = found.setdefault((kind, place.asked[0]), place)
                    if len(place.given) < len(known.given):
                        found[kind, place.asked[0]] = place
    return [found[name] for name in sorted(found)]


def to_the_end(kind: str, wanted: Mapping[str, str]) -> Place:
    """Find the shortest conversation of a kind that takes the options wanted."""
    dialogue = DIALOGUES[kind]
    brief = dialogue.briefs[0]
    paths = [
        path
        for path in explore(dialogue.script, brief)
        if wanted.items() <= dict(path.decisions).items()
    ]
    path = min(paths, key=lambda each: len(each.decisions))
    return Place(kind, brief, (), _given(path.steps))


def _on(kind: str, brief: Brief, path: Path) -> Iterator[Place]:
    """Give the places where a path waits, up to where it first goes back."""
    for number, leg in enumerate(path.steps):
        if leg.back or leg.question is None:
            return
        asked = tuple(part.key for part in parts_of(leg.question))
        yield Place(kind, brief, asked, _given(path.steps[: number + 1]))


def _given(steps: Sequence[Leg]) -> Answers:
    """Give what was answered on the way, all at once: a turn walks to the same question."""
    given: dict[str, Answer] = {}
    for before, leg in pairwise(steps):
        assert before.question is not None
        questions = {part.key: part for part in parts_of(before.question)}
        given |= {key: _answer(questions[key], name) for key, name in leg.decisions}
    return given


def _answer(question: Question, name: str) -> Answer:
    answer = next(option.answer for option in options_of(question) if option.name == name)
    return replace(answer, language="nl", at=SOME_TIME)
