"""Whoever was brought in by a list is found in Slack by their e-mail, before any message."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from storage import addresses, organisations, people
from storage.tables import addresses as addresses_table
from tests.adapters.slack.test_faults import say, states
from tests.slack_town import SlackTown

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_kind", ["sqlite"])]


async def is_not_known_yet(town: SlackTown, name: str) -> None:
    """Let somebody have been brought in, and never been seen in Slack."""
    async with town.hands.database.write() as tx:
        theirs = addresses_table.c.person_id == town[name].id
        await tx.run(delete(addresses_table).where(theirs))


def asked(town: SlackTown, method: str) -> int:
    """Count how often Slack was asked something."""
    return sum(each.method == method for each in town.slack.calls)


async def test_a_message_waits_until_its_reader_is_found(invited_town: SlackTown) -> None:
    await is_not_known_yet(invited_town, "Sanne")
    [row] = await say(invited_town)

    await invited_town.hands.look()
    assert await states(invited_town, [row]) == [("pending", None)]
    assert await invited_town.connected.rosters.look() == 1
    await invited_town.clock.passes(hours=1)

    assert await states(invited_town, [row]) == [("sent", None)]
    async with invited_town.hands.database.read() as tx:
        found = await addresses.preferred(tx, invited_town["Sanne"].id)
    assert found is not None
    assert found.user == invited_town["Sanne"].user


async def test_nothing_is_asked_as_long_as_everybody_is_known(invited_town: SlackTown) -> None:
    assert await invited_town.connected.rosters.look() == 0

    assert asked(invited_town, "users.list") == 0


async def test_who_is_not_there_is_asked_for_once_a_day(invited_town: SlackTown) -> None:
    async with invited_town.hands.database.write() as tx:
        house = await organisations.first(tx)
        assert house is not None
        await people.add(
            tx, organisation=house.id, name="Nadia", email="nadia@example.net", language="nl",
            zone="Europe/Amsterdam",
        )  # fmt: skip

    for _ in range(3):
        assert await invited_town.connected.rosters.look() == 0
    assert asked(invited_town, "users.lookupByEmail") == 1

    await invited_town.clock.passes(days=2)
    await invited_town.connected.rosters.look()
    assert asked(invited_town, "users.lookupByEmail") == 2


async def test_whom_the_list_left_out_is_asked_for_by_address(
    invited_town: SlackTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    await is_not_known_yet(invited_town, "Sanne")
    matching = invited_town.connected.matching

    async def nobody(*_given: object) -> int:
        return 0

    monkeypatch.setattr(matching, "match_all", nobody)

    assert await invited_town.connected.rosters.look() == 1
    assert asked(invited_town, "users.lookupByEmail") == 1
