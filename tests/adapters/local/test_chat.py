"""The local chat keeps the contract of every chat."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy.engine import make_url

from bot.adapters.local import messages
from bot.adapters.local.chat import kept
from bot.adapters.local.chat import said as types
from bot.errors import BadContent, TryLater
from bot.port import ChatPort, Destination
from storage import chat
from storage.ids import new_id
from tests.adapters.local import examples
from tests.adapters.local.house import START, House, open_house, said


async def shown(house: House, name: str) -> list[chat.Message]:
    async with house.database.read() as tx:
        return await chat.of_person(tx, house.people[name])


def test_the_local_chat_is_a_port(either_house: House) -> None:
    port: ChatPort = either_house.chat

    assert port is not None


async def test_what_is_sent_stands_in_the_chat(either_house: House) -> None:
    message = examples.form()

    id_ = await either_house.chat.send(either_house.to("Sanne"), message)

    [row] = await shown(either_house, "Sanne")
    assert (str(row.id), row.sender, row.at) == (id_, "bot", START)
    assert messages.load(row.body) == message


async def test_a_delivery_sent_twice_is_shown_once(either_house: House) -> None:
    message = said("Hoi.")

    ids = await either_house.gets("Sanne", message, message)

    assert ids[0] == ids[1]
    assert len(await shown(either_house, "Sanne")) == 1
    assert either_house.live.sent_so_far() == {either_house.people["Sanne"]: 1}


async def test_messages_stand_in_the_order_in_which_they_were_sent(either_house: House) -> None:
    sent = await either_house.gets("Sanne", said("Eén."), said("Twee."), said("Drie."))

    assert [str(row.id) for row in await shown(either_house, "Sanne")] == sent


async def test_nobody_else_gets_it(either_house: House) -> None:
    await either_house.gets("Sanne", said("Alleen voor jou."))

    assert await shown(either_house, "Emma") == []


async def test_a_replaced_message_stands_where_it_stood(either_house: House) -> None:
    first, _ = await either_house.gets("Sanne", examples.scale(), said("Twee."))
    used = examples.answered()

    await either_house.chat.replace(either_house.to("Sanne"), first, used)

    rows = await shown(either_house, "Sanne")
    assert str(rows[0].id) == first
    assert messages.load(rows[0].body) == used
    assert len(rows) == 2


async def test_replacing_is_not_sending(either_house: House) -> None:
    [sent] = await either_house.gets("Sanne", said("Eén."))
    before = either_house.live.sent_so_far()

    await either_house.chat.replace(either_house.to("Sanne"), sent, said("Twee."))

    assert either_house.live.sent_so_far() == before


async def test_a_delivery_is_found_by_its_id(either_house: House) -> None:
    message = said("Hoi.")
    [sent] = await either_house.gets("Sanne", message)

    found = await either_house.chat.find(either_house.to("Sanne"), message.delivery)

    assert found == sent


async def test_what_was_never_sent_is_not_found(either_house: House) -> None:
    assert await either_house.chat.find(either_house.to("Sanne"), new_id()) is None


async def test_somebody_elses_delivery_is_not_found(either_house: House) -> None:
    message = said("Hoi.")
    await either_house.gets("Sanne", message)

    assert await either_house.chat.find(either_house.to("Emma"), message.delivery) is None


@pytest.mark.parametrize("platform_id", [str(UUID(int=5)), "nonsense", ""])
async def test_a_message_that_is_not_there_cannot_be_replaced(
    either_house: House, platform_id: str
) -> None:
    with pytest.raises(BadContent):
        await either_house.chat.replace(either_house.to("Sanne"), platform_id, said("Hoi."))


async def test_somebody_elses_message_cannot_be_replaced(either_house: House) -> None:
    [sent] = await either_house.gets("Sanne", said("Hoi."))

    with pytest.raises(BadContent):
        await either_house.chat.replace(either_house.to("Emma"), sent, said("Dag."))


async def test_nobody_can_be_sent_nothing(either_house: House) -> None:
    stranger = Destination(UUID(int=5), either_house.workspace, "stranger")

    with pytest.raises(BadContent):
        await either_house.chat.send(stranger, said("Hoi."))


async def test_what_a_person_types_is_noted_once_and_its_words_come_later(
    either_house: House,
) -> None:
    event, person = new_id(), either_house.people["Sanne"]
    async with either_house.database.write() as tx:
        await types(tx, person, START, event)
        await types(tx, person, START + timedelta(seconds=1), event)
    [noted] = await shown(either_house, "Sanne")

    async with either_house.database.write() as tx:
        await kept(tx, person, "stop", event)

    [row] = await shown(either_house, "Sanne")
    assert (noted.body, noted.replaced) == ({"text": ""}, False)
    assert (row.sender, row.body, row.at, row.replaced) == (
        "person",
        {"text": "stop"},
        START,
        True,
    )


@pytest.mark.parametrize(("first", "then"), [("stop", ""), ("", "stop")])
async def test_what_was_settled_stays_as_it_is(either_house: House, first: str, then: str) -> None:
    event, person = new_id(), either_house.people["Sanne"]
    async with either_house.database.write() as tx:
        await types(tx, person, START, event)
        await kept(tx, person, first, event)
        await kept(tx, person, then, event)

    [row] = await shown(either_house, "Sanne")
    assert row.body == {"text": first}


async def test_nothing_is_kept_where_nothing_was_noted(either_house: House) -> None:
    async with either_house.database.write() as tx:
        await kept(tx, either_house.people["Sanne"], "stop", new_id())

    assert await shown(either_house, "Sanne") == []


async def test_the_words_of_a_message_do_not_lie_open_in_the_file(
    house: House, tmp_path: Path
) -> None:
    await house.gets("Sanne", said("Kanarie in de mijn."))

    files = list(tmp_path.iterdir())  # noqa: ASYNC240 - a test has nothing else to do meanwhile

    assert files
    assert not any(b"Kanarie" in file.read_bytes() for file in files)


async def test_a_message_whose_delivery_differs_is_another_message(either_house: House) -> None:
    message = said("Hoi.")

    await either_house.gets("Sanne", message, replace(message, delivery=new_id()))

    assert len(await shown(either_house, "Sanne")) == 2


async def test_a_database_that_is_away_can_be_tried_later(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.engines.BUSY_MILLISECONDS", 5)
    async with open_house(sqlite_url) as house:
        with closing(sqlite3.connect(make_url(sqlite_url).database or "")) as other:
            other.execute("BEGIN IMMEDIATE")

            with pytest.raises(TryLater):
                await house.chat.send(house.to("Sanne"), said("Hoi."))
            other.rollback()

        assert await house.chat.send(house.to("Sanne"), said("Hoi."))
