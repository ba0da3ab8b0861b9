"""Hands for measuring: the real ones, by a clock that stands still, in a chat that nobody reads.

Nothing of the peers is loaded with them, so the memory of a process that has them is ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from bot.app import Hands, Pace
from bot.clock import TurnedClock
from bot.port import Destination, Message
from bot.scene import House
from storage.database import Database

_HOUSE: Final = House("holdfast.example")


@dataclass
class QuietChat:
    """Counts what it is given."""

    sent: int = 0

    async def send(self, to: Destination, message: Message) -> str:
        """Take a message."""
        del to
        self.sent += 1
        return str(message.delivery)

    async def replace(self, to: Destination, platform_id: str, message: Message) -> None:
        """Take a message that stands in the place of another."""

    async def find(self, to: Destination, delivery: UUID) -> str | None:
        """Say that everything arrived."""
        del to
        return str(delivery)


class StoppedClock(TurnedClock):
    """Stands still at a moment until it is turned."""

    def __init__(self, moment: datetime) -> None:
        """Stand at a moment."""
        super().__init__(timedelta(0))
        self._moment = moment

    def now(self) -> datetime:
        """Give the moment."""
        return self._moment

    def set_to(self, moment: datetime) -> None:
        """Go to another moment."""
        self._moment = moment


def hands_at(database: Database, moment: datetime) -> Hands:
    """Give the hands of a house whose chat is quiet and whose clock stands at a moment."""
    return Hands(database, QuietChat(), StoppedClock(moment), house=_HOUSE, pace=Pace())
