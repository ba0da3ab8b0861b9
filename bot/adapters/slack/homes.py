"""Publishing Home: when it is opened, and anew whenever something of it changed since.

Whose Home is open nobody tells; who opened it once since we started is shown what changed. One
goes after the other, in the background: nobody waits for a Home. What Slack has no room for waits
for the next look; what goes wrong is shown with the next change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from bot import home
from bot.adapters.slack import home as laid_out
from bot.adapters.slack.background import background, log_failure, running
from bot.adapters.slack.calls import call
from bot.adapters.slack.installed import Installed
from bot.errors import BadContent, Throttled
from bot.home import Home
from bot.words import Words
from scheduler.guarded import guarded
from storage import addresses, workspaces
from storage.database import Database
from storage.errors import Erased, Missing

MOST: Final = 20_000  # Homes that are remembered
LOOK_EVERY: Final = timedelta(seconds=20)  # at what is still waiting
_OUTDATED: Final = "hash_conflict"
_Key = tuple[UUID, str]
"""A workspace and a user of it."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """What stands on a Home, and Slack's mark of it, which one change takes."""

    view: Mapping[str, Any]
    hash: str


class Homes:
    """The Homes of everybody in Slack."""

    def __init__(
        self, database: Database, installed: Installed, words: Words, now: Callable[[], datetime]
    ) -> None:
        """Take where people stand, how to reach Slack, our texts and a clock."""
        self._database = database
        self._installed = installed
        self._words = words
        self._now = now
        self._shown: dict[_Key, _Shown] = {}
        self._waiting: dict[_Key, None] = {}  # a set that keeps who came first
        self._full: set[UUID] = set()  # workspaces that take no more in this look
        self._ticker = background(self._look, LOOK_EVERY, failed="homes_not_shown")

    def running(self) -> AbstractAsyncContextManager[None]:
        """Publish what was asked for as long as the block lasts."""
        return running(self._ticker)

    def opened(self, workspace: UUID, user: str) -> None:
        """Ask for the Home of a user, who opened it."""
        key = (workspace, user)
        self._shown[key] = self._shown.pop(key, _Shown({}, ""))  # the last that is forgotten
        if len(self._shown) > MOST:
            del self._shown[next(iter(self._shown))]
        self.changed(workspace, user)

    def changed(self, workspace: UUID, user: str) -> None:
        """Ask for a Home anew, if it was ever opened: something of it may have changed."""
        key = (workspace, user)
        if key in self._shown:
            self._waiting[key] = None
            self._ticker.wake()

    async def _look(self) -> None:
        """Publish what waits now; what is asked for meanwhile wakes the next look."""
        self._full.clear()
        for key in tuple(self._waiting):
            if key[0] not in self._full:
                del self._waiting[key]
                again = partial(self._not_shown, key)
                await guarded(partial(self._publish, key), on_error=again)

    def _not_shown(self, key: _Key, error: BaseException) -> None:
        if isinstance(error, Throttled):
            self._full.add(key[0])
            self._waiting[key] = None
        else:
            log_failure("home_not_shown", error)

    async def _publish(self, key: _Key) -> None:
        workspace, user = key
        before, view = self._shown.get(key), laid_out.view(await self._of(workspace, user))
        if before is None or view == before.view:
            return
        client = await self._installed.client(workspace)
        asked = {"user_id": user, "view": view}
        try:
            if before.hash:
                answer = await call(client, "views.publish", {**asked, "hash": before.hash})
            else:
                answer = await call(client, "views.publish", asked)
        except BadContent as error:
            if _OUTDATED not in error.message:
                raise
            answer = await call(client, "views.publish", asked)
        told = answer.get("view")
        mark = told.get("hash") if isinstance(told, dict) else None
        if key in self._shown:  # else it was forgotten meanwhile
            self._shown[key] = _Shown(view, mark if isinstance(mark, str) else "")

    async def _of(self, workspace: UUID, user: str) -> Home:
        async with self._database.read() as tx:
            address = await addresses.by_user(tx, workspace, user)
            if address is not None:
                with suppress(Missing, Erased):
                    return await home.of_person(tx, self._words, address.person_id, self._now())
            language = (await workspaces.get(tx, workspace)).language
        return home.of_nobody(self._words, language)
