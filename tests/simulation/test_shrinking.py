"""A history is made as short as it can be while it still shows what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.simulation.acting import Step
from bot.simulation.shrinking import shorter

MONDAY = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)


def steps(number: int) -> list[Step]:
    """Give steps that differ by their dice."""
    return [Step(MONDAY, 0, "answers", seed) for seed in range(number)]


def never() -> bool:
    """Have all the time there is."""
    return False


@given(number=st.integers(1, 40), data=st.data())
async def test_only_what_is_needed_is_left(number: int, data: st.DataObject) -> None:
    needed = data.draw(st.sets(st.integers(0, number - 1)))

    async def fails(left: Sequence[Step]) -> bool:
        return needed <= {each.seed for each in left}

    left = await shorter(steps(number), fails, never)

    assert {each.seed for each in left} == needed


async def test_without_time_everything_is_left() -> None:
    async def fails(left: Sequence[Step]) -> bool:
        return bool(left)

    left = await shorter(steps(5), fails, lambda: True)

    assert len(left) == 5
