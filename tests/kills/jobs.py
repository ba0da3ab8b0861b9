"""A process that forks one job after the other on a database, and lets it be killed half-way.

As `tests.kills.forks`, for what an administrator starts: one job a line comes in, how it ended
goes out.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, NoReturn

from bot.tidying import EMPTY
from storage import audit, failpoints, rotating
from storage import retention as keeping
from storage.database import Database, Transaction
from storage.keyring import Keyring
from storage.rotating import Sealed
from tests.storage.ages import LIMITS, NOW
from tests.storage.world import KEYRING

ROOT: Final = Path(__file__).parent.parent.parent
FIRST, SECOND = b"1" * 32, b"2" * 32
BOTH: Final = Keyring.of({"first": FIRST, "second": SECOND}, current="second")
ALONE: Final = Keyring.of({"second": SECOND}, current="second")
_LONGEST: Final = 60  # seconds; a job that hangs is ended, and not by SIGKILL


@dataclass(frozen=True, slots=True)
class Job:
    """A job by its name, on which database, and where it is killed."""

    name: str
    url: str
    armed: str = ""


async def rotate(url: str) -> None:
    """Replace the first key by the second, as `holdfast keys rotate` does."""
    database = await Database.open(url, BOTH)
    async with database.write() as tx:
        await audit.note(tx, actor="admin", action="rotate", now=NOW)
    await rotating.rotate(database, lambda _: None)
    await rotating.end(database, _note)
    await database.close()


async def _note(tx: Transaction, left: Mapping[str, Sealed]) -> None:
    assert not any(left.values())
    await audit.note(tx, actor="admin", action="rotate", now=NOW)


async def retain(url: str) -> None:
    """Let go what is kept no longer."""
    database = await Database.open(url, KEYRING)
    await keeping.purge(database, LIMITS, EMPTY, NOW)
    await database.close()


JOBS: Final[Mapping[str, Callable[[str], Awaitable[None]]]] = {"rotate": rotate, "retain": retain}


@dataclass(frozen=True, slots=True)
class Jobs:
    """The process that forks, seen from a test."""

    process: subprocess.Popen[str]
    said: Path

    def ends(self, job: Job) -> int:
        """Do a job, and say how it ended."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(asdict(job)) + "\n")
        stdin.flush()
        return int(stdout.readline())

    def last_words(self) -> str:
        """Give what the jobs said when something went wrong."""
        return self.said.read_text(encoding="utf-8")[-4000:]


@contextmanager
def forking(said: Path) -> Iterator[Jobs]:
    """Start the process, and end it by closing its ear."""
    with said.open("w", encoding="utf-8") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.kills.jobs"],
            cwd=ROOT,
            env={**os.environ, failpoints.VARIABLE: ""},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=err,
            text=True,
        )
    with process:
        yield Jobs(process, said)


def main() -> None:
    """Fork a job for every line."""
    answers = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    gc.freeze()  # a job copies whatever its collector touches
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _lead(Job(**json.loads(line)))
        _, status = os.waitpid(pid, 0)
        os.write(answers, f"{os.waitstatus_to_exitcode(status)}\n".encode())


def _lead(job: Job) -> NoReturn:
    """Do it, and leave without touching what belongs to the process that forked."""
    ended = 1
    try:
        signal.alarm(_LONGEST)
        failpoints.arm(job.armed)
        asyncio.run(_done(job))
        ended = 0
    except BaseException:  # noqa: BLE001 - the edge of a process
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(ended)


async def _done(job: Job) -> None:
    await JOBS[job.name](job.url)


if __name__ == "__main__":
    main()
