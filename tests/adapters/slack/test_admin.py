"""`/holdfast admin`: who administers gives a cohort its channels; nobody else does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.adapters.slack import checks
from storage import addresses, cohorts, people
from storage.cohorts import Cohort
from storage.keyring import Keyring
from tests.adapters.slack.test_home import before, texts
from tests.slack_peer.person import SlackPerson
from tests.slack_peer.proxy import Fault, Proxy, refused
from tests.slack_town import SlackTown, in_slack
from tests.stories.beginnings import invited

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_kind", ["sqlite"])]

CHANNEL = "C0TEAMZUID"


async def administers(town: SlackTown, name: str = "Sanne") -> SlackPerson:
    """Let somebody administer Holdfast, and give the client they sit before."""
    async with town.hands.database.write() as tx:
        await people.set_roles(tx, town[name].id, ["admin"])
    return before(town[name])


async def cohort_of(town: SlackTown) -> Cohort:
    """Read the first cohort there is."""
    async with town.hands.database.read() as tx:
        person = await people.get(tx, town["Sanne"].id)
        return (await cohorts.all_in(tx, person.organisation_id))[0]


async def chooses(client: SlackPerson, which: str = "team", channel: str = CHANNEL) -> Any:  # noqa: ANN401
    """Choose a channel in the open modal, and give what Slack was answered."""
    assert client.view is not None
    cohort = client.view["blocks"][0]["element"]["options"][0]
    answer = await client.submits(
        {
            "cohort": {"selected_option": cohort},
            "which": {"selected_option": {"value": which}},
            "channel": {"selected_conversation": channel},
            "name": {"value": " #team-zuid "},
            "few": {"selected_options": [{"value": "yes"}]},
        }
    )
    return answer.json() if answer.content else {}


async def test_an_administrator_gives_a_team_its_channel(invited_town: SlackTown) -> None:
    client = await administers(invited_town)
    await client.commands("Beheer")
    assert client.view is not None
    assert checks.limits_kept(client.view) == []
    by_block = {each["block_id"]: each["element"] for each in client.view["blocks"]}
    assert by_block["channel"]["filter"]["exclude_external_shared_channels"] is True

    told = await chooses(client)

    assert "Wie in deze groep een plan maakt" in texts(told["view"])
    there = (await cohort_of(invited_town)).team_channel_id
    assert there is not None
    async with invited_town.hands.database.read() as tx:
        assert (await people.get(tx, there)).name == "#team-zuid"
        found = await addresses.by_user(tx, invited_town.workspace, CHANNEL)
    assert found is not None
    assert found.person_id == there


async def test_managers_get_theirs(invited_town: SlackTown) -> None:
    client = await administers(invited_town)
    await client.commands("admin")

    told = await chooses(client, "managers")

    assert "weekoverzicht" in texts(told["view"])
    assert (await cohort_of(invited_town)).channel == CHANNEL


async def test_nobody_else_may(invited_town: SlackTown) -> None:
    client = before(invited_town["Sanne"])

    await client.commands("admin")

    assert client.view is None
    assert "voor wie Holdfast beheert" in texts(invited_town.slack.opened[-1])


async def test_whose_role_was_taken_back_meanwhile_may_not(invited_town: SlackTown) -> None:
    client = await administers(invited_town)
    await client.commands("admin")
    async with invited_town.hands.database.write() as tx:
        await people.set_roles(tx, invited_town["Sanne"].id, [])

    told = await chooses(client)

    assert "voor wie Holdfast beheert" in texts(told["view"])
    assert (await cohort_of(invited_town)).team_channel_id is None


@pytest.mark.parametrize(
    ("channel", "why"),
    [
        ({"num_members": 51}, "meer dan 50"),
        ({"is_archived": True}, "kan ik niets plaatsen"),
        ({"is_ext_shared": True}, "van buiten"),
        (None, "Nodig Holdfast er eerst uit"),
        ({"num_members": 50}, ""),
    ],
)
async def test_where_holdfast_may_look_it_looks(
    database_url: str, keyring: Keyring, slack: Proxy, channel: dict[str, object] | None, why: str
) -> None:
    slack.scopes = (*slack.scopes, "channels:read", "groups:read")
    async with in_slack(database_url, keyring, slack, invited) as town:
        client = await administers(town)
        await client.commands("admin")
        there = Fault(200, json.dumps({"ok": True, "channel": channel}))
        slack.goes_wrong("conversations.info", there if channel else refused("channel_not_found"))

        told = await chooses(client)

        assert why in str(told.get("errors", {}).get("channel", ""))
        assert ((await cohort_of(town)).team_channel_id is None) is bool(why)
