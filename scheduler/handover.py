"""The port through which a tick's work reaches hands, and the hands of one process.

A slice finds its own rows, so it matters little how often it runs: of one name one runs and one
waits, and what is handed over beyond that is let go.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from scheduler.guarded import guarded

Work = Callable[[], Awaitable[None]]


class Handover(Protocol):
    """Where a slice of work is handed over: tasks here, workers on other machines later."""

    async def hand(self, name: str, work: Work) -> None:
        """Take a slice under its name, to run it soon; return without waiting for it."""
        ...


class Tasks:
    """Runs slices as named tasks of this process, per name one running and one waiting at most.

    `on_error` gets the name and what a slice raised, to log it; it must not raise itself.
    """

    def __init__(self, *, on_error: Callable[[str, BaseException], None]) -> None:
        self._on_error = on_error
        self._running: dict[str, asyncio.Task[None]] = {}
        self._waiting: dict[str, Work] = {}

    async def hand(self, name: str, work: Work) -> None:
        """Start a slice, or let it wait for the one that runs under its name."""
        if name in self._running:
            self._waiting.setdefault(name, work)
        else:
            self._running[name] = asyncio.create_task(self._run(name, work), name=name)

    async def drain(self, seconds: float) -> tuple[str, ...]:
        """Wait until nothing runs or waits; cancel what is left after so many seconds.

        Returns the names that were cancelled. What is handed over meanwhile is waited for too, and
        work may be handed over again afterwards. Never call it from within a slice.
        """
        try:
            async with asyncio.timeout(seconds):
                while self._running:
                    await asyncio.wait(self._running.values())
        except TimeoutError:
            return await self._cancel()
        return ()

    async def _cancel(self) -> tuple[str, ...]:
        left = dict(self._running)
        self._waiting.clear()
        for task in left.values():
            task.cancel()
        await asyncio.gather(*left.values(), return_exceptions=True)
        for name in left:
            self._running.pop(name, None)  # a task cancelled before its first step tidies nothing
        return tuple(left)

    async def _run(self, name: str, work: Work) -> None:
        try:
            following: Work | None = work
            while following is not None:
                await guarded(following, on_error=partial(self._on_error, name))
                following = self._waiting.pop(name, None)
        finally:
            del self._running[name]
