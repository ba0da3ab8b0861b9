"""Processes of our own that are there for a while, as `holdfast serve` is."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from signal import SIGTERM, Signals
from typing import Final

HOST: Final = "127.0.0.1"
SERVES: Final = b"Holdfast answers on"
"""What `holdfast serve` prints once its socket is open."""
_NOTHING: Final[Mapping[str, str]] = {}


@asynccontextmanager
async def running(
    *module: str, says: bytes, settings: Mapping[str, str] = _NOTHING, stop: Signals = SIGTERM
) -> AsyncIterator[bytes]:
    """Run a module with its arguments until the block ends; give the line that holds what it says.

    `settings` are those of Holdfast, and the only ones that it gets. `stop` is how it is ended.

    Raises:
        RuntimeError: it ended instead of saying so.

    """
    foreign = {name: told for name, told in os.environ.items() if not name.startswith("HOLDFAST_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *module,
        env={**foreign, **{f"HOLDFAST_{name}": told for name, told in settings.items()}},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield await _line(process, says, module)
    finally:
        if process.returncode is None:
            process.send_signal(stop)
        await process.communicate()


async def _line(process: asyncio.subprocess.Process, says: bytes, module: Sequence[str]) -> bytes:
    if process.stdout is not None:
        async for line in process.stdout:
            if says in line:
                return line
    message = f"`{' '.join(module)}` ended instead of starting"
    raise RuntimeError(message)


def free_port() -> int:
    """Name a port on which nothing listens now."""
    with socket.create_server((HOST, 0)) as opened:
        port: int = opened.getsockname()[1]
    return port
