"""A chat in which nobody reads: it takes every message at once and keeps none."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from bot.port import Destination, Message


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
