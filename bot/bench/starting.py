"""Starting: from the command until /ready is answered, by `holdfast serve` as it is run."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from bot.bench.crowded import Crowded
from bot.bench.measured import Rounds, Work
from bot.bench.processes import HOST, SERVES, free_port, running

_READY: Final = b"GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
_OK: Final = b"200"


async def measure(crowded: Crowded, rounds: int) -> Rounds:
    """Start so many times, and stop again."""
    return Rounds(tuple([await start(crowded) for _ in range(rounds)]))


async def start(crowded: Crowded) -> Work:
    """Start once. Raises RuntimeError when it does not get ready."""
    port = free_port()
    ours = {"DATABASE_URL": crowded.url, "MASTER_KEYS": crowded.key, "HOST": HOST,
            "PORT": str(port)}  # fmt: skip
    began = time.perf_counter()
    async with running("bot", "serve", says=SERVES, settings=ours):
        answer = await _asked(port)
        seconds = time.perf_counter() - began
    if answer.split()[1:2] != [_OK]:
        message = f"`holdfast serve` started, and is not ready: {answer[:200]!r}"
        raise RuntimeError(message)
    return Work(1, seconds)


async def _asked(port: int) -> bytes:
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(_READY)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer
