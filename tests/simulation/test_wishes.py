"""What people asked for: until when nothing is to come, and what ends that."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from bot.port import Chosen, Pressed, Typed, What
from bot.simulation.wishes import Wishes

SHE = UUID(int=1)
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("what", "days", "is_against"),
    [
        (Typed("stop"), 90, True),
        (Typed(" Stop "), 1, True),
        (Typed("plan"), 1, False),
        (Chosen(None, "control.pause", "week"), 5, True),
        (Chosen(None, "control.pause", "week"), 8, False),
        (Chosen(None, "control.pause", "weeks"), 12, True),
        (Chosen(None, "control.pause", "open"), 300, True),
        (Chosen(None, "control.pause", "date"), 1, False),
        (Chosen(None, "control.pause_date", date(2026, 12, 24)), 29, True),
        (Chosen(None, "control.pause_date", date(2026, 12, 24)), 31, False),
        (Chosen(None, "control.later", "week"), 1, False),
    ],
)
def test_until_when_no_visit_is_wanted(what: What, days: int, *, is_against: bool) -> None:
    wishes = Wishes()
    wishes.add(SHE, what, NOW)

    assert bool(wishes.against(SHE, "check_in", NOW + days * DAY)) is is_against
    assert wishes.against(SHE, "buddy_visit", NOW + days * DAY) == ""
    assert wishes.against(SHE, None, NOW + days * DAY) == ""


def test_whatever_is_done_next_ends_a_pause() -> None:
    wishes = Wishes()
    wishes.add(SHE, Chosen(None, "control.pause", "open"), NOW)
    wishes.add(SHE, Typed("plan"), NOW)

    assert wishes.against(SHE, "check_in", NOW + DAY) == ""


@pytest.mark.parametrize(
    ("what", "goes_on"),
    [
        (Typed("plan"), True),
        (Typed("Start "), False),
        (Chosen(None, "control.back", "new"), False),
        (Pressed(UUID(int=2), {"hello": "join"}), False),
    ],
)
def test_a_stop_lasts_until_they_begin_again(what: What, *, goes_on: bool) -> None:
    wishes = Wishes()
    wishes.add(SHE, Typed("stop"), NOW)
    wishes.add(SHE, what, NOW)

    assert bool(wishes.against(SHE, "check_in", NOW + DAY)) is goes_on


def test_who_stopped_and_keeps_what_was_written_has_still_stopped() -> None:
    wishes = Wishes()
    wishes.add(SHE, Typed("stop"), NOW)
    wishes.add(SHE, Chosen(None, "control.stop", "keep"), NOW)

    assert wishes.against(SHE, "check_in", NOW + DAY)


def test_what_was_refused_is_no_wish() -> None:
    wishes = Wishes()
    wishes.add(SHE, Chosen(None, "control.pause_date", date(2026, 12, 26)), NOW)
    wishes.refused(SHE)

    assert wishes.against(SHE, "check_in", NOW + DAY) == ""


def test_who_left_gets_nothing_any_more() -> None:
    wishes = Wishes()
    wishes.leaves(SHE)

    assert wishes.against(SHE, None, NOW) == "it came after they left"
