"""All of Slack put together: its door, its chat, and what they share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from starlette.routing import Route

from bot.adapters.slack import calls, oauth
from bot.adapters.slack.administration import Administration
from bot.adapters.slack.chat import SlackChat
from bot.adapters.slack.credentials import Credentials
from bot.adapters.slack.door import SlackDoor
from bot.adapters.slack.hearing import Hearing
from bot.adapters.slack.homes import Homes
from bot.adapters.slack.installed import App, Installed
from bot.adapters.slack.manifest import Profile, before_commands
from bot.adapters.slack.matching import Matching
from bot.adapters.slack.pace import Limits
from bot.adapters.slack.resting import Resting
from bot.adapters.slack.rosters import Rosters
from bot.adapters.slack.socket_mode import SocketMode
from bot.adapters.slack.turns import Turns
from bot.port import Event, Heard
from bot.words import Words
from storage.database import Database

Hear = Callable[[Event], Awaitable[Heard]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the settings say of Slack; `link` is where browsers reach Holdfast.

    With an `app_token` Holdfast calls Slack (Socket Mode), without it Slack calls Holdfast.
    """

    signing_secret: str = field(repr=False)
    app: App
    profile: Profile
    link: str
    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)


class Slack:
    """Slack, connected; `chat` sends, `listening` hears."""

    def __init__(
        self, wanted: Wanted, database: Database, words: Words, installed: Installed,
        now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        """Put the parts together."""
        self._wanted = wanted
        self._words = words
        self._now = now
        self.installed = installed
        self.homes = Homes(database, installed, words, now)
        self._administration = Administration(database, installed, words, now)
        wait = asyncio.sleep  # noqa: TID251 - as Slack wants
        self.chat = SlackChat(installed, wait, Limits(), self.homes.changed)
        self.matching = Matching(database, installed, words.rows, now)
        self.resting = Resting(database, installed, now)
        self.rosters = Rosters(database, self.matching, wait, now)

    @classmethod
    @asynccontextmanager
    async def connected(
        cls, wanted: Wanted, database: Database, words: Words, now: Callable[[], datetime]
    ) -> AsyncIterator[Self]:
        """Open the connections, and take the token that the settings give.

        Raises:
            Closed: Slack does not know that token.
            TryLater, Ambiguous: Slack cannot be reached now.
            BadContent: there is no organisation yet.

        """
        async with calls.new_session() as session:
            installed = Installed(database, wanted.app, now, session)
            words = words.commanded(before_commands(wanted.profile))
            slack = cls(wanted, database, words, installed, now)
            if wanted.bot_token:
                await slack.install(wanted.bot_token)
            async with slack.homes.running(), slack.rosters.running():
                yield slack

    @asynccontextmanager
    async def listening(self, hear: Hear) -> AsyncIterator[list[Route]]:
        """Hear what people do for as long as the block lasts; give the routes that are needed.

        Raises as `SocketMode.running` does.
        """
        if not self._wanted.app_token:
            yield self.routes(hear)
            return
        socket = SocketMode(self._wanted.app_token, self._wanted.app.base, self._hearing(hear))
        async with socket.running():
            yield []

    def routes(self, hear: Hear) -> list[Route]:
        """Give the routes that Slack calls; `hear` takes what people do."""
        wanted, flow = self._wanted, None
        if wanted.app.client_id:
            flow = oauth.flow(
                wanted.app, self.installed, wanted.profile, link=wanted.link, now=self._now
            )
        return SlackDoor(wanted.signing_secret, self._hearing(hear), flow).routes()

    def _hearing(self, hear: Hear) -> Hearing:
        turns = Turns(
            hear, self.installed, self.matching, self.homes, self._administration, self._words,
            self._now,
        )  # fmt: skip
        return Hearing(turns)

    async def install(self, token: str) -> None:
        """Take a bot token that an administrator copied, and see whose it is."""
        client = calls.client_for(token, base=self._wanted.app.base)
        answer, scopes = await calls.asked_with_scopes(client, "auth.test")
        org_wide = answer.get("is_enterprise_install") is True
        name = answer.get("enterprise_id" if org_wide else "team_id")
        credentials = Credentials(
            token=token,
            bot_user=str(answer.get("user_id") or ""),
            scopes=scopes,
            org_wide=org_wide,
        )
        await self.installed.add(str(name or ""), credentials)
