"""Home in Slack: what stands there for its owner alone, and what a choice made there does."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.slack import checks, homes
from bot.adapters.slack import home as laid_out
from bot.app import shipped
from bot.home import Home, of_nobody
from bot.my_data import Item, Section
from storage.keyring import Keyring
from tests.people import Someone
from tests.slack_peer.person import SlackPerson
from tests.slack_peer.proxy import LOST, RESET, Called, Fault, Proxy, refused, throttled
from tests.slack_town import SlackSomeone, SlackTown, in_slack
from tests.stories.pairs import agreed

WORDS, _ = shipped()
LONG = "Ik vraag door en dan zeg ik niets meer. 👩🏽‍⚕️ שלום " * 400


def before(someone: Someone) -> SlackPerson:
    """Give the client that somebody sits before."""
    assert isinstance(someone, SlackSomeone)
    return someone.client


def texts(view: Any) -> str:  # noqa: ANN401 - JSON
    """Give all that can be read on a view, a line a text."""
    match view:
        case {"type": "plain_text" | "mrkdwn", "text": str(words)}:
            return words
        case dict():
            return "\n".join(filter(None, map(texts, view.values())))
        case list() | tuple():
            return "\n".join(filter(None, map(texts, view)))
        case _:
            return ""


@pytest.mark.parametrize("items", [1, 40])
def test_slack_would_show_a_home_of_any_length(items: int) -> None:
    sections = tuple(
        Section(name, name, (Item("Wat", LONG, when="maandag"),) * items)
        for name in ("plan", "coming", "held_by", "holds", "log", "programmes", "hours")
    )
    view = laid_out.view(Home("nl", "Holdfast", "Alleen jij", sections))

    assert checks.limits_kept(view) == []
    assert len(json.dumps(view, ensure_ascii=False).encode()) < 250_000


def test_who_was_not_brought_in_reads_whom_to_ask() -> None:
    view = laid_out.view(of_nobody(WORDS, "en"))

    assert checks.limits_kept(view) == []
    assert "Ask whoever organises the training." in texts(view)
    assert [each["type"] for each in view["blocks"]] == ["header", "context"]


@pytest.mark.slow
async def test_it_shows_what_is_coming_and_changes_with_what_is_said(
    invited_town: SlackTown,
) -> None:
    sanne = invited_town["Sanne"]
    client = before(sanne)
    await client.opens_home()
    assert "Je hebt nog geen plan." in texts(await client.home())

    await sanne.taps("Ik doe mee")
    there = await client.home("Feedback geven")
    assert checks.limits_kept(there) == []

    await client.uses_home("control.pause", selected_option={"value": "week"})
    await client.home("Stil: tot")
    await invited_town.hands.look()
    assert "Stil tot" in sanne.text()

    await client.uses_home("control.home", "start")
    await client.home("Stil: nee")


@pytest.mark.slow
async def test_two_people_find_each_other_there(
    database_url: str, keyring: Keyring, slack: Proxy
) -> None:
    async with in_slack(database_url, keyring, slack, agreed) as town:
        learner, tom = before(town["Sanne"]), before(town["Tom"])
        await learner.opens_home()
        await tom.opens_home()
        hers, his = texts(await learner.home()), texts(await tom.home())

    assert "Tom" in hers.split("Wie mij eraan houdt")[1].split("Wie ik eraan houd")[0]
    assert "klantoverleg" in hers
    assert "Sanne" in his.split("Wie ik eraan houd")[1].split("Mijn logboek")[0]
    assert "klantoverleg" not in his


@pytest.mark.slow
async def test_the_language_and_the_hours_are_set_there(invited_town: SlackTown) -> None:
    sanne = invited_town["Sanne"]
    client = before(sanne)
    await sanne.taps("Ik doe mee")
    await sanne.taps("Prima")
    await sanne.taps("Di 9:30")
    await client.opens_home()
    await client.home("Andere tijden")

    await client.uses_home("hours", "hours")
    assert client.view is not None
    await client.uses_home("control.language", "en")

    assert "My plan" in texts(await client.home("My plan"))
    await invited_town.hands.look()
    assert "in English from now on" in sanne.text()


async def opened_and_changed(town: SlackTown, fault: Fault) -> SlackPerson:
    """Let a Home be opened, and go wrong when it is shown anew."""
    sanne = town["Sanne"]
    client = before(sanne)
    await client.opens_home()
    await client.home("Stil: nee")
    await sanne.types("pauze")
    town.slack.goes_wrong("views.publish", fault)
    await sanne.taps("1 week")
    return client


def published(town: SlackTown) -> list[Called]:
    """Give every try to publish a Home."""
    return [each for each in town.slack.calls if each.method == "views.publish"]


@pytest.mark.slow
async def test_what_was_changed_elsewhere_is_shown_all_the_same(invited_town: SlackTown) -> None:
    client = await opened_and_changed(invited_town, refused("hash_conflict"))

    await client.home("Stil: tot")

    *_, refused_, anew = published(invited_town)
    assert refused_.arguments["hash"]
    assert "hash" not in anew.arguments


@pytest.mark.slow
async def test_what_slack_has_no_room_for_is_shown_later(
    invited_town: SlackTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(homes, "LOOK_EVERY", timedelta(seconds=1))
    client = await opened_and_changed(invited_town, throttled("1"))

    assert "Stil: tot" in texts(await client.home("Stil: tot"))


@pytest.mark.slow
@pytest.mark.parametrize("fault", [LOST, RESET, refused("invalid_blocks"), Fault(200, "[1]")])
async def test_what_goes_wrong_with_one_home_stops_none_to_come(
    invited_town: SlackTown, fault: Fault
) -> None:
    client = await opened_and_changed(invited_town, fault)
    await invited_town["Sanne"].types("plan")

    assert "Stil: tot" in texts(await client.home("Stil: tot"))


@pytest.mark.slow
async def test_no_more_homes_are_remembered_than_there_is_room_for(
    database_url: str, keyring: Keyring, slack: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(homes, "MOST", 1)
    async with in_slack(database_url, keyring, slack, agreed) as town:
        learner, tom = before(town["Sanne"]), before(town["Tom"])
        await learner.opens_home()
        await learner.home("Stil: nee")
        await tom.opens_home()
        await tom.home("Stil: nee")
        await town["Sanne"].types("pauze")
        await town["Sanne"].taps("1 week")
        shown = texts(await learner.home())

        await learner.opens_home()
        await learner.home("Stil: tot")

    assert "Stil: nee" in shown
