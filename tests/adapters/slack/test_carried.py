"""What a button carries comes back as it was, and whatever is not ours is refused."""

from __future__ import annotations

from typing import get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack.carried import Carried, Does, Place, carried, place
from bot.adapters.slack.memo import Memo, memo
from bot.errors import BadContent
from bot.limits import SLACK_ID, SLACK_PRIVATE_METADATA
from tests.adapters.slack.examples import DELIVERY, DIALOGUE, LONGEST_KEY

keys = st.from_regex(r"[A-Za-z0-9_.-]{1,200}", fullmatch=True)
counts = st.integers(0, 9_999_999)


@given(st.sampled_from(get_args(Does)), keys, counts, st.integers(0, 999))
def test_a_control_carries_what_it_was_given(
    does: Does, key: str, count: int, number: int
) -> None:
    carries = Carried(does, key, count, number)

    assert carried(carries.action_id) == carries


@given(st.uuids(), st.none() | st.uuids(), st.integers(0, 999))
def test_a_block_says_where_it_stands(delivery: UUID, dialogue: UUID | None, row: int) -> None:
    stands = Place(delivery, dialogue)

    assert place(stands.block_id(row)) == stands


@pytest.mark.parametrize("does", get_args(Does))
def test_the_longest_key_fits(does: Does) -> None:
    carries = Carried(does, LONGEST_KEY, 9_999_999, 999)

    assert len(carries.action_id) <= SLACK_ID
    assert carried(carries.action_id) == carries


@pytest.mark.parametrize("key", ["", "k" * 201, "a b", "é", "a\n"])
def test_a_key_that_cannot_be_carried_is_refused(key: str) -> None:
    with pytest.raises(BadContent):
        _ = Carried("answer", key).action_id


@pytest.mark.parametrize(
    "action",
    ["", "answer", "answer.0.0.", "Answer.0.0.a", "answer.0.0.a b", "answer.١.0.a", "erase.0.0.a",
     "answer.0.0.a\n"],
)  # fmt: skip
def test_a_control_that_is_not_ours_is_refused(action: str) -> None:
    with pytest.raises(BadContent):
        carried(action)


@pytest.mark.parametrize("block", ["", "field.0", f"{DELIVERY}.-.0", f"{DELIVERY.hex}.x.0"])
def test_a_block_that_is_not_ours_is_refused(block: str) -> None:
    with pytest.raises(BadContent):
        place(block)


@given(st.uuids(), st.none() | st.uuids(), st.text(max_size=40), st.booleans())
def test_a_modal_remembers_where_it_came_from(
    delivery: UUID,
    dialogue: UUID | None,
    channel: str,
    sure: bool,  # noqa: FBT001 - drawn
) -> None:
    remembered = Memo(Place(delivery, dialogue), channel, "1795420800.000200", sure=sure)

    assert memo(remembered.written()) == remembered
    assert len(remembered.written()) <= SLACK_PRIVATE_METADATA


@pytest.mark.parametrize(
    "written",
    [
        "", "{}", "[]", "null", "{", "[" * 100_000,
        f'{{"delivery":"{DELIVERY}","dialogue":7,"channel":"","ts":"","sure":false}}',
        f'{{"delivery":"{DELIVERY}","dialogue":"{DIALOGUE}","channel":1,"ts":"","sure":false}}',
        f'{{"delivery":"{DELIVERY}","dialogue":null,"channel":"","ts":"","sure":1}}',
    ],
)  # fmt: skip
def test_what_no_modal_of_ours_remembers_is_refused(written: str) -> None:
    with pytest.raises(BadContent):
        memo(written)
