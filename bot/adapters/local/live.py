"""Tells every open page that something changed, and for whom; never what.

Only the news that there is news is kept, each at most once, so a page that reads slowly costs no
memory and holds nobody up. A page that missed everything needs one look to be up to date.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

MOST_PENDING = 256  # people; more than that, and the page looks at everything


@dataclass(frozen=True, slots=True)
class News:
    """What changed since the last time: whose chat or plan, and whether more than that."""

    people: frozenset[UUID] = frozenset()
    everything: bool = False


@dataclass(slots=True, eq=False)
class Listener:
    """One open page, and what it has not been told yet."""

    _people: set[UUID] = field(default_factory=set)
    _everything: bool = False
    _closed: bool = False
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def news(self, within: timedelta) -> News | None:
        """Wait for news; empty when there was none in that time, None when it is over."""
        try:
            await asyncio.wait_for(self._wake.wait(), within.total_seconds())
        except TimeoutError:
            return News()
        if self._closed:
            return None
        told = News(frozenset(self._people), self._everything)
        self._people.clear()
        self._everything = False
        self._wake.clear()
        return told

    def tell(self, person: UUID | None) -> None:
        """Note that something changed for a person; None is for everybody."""
        if person is None or len(self._people) >= MOST_PENDING:
            self._everything = True
            self._people.clear()
        elif not self._everything:
            self._people.add(person)
        self._wake.set()

    def end(self) -> None:
        """Let whoever waits go home."""
        self._closed = True
        self._wake.set()


class Live:
    """The pages that are open now, and how many messages each person was sent."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._sent: Counter[UUID] = Counter()
        self._closed = False

    def changed(self, person: UUID) -> None:
        """Tell the pages that something changed for one person."""
        self._tell(person)

    def sent(self, person: UUID) -> None:
        """Tell the pages that a person got a message."""
        self._sent[person] += 1
        self._tell(person)

    def turned(self) -> None:
        """Tell the pages that the clock was turned, which may change everything."""
        self._tell(None)

    def sent_so_far(self) -> Mapping[UUID, int]:
        """Count the messages sent to each person since the process started."""
        return Counter(self._sent)

    @contextmanager
    def listen(self) -> Iterator[Listener]:
        """Listen as long as the block lasts."""
        listener = Listener()
        if self._closed:
            listener.end()
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def close(self) -> None:
        """End all streams, so that the server can stop; later ones end at once."""
        self._closed = True
        for listener in self._listeners:
            listener.end()

    def _tell(self, person: UUID | None) -> None:
        for listener in self._listeners:
            listener.tell(person)
