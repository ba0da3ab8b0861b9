"""What is done beside the conversations, such as publishing Homes: looked at now and then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Final

import structlog

from bot.traces import trace_of
from scheduler.ticker import Ticker

_log = structlog.get_logger(__name__)

ENDS_WITHIN: Final = 5.0  # seconds; what is cut off is done when we start again


def background(look: Callable[[], Awaitable[None]], every: timedelta, *, failed: str) -> Ticker:
    """Make a ticker that logs under a name what a look raised, and goes on."""
    return Ticker(look, every, on_error=lambda error: log_failure(failed, error))


def log_failure(name: str, error: BaseException) -> None:
    """Log that something failed that is tried again by itself."""
    _log.warning(name, reason=type(error).__name__, trace=trace_of(error))


@asynccontextmanager
async def running(ticker: Ticker) -> AsyncIterator[None]:
    """Tick for as long as the block lasts, and give what is under way a moment to end."""
    ticker.start()
    try:
        yield
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(ENDS_WITHIN):
                await ticker.stop()
