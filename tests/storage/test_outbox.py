import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from storage import nudges, outbox, people
from storage.database import Database, Transaction
from storage.ids import new_id
from storage.outbox import Row
from tests.storage.world import KEYRING, NOW, World, build, visit

MACHINE_NOW = NOW + timedelta(days=1000)  # another clock altogether
REPLY, NUDGE = 0, 5
GiveUp = Callable[[Transaction, UUID, str], Awaitable[None]]


async def put(
    tx: Transaction,
    world: World,
    *,
    conversation: str = "sanne",
    priority: int = REPLY,
    due_at: datetime = NOW,
    nudge: UUID | None = None,
) -> UUID:
    """Put a message into the outbox."""
    return await outbox.put(
        tx,
        person=world.sanne,
        conversation=conversation,
        priority=priority,
        kind="message",
        body={"text": "Hoe ging het?"},
        due_at=due_at,
        nudge=nudge,
    )


async def claim(tx: Transaction, *, now: datetime = NOW, conversation: str | None = None) -> Row:
    """Claim the next message; there must be one."""
    row = await outbox.claim(tx, now, MACHINE_NOW, conversation)
    assert row is not None
    return row


async def is_empty(tx: Transaction, *, now: datetime = NOW) -> bool:
    """Say whether nothing may be sent now."""
    return await outbox.claim(tx, now, MACHINE_NOW) is None


