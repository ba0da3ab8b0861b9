"""What goes wrong on the way to Slack, and what a person sees: nothing twice, nothing lost."""

from __future__ import annotations

from random import Random
from uuid import UUID

import pytest
import sqlalchemy as sa

from bot.letters import Letter, Line, to_json
from storage import outbox, workspaces
from storage.tables_talk import outbox as outbox_table
from tests.slack_peer.proxy import LOST, RESET, Fault, refused, throttled
from tests.slack_peer.told import TOKEN
from tests.slack_town import SlackTown

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_kind", ["sqlite"])]

PAGE = Fault(502, "<html>Bad gateway</html>")
DONE_AND_500 = Fault(500, "<html>Oops</html>", after=True)


async def say(town: SlackTown, messages: int = 1) -> list[UUID]:
    """Let so many messages to Sanne stand ready, in a conversation each."""
    async with town.hands.database.write() as tx:
        return [
            await outbox.put(
                tx,
                person=town["Sanne"].id,
                conversation=f"conversation {number}",
                priority=10,
                kind="message",
                body=to_json(Letter((Line("common.gone"),))),
                due_at=town.clock.now,
            )
            for number in range(messages)
        ]


async def states(town: SlackTown, rows: list[UUID]) -> list[tuple[str, str | None]]:
    """Say what became of messages, and why."""
    async with town.hands.database.read() as tx:
        found = await tx.rows(
            sa.select(outbox_table.c.state, outbox_table.c.reason)
            .where(outbox_table.c.id.in_(rows))
            .order_by(outbox_table.c.seq, outbox_table.c.id)
        )
    return [(each["state"], each["reason"]) for each in found]


@pytest.mark.parametrize("fault", [LOST, RESET, PAGE, DONE_AND_500, refused("fatal_error")])
async def test_what_may_have_arrived_is_looked_up_and_stands_there_once(
    invited_town: SlackTown, fault: Fault
) -> None:
    invited_town.slack.goes_wrong("chat.postMessage", fault)

    [row] = await say(invited_town)
    await invited_town.hands.look()

    assert await states(invited_town, [row]) == [("sent", None)]
    assert invited_town.slack.posted()[str(row)] == 1


@pytest.mark.parametrize("said", ["1", "3600", "abc", "-5", None])
async def test_a_429_counts_as_no_try_and_what_waits_comes(
    invited_town: SlackTown, said: str | None
) -> None:
    invited_town.slack.goes_wrong("chat.postMessage", throttled(said))

    [row] = await say(invited_town)
    await invited_town.hands.look()

    async with invited_town.hands.database.read() as tx:
        kept = await outbox.get(tx, row)
    assert kept is not None
    assert (kept.state, kept.tries) in [("pending", 0), ("sent", 1)]
    assert kept.body is not None or kept.state == "sent"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("user_disabled", "Unreachable"),
        ("messages_tab_disabled", "Unreachable"),
        ("is_archived", "Unreachable"),
        ("msg_blocks_too_long", "BadContent"),
        ("invalid_blocks", "BadContent"),
    ],
)
async def test_what_can_never_be_sent_ends_with_a_reason(
    invited_town: SlackTown, error: str, reason: str
) -> None:
    invited_town.slack.goes_wrong("chat.postMessage", refused(error))

    [row] = await say(invited_town)
    await invited_town.hands.look()

    assert await states(invited_town, [row]) == [("failed", reason)]


async def test_a_revoked_token_stops_the_workspace_and_is_wiped(invited_town: SlackTown) -> None:
    invited_town.slack.goes_wrong("chat.postMessage", refused("token_revoked"))

    await say(invited_town, 3)
    await invited_town.hands.look()

    posted = [each for each in invited_town.slack.calls if each.method == "chat.postMessage"]
    assert len(posted) == 2  # the welcome, and the one that was refused
    async with invited_town.hands.database.read() as tx:
        home = await workspaces.get(tx, invited_town.workspace)
        assert await workspaces.credentials_of(tx, home.id) is None
    assert home.state == "paused"


async def test_where_holdfast_may_not_read_an_ambiguous_send_stays_unknown(
    invited_town: SlackTown,
) -> None:
    invited_town.slack.goes_wrong("chat.postMessage", LOST)
    invited_town.slack.goes_wrong("conversations.history", refused("missing_scope"))

    [row] = await say(invited_town)
    await invited_town.hands.look()
    await invited_town.clock.passes(days=1)

    assert await states(invited_town, [row]) == [("unknown", "unknown")]
    assert invited_town.slack.posted()[str(row)] == 1


@pytest.mark.timeout(300)
async def test_a_thousand_broken_sends_lose_nothing_and_double_nothing(
    invited_town: SlackTown,
) -> None:
    dice = Random(2026)  # noqa: S311 - faults, not secrets
    slack = invited_town.slack
    rows = await say(invited_town, 1_000)
    for _ in range(1_000):
        slack.goes_wrong("chat.postMessage", dice.choice([LOST, RESET, PAGE, DONE_AND_500]))
    for _ in range(100):
        slack.goes_wrong("conversations.history", dice.choice([RESET, PAGE]))

    while any(slack.faults.values()):
        await invited_town.hands.look()
        await invited_town.clock.passes(minutes=20)
    await invited_town.hands.look()

    async with invited_town.hands.database.read() as tx:
        left = await tx.rows(
            sa.select(outbox_table.c.state, sa.func.count().label("rows"))
            .where(outbox_table.c.id.in_(rows))
            .group_by(outbox_table.c.state)
        )
    assert {each["state"]: each["rows"] for each in left} == {"sent": 1_000}
    posted = slack.posted()
    assert [posted[str(row)] for row in rows] == [1] * 1_000


async def test_a_token_in_the_settings_is_taken_again_after_it_was_wiped(
    invited_town: SlackTown,
) -> None:
    slack = invited_town.connected
    await slack.installed.wipe(invited_town.workspace)

    await slack.install(TOKEN)
    [row] = await say(invited_town)
    await invited_town.hands.look()

    assert await states(invited_town, [row]) == [("sent", None)]
