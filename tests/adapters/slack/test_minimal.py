"""Where Holdfast may read no message: all of it by buttons, modals and /holdfast."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from storage.keyring import Keyring
from tests.slack_peer.proxy import LOST, Proxy
from tests.slack_town import SlackTown, in_slack
from tests.stories.beginnings import invited
from tests.stories.steps import accepts, plans_in_dutch

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_kind", ["sqlite"])]

BARE = re.compile(r"\b[Tt]ype? '(?!/holdfast )")


@pytest.fixture
async def town(database_url: str, keyring: Keyring, slack: Proxy) -> AsyncIterator[SlackTown]:
    """Give a town that Holdfast may not read, in which Sanne was just welcomed."""
    async with in_slack(database_url, keyring, slack, invited, "minimal") as town:
        yield town


async def test_a_course_is_lived_without_a_message_being_read(town: SlackTown) -> None:
    sanne = town["Sanne"]
    await accepts(sanne)
    await plans_in_dutch(sanne)
    await town.clock.goes_on_until(sanne)

    sanne.reads("check_in.went")
    await sanne.taps("Gedaan, werkte")
    await sanne.fills(
        did="Ik zei Tom na het overleg dat zijn samenvatting hielp",
        effect="Hij keek op en deed het donderdag weer zo",
        differently="Eerder beginnen",
    )
    await sanne.taps("Duidelijk moment", "Ik had geoefend")
    await sanne.taps("Zelfde plan")
    await sanne.taps("Liever niet")

    sanne.reads("check_in.noted_applied")
    assert not [each for each in town.slack.calls if each.method == "conversations.history"]
    assert "Typ '/holdfast stop'" in sanne.text()
    assert not BARE.search(sanne.text())


async def test_what_is_said_to_type_works_as_it_is_said(town: SlackTown) -> None:
    sanne = town["Sanne"]
    await accepts(sanne)

    await sanne.types("stop")
    await sanne.taps("Bewaar")
    assert "Typ '/holdfast start'" in sanne.text()
    await sanne.types("start")
    sanne.reads("goal_setting.ready")
    await sanne.types("wat is dit")
    assert "Typ '/holdfast hulp'" in sanne.text()


async def test_home_says_it_the_same_way(town: SlackTown) -> None:
    await accepts(town["Sanne"])
    await town["Sanne"].types("stil")
    await town.hands.look()
    client = next(each for each in town.clients if each.user == town.user("Sanne"))
    await client.opens_home()

    shown = str(await client.home())
    assert "'/holdfast start'" in shown
    assert not BARE.search(shown)


async def test_what_may_have_arrived_is_never_sent_again(town: SlackTown) -> None:
    town.slack.goes_wrong("chat.postMessage", LOST)
    await town["Sanne"].types("hulp")
    await town.hands.look()

    assert set(town.slack.posted().values()) == {1}
