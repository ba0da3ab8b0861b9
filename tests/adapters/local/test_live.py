"""News reaches every open page, and none of them holds up the others."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from bot.adapters.local.live import MOST_PENDING, Live, News

SANNE, EMMA = UUID(int=1), UUID(int=2)
SOON = timedelta(seconds=5)
NOW = timedelta(0)


async def test_whoever_listens_hears_for_whom_there_is_news() -> None:
    live = Live()
    with live.listen() as listener:
        live.changed(SANNE)

        assert await listener.news(SOON) == News(frozenset({SANNE}))


async def test_one_who_waits_is_woken() -> None:
    live = Live()
    with live.listen() as listener:
        waiting = asyncio.create_task(listener.news(SOON))
        await asyncio.wait([waiting], timeout=0)

        live.sent(EMMA)

        assert await waiting == News(frozenset({EMMA}))


async def test_every_page_hears_it() -> None:
    live = Live()
    with live.listen() as one, live.listen() as other:
        live.changed(SANNE)

        assert await one.news(SOON) == await other.news(SOON) == News(frozenset({SANNE}))


async def test_the_same_news_is_told_once() -> None:
    live = Live()
    with live.listen() as listener:
        live.changed(SANNE)
        live.changed(SANNE)
        live.changed(EMMA)

        assert await listener.news(SOON) == News(frozenset({SANNE, EMMA}))
        assert await listener.news(NOW) == News()


async def test_a_page_that_reads_slowly_is_told_to_look_at_everything() -> None:
    live = Live()
    with live.listen() as listener:
        list(map(live.changed, map(UUID, ("0" * 29 + f"{n:03}" for n in range(MOST_PENDING + 9)))))

        assert await listener.news(SOON) == News(everything=True)


async def test_turning_the_clock_may_change_everything() -> None:
    live = Live()
    with live.listen() as listener:
        live.changed(SANNE)
        live.turned()

        assert await listener.news(SOON) == News(everything=True)


async def test_a_page_that_went_away_is_forgotten() -> None:
    live = Live()
    with live.listen() as listener:
        pass

    live.changed(SANNE)

    assert await listener.news(NOW) == News()


async def test_closing_ends_whoever_waits() -> None:
    live = Live()
    with live.listen() as listener:
        waiting = asyncio.create_task(listener.news(SOON))
        await asyncio.wait([waiting], timeout=0)

        live.close()

        assert await waiting is None


async def test_whoever_comes_after_closing_is_sent_home() -> None:
    live = Live()
    live.close()

    with live.listen() as listener:
        assert await listener.news(SOON) is None


@pytest.mark.parametrize("times", [1, 3])
def test_sent_messages_are_counted_by_person(times: int) -> None:
    live = Live()

    list(map(live.sent, [SANNE] * times))

    assert live.sent_so_far() == {SANNE: times}
