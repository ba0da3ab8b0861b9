"""Socket Mode: the same turns in envelopes, acknowledged once they are kept."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.adapters.slack.hearing import Hearing
from bot.adapters.slack.socket_mode import SocketMode
from bot.errors import Closed, TryLater
from storage.errors import DatabaseAway
from storage.keyring import Keyring
from tests.people import Turning
from tests.slack_peer.proxy import RESET, Proxy, refused
from tests.slack_peer.sockets import SocketWire
from tests.slack_town import SlackTown, a_slack_town
from tests.stories.steps import joins, plans_in_dutch

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_kind", ["sqlite"])]


@pytest.fixture
async def town(database_url: str, keyring: Keyring, slack: Proxy) -> AsyncIterator[SlackTown]:
    """Give a town that Slack reaches by a socket."""
    async with a_slack_town(database_url, keyring, slack, by_socket=True) as opened:
        yield opened


def wire_of(town: SlackTown) -> SocketWire:
    """Give the way by which Slack reaches us."""
    assert isinstance(town.wire, SocketWire)
    return town.wire


async def test_a_learner_joins_and_plans(town: SlackTown) -> None:
    await joins(town["Sanne"], Turning(town.hands))
    await plans_in_dutch(town["Sanne"])

    assert "zeg ik Tom één ding" in town["Sanne"].text()


async def test_an_envelope_that_comes_twice_counts_once(town: SlackTown) -> None:
    learner = town["Sanne"]
    await town.clock.goes_on_until(learner)
    await learner.taps("Ik doe mee")
    messages = len(learner.messages)

    assert (await town.wire.again()).status_code == 200
    await town.hands.look()

    assert len(learner.messages) == messages


async def test_after_a_warning_the_next_connection_is_used(town: SlackTown) -> None:
    learner = town["Sanne"]
    await town.clock.goes_on_until(learner)
    sockets = wire_of(town).sockets

    await sockets.warn()
    await learner.taps("Ik doe mee")

    assert sockets.opened == 2
    assert len(learner.messages) > 1


async def test_what_could_not_be_kept_is_not_acknowledged(
    town: SlackTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = town["Sanne"]
    await town.clock.goes_on_until(learner)
    monkeypatch.setattr("tests.slack_peer.sockets.PATIENCE", 0.2)
    with monkeypatch.context() as broken:
        broken.setattr(town.hands.database, "write", _away)
        with pytest.raises(AssertionError):
            await learner.taps("Ik doe mee")

    assert (await town.wire.again()).status_code == 200
    await town.hands.look()

    assert len(learner.messages) > 1


def _away() -> None:
    raise DatabaseAway("It is away.")


async def test_a_wrong_token_is_said_in_words(town: SlackTown) -> None:
    town.slack.goes_wrong("apps.connections.open", refused("invalid_auth"))

    with pytest.raises(Closed, match="invalid_auth"):
        async with _another(town).running():
            pass


async def test_a_slack_that_is_away_is_said_in_words(town: SlackTown) -> None:
    town.slack.goes_wrong("apps.connections.open", RESET)

    with pytest.raises(TryLater, match="cannot be reached"):
        async with _another(town).running():
            pass


def _another(town: SlackTown) -> SocketMode:
    hearing: Hearing = town.connected._hearing(town.hands.hear)  # noqa: SLF001 - as it is put together
    return SocketMode("xapp-1", town.slack.base, hearing)
