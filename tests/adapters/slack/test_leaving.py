"""What ends in Slack: the app is taken out, a token is revoked, somebody's account is closed."""

from __future__ import annotations

from typing import Any

import pytest

from storage import addresses, nudges, people, workspaces
from tests.adapters.slack.test_faults import say, states
from tests.slack_peer.told import TOKEN
from tests.slack_town import SlackTown

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_kind", ["sqlite"])]

REMOVED = {"type": "app_uninstalled"}
REVOKED = {"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}}


async def is_wiped(town: SlackTown) -> bool:
    """Say whether nothing opens the workspace any more."""
    async with town.hands.database.read() as tx:
        home = await workspaces.get(tx, town.workspace)
        return home.state == "paused" and await workspaces.credentials_of(tx, home.id) is None


async def changes(town: SlackTown, name: str, **account: object) -> None:
    """Let Slack tell of a change of somebody's account."""
    usual = {"id": town[name].user, "team_id": "T000000001", "deleted": False, "is_bot": False}
    user: dict[str, Any] = {**usual, "tz": "Europe/Amsterdam", **account}
    await town.wire.event({"type": "user_change", "user": user})


@pytest.mark.parametrize(
    "events", [[REMOVED, REVOKED], [REVOKED, REMOVED]], ids=["out", "revoked"]
)
async def test_in_either_order_everything_stops_and_the_token_is_wiped(
    invited_town: SlackTown, events: list[dict[str, Any]]
) -> None:
    for event in events:
        answer = await invited_town.wire.event(event)
        assert answer.status_code == 200
        assert await is_wiped(invited_town)

    before = len(invited_town["Sanne"].messages)
    [row] = await say(invited_town)
    await invited_town.hands.look()

    assert await states(invited_town, [row]) == [("failed", "Closed")]
    assert len(invited_town["Sanne"].messages) == before


async def test_installed_again_it_goes_on(invited_town: SlackTown) -> None:
    await invited_town.wire.event(REMOVED)
    await invited_town.hands.look()

    await invited_town.connected.install(TOKEN)
    [row] = await say(invited_town)
    await invited_town.hands.look()

    assert await states(invited_town, [row]) == [("sent", None)]


async def test_tokens_of_people_end_nothing(invited_town: SlackTown) -> None:
    await invited_town.wire.event({"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}})

    assert not await is_wiped(invited_town)


async def test_whose_account_is_closed_hears_nothing_any_more(invited_town: SlackTown) -> None:
    sanne = invited_town["Sanne"]
    before = len(sanne.messages)

    await changes(invited_town, "Sanne", deleted=True)
    await invited_town.clock.passes(days=10)

    assert len(sanne.messages) == before
    async with invited_town.hands.database.read() as tx:
        assert (await people.get(tx, sanne.id)).status == "left"
        assert await addresses.preferred(tx, sanne.id) is None


async def test_who_moves_is_visited_in_their_own_hours(invited_town: SlackTown) -> None:
    sanne = invited_town["Sanne"]
    for label in ("Ik doe mee", "Prima", "Di 9:30", "2 minuten"):
        await sanne.taps(label)

    await changes(invited_town, "Sanne", tz="America/New_York")

    async with invited_town.hands.database.read() as tx:
        assert (await people.get(tx, sanne.id)).zone == "America/New_York"
        ahead = await nudges.ahead_of(tx, sanne.id)
    assert {e.zone for e in ahead if e.kind == "goal_setting"} == {"America/New_York"}
