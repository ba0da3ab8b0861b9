"""Everything that can be said is shown in Slack as it was looked at, and Slack would take it."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from bot.adapters.slack.cards import Card, card
from bot.adapters.slack.checks import limits_kept
from bot.port import Message
from tests.adapters.slack.eyes import alive
from tests.adapters.slack.golden import FOLDER, NAMES, NOTICE, golden, opens, view
from tests.adapters.slack.letters import KINDS, LANGUAGES, messages


def faults(message: Message) -> list[str]:
    """Name all that Slack would refuse, or bring to life, in a message and in its modal."""
    shown = card(message)
    found = [*limits_kept(shown), *alive(shown.arguments())]
    return [*found, *limits_kept(view(message))] if opens(message) else found


def looked_at(name: str) -> dict[str, list[Any]]:
    """Give one of the files."""
    read: dict[str, list[Any]] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return read


@pytest.mark.slow  # a dialogue is explored, once for both questions
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", [*KINDS, NOTICE])
def test_what_can_be_said_is_what_was_looked_at_and_slack_would_take_all_of_it(kind: str) -> None:
    shown = {language: golden(f"{kind}.{language}") for language in LANGUAGES}
    every = [each for language in LANGUAGES for each in messages(kind, language)]

    stands = {each: (FOLDER / f"{kind}.{each}.json").read_text("utf-8") for each in LANGUAGES}
    assert shown == stands, "look at it, and run python -m tests.adapters.slack.golden"
    assert {each.paragraphs: faults(each) for each in every if faults(each)} == {}


def test_every_file_is_of_something() -> None:
    assert sorted(each.stem for each in FOLDER.glob("*.json")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_slack_would_take_what_was_looked_at(name: str) -> None:
    shown = looked_at(name)
    cards = [
        Card(each["text"], (*each["blocks"],), UUID(int=0)) for each in shown.get("cards", ())
    ]
    modals = shown["modals"]

    assert [limits_kept(each) for each in (*cards, *modals)] == [[]] * (len(cards) + len(modals))
    assert [alive(each.arguments()) for each in cards] == [[]] * len(cards)
