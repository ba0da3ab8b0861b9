"""What stories stand on: a town of people, on both databases, with a clock that stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from storage.keyring import Keyring
from tests.people import Someone, Town, Turning
from tests.towns import MASTER, a_town


@pytest.fixture
def keyring() -> Keyring:
    """Give the master key of stories."""
    return Keyring.of({"k1": MASTER}, current="k1")


@pytest.fixture
async def town(database_url: str, keyring: Keyring) -> AsyncIterator[Town]:
    """Give a town whose training was today, a Monday."""
    async with a_town(database_url, keyring) as made:
        yield made


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
