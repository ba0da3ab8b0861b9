"""What a call that went wrong means, row by row."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack.trouble import (
    CLOSED,
    LONGEST_WAIT,
    SHORTEST_WAIT,
    UNREACHABLE,
    USUAL_WAIT,
    of_answer,
    wait_of,
)
from bot.errors import (
    Ambiguous,
    BadContent,
    Closed,
    HoldfastError,
    Throttled,
    TryLater,
    Unreachable,
)


@pytest.mark.parametrize(
    ("status", "error", "meant"),
    [
        (429, "ratelimited", Throttled),
        (429, None, Throttled),
        (200, "ratelimited", Throttled),
        (200, "message_limit_exceeded", Throttled),
        (500, None, Ambiguous),
        (503, "service_unavailable", Ambiguous),
        (200, "internal_error", Ambiguous),
        (200, "fatal_error", Ambiguous),
        (200, None, Ambiguous),
        (403, None, TryLater),
        (407, None, TryLater),
        (200, "request_timeout", TryLater),
        (200, "token_expired", TryLater),
        (200, "restricted_action_read_only_channel", Unreachable),
        (200, "msg_blocks_too_long", BadContent),
        (200, "invalid_blocks", BadContent),
        (200, "something_new", BadContent),
        *((200, each, Closed) for each in CLOSED),
        *((200, each, Unreachable) for each in UNREACHABLE),
    ],
)
def test_what_an_answer_means(status: int, error: str | None, meant: type[HoldfastError]) -> None:
    found = of_answer(status, error, {})

    assert type(found) is meant
    assert (error or str(status)) in found.message


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("1", timedelta(seconds=1)),
        (" 30 ", timedelta(seconds=30)),
        ("3600", LONGEST_WAIT),
        ("86400", LONGEST_WAIT),
        ("99999999999999999999", USUAL_WAIT),
        ("0", SHORTEST_WAIT),
        ("-5", USUAL_WAIT),
        ("abc", USUAL_WAIT),
        ("", USUAL_WAIT),
        ("1.5", USUAL_WAIT),
        ("٣", USUAL_WAIT),
        ("Wed, 21 Oct 2026 07:28:00 GMT", USUAL_WAIT),
    ],
)
def test_how_long_slack_asks_to_wait(said: str, wait: timedelta) -> None:
    assert wait_of({"Retry-After": said}) == wait


def test_without_a_word_on_it_the_wait_is_the_usual_one() -> None:
    assert wait_of({}) == USUAL_WAIT


@given(st.text(), st.floats(-1, 2))
def test_a_wait_is_never_out_of_bounds(said: str, dice: float) -> None:
    wait = wait_of({"retry-after": said}, dice=dice)

    assert SHORTEST_WAIT <= wait <= LONGEST_WAIT * 1.1
