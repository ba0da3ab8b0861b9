"""What must hold of all rows is seen not to hold, where it does not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from storage import inbox, invariants, people, pledges
from storage.database import Database
from tests.storage.world import World

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


async def agreed(database: Database, world: World) -> None:
    """Let Sanne and Milan have an agreement, whatever they said."""
    async with database.write() as tx:
        pledge = await pledges.add(
            tx, person=world.sanne, enrolment=world.enrolment, dialogue=world.dialogue,
            key="hold_me", colleague=world.milan, words={"if": "", "then": ""}, now=NOW,
        )  # fmt: skip
        await pledges.change(tx, pledge, state="active", active_at=NOW)


async def test_an_agreement_is_read_with_the_talk_it_began_in(
    database: Database, world: World
) -> None:
    await agreed(database, world)

    async with database.read() as tx:
        [found] = await invariants.agreements(tx)
        one_sided = await invariants.one_sided(tx)

    assert (found.person, found.colleague) == (world.sanne, world.milan)
    assert found.talks == {world.dialogue}
    assert [each.person for each in one_sided] == [world.sanne]


@pytest.mark.parametrize("who", ["sanne", "milan"])
async def test_an_agreement_with_somebody_who_left_is_found(
    database: Database, world: World, who: str
) -> None:
    await agreed(database, world)
    async with database.read() as tx:
        before = await invariants.with_the_gone(tx)

    async with database.write() as tx:
        await people.set_status(tx, getattr(world, who), "left")
        after = await invariants.with_the_gone(tx)

    assert before == []
    assert [each.person for each in after] == [world.sanne]


async def test_an_event_of_which_nothing_came_is_found(database: Database, world: World) -> None:
    async with database.write() as tx:
        for event in ("heard", "lost"):
            await inbox.receive(tx, world.workspace, event, "typed", None, NOW)
        await inbox.outcome(tx, world.workspace, "heard", "answered")
        found = await invariants.lost_events(tx)

    assert found == ["lost"]
