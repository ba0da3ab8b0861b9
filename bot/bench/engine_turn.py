"""One turn of the check-in without a database: an input is read, the script walked, facts kept.

Every turn is one question, as it is at the peer; a learner fills in three of them as one form.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.app import shipped
from bot.bench.answers import ANSWERS, BRIEF, as_typed
from bot.bench.measured import Duel, Load, Work, duel
from bot.bench.peer_botbuilder import Waterfall
from bot.bench.sizes import Sizes
from bot.dialogues.registry import DIALOGUES
from bot.engine.answers import Answer
from bot.engine.reading import Hearing, read_form
from bot.engine.steps import parts_of
from bot.engine.turn import History, Turn, turn
from bot.errors import BadContent

_NOW: Final = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
_LANGUAGE: Final = "nl"


@dataclass(frozen=True, slots=True)
class Learner:
    """A learner who holds check-ins, with the ears that read them."""

    hearing: Hearing

    async def talks(self, count: int) -> Work:
        """Hold so many check-ins; a unit is a turn."""
        began = time.perf_counter()
        turns = sum(self.talk().turns for _ in range(count))
        return Work(turns, time.perf_counter() - began)

    def talk(self) -> Held:
        """Hold one check-in, from its opening to its end."""
        script = DIALOGUES[BRIEF.kind].script
        step, asked = turn(script, BRIEF, History(), {}), 0
        while step.question is not None:
            question = parts_of(step.question)[0]
            read = read_form(question, {question.key: ANSWERS[question.key]}, self.hearing)
            given = {key: each for key, each in read.items() if isinstance(each, Answer)}
            if not given:
                raise BadContent(f"The measured answer to '{question.key}' is refused.")
            step, asked = turn(script, BRIEF, step.history, given), asked + 1
        return Held(asked, step)


@dataclass(frozen=True, slots=True)
class Held:
    """A check-in that was held: its questions, and its last turn. Opening it was a turn too."""

    asked: int
    last: Turn

    @property
    def turns(self) -> int:
        """Count the turns."""
        return self.asked + 1


def check_in() -> Learner:
    """Give the check-in of a Dutch learner."""
    words, _ = shipped()
    return Learner(Hearing(_NOW, _NOW.date(), _LANGUAGE, words.lexicons[_LANGUAGE]))


def waterfall() -> Waterfall:
    """Give the peer's dialogue, which is told the same."""
    return Waterfall(tuple(map(as_typed, ANSWERS.values())))


async def measure(sizes: Sizes) -> Duel:
    """Measure a turn of ours beside a turn of the peer's."""
    ours, theirs = check_in(), waterfall()
    return await duel(
        Load(ours.talks, sizes.talks), Load(theirs.talks, max(sizes.talks // 2, 1)), sizes.rounds
    )
