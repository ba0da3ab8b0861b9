"""A small soak: memory does not grow with the days that people live."""

import pytest

from tests.faults.soak import soak

pytestmark = pytest.mark.slow


async def test_memory_does_not_grow_with_the_days(empty_sqlite_url: str) -> None:
    told = await soak(empty_sqlite_url, learners=6, days=30)

    assert told["sent"] > 6
    assert told["heard"] > 6
    assert told["grown"] < 1.2  # the whole soak says it exactly: make soak
