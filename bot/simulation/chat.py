"""The chat of a simulation: what a platform would keep, and nothing of ours.

It shows whatever it is given, so what is sent twice arrives twice. Of each person it remembers
the newest messages only: memory stays flat, however long a simulation runs.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from bot.port import Destination, Message

REMEMBERED: Final = 6  # messages a person


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that somebody sees: when it came, and whether it had come before.

    `is_new` is false where it took the place of another one.
    """

    person: UUID
    user: str
    at: datetime
    message: Message
    is_new: bool = True
    is_again: bool = False


def _newest() -> deque[Message]:
    return deque(maxlen=REMEMBERED)


@dataclass
class VirtualChat:
    """A `port.ChatPort` for people who do not exist; `now` tells the application's moment."""

    now: Callable[[], datetime]
    shown: dict[str, deque[Message]] = field(default_factory=lambda: defaultdict(_newest))
    arrivals: list[Arrival] = field(default_factory=list)
    sent: int = 0

    async def send(self, to: Destination, message: Message) -> str:
        """Show a message."""
        there = self.shown[to.user]
        again = any(each.delivery == message.delivery for each in there)
        there.append(message)
        self.sent += 1
        arrival = Arrival(to.person, to.user, self.now(), message, is_again=again)
        self.arrivals.append(arrival)
        return str(message.delivery)

    async def replace(self, to: Destination, platform_id: str, message: Message) -> None:
        """Show another message in the place of one that was sent, if that is still remembered."""
        there = self.shown[to.user]
        for place, each in enumerate(there):
            if str(each.delivery) == platform_id:
                there[place] = message
        self.arrivals.append(Arrival(to.person, to.user, self.now(), message, is_new=False))

    async def find(self, to: Destination, delivery: UUID) -> str | None:
        """Look whether a message arrived."""
        there = self.shown[to.user]
        return next((str(each.delivery) for each in there if each.delivery == delivery), None)

    def arrived(self) -> list[Arrival]:
        """Give what arrived since this was asked last."""
        found, self.arrivals = self.arrivals, []
        return found


def texts_of(message: Message) -> str:
    """Give all that a person can read on a message."""
    labels = [each.label for each in message.fields]
    options = [
        option.label for each in message.fields for option in getattr(each.input, "options", ())
    ]
    seen = [each.seen_by for each in message.fields]
    edits = [each.label for each in message.edits]
    return "\n".join(
        [*message.paragraphs, *labels, *options, *seen, *edits, message.answered, message.footer]
    )
