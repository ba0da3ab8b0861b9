"""What stories stand on: a town of people, on both databases, with a clock that stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import pytest

from storage.keyring import Keyring
from tests.chapters import Chapters
from tests.people import Someone, Town, Turning
from tests.slack_town import in_slack
from tests.support.grounds import Ground
from tests.towns import MASTER, a_town


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    """Give the master key of stories."""
    return Keyring.of({"k1": MASTER}, current="k1")


@pytest.fixture(scope="session")
def sqlite_chapters(sqlite_ground: Ground, keyring: Keyring) -> Chapters:
    """Give the chapters that were played on SQLite."""
    return Chapters(sqlite_ground, keyring)


@pytest.fixture(scope="session")
def postgresql_chapters(postgresql_ground: Ground, keyring: Keyring) -> Chapters:
    """Give the chapters that were played on PostgreSQL."""
    return Chapters(postgresql_ground, keyring)


@pytest.fixture
def chapters(request: pytest.FixtureRequest, database_kind: str) -> Chapters:
    """Give the chapters that were played on a kind of database: the test runs on both."""
    played: Chapters = request.getfixturevalue(f"{database_kind}_chapters")
    return played


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tell a story that is marked `every_chat` once in each chat."""
    marked = metafunc.definition.get_closest_marker
    if marked("every_chat") and not marked("own_chat"):
        metafunc.fixturenames.append("chat_kind")
        metafunc.parametrize("chat_kind", ["own", "slack"])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what tells nothing new: another platform's stories on the second database."""
    told = [item for item in items if not {"slack", "postgresql"} <= _kinds(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in told])
    items[:] = told


def _kinds(item: pytest.Item) -> set[object]:
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    return {parameters.get("chat_kind"), parameters.get("database_kind")}


@pytest.fixture
def chat_kind() -> str:
    """Name the chat of a story: our own, but for one that is told in every chat."""
    return "own"


@pytest.fixture
def beginning(
    request: pytest.FixtureRequest, keyring: Keyring, chapters: Chapters, chat_kind: str
) -> AbstractAsyncContextManager[Town]:
    """Give the town in which a story begins, not yet opened."""
    begins = request.node.get_closest_marker("begins")
    if chat_kind == "slack":
        url, proxy = request.getfixturevalue("database_url"), request.getfixturevalue("slack")
        return in_slack(url, keyring, proxy, begins.args[0] if begins else None)
    if begins:
        return chapters.begin(*begins.args)
    return a_town(request.getfixturevalue("database_url"), keyring)


@pytest.fixture
async def town(beginning: AbstractAsyncContextManager[Town]) -> AsyncIterator[Town]:
    """Give a town whose training was today, a Monday; or where the story says that it begins."""
    async with beginning as opened:
        yield opened


@pytest.fixture
def learner(town: Town) -> Someone:
    """Give Sanne, who speaks Dutch."""
    return town["Sanne"]


@pytest.fixture
def emma(town: Town) -> Someone:
    """Give Emma, who speaks English."""
    return town["Emma"]


@pytest.fixture
def clock(town: Town) -> Turning:
    """Give the clock of the story."""
    return town.clock
