"""Writes the histories of this version: `python -m tests.histories.write 0.1.0`.

Run it by hand at a release, once, and commit what it writes; never write the folder of a released
version again. What stands there was stored by somebody's installation, and must go on walking.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot import brief as briefs
from bot import deeds
from bot.brief import Brief
from bot.dialogues.registry import DIALOGUES
from bot.engine import answers
from bot.engine.answers import Answer
from bot.engine.explore import Path as Walked
from bot.engine.explore import explore
from bot.engine.options import options_of
from bot.engine.steps import Question, Together, parts_of
from bot.engine.turn import History, Turn, turn

FOLDER = Path(__file__).parent
SOME_TIME = datetime(2026, 1, 6, 9, 30, tzinfo=UTC)

Json = dict[str, object]


def main(version: str) -> None:
    """Write one file for each dialogue of the registry."""
    folder = FOLDER / version
    if folder.exists():
        sys.exit(f"{folder} stands already: what was released is not written again")
    folder.mkdir()
    for kind in DIALOGUES:
        stored = [each for brief, path in few(kind) for each in histories(kind, brief, path)]
        lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in stored)
        (folder / f"{kind}.json").write_text(f"[\n{lines}\n]\n", "utf-8")


def few(kind: str) -> Iterator[tuple[Brief, Walked]]:
    """Choose few conversations that together take every option, and one more of each brief."""
    dialogue = DIALOGUES[kind]
    paths = [
        (brief, path) for brief in dialogue.briefs for path in explore(dialogue.script, brief)
    ]
    missing = {decision for _, path in paths for decision in path.decisions}
    yield from {brief: (brief, path) for brief, path in paths}.values()
    while missing:
        brief, path = max(paths, key=lambda pair: len(missing.intersection(pair[1].decisions)))
        missing -= set(path.decisions)
        yield brief, path


def histories(kind: str, brief: Brief, path: Walked) -> Iterator[Json]:
    """Give a conversation as it is stored half-way and at its end."""
    turns = _held(kind, brief, path)
    yield _stored(brief, turns[len(turns) // 2])
    yield _stored(brief, turns[-1])


def _held(kind: str, brief: Brief, path: Walked) -> list[Turn]:
    script = DIALOGUES[kind].script
    turns = [turn(script, brief, History(), {})]
    for leg in path.steps[1:]:
        questions = {part.key: part for part in parts_of(_asked(turns[-1]))}
        given = {key: _answer(questions[key], name) for key, name in leg.decisions}
        turns.append(turn(script, brief, turns[-1].history, given))
    return turns


def _asked(step: Turn) -> Question | Together:
    assert step.question is not None
    return step.question


def _answer(question: Question, name: str) -> Answer:
    answer = next(option.answer for option in options_of(question) if option.name == name)
    return replace(answer, language="nl", at=SOME_TIME)


def _stored(brief: Brief, step: Turn) -> Json:
    """Give what storage holds of a dialogue, and what is true of it."""
    history = step.history
    return {
        "brief": briefs.to_json(brief),
        "answers": {key: answers.to_json(each) for key, each in history.answers.items()},
        "told": sorted(history.told),
        "kept": {key: deeds.dump(fact) for key, fact in history.kept.items()},
        "requested": sorted(history.requested),
        "passed": sorted(history.passed),
        "waiting": [part.key for part in parts_of(step.question)] if step.question else [],
    }


if __name__ == "__main__":
    main(sys.argv[1])
