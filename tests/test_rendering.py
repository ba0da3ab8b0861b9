"""A letter in words: a card that was used says of a form who reads what stands in it."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

import pytest

from bot import rendering
from bot.engine.answers import Answer
from bot.letters import Asked, Letter
from bot.lexicon import TEXTS
from bot.rendering import Reader
from bot.words import Words

WORDS: Final = Words.load(TEXTS)
SANNE: Final = UUID(int=1)
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def a_day(key: str, day: date, seen: str) -> Asked:
    """Ask for the shift of one day, which stands at its field as a heading."""
    options = ("early", "off")
    return Asked(key, "shifts.day", "choose", {"date": day}, options=options, seen=seen)


@pytest.mark.parametrize(
    ("language", "seen", "says"),
    [
        ("nl", ("only_you", "figures"), "Beantwoord · alleen jij"),
        ("en", ("figures", "figures"), "Answered · only you"),
        ("nl", ("only_you", "both"), "Beantwoord"),
        ("en", ("colleague", "only_you"), "Answered"),
    ],
)
def test_a_form_with_headings_says_that_only_you_read_it_where_nobody_else_does(
    language: str, seen: tuple[str, str], says: str
) -> None:
    asked = (a_day("mon", MONDAY, seen[0]), a_day("tue", TUESDAY, seen[1]))
    letter = Letter((), asked=asked, answers={"mon": Answer("early"), "tue": Answer("off")})
    reader = Reader(SANNE, "Sanne", language, MONDAY, "Zonnewijzer", "https://holdfast.example")

    shown = rendering.message(letter, UUID(int=2), SANNE, reader, WORDS)

    assert shown.answered == says
    assert len(shown.paragraphs) == 2
