"""A house on one kind of database, or on both."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.adapters.local.house import House, open_house


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[House]:
    """Give a house on SQLite: the page does not care which database it stands on."""
    async with open_house(sqlite_url) as opened:
        yield opened


@pytest.fixture
async def either_house(database_url: str) -> AsyncIterator[House]:
    """Give a house, on both kinds of database."""
    async with open_house(database_url) as opened:
        yield opened
