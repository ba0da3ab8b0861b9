"""Installing from a page: an administrator agrees in Slack, and comes back with a code for us.

Bolt walks the way and checks the state, which is good for one use within ten minutes, in the same
browser; what Slack gives is kept sealed, as `installed` keeps it.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.adapters.slack import calls
from bot.adapters.slack.credentials import Credentials
from bot.adapters.slack.installed import App, Installed
from bot.adapters.slack.manifest import INSTALL_PATH, REDIRECT_PATH, Profile, scopes

LASTS: Final = timedelta(minutes=10)
_MOST_STATES: Final = 1_000
_STATE_BYTES: Final = 32


class States(AsyncOAuthStateStore):
    """The states under way; whoever restarts Holdfast meanwhile begins again."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Take the machine's clock."""
        self._now = now
        self._ends: dict[str, datetime] = {}

    @property
    def logger(self) -> logging.Logger:
        """Give the logger, as its base wants."""
        return logging.getLogger(__name__)

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        """Make a state; the oldest ones go when there are very many."""
        del args, kwargs
        while len(self._ends) >= _MOST_STATES:
            del self._ends[next(iter(self._ends))]
        state = secrets.token_urlsafe(_STATE_BYTES)
        self._ends[state] = self._now() + LASTS
        return state

    async def async_consume(self, state: str) -> bool:
        """Say whether a state is good, once."""
        ends = self._ends.pop(state, None)
        return ends is not None and self._now() <= ends


class Installations(AsyncInstallationStore):
    """Where Bolt leaves an installation."""

    def __init__(self, installed: Installed) -> None:
        """Take where it is kept."""
        self._installed = installed

    @property
    def logger(self) -> logging.Logger:
        """Give the logger, as its base wants."""
        return logging.getLogger(__name__)

    async def async_save(self, installation: Installation) -> None:
        """Keep an installation; one that was there goes on with the new token."""
        org_wide = bool(installation.is_enterprise_install)
        name = installation.enterprise_id if org_wide else installation.team_id
        await self._installed.add(name or "", _credentials(installation, org_wide=org_wide))


def flow(
    app: App, installed: Installed, profile: Profile, *, link: str, now: Callable[[], datetime]
) -> AsyncOAuthFlow:
    """Make the way through; `link` is where browsers reach Holdfast."""
    settings = AsyncOAuthSettings(
        client_id=app.client_id,
        client_secret=app.client_secret,
        scopes=[each.name for each in scopes(profile)],
        redirect_uri=link + REDIRECT_PATH,
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        installation_store=Installations(installed),
        state_store=States(now),
        state_expiration_seconds=int(LASTS.total_seconds()),
    )
    return AsyncOAuthFlow(client=calls.client_for(None, base=app.base), settings=settings)


def _credentials(given: Installation, *, org_wide: bool) -> Credentials:
    ends = given.bot_token_expires_at
    return Credentials(
        token=given.bot_token or "",
        bot_user=given.bot_user_id or "",
        app=given.app_id or "",
        scopes=tuple(sorted(given.bot_scopes or ())),
        refresh_token=given.bot_refresh_token or "",
        expires_at=datetime.fromtimestamp(ends, UTC) if ends else None,
        org_wide=org_wide,
    )
