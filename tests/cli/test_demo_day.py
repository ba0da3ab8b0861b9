"""A new demo begins on a day on which everybody in it is reached."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.cli.demo import day_to_begin


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        ("2026-11-23T02:00+00:00", "2026-11-23T02:00+00:00"),
        ("2026-11-23T13:59+00:00", "2026-11-23T13:59+00:00"),
        ("2026-11-23T14:00+00:00", "2026-11-23T23:00+00:00"),
        ("2026-11-23T17:20+00:00", "2026-11-23T23:00+00:00"),  # London works, Amsterdam does not
        ("2027-03-27T20:00+00:00", "2027-03-27T23:00+00:00"),  # the clocks change that night
        ("2027-06-01T13:30+00:00", "2027-06-01T22:00+00:00"),
    ],
)
def test_a_day_that_is_nearly_over_is_left_out(now: str, begins: str) -> None:
    assert day_to_begin(datetime.fromisoformat(now)) == datetime.fromisoformat(begins)
