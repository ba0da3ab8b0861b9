"""Slack's Web API, kept by npm's `emulate` in a process of its own; started once a worker."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from tests.slack_peer.proxy import Proxy, proxied
from tests.slack_peer.told import ADMINISTRATOR, CLIENT, EVERYTHING, SCOPES, TOKEN
from tests.support.leaving_out import leave_out

HERE: Final = Path(__file__).parent
INSTALLED: Final = HERE.parent.parent / ".venv" / "node"


@dataclass(frozen=True, slots=True)
class Seed:
    """Who is in the workspace at the beginning: names with their real names."""

    people: Mapping[str, str] = field(
        default_factory=lambda: {
            "sanne": "Sanne de Vries",
            "emma": "Emma Clarke",
            "tom": "Tom Bakker",
            "peter": "Peter Smit",
            "noor": "Noor Visser",
            "wietske aalbers": "Wietske Aalbers",
        }
    )
    scopes: Sequence[str] = SCOPES
    redirects: Sequence[str] = ("https://holdfast.example/slack/oauth_redirect",)

    def written(self) -> Mapping[str, Any]:
        """Write it as emulate's own seed."""
        client, secret = CLIENT
        return {
            "team": {"name": "Zonnewijzer", "domain": "zonnewijzer"},
            "users": [
                {"name": name, "real_name": real, "email": f"{name}@example.org"}
                for name, real in self.people.items()
            ],
            "bots": [{"name": "holdfast"}],
            "tokens": [
                {"token": TOKEN, "user": "holdfast", "scopes": [*self.scopes]},
                {"token": ADMINISTRATOR, "user": "admin", "scopes": [*EVERYTHING]},
            ],
            "oauth_apps": [
                {
                    "client_id": client,
                    "client_secret": secret,
                    "app_id": "A0HOLDFAST",
                    "name": "Holdfast",
                    "redirect_uris": [*self.redirects],
                    "scopes": [*self.scopes],
                    "bot_name": "holdfast",
                }
            ],
            "strict_scopes": True,
        }


class Emulated:
    """The process; `start` begins with an empty workspace of a seed, and gives its address."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        """Take the process."""
        self._process = process

    def start(self, seed: Seed) -> str:
        """Begin anew, and give the address of the Web API."""
        said, told = self._process.stdin, self._process.stdout
        assert said
        assert told
        said.write(json.dumps(seed.written()) + "\n")
        said.flush()
        line = told.readline()
        assert line, "emulate ended; run `make .venv/node`, which installs it, and try again"
        return str(json.loads(line)["url"]).replace("localhost", "127.0.0.1")


@pytest.fixture(scope="session")
def emulated() -> Iterator[Emulated]:
    """Give Slack's Web API, kept by emulate."""
    node = INSTALLED / "node_modules" / ".bin" / "node"
    if not shutil.which(str(node)):
        leave_out("emulate (npm)", "With Node and npm installed: make .venv/node")
    with subprocess.Popen(  # noqa: S603 - what `make .venv/node` installed
        [node, INSTALLED / "emulated.mjs"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=INSTALLED,
    ) as process:  # fmt: skip
        yield Emulated(process)
        assert process.stdin
        process.stdin.close()
        process.wait()


@pytest.fixture
async def slack(emulated: Emulated) -> AsyncIterator[Proxy]:
    """Give a Slack that is new: its people, and nothing said yet."""
    async with proxied(emulated.start(Seed())) as proxy:
        yield proxy
