"""Says "look now", at intervals and when woken; knows when, never what.

Looks never overlap and are never counted: ten wakes during one look mean one more look after it.
What is due is found by looking, so a tick that is missed costs time and loses nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from scheduler.guarded import guarded


class Ticker:
    """Calls `look` every so often and on `wake`, one at a time; a failing look stops nothing.

    `on_error` gets what a look raised, to log it; it must not raise itself.

    Raises:
        ValueError: an interval that is not above zero.
    """

    def __init__(
        self,
        look: Callable[[], Awaitable[None]],
        every: timedelta,
        *,
        on_error: Callable[[BaseException], None],
    ) -> None:
        if every <= timedelta(0):
            raise ValueError(f"A ticker needs an interval above zero, not {every}.")
        self._look = look
        self._every = every
        self._on_error = on_error
        self._woken = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self._stopping = False
        self._clockwork = AsyncIOScheduler(timezone=UTC)

    def start(self) -> None:
        """Look now and from then on at every interval; needs a running event loop.

        Raises:
            RuntimeError: it was started before.
        """
        if self._looking is not None:
            raise RuntimeError("This ticker was started already; make a new one.")
        self._looking = asyncio.create_task(self._keep_looking(), name="ticker")
        self._clockwork.add_job(
            self._tick,
            "interval",
            seconds=self._every.total_seconds(),
            coalesce=True,
            misfire_grace_time=None,
        )
        self._clockwork.start()
        self.wake()

    def wake(self) -> None:
        """Look as soon as possible: now, or once more after the look that is running."""
        self._woken.set()

    async def stop(self) -> None:
        """Tick no more, and wait for the look that is running; cancelled, it cancels that look."""
        if self._looking is None or self._stopping:
            return
        self._stopping = True
        self._clockwork.shutdown(wait=False)
        self.wake()
        await self._looking

    async def _tick(self) -> None:
        # A coroutine, because APScheduler runs plain functions in a thread of their own.
        self.wake()

    async def _keep_looking(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            if self._stopping:
                return
            await guarded(self._look, on_error=self._on_error)
