"""One process at a time, where several may work with a database."""

from __future__ import annotations

import asyncio

import pytest

from storage.alone import alone
from storage.database import Database
from storage.keyring import Keyring

WHAT = "renew a token"


@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_another_process_waits_until_it_is_done(database_url: str, keyring: Keyring) -> None:
    one, other = [await Database.open(database_url, keyring) for _ in range(2)]
    did: list[str] = []

    async def _the_other() -> None:
        async with alone(other, WHAT):
            did.append("other")

    async with alone(one, WHAT):
        waiting = asyncio.create_task(_the_other())
        async with alone(other, "something else"):
            did.append("something else")
        await asyncio.wait([waiting], timeout=0.3)
        did.append("one")
    await waiting

    assert did == ["something else", "one", "other"]
    await one.close()
    await other.close()


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_on_a_file_there_is_nobody_else(database: Database) -> None:
    async with alone(database, WHAT), alone(database, WHAT), database.write() as tx:
        assert (await tx.now()).tzinfo is not None
