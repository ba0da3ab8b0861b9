"""What is typed under a message belongs to the talk of that message, and to no other."""

from __future__ import annotations

import pytest

from storage import dialogues, people
from storage.keyring import Keyring
from tests.adapters.slack.test_home import before
from tests.slack_peer.proxy import Proxy
from tests.slack_town import SlackTown, in_slack
from tests.stories.beginnings import asked_how_it_went

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
