"""Where typed words go, by table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from bot.care import Sensitive
from bot.replies import AddTo, AnswerTo, Command, Heavy, Reply, Unknown, Waiting, WhichOne, sort

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
BEFORE, AFTER = NOW - timedelta(minutes=1), NOW + timedelta(minutes=1)
ONE, TWO = uuid4(), uuid4()


class Understands:
    """Knows one command."""

    def command(self, text: str) -> str | None:
        """Name the command."""
        return "plan" if text == "plan" else None


def waits(
    dialogue: UUID,
    *,
    text: bool = True,
    asked: datetime | None = BEFORE,
    last: datetime | None = None,
) -> Waiting:
    """Make a waiting dialogue."""
    return Waiting(dialogue, text, asked, last)


CASES: list[tuple[str, str, list[Waiting], UUID | None, Reply]] = [
    ("a command goes before a question", "plan", [waits(ONE)], ONE, Command("plan")),
    ("one question takes the words", "tekst", [waits(ONE)], None, AnswerTo(ONE)),
    ("a question sent this very moment", "tekst", [waits(ONE, asked=NOW)], None, AnswerTo(ONE)),
    ("the focus decides between two", "tekst", [waits(ONE), waits(TWO)], TWO, AnswerTo(TWO)),
    ("two without focus are asked for", "tekst", [waits(ONE), waits(TWO)], None, WhichOne()),
    ("focus elsewhere", "tekst", [waits(ONE), waits(TWO)], uuid4(), WhichOne()),
    ("buttons take no words", "tekst", [waits(ONE, text=False)], ONE, Unknown()),
    ("nothing waits", "tekst", [], None, Unknown()),
    ("not sent yet, nothing before", "tekst", [waits(ONE, asked=None)], ONE, Unknown()),
    ("sent later, words before", "tekst", [waits(ONE, asked=AFTER, last=BEFORE)], ONE, AddTo(ONE)),
    (
        "not sent yet, words before",
        "tekst",
        [waits(ONE, asked=None, last=BEFORE)],
        ONE,
        AddTo(ONE),
    ),
]


@pytest.mark.parametrize(
    ("text", "waiting", "focus", "expected"),
    [pytest.param(*case[1:], id=case[0]) for case in CASES],
)
def test_typed_words_go_to_one_place_only(
    text: str, waiting: list[Waiting], focus: UUID | None, expected: Reply
) -> None:
    assert sort(text, NOW, waiting, focus, Understands()) == expected


@pytest.mark.parametrize("waiting", [[], [waits(ONE)], [waits(ONE), waits(TWO)]])
def test_heavy_words_are_no_answer_whatever_waits(waiting: list[Waiting]) -> None:
    assert sort("tekst", NOW, waiting, ONE, Understands(), Sensitive(1)) == Heavy(Sensitive(1))


def test_a_command_goes_before_heavy_words() -> None:
    assert sort("plan", NOW, [], None, Understands(), Sensitive(3)) == Command("plan")