async def test_a_message_is_claimed_whole_and_wiped_once_sent(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        row = await put(tx, world)
        claimed = await claim(tx)
        await outbox.mark_sent(tx, row, "ts-1", NOW)
        sent = await outbox.get(tx, row)

    assert (claimed.id, claimed.seq, claimed.state, claimed.tries) == (row, 1, "sending", 1)
    assert claimed.body == {"text": "Hoe ging het?"}
    assert (claimed.started_at, claimed.claimed_until) == (
        MACHINE_NOW,
        MACHINE_NOW + outbox.LEASE,
    )
    assert sent is not None
    assert (sent.state, sent.body, sent.platform_id) == ("sent", None, "ts-1")
    assert (sent.sent_at, sent.claimed_until) == (NOW, None)


async def test_messages_of_a_conversation_leave_one_by_one_in_order(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        rows = [await put(tx, world) for _ in range(3)]
        left = []
        for _ in rows:
            left.append((await claim(tx)).id)
            assert await is_empty(tx)
            await outbox.mark_sent(tx, left[-1], None, NOW)

    assert left == rows


async def test_conversations_do_not_wait_for_each_other(database: Database, world: World) -> None:
    async with database.write() as tx:
        await put(tx, world, conversation="sanne")
        await put(tx, world, conversation="milan")
        claimed = [(await claim(tx)).conversation for _ in range(2)]
        assert await is_empty(tx)

    assert sorted(claimed) == ["milan", "sanne"]


async def test_numbers_count_per_conversation(database: Database, world: World) -> None:
    async with database.write() as tx:
        rows = [
            await outbox.get(tx, await put(tx, world, conversation=conversation))
            for conversation in ("sanne", "milan", "sanne")
        ]

    assert [row and row.seq for row in rows] == [1, 1, 2]


async def test_a_reply_goes_before_nudges(database: Database, world: World) -> None:
    async with database.write() as tx:
        await put(tx, world, conversation="milan", priority=NUDGE, due_at=NOW - timedelta(hours=1))
        reply = await put(tx, world, conversation="sanne", priority=REPLY)

        assert (await claim(tx)).id == reply


async def test_a_reply_does_not_wait_for_a_nudge_of_its_own_conversation_put_off_till_tomorrow(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        nudge = await put(tx, world, priority=NUDGE)
        await outbox.mark_later(tx, (await claim(tx)).id, NOW + timedelta(days=1), "hours")
        reply = await put(tx, world, priority=REPLY)

        assert (await claim(tx)).id == reply
        await outbox.mark_sent(tx, reply, None, NOW)
        assert await is_empty(tx)
        assert (await claim(tx, now=NOW + timedelta(days=1))).id == nudge


async def test_a_reply_waits_for_the_reply_before_it_even_if_that_is_tried_later(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        first = await put(tx, world)
        await outbox.mark_later(tx, (await claim(tx)).id, NOW + timedelta(minutes=1), "429")
        await put(tx, world)
        now_empty = await is_empty(tx)
        later = await claim(tx, now=NOW + timedelta(minutes=1))

    assert now_empty
    assert (later.id, later.tries, later.reason) == (first, 2, "429")


async def unknown(tx: Transaction, row: UUID, reason: str) -> None:
    """Mark a row as one that may have arrived."""
    await outbox.mark_unknown(tx, row, reason, NOW)


@pytest.mark.parametrize(
    ("give_up", "state"),
    [
        (outbox.mark_failed, "failed"),
        (unknown, "unknown"),
        (outbox.mark_never_sent, "never_sent"),
    ],
)
async def test_what_was_given_up_holds_up_nothing_and_is_wiped(
    database: Database, world: World, give_up: GiveUp, state: str
) -> None:
    async with database.write() as tx:
        first, second = await put(tx, world), await put(tx, world)
        await claim(tx)
        await give_up(tx, first, "a reason")
        given_up = await outbox.get(tx, first)
        following = await claim(tx)

    assert given_up is not None
    assert (given_up.state, given_up.body, given_up.reason) == (state, None, "a reason")
    assert following.id == second


async def test_one_conversation_may_be_asked_for(database: Database, world: World) -> None:
    async with database.write() as tx:
        await put(tx, world, conversation="milan")
        mine = await put(tx, world, conversation="sanne", priority=NUDGE)

        assert (await claim(tx, conversation="sanne")).id == mine
        assert await outbox.claim(tx, NOW, MACHINE_NOW, "sanne") is None


async def test_what_is_not_due_waits(database: Database, world: World) -> None:
    async with database.write() as tx:
        await put(tx, world, due_at=NOW + timedelta(hours=1))
        next_due = await outbox.next_due(tx)

        assert await is_empty(tx)
        assert await outbox.waiting(tx) == 1
    assert next_due == NOW + timedelta(hours=1)


async def test_a_message_whose_sender_died_is_ambiguous_and_found_by_one(
    database: Database, world: World
) -> None:
    over = MACHINE_NOW + outbox.LEASE
    async with database.write() as tx:
        row = await put(tx, world)
        await claim(tx)
        early = await outbox.claim_stale(tx, over - timedelta(seconds=1))
        stale = await outbox.claim_stale(tx, over)
        again = await outbox.claim_stale(tx, over)

    assert early is None
    assert stale is not None
    assert (stale.id, stale.state, stale.body) == (row, "sending", {"text": "Hoe ging het?"})
    assert again is None


async def _send_all(database: Database) -> list[tuple[str, int]]:
    sent: list[tuple[str, int]] = []
    while True:
        async with database.write() as tx:
            row = await outbox.claim(tx, NOW, MACHINE_NOW)
            waiting = await outbox.waiting(tx)
        if row is not None:
            sent.append((row.conversation, row.seq))
            async with database.write() as tx:
                await outbox.mark_sent(tx, row.id, None, NOW)
        elif not waiting:
            return sent


async def test_two_processes_send_each_message_once_and_in_order(
    database: Database, other: Database, world: World
) -> None:
    async with database.write() as tx:
        for number in range(40):
            await put(tx, world, conversation=f"c{number % 4}")
    order: list[tuple[str, int]] = []

    for mine in await asyncio.gather(*(_send_all(where) for where in [database, other] * 2)):
        order += mine

    assert sorted(order) == sorted({*order})
    assert len(order) == 40


async def test_messages_put_by_two_processes_at_once_are_numbered_without_a_gap(
    database: Database, other: Database, world: World
) -> None:
    async def one(where: Database) -> None:
        async with where.write() as tx:
            await put(tx, world)

    await asyncio.gather(*(one(where) for where in [database, other] * 10))

    async with database.write() as tx:
        numbers = []
        while row := await outbox.claim(tx, NOW, MACHINE_NOW):
            numbers.append(row.seq)
            await outbox.mark_sent(tx, row.id, None, NOW)
    assert numbers == [*range(1, 21)]


async def test_a_reply_that_comes_while_a_nudge_is_claimed_waits_for_it(
    postgresql_url: str,
) -> None:
    database = await Database.open(postgresql_url, KEYRING)
    world = await build(database)
    async with database.write() as tx:
        nudge = await put(tx, world, priority=NUDGE)

    async def reply_and_claim() -> Row | None:
        async with database.write() as tx:
            await put(tx, world, priority=REPLY)
        async with database.write() as tx:
            return await outbox.claim(tx, NOW, MACHINE_NOW)

    async with database.write() as tx:
        claimed = await outbox.claim(tx, NOW, MACHINE_NOW)
        second = asyncio.create_task(reply_and_claim())
        await asyncio.wait((second,), timeout=0.1)

    assert claimed is not None
    assert claimed.id == nudge
    assert await second is None
    await database.close()


async def test_the_last_nudge_that_reached_a_person_is_known(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        for number in range(3):
            await nudges.insert(
                tx, person=world.sanne, enrolment=world.enrolment, wanted=visit(number)
            )
        ids = [each.id for each in await nudges.of_person(tx, world.sanne)]
        before = await outbox.last_proactive_sent_at(tx, world.sanne)
        sent, perhaps, failed = [await put(tx, world, nudge=each) for each in ids]
        reply = await put(tx, world)
        await outbox.mark_sent(tx, sent, "1", NOW)
        one = await outbox.last_proactive_sent_at(tx, world.sanne)
        await outbox.mark_unknown(tx, perhaps, "timeout", NOW + timedelta(hours=1))
        await outbox.mark_failed(tx, failed, "blocked")
        await outbox.mark_sent(tx, reply, "2", NOW + timedelta(hours=2))
        two = await outbox.last_proactive_sent_at(tx, world.sanne)
        since = await outbox.proactive_sent_at(tx, world.sanne, NOW + timedelta(minutes=1))

    assert (before, one, two) == (None, NOW, NOW + timedelta(hours=1))
    assert since == [NOW + timedelta(hours=1)]


async def test_what_was_to_be_said_to_an_erased_person_has_no_words_left(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        await put(tx, world)
        await people.erase_key(tx, world.sanne)
    async with database.write() as tx:
        assert (await claim(tx)).body is None


async def test_the_rows_of_a_dialogue_are_found(database: Database, world: World) -> None:
    async with database.write() as tx:
        row = await outbox.put(
            tx,
            person=world.sanne,
            conversation="sanne",
            priority=REPLY,
            kind="message",
            body={},
            due_at=NOW,
            dialogue=world.dialogue,
            question="did",
        )
        await put(tx, world)
        found = await outbox.of_dialogue(tx, world.dialogue)
        nothing = await outbox.get(tx, new_id())

    assert [(each.id, each.question) for each in found] == [(row, "did")]
    assert nothing is None
