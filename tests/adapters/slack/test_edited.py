"""What somebody changes in Slack of what they typed: it is not taken, and they are told so."""

from __future__ import annotations

import pytest

from tests.adapters.slack.test_home import before
from tests.slack_town import SlackTown

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_kind", ["sqlite"])]

CANARY = "KANARIE"


async def test_who_changes_a_typed_message_reads_where_to_change_it(
    invited_town: SlackTown,
) -> None:
    sanne = invited_town["Sanne"]
    await sanne.types("hulp")
    seen = len(sanne.messages)

    answer = await before(sanne).changes_what_was_typed(CANARY, 1_795_420_800)
    await invited_town.hands.look()

    assert answer.status_code == 200
    [told] = [e for e in invited_town.slack.calls if e.method == "chat.postEphemeral"]
    assert told.done
    assert told.arguments["user"] == sanne.user
    assert "Met 'Wijzig' bij de vraag" in told.arguments["text"]
    assert CANARY not in str(told.arguments)
    assert len(sanne.messages) == seen


async def test_they_are_told_in_their_own_language(invited_town: SlackTown) -> None:
    sanne = invited_town["Sanne"]
    await sanne.types("language")
    await sanne.taps("English")

    await before(sanne).changes_what_was_typed(CANARY, 1_795_420_800)

    [told] = [e for e in invited_town.slack.calls if e.method == "chat.postEphemeral"]
    assert "Use 'Edit'" in told.arguments["text"]


async def test_nobody_else_is_told(invited_town: SlackTown) -> None:
    stranger = before(invited_town["Sanne"])
    stranger.user = "U0STRANGER"

    await stranger.changes_what_was_typed(CANARY, 1_795_420_800)

    assert not [e for e in invited_town.slack.calls if e.method == "chat.postEphemeral"]
