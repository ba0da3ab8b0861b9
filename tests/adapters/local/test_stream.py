"""News comes as server-sent events, over a real connection."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from bot.adapters.local.door import Door
from tests.adapters.local.house import House, said


@pytest_asyncio.fixture(loop_scope="session")
async def client(door: Door) -> AsyncIterator[httpx.AsyncClient]:
    """Give somebody who opened the printed address."""
    async with httpx.AsyncClient(follow_redirects=True, timeout=10) as client:
        assert (await client.get(door.address)).status_code == 200
        client.base_url = httpx.URL(f"http://127.0.0.1:{door.port}")
        yield client


async def test_a_message_is_told_to_an_open_page(house: House, client: httpx.AsyncClient) -> None:
    async with client.stream("GET", "/api/live") as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == "retry: 1000"
        await house.gets("Sanne", said("Hoi."))

        told = [await anext(lines) for _ in range(2)][-1]

    assert stream.headers["content-type"].startswith("text/event-stream")
    assert json.loads(told.removeprefix("data: ")) == {
        "people": [str(house.people["Sanne"])],
        "everything": False,
    }


async def test_a_page_that_went_away_is_not_waited_for(
    house: House, client: httpx.AsyncClient
) -> None:
    async with client.stream("GET", "/api/live") as stream:
        await anext(stream.aiter_lines())

    await house.gets("Sanne", said("Hoi."))

    assert (await client.get("/privacy")).status_code == 200


async def test_asking_for_the_head_of_the_stream_gets_an_end(client: httpx.AsyncClient) -> None:
    head = await client.head("/api/live")

    assert head.status_code == 200
    assert head.headers["content-type"].startswith("text/event-stream")


async def test_closing_ends_the_stream(house: House, client: httpx.AsyncClient) -> None:
    async with client.stream("GET", "/api/live") as stream:
        lines = stream.aiter_lines()
        await anext(lines)
        house.live.close()

        rest = [line async for line in lines]

    assert rest == [""]
