"""What stories stand on: a town of people, on both databases, with a clock that stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import pytest

from storage.keyring import Keyring
from tests.chapters import Chapters
from tests.people import Someone, Town, Turning
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


@pytest.fixture
def beginning(
    request: pytest.FixtureRequest, keyring: Keyring, chapters: Chapters
) -> AbstractAsyncContextManager[Town]:
    """Give the town in which a story begins, not yet opened."""
    begins = request.node.get_closest_marker("begins")
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
