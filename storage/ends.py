"""Finishing what was begun, whoever stops waiting for it."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


async def to_the_end(work: Awaitable[T]) -> T:
    """Finish this even if we are cancelled meanwhile, and only then be cancelled.

    A connection abandoned half-way would leave its thread, or a lock, behind.
    """
    task = asyncio.ensure_future(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait((task,))
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        task.exception()  # seen; that we are cancelled matters more
        raise asyncio.CancelledError
    return task.result()
