"""A letter in words: a card that was used says of a form who reads what stands in it."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

import pytest

from bot import rendering
from bot.engine.answers import Answer
from bot.letters import Asked, Letter, Line
from bot.lexicon import TEXTS
from bot.phrases import Label, Lent, Named, PlanLine
from bot.rendering import Around, Loan, Reader
from bot.words import Words

WORDS: Final = Words.load(TEXTS)
SANNE: Final = UUID(int=1)
WRITTEN: Final = Answer("ik durf het niet")
PLAN: Final = PlanLine("als het begint", "durf ik", "clause", "nl")
CHOSEN: Final = Label("check_in.barrier", "CONF")
MOMENT: Final = Lent("pledge", "moment")
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


@pytest.mark.parametrize(
    ("row", "values", "says"),
    [
        ("common.changed", {"answer": WRITTEN}, "Aangepast. Nu staat er: '…'"),
        ("common.plan_now", {"plan": PLAN}, "Je plan: '…'"),
        (
            "signal.signal",
            {"name": Named("tom"), "buddy": Named("me"), "date": MONDAY, "moment": MOMENT},
            "Hoi Sanne. Tom vraagt je om een seintje. Op ma 23 nov is het zover: ….",
        ),
        ("common.changed", {"answer": CHOSEN}, "Aangepast. Nu staat er: '…'"),
        ("common.snoozed", {"date": MONDAY}, "Prima. Ik kom ma 23 nov terug."),
    ],
)
def test_a_preview_holds_no_words_that_somebody_wrote(
    row: str, values: dict[str, object], says: str
) -> None:
    loans = {("pledge", "moment"): Loan(UUID(int=3), "ik durf het niet")}
    around = Around({"tom": "Tom", "me": "Sanne"}, loans)
    reader = Reader(SANNE, "Sanne", "nl", MONDAY, "Zonnewijzer", "/privacy", around=around)

    shown = rendering.message(Letter((Line(row, values),)), UUID(int=2), SANNE, reader, WORDS)

    assert shown.preview == says
    assert ("durf" in shown.paragraphs[0].lower()) is ("…" in says)


def test_a_preview_does_not_tell_that_somebody_needs_help() -> None:
    reader = Reader(SANNE, "Sanne", "nl", MONDAY, "Zonnewijzer", "/privacy")

    shown = rendering.message(Letter((Line("care.heavy"),)), UUID(int=2), SANNE, reader, WORDS)

    assert shown.preview == "Een bericht van Holdfast."


def test_a_message_of_questions_alone_begins_with_the_first() -> None:
    letter = Letter((), (a_day("mon", MONDAY, "only_you"), a_day("tue", TUESDAY, "only_you")))
    reader = Reader(SANNE, "Sanne", "nl", MONDAY, "Zonnewijzer", "/privacy")

    assert rendering.message(letter, UUID(int=2), SANNE, reader, WORDS).preview == "ma 23 nov"
    assert rendering.message(Letter(()), UUID(int=2), SANNE, reader, WORDS).preview == ""
