"""An open database, on both kinds, and a world in it."""

from collections.abc import AsyncIterator

import pytest

from storage.database import Database
from tests.storage.world import KEYRING, World, build


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Give an open database with all tables and no rows."""
    opened = await Database.open(database_url, KEYRING)
    yield opened
    await opened.close()


@pytest.fixture
async def other(database_url: str, database: Database) -> AsyncIterator[Database]:
    """Give the same database opened once more, as another process would."""
    del database
    opened = await Database.open(database_url, KEYRING)
    yield opened
    await opened.close()


@pytest.fixture
async def world(database: Database) -> World:
    """Give the world in `database`."""
    return await build(database)
