"""What is measured of Slack is committed turns, and a Slack that holds to its limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest

from bot.bench import slack_acks, slack_morning, slack_sending
from bot.bench.grounds import Ground
from bot.bench.processes import HOST, running
from bot.bench.sizes import QUICK
from bot.bench.slack_house import Seen, Taken, Told, at_work
from bot.bench.slack_peer import A_SECOND, AT_ONCE, POST, UPDATE, Meter
from bot.bench.slack_sending import used
from bot.bench.slack_town import PRESSED, TYPED, Wanted, slack_town
from bot.state import load
from storage import dialogues
from storage.tables_talk import outbox

PATIENCE = 60.0  # seconds


@pytest.fixture
async def slack() -> AsyncIterator[aiohttp.ClientSession]:
    """Give a client of a Slack in a process of its own."""
    async with (
        running("bot.bench.slack_peer", says=b"") as line,
        aiohttp.ClientSession(f"http://{HOST}:{int(line)}") as session,
    ):
        yield session


async def post(slack: aiohttp.ClientSession, user: str) -> tuple[int, str | None]:
    async with slack.post(f"/api/{POST}", json={"channel": user}) as answer:
        return answer.status, answer.headers.get("Retry-After")


def test_a_meter_permits_some_at_once_and_then_so_many_a_second() -> None:
    meter = Meter(rate=2.0, at_once=3)

    for _ in range(3):
        assert meter.wait(10.0) == 0
        meter.take(10.0)

    assert meter.wait(10.0) == 0.5
    assert meter.wait(10.25) == 0.25
    assert meter.wait(10.5) == 0
    meter.take(10.5)
    assert meter.wait(10.5) == 0.5
    assert meter.wait(60.0) == 0


@pytest.mark.slow
async def test_who_sends_faster_than_a_workspace_may_gets_429(
    slack: aiohttp.ClientSession,
) -> None:
    answers = [await post(slack, f"U{number}") for number in range(AT_ONCE + 1)]

    async with slack.get("/told") as answer:
        told = await answer.json()
    assert answers == [(200, None)] * AT_ONCE + [(429, "1")]
    assert [chat for _, chat, _ in told["taken"]] == [f"D{number}" for number in range(AT_ONCE)]
    assert told["refused"] == 1


@pytest.mark.slow
async def test_who_sends_faster_than_a_chat_may_gets_429(slack: aiohttp.ClientSession) -> None:
    answers = [await post(slack, "U1") for _ in range(4)]

    assert answers == [(200, None)] * 3 + [(429, "1")]


async def test_learners_of_a_town_in_slack_wait_with_cards_of_their_own(bench: Ground) -> None:
    async with slack_town(bench, Wanted(pressing=2, typing=1)) as town:
        async with town.opened() as database, database.read() as tx:
            cards = {row["id"]: row for row in await tx.rows(outbox.select())}
            waiting = [*town.pressing, *town.typing]
            rows = [await dialogues.load(tx, each.dialogue) for each in waiting]
        shown = [cards[load(row).cards[-1].id] for row in rows if row]

    assert [each.key for each in waiting] == [PRESSED, PRESSED, TYPED]
    assert [card["person_id"] for card in shown] == [each.person for each in waiting]
    assert {card["state"] for card in shown} == {"sent"}
    for card in shown:
        assert card["platform_id"].startswith(f"D{card['person_id'].hex.upper()}/")


@pytest.mark.slow
async def test_an_answer_is_taken_and_kept(bench: Ground) -> None:
    async with slack_town(bench, Wanted(pressing=1, typing=1)) as town:
        those = [*town.pressing, *town.typing]
        before = await town.unanswered(those)
        async with at_work(town) as house:
            told = await house.tell(those, 10.0)
            nowhere = replace(house, door=f"{house.door}/nowhere")
            lost = await nowhere.tell(those, 10.0)
        after = await town.unanswered(those)

    assert before == set(those)
    assert after == set()
    assert [each.is_taken for each in told] == [True, True]
    assert [each.is_taken for each in lost] == [False, False]


async def test_what_was_answered_and_is_not_in_the_database_is_lost(sqlite_bench: Ground) -> None:
    async with slack_town(sqlite_bench, Wanted(pressing=2)) as town:
        told = [Told(at=0.0, seconds=0.5, is_taken=True)] * 2
        acks = await slack_acks.counted(town, town.pressing, told)

    assert acks.milliseconds == (500.0, 500.0)
    assert acks.lost == 2


@pytest.mark.slow
async def test_every_event_is_answered_and_none_is_lost(sqlite_bench: Ground) -> None:
    acks = await slack_acks.measure(sqlite_bench, QUICK)

    assert len(acks.milliseconds) == QUICK.slack_rate * QUICK.slack_seconds
    assert acks.lost == 0


@pytest.mark.slow
async def test_while_nobody_can_write_events_wait_and_none_is_lost(sqlite_bench: Ground) -> None:
    acks = await slack_acks.measure(sqlite_bench, QUICK, stall=1.0)

    assert acks.at(1) > 500
    assert acks.lost == 0


def test_all_that_slack_permits_is_a_share_of_one() -> None:
    at_once = [Taken(POST, "D1", 100.0)] * AT_ONCE
    steadily = [Taken(POST, "D1", 100.0 + number / A_SECOND) for number in range(1, 31)]
    changed = [Taken(UPDATE, "D1", 101.0)]

    assert used(Seen([*at_once, *changed, *steadily], 0)).share == pytest.approx(1.0)
    assert used(Seen([*at_once, *steadily[1::2]], 2)).share == pytest.approx(21 / 36)
    assert used(Seen(at_once, 2)).refused == 2


@pytest.mark.slow
async def test_a_queue_is_sent_and_nothing_is_refused(sqlite_bench: Ground) -> None:
    sent = await asyncio.wait_for(slack_sending.measure(sqlite_bench, QUICK), PATIENCE)

    assert 0.1 < sent.share <= 1
    assert sent.refused == 0


@pytest.mark.slow
async def test_each_press_on_a_morning_gets_a_reply(sqlite_bench: Ground) -> None:
    waits = await slack_morning.measure(sqlite_bench, QUICK)

    assert len(waits) == QUICK.slack_presses
    assert all(0 < each < slack_morning.PATIENCE * 1_000 for each in waits)
