from datetime import timedelta

import pytest

from storage import chat, clock
from storage.database import Database
from storage.errors import Missing
from storage.ids import new_id
from tests.storage.world import NOW, World


async def test_messages_stand_in_the_order_in_which_they_came(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        await chat.add(tx, world.sanne, "bot", {"text": "Hoi"}, NOW, "d1")
        await chat.add(tx, world.milan, "bot", {"text": "Hi"}, NOW, "d2")
        await chat.add(tx, world.sanne, "person", {"text": "stop"}, NOW)
    async with database.read() as tx:
        hers = await chat.of_person(tx, world.sanne)
        after = await chat.of_person(tx, world.sanne, after=1)

    assert [(each.seq, each.sender, each.body) for each in hers] == [
        (1, "bot", {"text": "Hoi"}),
        (2, "person", {"text": "stop"}),
    ]
    assert after == hers[1:]


async def test_a_delivery_made_twice_stands_there_once(database: Database, world: World) -> None:
    async with database.write() as tx:
        first = await chat.add(tx, world.sanne, "bot", {"text": "Hoi"}, NOW, "d1")
        again = await chat.add(tx, world.sanne, "bot", {"text": "Hoi"}, NOW, "d1")
        found = await chat.by_delivery(tx, "d1")
        everything = await chat.of_person(tx, world.sanne)

    assert first == again == found
    assert len(everything) == 1


async def test_a_message_is_replaced_where_it_stands(database: Database, world: World) -> None:
    async with database.write() as tx:
        first = await chat.add(tx, world.sanne, "bot", {"text": "Hoe ging het?"}, NOW, "d1")
        changed = await chat.replace(tx, first.id, {"text": "Beantwoord"})
        with pytest.raises(Missing):
            await chat.replace(tx, new_id(), {})

    assert (changed.seq, changed.replaced, changed.body) == (1, True, {"text": "Beantwoord"})


async def test_a_database_is_no_demos_until_its_clock_is_set(database: Database) -> None:
    async with database.write() as tx:
        before = await clock.get(tx)
        await clock.set(tx, timedelta(0))
        demo = await clock.get(tx)
        await clock.set(tx, timedelta(days=400, seconds=1, microseconds=1))
        turned = await clock.get(tx)

    assert before is None
    assert demo == timedelta(0)
    assert turned == timedelta(days=400, seconds=2)
