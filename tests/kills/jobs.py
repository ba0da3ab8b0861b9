"""What goes over a whole database in batches, as a job for a fork."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.tidying import EMPTY
from storage import audit, rotating
from storage import retention as keeping
from storage.database import Database, Transaction
from storage.keyring import Keyring
from storage.rotating import Sealed
from tests.kills.forks import follow
from tests.storage.ages import LIMITS, NOW
from tests.storage.world import KEYRING

FIRST, SECOND = b"1" * 32, b"2" * 32
BOTH: Final = Keyring.of({"first": FIRST, "second": SECOND}, current="second")
ALONE: Final = Keyring.of({"second": SECOND}, current="second")


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


async def do(job: Job) -> None:
    """Do it to the end, or until it is killed."""
    await JOBS[job.name](job.url)


if __name__ == "__main__":
    follow(Job, do)
