"""`holdfast simulate`: its last line, what it says of a fault, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot import silence
from bot.cli.edge import Ended
from bot.simulation.limits import KINDS
from tests.cli.conftest import Holdfast

pytestmark = pytest.mark.slow

SMALL = ("simulate", "--people", "6", "--days", "30", "--seed", "1")


def test_the_last_line_is_one_json_object(holdfast: Holdfast) -> None:
    done = holdfast(*SMALL)

    told = json.loads(done.stdout.splitlines()[-1])
    assert done.exit_code == Ended.FINE, done.stderr
    assert {"people", "days", "turns", "messages", "wall_s", "turns_per_s", "peak_rss_mb"} <= {
        *told
    }
    assert {kind: told[kind] for kind in KINDS} == dict.fromkeys(KINDS, 0)
    assert "what must never happen" in done.stdout


def test_with_json_nothing_else_is_printed(holdfast: Holdfast) -> None:
    done = holdfast(*SMALL, "--json")

    assert len(done.stdout.splitlines()) == 1
    assert json.loads(done.stdout)["seed"] == 1


def test_a_fault_is_told_with_the_shortest_history(
    holdfast: Holdfast, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*given: object) -> None:
        del given

    monkeypatch.setattr(silence, "start_clocks", nothing)

    done = holdfast(*SMALL)

    assert done.exit_code == Ended.PROBLEM
    assert json.loads(done.stdout.splitlines()[-1])["stuck"] > 0
    assert "seed 1, team 0: stuck" in done.stderr
    assert "steps are left" in done.stderr
    assert "Europe/" in done.stderr  # who they are


def test_a_database_with_tables_is_refused(holdfast: Holdfast, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/there.db"
    holdfast("db", "upgrade")
    Path(".holdfast/holdfast.db").rename(tmp_path / "there.db")

    done = holdfast(*SMALL, "--database", url)

    assert done.exit_code == Ended.REFUSED
    assert "Give it an empty" in done.stderr


def test_a_given_database_is_left_empty(holdfast: Holdfast, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/given.db"

    assert holdfast(*SMALL, "--database", url).exit_code == Ended.FINE
    assert holdfast(*SMALL, "--database", url).exit_code == Ended.FINE
