"""Publishing Home: when it is opened, and anew whenever something of it changed since.

Whose Home is open nobody tells; who opened it once since we started is shown what changed. One
goes after the other, in the background: nobody waits for a Home.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog

from bot import home
from bot.adapters.slack import home as laid_out
from bot.adapters.slack.calls import call
from bot.adapters.slack.installed import Installed
from bot.errors import BadContent, HoldfastError, Throttled
from bot.home import Home
from bot.traces import trace_of
from bot.words import Words
from storage import addresses, workspaces
from storage.database import Database
from storage.errors import Erased, Missing, StorageError

_log = structlog.get_logger(__name__)

MOST: Final = 20_000  # Homes that are remembered
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
        self._waiting: asyncio.Queue[_Key] = asyncio.Queue()
        self._queued: set[_Key] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Publish what was asked for as long as the block lasts."""
        worker = asyncio.create_task(self._publish_all())
        try:
            yield
        finally:
            worker.cancel()
            with suppress(asyncio.CancelledError):
                await worker

    def opened(self, workspace: UUID, user: str) -> None:
        """Ask for the Home of a user, who opened it."""
        if len(self._shown) >= MOST:
            self._shown.clear()
        self._shown.setdefault((workspace, user), _Shown({}, ""))
        self.changed(workspace, user)

    def changed(self, workspace: UUID, user: str) -> None:
        """Ask for a Home anew, if it was ever opened: something of it may have changed."""
        key = (workspace, user)
        if key in self._shown and key not in self._queued:
            self._queued.add(key)
            self._waiting.put_nowait(key)

    async def _publish_all(self) -> None:
        while True:
            key = await self._waiting.get()
            self._queued.discard(key)
            try:
                await self._publish(key)
            except Throttled as error:
                loop = asyncio.get_running_loop()
                loop.call_later(error.wait.total_seconds(), self.changed, *key)
            except (HoldfastError, StorageError) as error:
                _log.warning("home_not_shown", reason=type(error).__name__, trace=trace_of(error))

    async def _publish(self, key: _Key) -> None:
        workspace, user = key
        before, view = self._shown[key], laid_out.view(await self._of(workspace, user))
        if view == before.view:
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
        self._shown[key] = _Shown(view, mark if isinstance(mark, str) else "")

    async def _of(self, workspace: UUID, user: str) -> Home:
        async with self._database.read() as tx:
            address = await addresses.by_user(tx, workspace, user)
            if address is not None:
                with suppress(Missing, Erased):
                    return await home.of_person(tx, self._words, address.person_id, self._now())
            language = (await workspaces.get(tx, workspace)).language
        return home.of_nobody(self._words, language)
