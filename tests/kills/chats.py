"""Chats whose messages outlive the process that sent them, and two that break their promise.

What stands in the local chat's table is the truth; what a process remembers of it is only for the
story language, which acts on what a person sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from uuid import UUID

from bot.adapters.local.chat import LocalChat
from bot.adapters.local.live import Live
from bot.adapters.local.messages import load
from bot.clock import Clock
from bot.port import Destination, Message
from storage import chat
from storage.database import Database
from storage.ids import new_id
from tests.chat import RememberingChat


class LastingChat(RememberingChat):
    """The local chat, with what each person sees at hand."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Begin with nothing in sight; see `look_back`."""
        super().__init__()
        self._database = database
        self._local = LocalChat(database, Live(), clock.now)

    async def look_back(self, people: Mapping[str, UUID]) -> None:
        """Bring into sight what everybody was sent before this process began."""
        async with self._database.read() as tx:
            for user, person in people.items():
                there = await chat.of_person(tx, person)
                self.shown[user] = [load(each.body) for each in there if each.sender == "bot"]

    async def send(self, to: Destination, message: Message) -> str:
        """Send to the local chat."""
        await super().send(to, message)
        return await self._local.send(to, message)

    async def replace(self, to: Destination, platform_id: str, message: Message) -> None:
        """Replace in the local chat."""
        await super().replace(to, str(message.delivery), message)
        await self._local.replace(to, platform_id, message)

    async def find(self, to: Destination, delivery: UUID) -> str | None:
        """Look in the local chat."""
        return await self._local.find(to, delivery)


class ForgetfulChat(LastingChat):
    """Does not know a delivery again: what is sent twice arrives twice."""

    async def send(self, to: Destination, message: Message) -> str:
        """Send as if it had never been sent."""
        await RememberingChat.send(self, to, message)
        return await self._local.send(to, replace(message, delivery=new_id()))

    async def find(self, to: Destination, delivery: UUID) -> str | None:
        """Find nothing."""
        del to, delivery
        return None


class BoastfulChat(LastingChat):
    """Says that everything arrived."""

    async def find(self, to: Destination, delivery: UUID) -> str | None:
        """Claim to have found it."""
        del to
        return str(delivery)


CHATS: Final[Mapping[str, type[LastingChat]]] = {
    "lasting": LastingChat,
    "forgetful": ForgetfulChat,
    "boastful": BoastfulChat,
}
