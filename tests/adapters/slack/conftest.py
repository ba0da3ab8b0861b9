"""A town in Slack, for tests of what only Slack does."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from storage.keyring import Keyring
from tests.slack_peer.proxy import Proxy
from tests.slack_town import SlackTown, in_slack
from tests.stories.beginnings import invited


@pytest.fixture
async def invited_town(
    database_url: str, keyring: Keyring, slack: Proxy
) -> AsyncIterator[SlackTown]:
    """Give a town in Slack in which Sanne was just welcomed."""
    async with in_slack(database_url, keyring, slack, invited) as town:
        yield town
