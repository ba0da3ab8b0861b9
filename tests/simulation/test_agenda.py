"""What is to be done comes in order: one thing a round from each, and nothing is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.simulation.acting import Step
from bot.simulation.agenda import Agenda

MONDAY = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

STEPS = st.lists(
    st.builds(
        Step,
        at=st.integers(0, 4).map(lambda hours: MONDAY + hours * HOUR),
        number=st.integers(0, 3),
        does=st.just("answers"),
        seed=st.integers(0, 99),
    ),
    max_size=12,
)


@given(STEPS)
def test_each_does_all_of_theirs_in_order_one_a_round(steps: list[Step]) -> None:
    agenda = Agenda()
    for step in steps:
        agenda.add(step)

    taken: list[Step] = []
    while (now := agenda.next()) is not None:
        in_this_round = agenda.take(now, 0)
        assert len({step.number for step in in_this_round}) == len(in_this_round) > 0
        assert all(step.at == now for step in in_this_round)
        taken += in_this_round

    whose = [sorted(steps, key=lambda step: step.at), taken]
    first, second = ([[s for s in each if s.number == n] for n in range(4)] for each in whose)
    assert first == second


def test_a_step_waits_for_its_round() -> None:
    agenda = Agenda()
    second = Step(MONDAY, 1, "answers", 0, round=2)
    agenda.add(second)

    assert agenda.first_round(MONDAY) == 2
    assert agenda.take(MONDAY, 1) == []
    assert agenda.take(MONDAY, 2) == [second]
    assert agenda.next() is None
