"""How fast a workspace is written to: never faster than it allows, and as fast as that."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack.pace import BURST, Bucket, Limits

MOMENTS = st.lists(st.floats(0, 100, allow_nan=False), min_size=1, max_size=200).map(sorted)


def sent(bucket: Bucket, wanted: list[float]) -> list[float]:
    """Send at each wanted moment, or as soon after as may be; give when each went."""
    moments, now = [], 0.0
    for each in wanted:
        now = max(now, each)
        now += bucket.ready_in(now)
        bucket = bucket.taken(now)
        moments.append(now)
    return moments


@given(MOMENTS)
def test_no_minute_holds_more_than_it_may(wanted: list[float]) -> None:
    limits = Limits()

    moments = sent(limits.of_workspace(0.0), wanted)

    for start in moments:
        held = [each for each in moments if start <= each < start + 60]
        assert len(held) <= limits.workspace + BURST


def test_a_morning_uses_nearly_all_that_is_allowed() -> None:
    moments = sent(Limits().of_workspace(0.0), [0.0] * 10_000)

    permitted = Limits().workspace * moments[-1] / 60 + BURST
    assert len(moments) / permitted > 0.999


def test_a_closed_bucket_lets_nothing_go_and_then_not_all_at_once() -> None:
    bucket = Limits().of_workspace(0.0).closed(30.0)

    assert bucket.ready_in(0.0) == 30.0
    assert bucket.ready_in(29.0) == 1.0
    assert bucket.ready_in(30.0) == 0.0
    assert not bucket.is_full(1.0)
    assert bucket.is_full(60.0)


def test_who_sent_too_early_waits_the_longer() -> None:
    bucket = Limits().of_channel(0.0)
    for _ in range(4):
        bucket = bucket.taken(0.0)

    assert bucket.ready_in(0.0) == 3.0


def test_a_tier_has_its_calls_a_minute() -> None:
    moments = sent(Limits().of_tier(3, 0.0), [0.0] * 120)

    assert 118 < moments[-1] < 125
