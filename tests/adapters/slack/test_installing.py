"""Installing from a page: an administrator agrees in Slack, and it goes on with that token."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.adapters.slack import oauth
from bot.adapters.slack.credentials import Credentials
from storage import workspaces
from tests.slack_peer.proxy import Fault
from tests.slack_peer.told import TEAM, TOKEN
from tests.slack_town import SlackTown

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_kind", ["sqlite"])]

INSTALL, BACK = "/slack/install", "/slack/oauth_redirect"


async def begins(town: SlackTown) -> dict[str, str]:
    """Open the page, and give what its link asks of Slack; the browser keeps the cookie."""
    page = await town.wire.http.get(INSTALL)
    assert page.status_code == 200, page.text
    link = (
        page.text.partition('href="https://slack.com')[2].partition('"')[0].replace("&amp;", "&")
    )
    return {name: found[0] for name, found in parse_qs(urlsplit(link).query).items()}


async def agrees(town: SlackTown, asked: dict[str, str]) -> dict[str, str]:
    """Agree in Slack, and give with what Slack sends the browser back."""
    user = town["Sanne"].user
    behind = f"{town.slack.behind}/oauth/v2/authorize/callback"
    async with httpx.AsyncClient() as browser:
        answer = await browser.post(behind, data={**asked, "user_id": user})
    assert answer.status_code == 302, answer.text
    sent_to = urlsplit(answer.headers["location"])
    assert sent_to.path == BACK
    return {name: found[0] for name, found in parse_qs(sent_to.query).items()}


async def kept(town: SlackTown, name: str = TEAM) -> Credentials | None:
    """Read what opens a workspace, or an organisation, that Slack calls so."""
    async with town.hands.database.read() as tx:
        place = await workspaces.by_external(tx, "slack", name)
        found = await workspaces.credentials_of(tx, place.id) if place else None
    return Credentials.load(found) if found else None


async def test_who_agrees_has_installed_it_and_it_goes_on(invited_town: SlackTown) -> None:
    asked = await begins(invited_town)
    assert {"chat:write", "im:history", "commands"} <= set(asked["scope"].split(","))
    code = await agrees(invited_town, asked)

    page = await invited_town.wire.http.get(BACK, params=code)

    assert page.status_code == 200, page.text
    installed = await kept(invited_town)
    assert installed is not None
    assert installed.token.startswith("xoxb-")
    assert installed.token != TOKEN
    assert not installed.org_wide
    await invited_town["Sanne"].taps("Ik doe mee")
    invited_town["Sanne"].reads("welcome.promise")


@pytest.mark.parametrize("how", ["no cookie", "another state", "twice", "too late", "a no"])
async def test_whoever_did_not_begin_here_installs_nothing(
    invited_town: SlackTown, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    if how == "too late":
        monkeypatch.setattr(oauth, "LASTS", timedelta(seconds=-1))
    http = invited_town.wire.http
    code = await agrees(invited_town, await begins(invited_town))
    match how:
        case "no cookie":
            http.cookies.clear()
        case "another state":
            code["state"] = "made up"
        case "twice":
            await http.get(BACK, params=code)
        case "a no":
            code = {"error": "access_denied", "state": code["state"]}
    before = await kept(invited_town)

    page = await http.get(BACK, params=code)

    assert "Thank you!" not in page.text, page.text
    assert "xoxb" not in page.text
    assert await kept(invited_town) == before


async def test_a_whole_organisation_is_installed_once_and_all_its_workspaces_are_heard(
    invited_town: SlackTown,
) -> None:
    code = await agrees(invited_town, await begins(invited_town))
    told = {
        "ok": True, "access_token": "xoxb-of-all", "token_type": "bot", "scope": "chat:write",
        "bot_user_id": "UBOT", "app_id": "A0HOLDFAST", "team": None, "authed_user": {"id": "U1"},
        "enterprise": {"id": "E0GRID", "name": "Zonnewijzer"}, "is_enterprise_install": True,
    }  # fmt: skip
    invited_town.slack.goes_wrong("oauth.v2.access", Fault(200, json.dumps(told)))

    page = await invited_town.wire.http.get(BACK, params=code)

    assert page.status_code == 200, page.text
    installed = await kept(invited_town, "E0GRID")
    assert installed is not None
    assert (installed.token, installed.org_wide) == ("xoxb-of-all", True)
    of_any = await invited_town.connected.installed.of_team("T0NEW", "E0GRID")
    assert of_any is not None
    assert of_any.external_id == "E0GRID"


async def renewing(town: SlackTown, answer: dict[str, Any], lasts: float = 1) -> None:
    """Let the token be one of those that end, and Slack give another one."""
    installed = await kept(town)
    assert installed is not None
    ends = town.clock.now + timedelta(hours=lasts)
    old = Credentials(installed.token, installed.bot_user, refresh_token="xoxe-1", expires_at=ends)
    await town.connected.installed.keep(town.workspace, old)
    town.slack.goes_wrong("oauth.v2.access", Fault(200, json.dumps(answer)))


async def test_a_token_that_ends_soon_is_renewed_once(invited_town: SlackTown) -> None:
    await renewing(invited_town, {
        "ok": True, "access_token": TOKEN, "token_type": "bot", "scope": "chat:write",
        "refresh_token": "xoxe-2", "expires_in": 43_200,
    })  # fmt: skip

    await invited_town["Sanne"].taps("Ik doe mee")
    await invited_town["Sanne"].taps("Prima")

    renewed = await kept(invited_town)
    assert renewed is not None
    assert renewed.refresh_token == "xoxe-2"
    assert renewed.bot_user
    asked = [each for each in invited_town.slack.calls if each.method == "oauth.v2.access"]
    assert len(asked) == 1
    assert asked[0].arguments["refresh_token"] == "xoxe-1"


@pytest.mark.parametrize("error", ["internal_error", "invalid_refresh_token"])
async def test_a_token_that_cannot_be_renewed_is_used_as_long_as_it_lasts(
    invited_town: SlackTown, error: str
) -> None:
    await renewing(invited_town, {"ok": False, "error": error})

    await invited_town["Sanne"].types("plan")

    invited_town["Sanne"].reads("common.no_plan")
    asked = [each for each in invited_town.slack.calls if each.method == "oauth.v2.access"]
    assert len(asked) == 1


async def test_once_it_is_over_the_workspace_waits_for_another_installation(
    invited_town: SlackTown,
) -> None:
    await renewing(invited_town, {"ok": False, "error": "invalid_refresh_token"}, lasts=-1)

    await invited_town["Sanne"].types("plan")
    await invited_town.hands.look()

    assert await kept(invited_town) is None
    async with invited_town.hands.database.read() as tx:
        assert (await workspaces.get(tx, invited_town.workspace)).state == "paused"
