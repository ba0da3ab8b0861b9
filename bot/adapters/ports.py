"""The chats of all platforms as one port: each message goes by the platform of its workspace."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from bot.errors import Closed
from bot.port import ChatPort, Destination, Message
from storage import workspaces
from storage.database import Database


class Ports:
    """Several chats; a `port.ChatPort` itself. All three raise Closed for one not connected."""

    def __init__(self, database: Database, chats: Mapping[str, ChatPort]) -> None:
        """Take where workspaces stand, and the chat of each platform."""
        self._database = database
        self._chats = chats
        self._platforms: dict[UUID, str] = {}

    async def send(self, to: Destination, message: Message) -> str:
        """Send a message and return the platform's id of it."""
        return await (await self._chat(to)).send(to, message)

    async def replace(self, to: Destination, platform_id: str, message: Message) -> None:
        """Show another message in the place of one that was sent."""
        await (await self._chat(to)).replace(to, platform_id, message)

    async def find(self, to: Destination, delivery: UUID) -> str | None:
        """Look up whether a message arrived after all; None when it did not."""
        return await (await self._chat(to)).find(to, delivery)

    async def _chat(self, to: Destination) -> ChatPort:
        """Give the chat of a workspace, whose platform never changes."""
        if to.workspace not in self._platforms:
            async with self._database.read() as tx:
                workspace = await workspaces.get(tx, to.workspace)
            self._platforms[to.workspace] = workspace.platform
        chat = self._chats.get(self._platforms[to.workspace])
        if chat is None:
            raise Closed(f"{self._platforms[to.workspace]} is not connected here.")
        return chat
