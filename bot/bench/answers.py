"""The check-in that is measured: what a learner answers, question by question.

The peers are given the same words, one prompt for each question, so both read as much.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.brief import Brief
from bot.engine.answers import Raw

BRIEF: Final = Brief("check_in", round=1)
ANSWERS: Final[Mapping[str, Raw]] = MappingProxyType(
    {
        "went": "worked",
        "did": "Ik heb Tom na het overleg gezegd wat er hielp, en waarom dat zo was",
        "effect": "Hij werd er stil van en zei dat hij het vaker wil horen",
        "differently": "De volgende keer zeg ik het meteen, en niet pas aan het eind van de dag",
        "helped": ("time", "moment"),
        "next": "same",
    }
)
"""By the key of each question, in the order in which the first check-in asks them."""


def as_typed(raw: Raw) -> str:
    """Give an answer as somebody would type it who has no buttons.

    >>> as_typed(("time", "moment"))
    'time, moment'
    """
    return ", ".join(raw) if isinstance(raw, tuple) else str(raw)
