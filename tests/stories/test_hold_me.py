"""Hold me to this: a learner asks one colleague, who agrees, and says what was seen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage import observations, pledges
from storage.pledges import Pledge
from tests.people import Someone, Town, Turning
from tests.stories.steps import joins, plans_in_dutch

pytestmark = pytest.mark.slow


async def the_pledge(town: Town) -> Pledge:
    """Read the one pledge there is."""
    async with town.hands.database.read() as tx:
        [found] = await pledges.of_person(tx, town["Sanne"].id)
        return found


async def test_a_colleague_agrees(
    town: Town, learner: Someone, emma: Someone, clock: Turning
) -> None:
    await joins(learner, clock)
    await clock.goes_on_until(learner)
    await plans_in_dutch(learner, asks=emma)

    learner.reads("share.send")
    await learner.taps("Verstuur")
    await clock.passes(days=1)

    emma.reads("hold_me.joins")
    await emma.taps("What is it?")
    emma.reads("hold_me.joins_after")
    await emma.taps("I'm in")
    await emma.taps("I give a nudge")
    emma.reads("agree.right")
    await emma.taps("Yes")
    await clock.passes(days=1)

    learner.reads("agree.right")
    await learner.taps("Klopt")
    assert (await the_pledge(town)).state == "active"
