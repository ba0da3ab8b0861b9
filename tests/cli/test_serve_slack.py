"""`serve` connected to Slack, as a process of its own: it hears, answers, and survives a kill."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from bot.cli.edge import Ended
from tests.cli.conftest import Holdfast
from tests.cli.running import Running
from tests.slack_peer.person import SlackPerson
from tests.slack_peer.proxy import Proxy, refused
from tests.slack_peer.told import SECRET, TOKEN
from tests.slack_peer.wire import Json, Wire

pytestmark = pytest.mark.slow

PATIENCE = 60.0  # seconds
Start = Callable[..., Running]


@pytest.fixture
async def http(free_port: int) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client that reaches the port of `serve`."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{free_port}") as client:
        yield client


@pytest.fixture
def served(start_from_nothing: Start, slack: Proxy, free_port: int) -> Callable[[], Running]:
    """Give how to serve, connected to Slack."""

    def serve() -> Running:
        return start_from_nothing(
            "serve",
            port=str(free_port),
            look_every_seconds="0.2",
            slack_signing_secret=SECRET,
            slack_bot_token=TOKEN,
            slack_api=slack.base,
        )

    return serve


async def comes(person: SlackPerson, messages: int) -> list[Json]:
    """Wait until so many messages stand in somebody's chat."""
    async with asyncio.timeout(PATIENCE):
        # Another process sends them, and tells nobody.
        while len(there := await person.messages()) < messages:  # noqa: ASYNC110
            await asyncio.sleep(0.1)  # noqa: TID251
    return there


async def test_a_process_takes_a_press_is_killed_and_goes_on(
    house: Path,
    holdfast: Holdfast,
    served: Callable[[], Running],
    slack: Proxy,
    http: httpx.AsyncClient,
) -> None:
    brought_in = await asyncio.to_thread(holdfast, "people", "import", str(house))
    assert brought_in.exit_code == Ended.FINE
    running = served()
    await asyncio.to_thread(running.prints, "It is connected to Slack.")
    users = {each["name"]: each["id"] for each in (await slack.ask("users.list"))["members"]}
    sanne = SlackPerson(users["sanne"], Wire(http), slack)

    assert (await sanne.types("hulp", 0.0)).status_code == 200
    before = await comes(sanne, 1)

    assert await asyncio.to_thread(running.is_told, signal.SIGKILL) == -signal.SIGKILL
    again = served()
    await asyncio.to_thread(again.prints, "It is connected to Slack.")

    assert (await sanne.wire.again()).status_code == 200  # a retry of what was heard before
    assert (await sanne.types("plan", 1.0)).status_code == 200
    there = await comes(sanne, len(before) + 1)
    assert len({each["ts"] for each in there}) == len(there)
    assert await asyncio.to_thread(again.is_told, signal.SIGTERM) == Ended.FINE


@pytest.mark.usefixtures("house")
async def test_a_token_that_slack_does_not_know_is_said_in_words(
    served: Callable[[], Running], slack: Proxy
) -> None:
    slack.goes_wrong("auth.test", refused("invalid_auth"))

    running = served()
    await asyncio.to_thread(running.prints, "invalid_auth: Slack does not know this token")
    assert await asyncio.to_thread(running.ends) == Ended.PROBLEM


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"slack_bot_token": TOKEN}, "HOLDFAST_SLACK_SIGNING_SECRET is missing"),
        ({"slack_client_id": "1.2"}, "go together"),
    ],
)
def test_half_of_slack_is_refused(
    start: Start, given: dict[str, str], says: str, free_port: int
) -> None:
    running = start("serve", port=str(free_port), **given)

    running.prints(says)
    assert running.ends() == Ended.NOT_READY


def test_the_manifest_is_printed_and_nothing_else(holdfast: Holdfast) -> None:
    said = holdfast("manifest", "slack", "--host", "holdfast.example.org")

    assert said.exit_code == Ended.FINE
    assert said.stdout.startswith("{")
    assert "https://holdfast.example.org/slack/events" in said.stdout


@pytest.mark.parametrize(
    "wrong", [[], ["--host", "https://a.example/b"], ["--socket-mode", "--profile", "all"]]
)
def test_a_manifest_that_slack_would_refuse_is_not_printed(
    holdfast: Holdfast, wrong: list[str]
) -> None:
    said = holdfast("manifest", "slack", *wrong)

    assert said.exit_code == Ended.USAGE
    assert said.stdout == ""
