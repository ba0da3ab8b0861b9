"""Answers as they are stored."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.answers import SILENT, SKIPPED, UNASKED, Answer, Value, from_json, to_json

VALUES = st.one_of(st.none(), st.text(), st.integers(), st.dates(), st.lists(st.text()).map(tuple))
ANSWERS = st.builds(
    Answer,
    value=VALUES,
    marks=st.frozensets(st.sampled_from(["vague", "cue", "skipped"])),
    language=st.sampled_from(["", "nl", "en"]),
    at=st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))),
)


@given(ANSWERS)
def test_an_answer_comes_back_from_storage_as_it_was(answer: Answer) -> None:
    assert from_json(to_json(answer)) == answer


def test_a_date_is_told_from_a_text() -> None:
    assert to_json(Answer(date(2026, 11, 24)))["value"] == {"date": "2026-11-24"}
    assert from_json({"value": "2026-11-24"}).value == "2026-11-24"


@pytest.mark.parametrize(
    "stored",
    [{}, {"value": None}, {"value": 1.5, "marks": None, "language": None, "at": 3}],
)
def test_what_an_answer_cannot_be_is_left_out(stored: dict[str, object]) -> None:
    assert from_json(stored) == Answer(None)


def test_the_moment_is_kept_with_its_zone() -> None:
    at = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)

    assert to_json(Answer(1, at=at))["at"] == "2026-11-24T09:30:00+00:00"


@pytest.mark.parametrize(
    ("value", "text", "codes"),
    [
        ("worked", "worked", ("worked",)),
        (("TIME", "CONF"), "", ("TIME", "CONF")),
        (7, "", ()),
        (date(2026, 11, 24), "", ()),
        (None, "", ()),
    ],
)
def test_an_answer_shows_its_words_and_its_codes(
    value: Value, text: str, codes: tuple[str, ...]
) -> None:
    assert Answer(value).text == text
    assert Answer(value).codes == codes


@pytest.mark.parametrize("answer", [SKIPPED, SILENT, UNASKED])
def test_what_is_no_real_answer_has_a_mark_and_no_value(answer: Answer) -> None:
    assert answer.value is None
    assert len(answer.marks) == 1
