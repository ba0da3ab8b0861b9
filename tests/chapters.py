"""Chapters: what many stories begin with is played once, and each story gets a copy of its end.

A story says `@pytest.mark.begins(joined)`, and its `town` is one in which that chapter has just
ended: the rows in a database of its own, what everybody sees, who read how far, and the moment.
What a process knew by heart is gone, as after a restart. The first story of a worker that begins
there plays the chapter, so a story still owes nothing to another one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from storage.keyring import Keyring
from tests.people import Town
from tests.support.grounds import Ground
from tests.support.numbers import NUMBERS
from tests.towns import a_town, taken_up

Happens = Callable[[Town], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Chapter:
    """What happens after another chapter, or in a new town with a training `about` something."""

    happens: Happens
    after: Chapter | None = None
    about: str | None = None


def chapter(
    *, after: Chapter | None = None, about: str | None = None
) -> Callable[[Happens], Chapter]:
    """Make a chapter of a function."""
    return lambda happens: Chapter(happens, after, about)


@dataclass(frozen=True, slots=True)
class Played:
    """A chapter as it ended: its database, which nobody opens any more, and the town."""

    database: str
    town: Town


@dataclass
class Chapters:
    """The chapters that were played on one kind of database."""

    ground: Ground
    keyring: Keyring
    _played: dict[Chapter, Played] = field(default_factory=dict)
    _numbers: Iterator[int] = NUMBERS

    @asynccontextmanager
    async def begin(self, chapter: Chapter) -> AsyncIterator[Town]:
        """Give a town in which a chapter has just ended, as often as wanted."""
        name = f"story_{next(self._numbers)}"
        async with self._after(await self._end_of(chapter), name) as town:
            yield town
        self.ground.drop(name)

    async def _end_of(self, chapter: Chapter) -> Played:
        """Play a chapter, and what came before it; once, and remember."""
        if chapter not in self._played:
            name = f"chapter_{next(self._numbers)}"
            async with self._where(chapter, name) as town:
                await chapter.happens(town)
                await town.hands.look()  # who takes up finds nothing that was left to do
            self._played[chapter] = Played(name, town)
        return self._played[chapter]

    @asynccontextmanager
    async def _where(self, chapter: Chapter, name: str) -> AsyncIterator[Town]:
        if chapter.after:
            async with self._after(await self._end_of(chapter.after), name) as town:
                yield town
            return
        self.ground.copy("", name)
        async with a_town(self.ground.url(name), self.keyring, about=chapter.about) as town:
            yield town

    @asynccontextmanager
    async def _after(self, played: Played, name: str) -> AsyncIterator[Town]:
        self.ground.copy(played.database, name)
        async with taken_up(played.town, self.ground.url(name), self.keyring) as town:
            yield town
