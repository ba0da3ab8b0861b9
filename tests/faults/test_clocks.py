"""The machine's clock is put back or jumps ahead while Holdfast runs: nobody notices twice."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from bot.clock import TurnedClock
from storage.tables_talk import outbox
from tests.people import Someone, Town, Turning
from tests.stories.beginnings import invited, planned
from tests.support.faults import Database, Fault

pytestmark = pytest.mark.slow

HOUR = timedelta(hours=1)


def jumps(town: Town, by: timedelta) -> None:
    """Put the clock of the running hands forward or back."""
    assert isinstance(town.hands.clock, TurnedClock)
    town.hands.clock.set_to(town.clock.now + by)


async def sent_unasked(town: Town) -> list[tuple[UUID, UUID, datetime]]:
    """Give what was sent that nobody asked for: to whom, for which nudge, and when."""
    columns = (outbox.c.person_id, outbox.c.nudge_id, outbox.c.sent_at)
    sent = select(*columns).where(outbox.c.nudge_id.is_not(None), outbox.c.state == "sent")
    async with town.hands.database.read() as tx:
        rows = await tx.rows(sent)
    return [(row["person_id"], row["nudge_id"], row["sent_at"]) for row in rows]


def kind_of(town: Town) -> Database:
    """Name the kind of database."""
    return town.hands.database._dialect  # noqa: SLF001 - nobody else asks


@pytest.mark.begins(invited)
async def test_an_hour_that_comes_twice_brings_no_second_message(
    town: Town, learner: Someone, clock: Turning, fault: Fault
) -> None:
    await town.hands.look()
    before = await sent_unasked(town)

    jumps(town, -HOUR)
    await town.hands.look()
    at_once = await sent_unasked(town)
    await clock.passes(hours=4)
    after = await sent_unasked(town)

    times = Counter(nudge for _, nudge, _ in after)
    doubled = sum(times.values()) - len(times)
    fault("clock put back", database=kind_of(town))(doubled=doubled)
    assert at_once == before
    assert doubled == 0
    assert Counter(person for person, _, _ in after)[learner.id] == 1


@pytest.mark.begins(planned)
async def test_what_waits_after_a_jump_of_three_days_is_one_message_for_each(
    town: Town, clock: Turning, fault: Fault
) -> None:
    await clock.passes(hours=3)
    before = await sent_unasked(town)

    jumps(town, timedelta(days=3))
    await town.hands.look()
    await clock.passes(hours=6)

    after = await sent_unasked(town)
    new = Counter(person for person, _, _ in after) - Counter(person for person, _, _ in before)
    times = Counter(nudge for _, nudge, _ in after)
    doubled = sum(times.values()) - len(times)
    fault("clock put forward", database=kind_of(town))(doubled=doubled)
    assert max(new.values(), default=0) == 1
    assert doubled == 0


@pytest.mark.begins(planned)
async def test_a_clock_that_was_three_days_ahead_and_is_put_right_sends_nothing_again(
    town: Town, clock: Turning, fault: Fault
) -> None:
    jumps(town, timedelta(days=3))
    await town.hands.look()
    ahead = await sent_unasked(town)

    jumps(town, timedelta(days=-3))
    await town.hands.look()
    await clock.passes(days=2)

    after = await sent_unasked(town)
    times = Counter(nudge for _, nudge, _ in after)
    doubled = sum(times.values()) - len(times)
    fault("clock put forward", database=kind_of(town))(lost=len(set(ahead) - set(after)))
    assert set(ahead) <= set(after)
    assert doubled == 0
