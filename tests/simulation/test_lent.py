"""What was lent is judged by what each learner tapped, and until when it held."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from bot.simulation.lent import overloaded
from bot.simulation.marks import Released, mark
from storage.pledges import Pledge, State

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIRST, SECOND = UUID(int=1), UUID(int=2)
WORDS = mark(7, 1)


def released(talk: UUID, at: datetime) -> Released:
    """Give what was released to Ben in a talk."""
    found = Released()
    found.tapped(7, f"Dit stuur ik aan Ben: {WORDS}", ["Ben", "Cas"], talk, at)
    return found


def reads(found: Released, name: str) -> bool:
    """Say whether somebody may read the words."""
    return not found.leaked(8, {name}, WORDS)


def test_only_who_is_named_may_read_it() -> None:
    found = released(FIRST, NOW)

    assert reads(found, "Ben")
    assert not reads(found, "Cas")


def test_what_ended_may_be_read_no_more() -> None:
    found = released(FIRST, NOW)
    found.taken_back([WORDS], "Ben", {FIRST}, NOW + HOUR)

    assert not reads(found, "Ben")


def test_what_was_released_elsewhere_or_anew_may_still_be_read() -> None:
    elsewhere, anew = released(SECOND, NOW), released(FIRST, NOW + 2 * HOUR)
    for each in (elsewhere, anew):
        each.taken_back([WORDS], "Ben", {FIRST}, NOW + HOUR)

    assert reads(elsewhere, "Ben")
    assert reads(anew, "Ben")


def pledge(learner: int, state: State = "active") -> Pledge:
    """Give what somebody asked Ben."""
    return Pledge(
        UUID(int=learner), UUID(int=learner), UUID(int=learner), None, "hold_me", UUID(int=99),
        state, None, 1, 1, 1, NOW, NOW, None, words={}, theirs=None,
    )  # fmt: skip


def test_nobody_holds_three_learners_to_something() -> None:
    ben = {UUID(int=99): "Ben"}

    assert not list(overloaded([pledge(1), pledge(2), pledge(2), pledge(3, "ended")], ben))
    assert not list(overloaded([pledge(1), pledge(2), pledge(3)], {}))
    [found] = overloaded([pledge(1), pledge(2), pledge(3, "asked")], ben)
    assert found.person == UUID(int=99)
