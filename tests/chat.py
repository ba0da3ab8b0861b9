"""A chat for stories: a third implementation of the port, which keeps what each person sees."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from bot.port import Destination, Message


@dataclass
class RememberingChat:
    """Keeps each person's messages in order; a replaced one stands where it stood."""

    shown: dict[str, list[Message]] = field(default_factory=dict)
    sent: int = 0

    async def send(self, to: Destination, message: Message) -> str:
        """Show a message; the same delivery twice is shown once, as every chat of ours does."""
        there = self.shown.setdefault(to.user, [])
        if all(message.delivery != each.delivery for each in there):
            there.append(message)
            self.sent += 1
        return str(message.delivery)

    async def replace(self, to: Destination, platform_id: str, message: Message) -> None:
        """Show another message in the place of one that was sent."""
        there = self.shown[to.user]
        place = next(i for i, each in enumerate(there) if str(each.delivery) == platform_id)
        there[place] = message

    async def find(self, to: Destination, delivery: UUID) -> str | None:
        """Look whether a message arrived."""
        there = self.shown.get(to.user, [])
        return next((str(m.delivery) for m in there if m.delivery == delivery), None)

    def copied(self) -> RememberingChat:
        """Give another chat in which everybody sees the same."""
        shown = {user: list(messages) for user, messages in self.shown.items()}
        return RememberingChat(shown, self.sent)
