"""The limits that a simulation counts by are its own; they are checked by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from bot.simulation.limits import Kind, Ledger
from storage.invariants import Pushed

MONDAY = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
TALK = uuid4()


def came(kind: str, *, nudge: UUID | None = None, exempt: bool = False) -> Pushed:
    """Give what a message was for."""
    return Pushed(kind, nudge or uuid4(), TALK, None, exempt)


def wrong(ledger: Ledger, *came_after: tuple[float, Pushed]) -> list[Kind]:
    """Give what is wrong with messages that come so many hours after Monday morning."""
    return [
        kind
        for hours, pushed in came_after
        for kind, _ in ledger.add(MONDAY + timedelta(hours=hours), pushed)
    ]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ((0, 24, 48), []),
        ((0, 24, 48, 72), ["over_cap"]),
        ((0, 24, 48, 168), []),
        ((0, 19.9), ["too_close"]),
        ((0, 20), []),
    ],
)
def test_three_a_week_and_twenty_hours_between(
    hours: tuple[float, ...], expected: list[Kind]
) -> None:
    each = [(hour, came("check_in")) for hour in hours]

    assert wrong(Ledger("UTC"), *each) == expected


def test_four_in_the_week_of_the_training() -> None:
    ledger = Ledger("UTC", days=frozenset({date(2026, 9, 7)}))
    five = [(hour, came("check_in")) for hour in (0, 24, 48, 72, 96)]

    assert wrong(ledger, *five[:4]) == []
    assert wrong(ledger, five[4]) == ["over_cap"]


def test_later_was_asked_for() -> None:
    each = [(hour, came("resume")) for hour in (0, 2, 4, 6)]

    assert wrong(Ledger("UTC"), *each) == []


def test_the_end_of_a_session_may_come_soon_after_something_else() -> None:
    ledger = Ledger("UTC", days=frozenset({date(2026, 9, 7)}))

    assert wrong(ledger, (0, came("welcome")), (2, came("goal_setting", exempt=True))) == []


def test_the_same_nudge_comes_once() -> None:
    one = came("check_in", nudge=TALK)

    assert "duplicates" in wrong(Ledger("UTC"), (0, one), (24, one))


@pytest.mark.parametrize(
    ("kinds", "days"),
    [
        (("remind", "remind"), 30),
        (("buddy_visit", "still_fine"), 3),
        (("witness", "witness"), 3),
        (("witness",) * 5, 10),
    ],
)
def test_each_role_has_a_limit_of_its_own(kinds: tuple[str, ...], days: int) -> None:
    each = [(number * days * 24, came(kind)) for number, kind in enumerate(kinds)]

    assert wrong(Ledger("UTC"), *each) == ["over_cap"]


def test_a_channel_gets_two_posts_a_week() -> None:
    three = [(hour, came("post")) for hour in (0, 1, 2)]

    assert wrong(Ledger("UTC", is_channel=True), *three) == ["over_cap"]
