"""When a simulation says that somebody may be reached: told by hand, without the scheduler."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from bot.simulation.hours import is_within
from storage.people import Person, Quiet

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TUESDAY = datetime(2026, 9, 8, 9, 30, tzinfo=AMSTERDAM)
NIGHT = datetime(2026, 9, 8, 23, 0, tzinfo=AMSTERDAM)


def somebody(**known: Any) -> Person:  # noqa: ANN401 - any column
    """Give somebody in Amsterdam with the usual hours."""
    return Person(
        uuid4(), uuid4(), "Sanne", None, "nl", "Europe/Amsterdam",
        **{"rhythm": None, "status": "active", "roles": (), "focus": None, **known},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (TUESDAY, True),
        (TUESDAY.replace(hour=8, minute=29), False),
        (TUESDAY.replace(hour=17, minute=30), False),
        (TUESDAY + timedelta(days=3), True),  # Friday morning
        (TUESDAY.replace(hour=13) + timedelta(days=3), False),
        (TUESDAY + timedelta(days=4), False),
        (datetime(2026, 12, 25, 9, 30, tzinfo=AMSTERDAM), False),
    ],
)
def test_the_usual_hours(moment: datetime, *, expected: bool) -> None:
    assert is_within(somebody(), moment) is expected


@pytest.mark.parametrize(
    "known",
    [
        {"leave": ((date(2026, 9, 8), date(2026, 9, 8)),)},
        {"quiet": Quiet("pause", date(2026, 9, 8))},
        {"quiet": Quiet("self")},
        {"rhythm": {"days": [1, 3]}},
    ],
)
def test_nobody_is_reached_who_is_away_or_wants_silence(known: dict[str, Any]) -> None:
    assert not is_within(somebody(**known), TUESDAY)
    assert is_within(somebody(**known), TUESDAY + timedelta(days=1)) == ("self" not in str(known))


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(0.5, False), (1, True), (6.9, True), (7, False), (8.5, False), (18.9, False), (19, False)],
)
def test_shifts_but_for_their_first_and_last_hour(hours: float, *, expected: bool) -> None:
    next_evening = NIGHT + timedelta(hours=15)  # begins while there is still rest from the night
    shifts = (
        (NIGHT, NIGHT + timedelta(hours=8)),
        (next_evening, next_evening + timedelta(hours=4)),
    )
    nurse = somebody(rhythm={"mode": "shifts"}, shifts=shifts)

    assert is_within(nurse, NIGHT + timedelta(hours=hours)) is expected
