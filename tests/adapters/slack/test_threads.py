"""Threads keep a dialogue together: what Holdfast says in it, and what is typed under it."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

import pytest

from storage import dialogues, outbox, people
from storage.keyring import Keyring
from tests.adapters.slack.test_home import before
from tests.slack_peer.proxy import LOST, Proxy, refused
from tests.slack_town import SlackTown, in_slack
from tests.stories.beginnings import asked_how_it_went, invited

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_kind", ["sqlite"])]

ASKS = "Wat wilde je toen toepassen"
CANARY = "ik stelde een open vraag aan Tom"


async def two_questions(town: SlackTown) -> list[str]:
    """Let two check-ins wait for words, and name their questions as Slack does."""
    sanne = town["Sanne"]
    await sanne.taps("Iets anders gedaan")
    await town.clock.passes(days=7)
    await sanne.taps("Iets anders gedaan")
    await town.hands.look()
    async with town.hands.database.write() as tx:
        await people.set_focus(tx, sanne.id, None)
    shown = await before(sanne).messages()
    return [each["ts"] for each in shown if ASKS in str(each)]


async def answers(town: SlackTown) -> list[bool]:
    """Say of each open check-in, the oldest first, whether it has the canary."""
    async with town.hands.database.read() as tx:
        held = await dialogues.of_person(tx, town["Sanne"].id, state="open")
    return [CANARY in each.answers for each in held if each.kind == "check_in"]


async def test_a_reply_goes_to_the_talk_of_its_thread(
    database_url: str, keyring: Keyring, slack: Proxy
) -> None:
    async with in_slack(database_url, keyring, slack, asked_how_it_went) as town:
        old, new = await two_questions(town)
        sanne, now = town["Sanne"], town.clock.now.timestamp()

        await before(sanne).types(CANARY, now, thread=new)
        await town.hands.look()
        assert await answers(town) == [False, True]

        await before(sanne).types(CANARY, now + 1, thread=old)
        await town.hands.look()
        sanne.reads("control.halfway")  # a week later: go on there, or begin anew?
        await sanne.taps("Verder")
        await town.hands.look()
        assert await answers(town) == [True, True]


async def test_under_a_message_that_asks_nothing_it_answers_nothing(
    database_url: str, keyring: Keyring, slack: Proxy
) -> None:
    async with in_slack(database_url, keyring, slack, asked_how_it_went) as town:
        await two_questions(town)
        first = (await before(town["Sanne"]).messages())[0]

        now = town.clock.now.timestamp()
        await before(town["Sanne"]).types(CANARY, now, thread=first["ts"])
        await town.hands.look()

        assert await answers(town) == [False, False]


async def talks(town: SlackTown) -> list[list[tuple[str, str]]]:
    """Give Sanne's dialogues: of each message its name in Slack, and of what it stands under."""
    shown = {each["ts"]: each for each in await before(town["Sanne"]).messages()}
    found: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    async with town.hands.database.read() as tx:
        for dialogue in await dialogues.of_person(tx, town["Sanne"].id):
            for row in await outbox.of_dialogue(tx, dialogue.id):
                if row.kind == "message" and row.platform_id:
                    name = row.platform_id.partition("/")[2]
                    found[dialogue.id].append((name, shown[name].get("thread_ts", "")))
    return list(found.values())


async def test_each_dialogue_stands_under_its_first_message(
    database_url: str, keyring: Keyring, slack: Proxy
) -> None:
    async with in_slack(database_url, keyring, slack, asked_how_it_went) as town:
        await two_questions(town)
        told = await talks(town)

    assert len(told) >= 4  # the welcome, the plan, and two check-ins, which are both open
    for (first, under_first), *later in told:
        assert under_first in ("", first)
        assert [under for _, under in later] == [first] * len(later)
    assert max(len(each) for each in told) > 5


async def test_what_may_have_arrived_in_a_thread_is_found_there(
    database_url: str, keyring: Keyring, slack: Proxy
) -> None:
    async with in_slack(database_url, keyring, slack, asked_how_it_went) as town:
        slack.goes_wrong("chat.postMessage", LOST)
        await town["Sanne"].taps("Iets anders gedaan")
        await town.hands.look()

        told = await talks(town)
        assert set(slack.posted().values()) == {1}
        assert [len(each) for each in told][-1] == 2
        async with town.hands.database.read() as tx:
            assert await outbox.waiting(tx) == 0


async def test_where_the_thread_is_gone_it_goes_on_in_the_chat(
    database_url: str, keyring: Keyring, slack: Proxy
) -> None:
    async with in_slack(database_url, keyring, slack, asked_how_it_went) as town:
        slack.goes_wrong("chat.postMessage", refused("thread_not_found"))
        await town["Sanne"].taps("Iets anders gedaan")
        await town.hands.look()

        [_, (_, under)] = (await talks(town))[-1]
        assert under == ""


async def test_what_comes_by_itself_in_a_thread_calls_its_reader(
    database_url: str, keyring: Keyring, slack: Proxy
) -> None:
    async with in_slack(database_url, keyring, slack, invited) as town:
        await town.clock.goes_on_until(town["Sanne"])
        town["Sanne"].reads("common.reminder")

        called = f"<@{town['Sanne'].user}>"
        *_, asked, reminder = await before(town["Sanne"]).messages()
        assert reminder["thread_ts"] == asked["ts"]
        assert called in str(reminder["blocks"])
        assert called not in str(asked["blocks"])
