"""What one person wrote for another, on the day it came and on the last day it may wait."""

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.carried import CARRIED, CARRIED_AT_MOST, last_moment, priority_at
from scheduler.facts import Due
from scheduler.priority import PRIORITY

WRITTEN = datetime(2027, 3, 2, 8, 30, tzinfo=UTC)
LAST = WRITTEN + CARRIED_AT_MOST
SECOND = timedelta(seconds=1)


def due(kind: str, *, since: datetime | None = None) -> Due:
    at = since + timedelta(days=3) if since else WRITTEN
    return Due(kind, f"{kind}:1", at, exempt=False, priority=PRIORITY[kind], since=since)


def test_it_may_wait_seven_days_from_when_it_was_due_at_first() -> None:
    assert last_moment(due("seen")) == LAST
    assert last_moment(due("seen", since=WRITTEN - SECOND)) == LAST - SECOND


@pytest.mark.parametrize("kind", sorted(CARRIED))
def test_it_goes_before_a_check_in_on_its_last_day_only(kind: str) -> None:
    its = due(kind, since=WRITTEN)

    assert priority_at(its, LAST - SECOND) == PRIORITY[kind] > PRIORITY["check_in"]
    assert PRIORITY["follow_up"] < priority_at(its, LAST) < PRIORITY["check_in"]


@pytest.mark.parametrize("kind", sorted(PRIORITY.keys() - CARRIED))
def test_no_other_kind_gains_by_waiting(kind: str) -> None:
    assert priority_at(due(kind, since=WRITTEN), LAST) == PRIORITY[kind]


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        priority_at(due("seen"), LAST.replace(tzinfo=None))
