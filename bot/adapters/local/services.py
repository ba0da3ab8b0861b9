"""What the page needs of the rest of the house; the composition root fills it in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bot.adapters.local.door import Door
from bot.adapters.local.live import Live
from bot.port import Event, Heard
from bot.words import Words
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Services:
    """The parts that the page stands on; `now` is the application's clock.

    `to_next_event` turns that clock to the next thing that happens, and returns None when nothing
    is coming; `add_days` turns it by whole days; `towards` turns it one event nearer to a moment,
    or to that moment when nothing lies before it. All return when all that was due is sent.
    """

    database: Database
    words: Words
    live: Live
    workspace: UUID
    door: Door
    hear: Callable[[Event], Awaitable[Heard]]
    now: Callable[[], datetime]
    to_next_event: Callable[[], Awaitable[datetime | None]]
    add_days: Callable[[int], Awaitable[datetime]]
    towards: Callable[[datetime], Awaitable[datetime]]
