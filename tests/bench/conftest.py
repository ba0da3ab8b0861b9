"""Where what measures is tried out: a ground of each kind, with the suite's own server."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.bench.grounds import Files, Ground, Server
from tests.support.postgresql import Cluster


@pytest.fixture
def sqlite_bench(tmp_path: Path) -> Ground:
    """Give a folder for SQLite files."""
    return Files(tmp_path)


@pytest.fixture
def postgresql_bench(cluster: Cluster) -> Ground:
    """Give the run's server."""
    return Server(cluster.url("postgres"))


@pytest.fixture
def bench(request: pytest.FixtureRequest, database_kind: str) -> Ground:
    """Give a ground: the test runs on both kinds."""
    found: Ground = request.getfixturevalue(f"{database_kind}_bench")
    return found
