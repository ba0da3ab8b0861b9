"""A process on a morning with visits due: opens, sends, and tells how much memory it took.

`python -m bot.bench.morning` does it in a process of its own, which has nothing else in it.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot.bench.crowded import Crowded
from bot.bench.hands import hands_at
from storage.database import Database
from storage.keyring import Keyring

_STATUS: Final = Path("/proc/self/status")
_KIBI: Final = 1024
_A_WHILE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Morning:
    """How many messages were sent, and the most memory that was in use at once, in bytes."""

    sent: int
    peak: int


async def of(crowded: Crowded) -> Morning:
    """Let a process of its own do what is due in a crowd. Raises RuntimeError if it could not."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    asked = {"url": crowded.url, "key": crowded.key, "due": crowded.due.isoformat()}
    said, _ = await process.communicate(json.dumps(asked).encode())
    if process.returncode:
        message = f"the process of the morning ended with {process.returncode}"
        raise RuntimeError(message)
    return Morning(**json.loads(said.splitlines()[-1]))  # what was logged stands before it


async def live(asked: Mapping[str, Any]) -> Morning:
    """Do what is due, in this process."""
    database = await Database.open(asked["url"], Keyring.read(asked["key"]))
    try:
        due = datetime.fromisoformat(asked["due"])
        sent = await hands_at(database, due + _A_WHILE).look()
    finally:
        await database.close()
    return Morning(sent, peak())


def peak() -> int:
    """Give the most memory that this process ever had in use, in bytes.

    Linux counts for `getrusage` what the process held that began this one; not so in /proc.
    """
    if _STATUS.exists():
        lines = _STATUS.read_text("ascii", "replace").splitlines()
        line = next(each for each in lines if each.startswith("VmHWM:"))
        return int(line.split()[1]) * _KIBI
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * _KIBI


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(live(json.load(sys.stdin))))))  # noqa: T201 - it is asked
