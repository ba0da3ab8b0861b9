"""A process that forks, and a site of each kind of database, for all tests of a worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kills.demos import Demos
from tests.kills.forks import Forks, forking
from tests.kills.sites import Site
from tests.support.databases import KINDS


@pytest.fixture(scope="session")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    """Give the process that forks lives."""
    with forking(tmp_path_factory.mktemp("forks") / "said", "tests.kills.lives") as started:
        yield started


@pytest.fixture(scope="session", params=KINDS)
def site(
    request: pytest.FixtureRequest, forks: Forks, tmp_path_factory: pytest.TempPathFactory
) -> Site:
    """Give where scenarios are played: the test runs on both kinds of database."""
    ground = request.getfixturevalue(f"{request.param}_ground")
    return Site(ground, forks, tmp_path_factory.mktemp("lives"))


@pytest.fixture(scope="session")
def demos(site: Site) -> Demos:
    """Give demos on that kind of database."""
    return Demos(site.ground, site.folder)
