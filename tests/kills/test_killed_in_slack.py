"""`holdfast serve`, killed at every step between a press in Slack and its answer there."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import httpx
import pytest

from bot.bench.processes import HOST, SERVES, free_port
from bot.clock import MachineClock
from storage import dialogues, outbox
from storage.dialogues import Dialogue
from storage.keyring import Keyring, write_key
from storage.outbox import Row
from tests.slack_peer.person import SlackPerson, elements
from tests.slack_peer.proxy import Proxy
from tests.slack_peer.told import SECRET, TOKEN
from tests.slack_peer.wire import Json, Wire
from tests.slack_town import SlackTown, in_slack
from tests.stories.beginnings import invited
from tests.support.kills import Killed
from tests.towns import MASTER

pytestmark = [pytest.mark.kills, pytest.mark.parametrize("database_kind", ["sqlite"])]

PLACES: Final = (
    "hear.received",
    "hear.before_commit",
    "hear.after_commit",
    "delivery.claimed",
    "delivery.before_send",
    "delivery.after_send",
    "delivery.before_mark",
    "delivery.after_mark",
)
KEYRING: Final = Keyring.of({"k1": MASTER}, current="k1")
FOLLOWS: Final = 2  # what a press leads to: its card replaced, and the next question
_PATIENCE: Final = 30.0  # seconds
_OK: Final = 200


@asynccontextmanager
async def serving(
    town: SlackTown, url: str, folder: Path, turned: float, armed: str = ""
) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Let Holdfast serve the town until the block ends, or it is killed; say where it answers.

    Its clock is turned by so many seconds.
    """
    port = free_port()
    settings = {
        "DATABASE_URL": url, "MASTER_KEYS": write_key("k1", MASTER), "HOST": HOST,
        "PORT": str(port), "SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_API": town.slack.base, "DATA_DIR": str(folder), "METRICS_PORT": "",
        "ERASURES_FILE": str(folder / "holdfast.erasures"), "FAILPOINTS": armed,
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.bench.another_day", str(turned), "serve",
        env={**os.environ, **{f"HOLDFAST_{name}": told for name, told in settings.items()}},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        assert process.stdout
        said = b""
        while SERVES not in said:
            line = await process.stdout.readline()
            assert line, said.decode()
            said += line
        yield process, f"http://{HOST}:{port}"
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def joining(client: SlackPerson) -> tuple[Json, Json, Json]:
    """Find the button with which she joins."""
    message = (await client.messages())[-1]
    block, element = next(
        (block, element) for block, element in elements(message) if element.get("value") == "join"
    )
    return message, block, element


async def told(town: SlackTown) -> tuple[Dialogue, list[Row]]:
    """Read Sanne's welcome, and all that is said in it."""
    async with town.hands.database.read() as tx:
        [welcome] = await dialogues.of_person(tx, town["Sanne"].id)
        return welcome, await outbox.of_dialogue(tx, welcome.id)


async def settled(town: SlackTown) -> tuple[Dialogue, list[Row]]:
    """Wait until nothing of it is on its way any more."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            welcome, rows = await told(town)
            if all(each.state not in ("pending", "sending") for each in rows):
                return welcome, rows
            await asyncio.sleep(0.1)  # noqa: TID251 - another process, which tells nobody


@pytest.mark.timeout(180)
@pytest.mark.parametrize("place", PLACES)
async def test_killed_in_slack_nothing_is_lost_and_nothing_doubled(
    place: str, database_url: str, slack: Proxy, tmp_path: Path, killed: Killed
) -> None:
    async with in_slack(database_url, KEYRING, slack, invited) as town:
        client = next(each for each in town.clients if each.user == town.user("Sanne"))
        press = await joining(client)
        turned = (town.clock.now - MachineClock().now()).total_seconds()
        async with serving(town, database_url, tmp_path, turned, place) as (process, door):
            wire = Wire(httpx.AsyncClient(base_url=door, timeout=_PATIENCE))
            client.wire = wire
            answered = False
            with suppress(httpx.TransportError):
                answered = (await client.presses(*press)).status_code == _OK
            ended = await asyncio.wait_for(process.wait(), _PATIENCE)
            assert ended == -signal.SIGKILL
            await wire.http.aclose()

        async with serving(town, database_url, tmp_path, turned) as (_, door):
            wire.http = httpx.AsyncClient(base_url=door, timeout=_PATIENCE)
            if not answered:  # then Slack sends it again
                assert (await wire.again()).status_code == _OK
            welcome, rows = await settled(town)
            await wire.http.aclose()

        posted = slack.posted()
        killed(
            lost=sum(each.state != "sent" for each in rows),
            doubled=sum(number - 1 for number in posted.values()),
        )
        assert [each.state for each in rows] == ["sent"] * (FOLLOWS + 1)
        assert set(posted.values()) == {1}
        assert "join" in welcome.answers
        *_, card, question = await client.messages()
        assert [each.get("value") for _, each in elements(card)] != ["join"]
        assert question["thread_ts"] == card["ts"]
