"""Starting: from the command until /ready is answered, by `holdfast serve` as it is run."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import time
from typing import Final

from bot.bench.crowded import Crowded
from bot.bench.measured import Rounds, Work

_SAYS: Final = b"Holdfast answers on"
_HOST: Final = "127.0.0.1"
_READY: Final = b"GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
_OK: Final = b"200"


async def measure(crowded: Crowded, rounds: int) -> Rounds:
    """Start so many times, and stop again."""
    return Rounds(tuple([await start(crowded) for _ in range(rounds)]))


async def start(crowded: Crowded) -> Work:
    """Start once. Raises RuntimeError when it does not get ready."""
    port = _free_port()
    ours = {"DATABASE_URL": crowded.url, "MASTER_KEYS": crowded.key, "HOST": _HOST,
            "PORT": str(port)}  # fmt: skip
    foreign = {name: told for name, told in os.environ.items() if not name.startswith("HOLDFAST_")}
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "serve",
        env={**foreign, **{f"HOLDFAST_{name}": told for name, told in ours.items()}},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await _until_told(process)
        answer = await _asked(port)
        seconds = time.perf_counter() - began
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()
    if answer.split()[1:2] != [_OK]:
        message = f"`holdfast serve` started, and is not ready: {answer[:200]!r}"
        raise RuntimeError(message)
    return Work(1, seconds)


async def _until_told(process: asyncio.subprocess.Process) -> None:
    """Wait until it says where it answers: its socket is open from then on."""
    if process.stdout is None:
        return
    async for line in process.stdout:
        if _SAYS in line:
            return
    message = "`holdfast serve` ended instead of starting"
    raise RuntimeError(message)


async def _asked(port: int) -> bytes:
    reader, writer = await asyncio.open_connection(_HOST, port)
    writer.write(_READY)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


def _free_port() -> int:
    with socket.create_server((_HOST, 0)) as opened:
        port: int = opened.getsockname()[1]
    return port
