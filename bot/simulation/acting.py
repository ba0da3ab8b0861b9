"""What somebody does with the messages they see: sensible, careless, late, twice or at random.

A step names what is done and carries dice of its own, so that the same step can be taken again in
a history from which others were left out.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from bot.engine.answers import Raw, Skip
from bot.port import (
    Choices,
    Chosen,
    Day,
    EditAsked,
    Field,
    FreeText,
    Message,
    Person,
    Pressed,
    PutOff,
    Scale,
    Typed,
    What,
)
from bot.simulation.marks import mark

Does = Literal[
    "answers", "answers twice", "sends it again", "answers late", "edits", "writes",
    "writes twice", "commands", "reads along", "leaves", "gets a roster",
]  # fmt: skip

# What is done instead of simply answering, and how often in a hundred.
CARELESS: Final[tuple[tuple[Does, int], ...]] = (
    ("answers", 86),
    ("answers twice", 3),
    ("sends it again", 3),
    ("answers late", 2),
    ("edits", 2),
    ("writes", 1),
    ("writes twice", 1),
    ("commands", 2),
)
COMMANDS: Final = (
    *("plan",) * 12, *("later", "tomorrow", "morgen") * 4, *("pauze", "pause") * 5,
    *("start",) * 8, *("stop",) * 2, "mijn gegevens", "help", "hulp", "quiet", "rust", "shifts",
    "diensten", "oefenen", "delete", "wis", "opnieuw", "cancel",
)  # fmt: skip
_SAYINGS: Final = (
    "Als het overleg begint {mark} zeg ik eerst wat ik zag",
    "When the handover starts {mark} I say what I saw",
    "Na de rondvraag vraag ik {mark} door, in mijn eigen woorden en zonder haast",
    "before the meeting {mark}",
    "{mark}",
    "😀 {mark} 👍🏽 dat wil ik proberen",
    "אני אומר {mark} בבוקר",
    "<!channel> <@U012345> *{mark}* <https://example.org|hier>",
    "Omdat ik het {mark} druk had, en mijn leidinggevende er niet was. " * 12,
    "weet ik niet",
    "beter communiceren",
    "geen idee",
    "7",
    "",
)
_TOO_LONG: Final = "Heel veel woorden {mark} " * 120
_SENSIBLE: Final = 4  # the first of them
_HOURS: Final = timedelta(hours=1)
TAKES_THE_FIRST: Final = 55  # of a hundred: what stands first is mostly what goes on


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody does something at a moment; `seed` are the dice it is done with.

    At one moment people act in rounds, and each sees what the rounds before brought.
    """

    at: datetime
    number: int
    does: Does
    seed: int
    round: int = 0


@dataclass(frozen=True, slots=True)
class Hand:
    """Who acts: their number, the ids of those they may pick, and the dice."""

    number: int
    others: Sequence[str]
    dice: random.Random

    def answer(self, message: Message) -> What | None:
        """Fill in whatever a message asks; None when it asks nothing."""
        if not message.fields:
            return None
        inputs = {each.key: self._raw(each) for each in message.fields}
        if message.dialogue is None:
            (key, raw), *_ = inputs.items()
            return Chosen(message.delivery, key, raw)
        (first, *more) = message.fields
        if not more and _is_command(first, inputs[first.key]):
            return PutOff(message.dialogue, first.key, str(inputs[first.key]))
        counts = {each.key: each.count for each in message.fields}
        return Pressed(message.dialogue, inputs, counts)

    def edit(self, seen: Sequence[Message]) -> EditAsked | None:
        """Ask to change an answer on one of some cards; None when none can be changed."""
        cards = [(each.dialogue, edit) for each in seen if each.dialogue for edit in each.edits]
        if not cards:
            return None
        dialogue, edit = self.dice.choice(cards)
        return EditAsked(dialogue, edit.key, edit.count)

    def writing(self) -> Typed:
        """Type something in the chat."""
        return Typed(self._text() or "hallo")

    def command(self) -> Typed:
        """Type a command."""
        return Typed(self.dice.choice(COMMANDS))

    def _raw(self, asked: Field) -> Raw:
        match asked.input:
            case Choices(options, most):
                picked = [each.id for each in options]
                if most > 1:
                    return tuple(
                        self.dice.sample(picked, k=min(self.dice.randint(1, most), len(picked)))
                    )
                # What stands first is mostly what goes on; without it half would decline at once.
                return _skipped(
                    picked[0] if self._happens(TAKES_THE_FIRST) else self.dice.choice(picked)
                )
            case Scale(low, high):
                return self.dice.randint(low, high)
            case FreeText(_, options):
                if options and self._happens(20):
                    return _skipped(self.dice.choice(options).id)
                return self._text()
            case Day(earliest, latest, options):
                if options and self._happens(30):
                    return _skipped(self.dice.choice(options).id)
                span = min((latest - earliest).days, 14)
                return earliest + timedelta(days=self.dice.randint(0, max(span, 0)))
            case Person(options):
                # Whom a team would not ask is left out, so that a team lives as it does alone.
                other = [each.id for each in options if not _is_somebody(each.id)]
                if other and self._happens(25):
                    return _skipped(self.dice.choice(other))
                # The first of a team is whom most would ask.
                return self.others[0] if self._happens(50) else self.dice.choice(self.others)

    def _happens(self, in_a_hundred: int) -> bool:
        return self.dice.randrange(100) < in_a_hundred

    def _text(self) -> str:
        dice = self.dice
        usual = _SAYINGS[:_SENSIBLE] if self._happens(70) else _SAYINGS
        said = _TOO_LONG if self._happens(1) else dice.choice(usual)
        return said.format(mark=mark(self.number, dice.randrange(100_000)))


def what_instead(dice: random.Random) -> Does:
    """Choose what somebody does who would answer."""
    kinds, weights = zip(*CARELESS, strict=True)
    found: Does = dice.choices(kinds, weights)[0]
    return found


def after(dice: random.Random, hours: float) -> timedelta:
    """Give how long somebody takes who takes so many hours on average, to half an hour."""
    return _HOURS * round(min(dice.expovariate(1 / hours), 24 * 12) * 2) / 2


def _is_somebody(option: str) -> bool:
    try:
        UUID(option)
    except ValueError:
        return False
    return True


def _is_command(asked: Field, raw: Raw) -> bool:
    options = getattr(asked.input, "options", ())
    return any(each.command and each.id == raw for each in options)


def _skipped(option: str) -> Raw:
    return Skip() if option == "skip" else option
