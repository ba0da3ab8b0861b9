"""The local chat as a port: what other platforms keep on their servers stands in our own database.

A delivery is added once, however often it is sent, so that asking first is never needed here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from bot.adapters.local import messages
from bot.adapters.local.live import Live
from bot.errors import BadContent, TryLater
from bot.port import Destination, Message
from storage import chat, people
from storage.database import Database, Transaction
from storage.errors import DatabaseAway, Erased, Missing


class LocalChat:
    """The chat of `holdfast demo`; a `port.ChatPort`."""

    def __init__(self, database: Database, live: Live, now: Callable[[], datetime]) -> None:
        """Take where messages stand, whom to tell, and the application's clock."""
        self._database = database
        self._live = live
        self._now = now

    async def send(self, to: Destination, message: Message) -> str:
        """Show a message to a person, once per delivery, and return the id it stands under.

        Raises: TryLater when the database is away; BadContent when there is no such person.
        """
        async with self._writing() as tx:
            await people.lock(tx, to.person)
            is_new = await chat.by_delivery(tx, str(message.delivery)) is None
            sent = await chat.add(
                tx, to.person, "bot", messages.dump(message), self._now(), str(message.delivery)
            )
        if is_new:
            self._live.sent(to.person)
        return str(sent.id)

    async def replace(self, to: Destination, platform_id: str, message: Message) -> None:
        """Show another message in the place of one that was sent.

        Raises: TryLater when the database is away; BadContent when this person has no such
        message.
        """
        async with self._writing() as tx:
            await people.lock(tx, to.person)
            before = await chat.get(tx, _id(platform_id))
            if (before.person_id, before.sender) != (to.person, "bot"):
                raise Missing
            await chat.replace(tx, before.id, messages.dump(message))
        self._live.changed(to.person)

    async def find(self, to: Destination, delivery: UUID) -> str | None:
        """Look up a delivery; None when this person has no such message.

        Raises: TryLater when the database is away.
        """
        try:
            async with self._database.read() as tx:
                found = await chat.by_delivery(tx, str(delivery))
        except DatabaseAway as error:
            raise TryLater(str(error)) from error
        return str(found.id) if found and found.person_id == to.person else None

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[Transaction]:
        try:
            async with self._database.write() as tx:
                yield tx
        except DatabaseAway as error:
            # Even if it was committed after all: a delivery is added once.
            raise TryLater(str(error)) from error
        except (Missing, Erased) as error:
            raise BadContent("There is no such person or message in the local chat.") from error


async def said(tx: Transaction, person: UUID, now: datetime, event: UUID) -> None:
    """Add to a person's chat that they typed something, not what; the same event adds it once.

    The words come with `kept`, when it is known that they may stand.
    """
    await people.lock(tx, person)
    await chat.add(tx, person, "person", {"text": ""}, now, str(event))


async def kept(tx: Transaction, person: UUID, text: str, event: UUID) -> None:
    """Put into a chat what was typed, or "" where it may not stand: the rows look all the same.

    What was settled before stays as it is, and so does the chat of somebody who was erased.
    """
    there = await chat.by_delivery(tx, str(event))
    if there is not None and there.person_id == person and not there.replaced:
        await chat.replace(tx, there.id, {"text": text})


def _id(platform_id: str) -> UUID:
    try:
        return UUID(platform_id)
    except ValueError:
        raise Missing from None
