"""Who will read an answer is said under its question, before it is written."""

from __future__ import annotations

import pytest

from tests.people import Someone
from tests.stories.pairs import promised

pytestmark = [pytest.mark.slow, pytest.mark.every_chat]


@pytest.mark.begins(promised)
async def test_a_plan_that_is_worded_anew_for_two_says_who_reads_it(learner: Someone) -> None:
    await learner.taps("Aanpassen")
    read_by = [learner.last.fields[0].seen_by]

    await learner.writes("het overleg op dinsdag begint")
    await learner.taps("Weet ik nog niet")
    read_by += [learner.last.fields[0].seen_by]
    await learner.writes("zeg ik één ding dat goed ging in het overleg")
    await learner.taps("Valt wel mee")
    read_by += [learner.last.fields[0].seen_by]

    learner.reads("if_then.right")
    assert all("Tom" in each for each in read_by), read_by
