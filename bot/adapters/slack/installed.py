"""The workspaces in which Holdfast is installed, and the token that each of them takes.

A workspace of an organisation-wide installation has no row of its own: one token, kept with the
organisation, opens all of them. A token that ends soon is renewed before it is used, by one at a
time: what renews it works once.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack import calls
from bot.adapters.slack.credentials import Credentials, of_access
from bot.errors import BadContent, Closed, HoldfastError
from bot.traces import trace_of
from storage import organisations, workspaces
from storage.alone import alone
from storage.database import Database
from storage.workspaces import Workspace

_log = structlog.get_logger(__name__)

PLATFORM: Final = "slack"
AGAIN_AFTER: Final = timedelta(minutes=5)  # then a token is renewed that was not


@dataclass(frozen=True, slots=True)
class App:
    """Our app as Slack knows it; `base` is where its Web API is."""

    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    base: str = calls.BASE


class Installed:
    """Finds workspaces and their clients; keeps what an installation gave us, sealed."""

    def __init__(
        self,
        database: Database,
        app: App,
        now: Callable[[], datetime],
        session: aiohttp.ClientSession,
    ) -> None:
        """Take where workspaces stand, our app, the machine's clock and the connections."""
        self._database = database
        self._app = app
        self._now = now
        self._session = session
        self._not_before: dict[UUID, datetime] = {}  # for workspaces whose token was not renewed
        self._renewing: defaultdict[UUID, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def of_team(self, team: str | None, enterprise: str | None) -> Workspace | None:
        """Find the workspace of a request: by its own name, or by its organisation's."""
        async with self._database.read() as tx:
            for name in (team, enterprise):
                found = name and await workspaces.by_external(tx, PLATFORM, name)
                if found:
                    return found
        return None

    async def client(self, workspace: UUID) -> AsyncWebClient:
        """Give the client that acts in a workspace.

        Raises:
            Closed: Holdfast is not installed there, or not any more.
            TryLater, Ambiguous: its token is over, and could not be renewed now.

        """
        kept = await self.credentials(workspace)
        if kept is not None and kept.must_rotate(self._now()):
            kept = await self._fresh(workspace, kept)
        if kept is None:
            raise Closed("Holdfast is not installed in this workspace.")
        return self._client(kept.token)

    async def credentials(self, workspace: UUID) -> Credentials | None:
        """Read what opens a workspace; None where nothing does."""
        async with self._database.read() as tx:
            kept = await workspaces.credentials_of(tx, workspace)
        return Credentials.load(kept) if kept else None

    async def add(self, name: str, credentials: Credentials) -> UUID:
        """Keep a new installation, of a workspace or an organisation that Slack calls so.

        Raises:
            BadContent: there is no organisation in this database yet.

        """
        async with self._database.write() as tx:
            organisation = await organisations.first(tx)
            if organisation is None:
                raise BadContent("Make the organisation first: holdfast organisation create.")
            there = await workspaces.by_external(tx, PLATFORM, name)
            workspace = there or await workspaces.add(
                tx,
                organisation=organisation.id,
                platform=PLATFORM,
                external_id=name,
                language=organisation.language,
                zone=organisation.zone,
            )
            await workspaces.set_credentials(tx, workspace.id, credentials.dump())
            await workspaces.set_state(tx, workspace.id, "active")
        return workspace.id

    async def keep(self, workspace: UUID, credentials: Credentials) -> None:
        """Keep what opens a workspace, which goes on if it was stopped."""
        async with self._database.write() as tx:
            await workspaces.set_credentials(tx, workspace, credentials.dump())
            await workspaces.set_state(tx, workspace, "active")

    async def wipe(self, workspace: UUID) -> None:
        """Forget what opened a workspace, and stop everything there."""
        async with self._database.write() as tx:
            await workspaces.set_credentials(tx, workspace, None)
            await workspaces.set_state(tx, workspace, "paused")

    async def _fresh(self, workspace: UUID, old: Credentials) -> Credentials | None:
        """Renew a token; where that does not work, the old one does for as long as it lasts."""
        now = self._now()
        lasts = old.expires_at is not None and now < old.expires_at
        if lasts and now < self._not_before.get(workspace, now):
            return old
        try:
            return await self._renewed(workspace)
        except HoldfastError as error:
            _log.warning("token_not_renewed", reason=type(error).__name__, trace=trace_of(error))
            if lasts:
                self._not_before[workspace] = now + AGAIN_AFTER
                return old
            if isinstance(error, BadContent):
                await self.wipe(workspace)
                raise Closed("Slack renews the token no more: install the app again.") from None
            raise

    async def _renewed(self, workspace: UUID) -> Credentials | None:
        async with self._renewing[workspace], alone(self._database, f"renew {workspace}"):
            kept = await self.credentials(workspace)
            if kept is None or not kept.must_rotate(self._now()):
                return kept  # another one did it meanwhile
            answer = await calls.call(
                self._client(None),
                "oauth.v2.access",
                {
                    "client_id": self._app.client_id,
                    "client_secret": self._app.client_secret,
                    "grant_type": "refresh_token",
                    "refresh_token": kept.refresh_token,
                },
            )
            fresh = of_access(answer, self._now(), kept)
            await self.keep(workspace, fresh)
            return fresh

    def _client(self, token: str | None) -> AsyncWebClient:
        return calls.client_for(token, base=self._app.base, session=self._session)
