"""A database for every test that asks for one, on both kinds.

A test gets a copy of a template that is migrated once a worker; migrating is not repeated, so
a test of migrations takes `empty_database_url`. Two names are asked for by their kind where a
test needs just one: `sqlite_url` and `postgresql_url`. Whoever copies databases by itself takes a
ground.
"""

import asyncio
import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from storage.migrate import upgrade
from tests.support.grounds import Files, Ground, Server
from tests.support.leaving_out import leave_out
from tests.support.postgresql import Cluster, cluster_in, find_programs

KINDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))
_FOLDER = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Choose the folder of this run's PostgreSQL server; whoever needs it first starts it."""
    given: dict[str, str] = getattr(config, "workerinput", {})
    # Not pytest's own folder for temporary files: a socket's path may have 100 characters.
    chosen = given.get("cluster") or tempfile.mkdtemp(prefix="holdfast-")
    config.stash[_FOLDER] = Path(chosen)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # noqa: ANN401 - a worker of xdist, untyped
    """Tell a worker which folder the run has."""
    node.workerinput["cluster"] = str(node.config.stash[_FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and remove its folder, once all workers are done."""
    if hasattr(config, "workerinput"):
        return
    cluster = cluster_in(config.stash[_FOLDER], find_programs() or Path())
    if cluster.runs:
        cluster.stop()
    shutil.rmtree(cluster.folder)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need PostgreSQL and say so by a fixture, before `-m` chooses."""
    for item in items:
        if "cluster" in getattr(item, "fixturenames", ()):
            item.add_marker("postgresql")


@pytest.fixture(scope="session")
def cluster(pytestconfig: pytest.Config) -> Cluster:
    """Give the run's PostgreSQL server, started by the first worker that asks."""
    programs = find_programs()
    if programs is None:
        leave_out("PostgreSQL server", "On Debian: apt-get install postgresql")
    cluster = cluster_in(pytestconfig.stash[_FOLDER], programs)
    with (cluster.folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not cluster.runs:
            cluster.start()
    return cluster


@pytest.fixture(scope="session")
def database_names(worker_id: str) -> Iterator[str]:
    """Give names that no other test of this run has."""
    return (f"{worker_id}_{number}" for number in count())


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a SQLite file with all tables and no rows; copy it."""
    template = tmp_path_factory.mktemp("template") / "holdfast.db"
    asyncio.run(upgrade(f"sqlite+aiosqlite:///{template}"))
    return template


@pytest.fixture(scope="session")
def postgresql_template(cluster: Cluster, database_names: Iterator[str]) -> str:
    """Give the name of a PostgreSQL database with all tables and no rows; copy it."""
    template = next(database_names)
    cluster.create(template)
    asyncio.run(upgrade(cluster.url(template)))
    return template


@pytest.fixture(scope="session")
def sqlite_ground(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """Give where SQLite files are copied from one another."""
    return Files(sqlite_template, tmp_path_factory.mktemp("ground"))


@pytest.fixture(scope="session")
def postgresql_ground(
    cluster: Cluster, postgresql_template: str, database_names: Iterator[str]
) -> Ground:
    """Give where PostgreSQL databases are copied from one another."""
    return Server(cluster, postgresql_template, next(database_names))


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    """Give the address of a SQLite file that is not there yet."""
    return f"sqlite+aiosqlite:///{tmp_path / 'holdfast.db'}"


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """Give the address of a SQLite database with all tables and no rows."""
    copied = shutil.copy(sqlite_template, tmp_path / "holdfast.db")
    return f"sqlite+aiosqlite:///{copied}"


@pytest.fixture
def empty_postgresql_url(cluster: Cluster, database_names: Iterator[str]) -> Iterator[str]:
    """Give the address of a PostgreSQL database without a table."""
    name = next(database_names)
    cluster.create(name)
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
def postgresql_url(
    cluster: Cluster, postgresql_template: str, database_names: Iterator[str]
) -> Iterator[str]:
    """Give the address of a PostgreSQL database with all tables and no rows."""
    name = next(database_names)
    cluster.create(name, postgresql_template)
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Give a kind of database: the test runs on both."""
    return str(request.param)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database_kind: str) -> str:
    """Give the address of a database with all tables and no rows: the test runs on both kinds."""
    return str(request.getfixturevalue(f"{database_kind}_url"))


@pytest.fixture
def empty_database_url(request: pytest.FixtureRequest, database_kind: str) -> str:
    """Give the address of a database without a table: the test runs on both kinds."""
    return str(request.getfixturevalue(f"empty_{database_kind}_url"))
