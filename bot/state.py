"""A stored dialogue and the engine's history of it, both ways; and the cards it left in the chat.

Answers, facts and cards hold words, so they are sealed as one by the repository.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from bot import brief as briefs
from bot import deeds, letters
from bot.brief import Brief
from bot.dialogues.registry import DIALOGUES, Dialogue
from bot.engine import answers
from bot.engine.steps import Question, Together, parts_of
from bot.engine.turn import History
from bot.letters import Letter
from storage.dialogues import Dialogue as Row


@dataclass(frozen=True, slots=True)
class Card:
    """A message that asked something: its outbox row and its letter."""

    id: UUID
    letter: Letter

    def asks(self, key: str) -> bool:
        """Tell whether this card carries the question under a key."""
        return any(each.key == key for each in self.letter.asked)


@dataclass(frozen=True, slots=True)
class State:
    """One dialogue as it stands: its row, its history, its cards, how often each was answered."""

    row: Row
    history: History
    counts: Mapping[str, int]
    cards: tuple[Card, ...]

    @property
    def dialogue(self) -> Dialogue:
        """The conversation this row belongs to."""
        return DIALOGUES[self.row.kind]

    @property
    def brief(self) -> Brief:
        """What the dialogue knew when it opened."""
        return briefs.from_json(self.row.brief)


def load(row: Row) -> State:
    """Read a stored dialogue."""
    stored = json.loads(row.answers)
    kept = json.loads(row.kept)
    history = History(
        answers={key: answers.from_json(value) for key, value in stored["answers"].items()},
        told=frozenset(row.told),
        kept={key: deeds.load(value) for key, value in kept["kept"].items()},
        requested=frozenset(kept["requested"]),
        passed=frozenset(kept["passed"]),
    )
    cards = tuple(
        Card(UUID(card["id"]), letters.from_json(card["letter"])) for card in stored["cards"]
    )
    return State(row, history, dict(row.counts), cards)


def dump(state: State) -> Row:
    """Turn a state back into its row."""
    history = state.history
    answered = {key: answers.to_json(answer) for key, answer in history.answers.items()}
    cards = [{"id": str(card.id), "letter": letters.to_json(card.letter)} for card in state.cards]
    kept = {
        "kept": {key: deeds.dump(fact) for key, fact in history.kept.items()},
        "requested": sorted(history.requested),
        "passed": sorted(history.passed),
    }
    return replace(
        state.row,
        answers=json.dumps({"answers": answered, "cards": cards}, ensure_ascii=False),
        told=tuple(sorted(history.told)),
        kept=json.dumps(kept, ensure_ascii=False),
        counts=dict(state.counts),
    )


EMPTY_ANSWERS = json.dumps({"answers": {}, "cards": []})
EMPTY_KEPT = json.dumps({"kept": {}, "requested": [], "passed": []})


def waiting_key(question: Question | Together | None) -> str | None:
    """Name a waiting question for its row: the key of the first of its parts."""
    return parts_of(question)[0].key if question is not None else None
