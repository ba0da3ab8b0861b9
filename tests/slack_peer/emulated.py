"""Slack's Web API, kept by npm's `emulate` in a process of its own; started once a worker."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest_asyncio

from tests.support.leaving_out import leave_out

HERE: Final = Path(__file__).parent
INSTALLED: Final = HERE.parent.parent / ".venv" / "node"
TOKEN: Final = "xoxb-of-holdfast"  # noqa: S105 - of an emulated Slack
TEAM: Final = "T000000001"  # what emulate calls its only workspace
CLIENT: Final = ("1.2", "a client's secret")
SCOPES: Final = (
    "chat:write", "commands", "im:history", "im:write", "users:read", "users:read.email",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seed:
    """Who is in the workspace at the beginning: names with their real names."""

    people: Mapping[str, str] = field(
        default_factory=lambda: {
            "sanne": "Sanne de Vries",
            "emma": "Emma Clarke",
            "tom": "Tom Bakker",
            "peter": "Peter Smit",
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
            "tokens": [{"token": TOKEN, "user": "holdfast", "scopes": [*self.scopes]}],
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

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Take the process."""
        self._process = process

    async def start(self, seed: Seed) -> str:
        """Begin anew, and give the address of the Web API."""
        said, told = self._process.stdin, self._process.stdout
        assert said
        assert told
        said.write(json.dumps(seed.written()).encode() + b"\n")
        await said.drain()
        line = await told.readline()
        assert line, "emulate ended; run `make test`, which installs it, and look at its output"
        return str(json.loads(line)["url"]).replace("localhost", "127.0.0.1")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def emulated() -> AsyncIterator[Emulated]:
    """Give Slack's Web API, kept by emulate."""
    node = INSTALLED / "node_modules" / ".bin" / "node"
    if not shutil.which(str(node)):
        leave_out("emulate (npm)", "With Node and npm installed: make .venv/node")
    process = await asyncio.create_subprocess_exec(
        node, INSTALLED / "emulated.mjs",
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=INSTALLED,
    )  # fmt: skip
    try:
        yield Emulated(process)
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()
