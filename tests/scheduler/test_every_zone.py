"""Every zone on the days that matter; `make test-time` looks at every day of all of them."""

from random import Random
from zoneinfo import available_timezones

import pytest

from tests.scheduler.every_zone import (
    DAY,
    FIRST,
    LAST,
    Figures,
    different_clocks,
    look_at,
    spans_around_jumps,
)

ZONES = sorted(available_timezones())
PARTS = 4
RANDOM = 6  # days besides


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_each_slot_gets_one_visit_in_every_zone(part: int) -> None:
    days = Random(part)  # noqa: S311 - any days will do
    some = [FIRST + days.randrange(1, (LAST - FIRST).days) * DAY for _ in range(RANDOM)]
    clocks = different_clocks(ZONES)[part::PARTS]

    seen = sum((look_at(zone, spans_around_jumps(zone, some)) for zone in clocks), Figures())

    assert seen.slots > 50 * len(clocks)
