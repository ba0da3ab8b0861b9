"""What dialogues share: the one deepening question, and who is named under it."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

import pytest

from bot import rendering
from bot.letters import Letter, asked
from bot.lexicon import TEXTS
from bot.rendering import Around, Reader
from bot.words import Words
from tests.support.talk import Given, open_dialogue, written

WORDS: Final = Words.load(TEXTS)
TOM: Final = UUID(int=2)
WHEN: Final = date(2026, 11, 23)
VAGUE: Final = written("well", "vague")
BETWEEN: Final = {"subject": "pledge", "version": 1, "learner": "sanne", "colleague": "tom"}


@pytest.mark.parametrize(
    ("kind", "about", "answers"),
    [
        ("buddy_visit", "", {"was_there": "done", "saw": VAGUE}),
        ("saw_it", "colleague", {"saw": VAGUE}),
    ],
)
@pytest.mark.parametrize(
    ("language", "says"),
    [("nl", "Alleen Sanne krijgt dit te zien."), ("en", "Only Sanne gets to see this.")],
)
def test_a_deepening_question_too_names_who_gets_to_see_the_answer(
    kind: str, about: str, answers: dict[str, Given], language: str, says: str
) -> None:
    talk = open_dialogue(kind, about=about, **BETWEEN).answer(answers)
    [question] = talk.questions
    around = Around({"sanne": "Sanne", "tom": "Tom"})
    reader = Reader(TOM, "Tom", language, WHEN, "Zonnewijzer", "/privacy", around=around)

    letter = Letter((), (asked(question, kind, 0, question.values),), UUID(int=9))
    shown = rendering.message(letter, UUID(int=8), TOM, reader, WORDS)

    assert question.key == "saw.deeper"
    assert shown.fields[0].seen_by == says
