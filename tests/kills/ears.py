"""Conversations that hear otherwise than ours: one stumbles, and one breaks its promise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot import events
from bot.conversation import Conversation
from bot.port import Event, Heard
from storage import inbox
from storage.database import Transaction
from storage.failpoints import failpoint


class Stumble(Exception):
    """A turn raised."""


class StumblingEar(Conversation):
    """Raises at the end of every turn, and hears the event well when it is heard again."""

    _stumbles = False

    async def _take(self, event: Event, now: datetime) -> Heard:
        self._stumbles = True
        try:
            return await super()._take(event, now)
        finally:
            self._stumbles = False

    async def _hear(self, tx: Transaction, event: Event, now: datetime) -> tuple[Heard, str]:
        heard = await super()._hear(tx, event, now)
        if self._stumbles:
            raise Stumble
        return heard


class TwoStepEar(Conversation):
    """Commits the inbox row before it takes the turn, as if that were good enough."""

    async def _take(self, event: Event, now: datetime) -> Heard:
        async with self._database.write() as tx:
            kind = events.kind_of(event)
            if not await inbox.receive(tx, event.workspace, event.id, kind, None, now):
                return Heard(seen_before=True)
        failpoint("hear.received")
        async with self._database.write() as tx:
            heard, outcome = await self._hear(tx, event, now)
            await inbox.outcome(tx, event.workspace, event.id, outcome)
        return heard


EARS: Final[Mapping[str, type[Conversation]]] = {
    "whole": Conversation,
    "stumbling": StumblingEar,
    "two steps": TwoStepEar,
}
