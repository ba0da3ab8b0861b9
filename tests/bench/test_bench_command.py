"""`holdfast bench` from the outside: what it prints, and what it says where peers are missing."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.bench import morning, starting
from bot.bench.crowded import crowded
from bot.bench.grounds import Ground
from bot.bench.report import BEGIN, END
from bot.bench.results import AIMS, FIGURE_AIMS
from bot.bench.sizes import QUICK
from tests.support.postgresql import Cluster

ROOT = Path(__file__).parent.parent.parent
WITHOUT_PEERS = "import sys; sys.modules['botbuilder'] = None; from bot.cli import main; main()"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.timeout(300)  # it starts some twenty processes, one after the other
def test_it_prints_a_table_and_every_ratio_on_the_last_line(
    cluster: Cluster, tmp_path: Path
) -> None:
    written = tmp_path / "performance.md"
    written.write_text(f"{BEGIN}\n{END}\n", "utf-8")
    server = ("--database", cluster.url("postgres"))

    ended = run("-m", "bot", "bench", "--quick", "--json", *server, "--write", str(written))

    told = json.loads(ended.stdout.splitlines()[-1])
    assert ended.returncode == 0, ended.stderr  # whatever was missed
    assert set(told["ratios"]) == {aim.name for aim in AIMS}
    assert {each["database"] for each in told["figures"]} == {"SQLite", "PostgreSQL"}
    assert {each["name"] for each in told["figures"]} >= {aim.name for aim in FIGURE_AIMS}
    assert told["quick"]
    assert "this measures nothing" in written.read_text("utf-8")
    assert all(name in written.read_text("utf-8") for name in told["ratios"])
    assert "Measuring PostgreSQL: starting." in ended.stderr


def test_where_the_peers_are_missing_it_says_what_installs_them() -> None:
    ended = run("-c", WITHOUT_PEERS, "bench")

    assert ended.returncode == 3
    assert "make bench" in ended.stderr


@pytest.mark.slow
async def test_a_morning_is_lived_in_a_process_of_its_own(sqlite_bench: Ground) -> None:
    async with crowded(sqlite_bench, QUICK) as (few, _):
        lived = await morning.of(few)

    assert lived.sent == QUICK.morning
    assert lived.peak > 20_000_000  # no Python that has all of this loaded takes less


@pytest.mark.slow
async def test_serving_is_started_until_it_is_ready(sqlite_bench: Ground) -> None:
    async with crowded(sqlite_bench, QUICK) as (few, _):
        started = await asyncio.wait_for(starting.start(few), 60)

    assert started.units == 1
