"""Messages survive being stored."""

from __future__ import annotations

import json
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.local import messages
from bot.engine.answers import Skip
from bot.port import Choices, Day, Edit, Field, FreeText, Message, Option, Person, Scale, Words
from tests.adapters.local import examples

days = st.dates(date(2026, 1, 1), date(2030, 1, 1))
words = st.text(max_size=30)
options = st.lists(st.builds(Option, words, words, st.booleans()), max_size=3).map(tuple)
inputs = st.one_of(
    st.builds(Choices, options, st.integers(1, 3)),
    st.builds(Scale, st.integers(0, 3), st.integers(4, 10)),
    st.builds(FreeText, st.integers(1, 1000), options),
    st.builds(Day, days, days, options),
    st.builds(Person, options),
)
raw = st.one_of(
    words, st.integers(0, 10), days, st.lists(words, max_size=2).map(tuple), st.just(Skip())
)
fields = st.builds(
    Field, words, inputs, st.integers(0, 9), words, label=words, current=st.none() | raw
)
some_messages = st.builds(
    Message,
    delivery=st.uuids(),
    language=st.sampled_from(["nl", "en"]),
    paragraphs=st.lists(words, max_size=3).map(tuple),
    dialogue=st.none() | st.uuids(),
    fields=st.lists(fields, max_size=3).map(tuple),
    answered=words,
    edits=st.lists(st.builds(Edit, words, st.integers(0, 9), words), max_size=2).map(tuple),
    footer=words,
    words=st.none() | st.builds(Words, words, words, words, words),
)


@given(some_messages)
def test_a_message_read_back_is_the_same(message: Message) -> None:
    stored = json.loads(json.dumps(messages.dump(message)))

    assert messages.load(stored) == message


def test_an_input_of_an_unknown_kind_is_left_out() -> None:
    stored = json.loads(json.dumps(messages.dump(examples.form())))
    stored["fields"][1]["input"]["kind"] = "signature"

    assert [field.key for field in messages.load(stored).fields] == ["tried", "barrier"]


def test_a_message_of_an_older_release_is_filled_in() -> None:
    stored = {"delivery": str(UUID(int=1)), "language": "nl", "paragraphs": ["Hoi."]}

    assert messages.load(stored) == Message(UUID(int=1), "nl", ("Hoi.",))


@pytest.mark.parametrize(
    "stored", [{}, {"delivery": "x"}, {"delivery": str(UUID(int=1)), "language": "nl"}]
)
def test_what_is_no_message_is_refused(stored: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        messages.load(stored)


@pytest.mark.parametrize("value", [None, True, 1.5, {}, {"skip": False}, {"date": "x"}, [1]])
def test_what_is_no_input_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        messages.raw_from_json(value)
