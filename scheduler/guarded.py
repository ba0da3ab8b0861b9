"""The edge at which background work may fail.

Being cancelled is no failure and passes through; but a cancellation of something the work awaited
is one, and would else end its task without a word.
"""

import asyncio
from collections.abc import Awaitable, Callable


async def guarded(
    work: Callable[[], Awaitable[None]], *, on_error: Callable[[BaseException], None]
) -> None:
    """Run the work and hand what it raises to `on_error`, which must not raise itself."""
    try:
        await work()
    except asyncio.CancelledError as error:
        if _is_cancelled():
            raise
        on_error(error)
    except Exception as error:  # noqa: BLE001 - the edge: whoever calls comes back for the work
        on_error(error)


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
