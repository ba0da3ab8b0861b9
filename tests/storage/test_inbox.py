import asyncio
from uuid import UUID

import pytest

from storage import inbox
from storage.database import Database, Transaction
from storage.errors import Missing
from tests.storage.world import NOW, World


async def receive(tx: Transaction, workspace: UUID, event_id: str = "e1") -> bool:
    """Take an event in."""
    return await inbox.receive(tx, workspace, event_id, "typed", None, NOW)


async def test_an_event_is_new_once(database: Database, world: World) -> None:
    async with database.write() as tx:
        first = await receive(tx, world.workspace)
        second = await receive(tx, world.workspace)
        other = await receive(tx, world.workspace, "e2")

    assert (first, second, other) == (True, False, True)


async def test_an_event_rolled_back_is_new_again(database: Database, world: World) -> None:
    async def failing() -> None:
        async with database.write() as tx:
            await receive(tx, world.workspace)
            raise LookupError

    with pytest.raises(LookupError):
        await failing()

    async with database.write() as tx:
        assert await receive(tx, world.workspace)


async def test_an_event_that_comes_to_two_processes_at_once_is_new_to_one(
    database: Database, other: Database, world: World
) -> None:
    async def hear(where: Database) -> bool:
        async with where.write() as tx:
            return await receive(tx, world.workspace)

    heard = await asyncio.gather(*(hear(where) for where in [database, other] * 5))

    assert sum(heard) == 1


async def test_a_failed_event_is_kept_whole_until_it_was_heard(
    database: Database, world: World
) -> None:
    keep = (world.workspace, "e1", "typed", world.sanne, '{"text": "hoi"}', NOW)
    async with database.write() as tx:
        first = await inbox.keep_failed(tx, *keep)
        again = await inbox.keep_failed(tx, *keep)
        (failed,) = await inbox.failed(tx)
        text = await inbox.open_failed(tx, failed.id)
        await inbox.failed_again(tx, failed.id)
        (tried,) = await inbox.failed(tx)
        repeated = await receive(tx, world.workspace)
        await inbox.outcome(tx, world.workspace, "e1", "answered")
        left = await inbox.failed(tx)
        with pytest.raises(Missing):
            await inbox.open_failed(tx, failed.id)

    assert (first, again) == (True, False)
    assert (failed.tries, tried.tries, failed.person_id) == (2, 3, world.sanne)
    assert text == '{"text": "hoi"}'
    assert not repeated
    assert left == []


async def test_a_failed_event_of_nobody_we_know_is_kept_too(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        await inbox.keep_failed(tx, world.workspace, "e1", "typed", None, "hoi", NOW)
        (failed,) = await inbox.failed(tx)
        assert await inbox.open_failed(tx, failed.id) == "hoi"
