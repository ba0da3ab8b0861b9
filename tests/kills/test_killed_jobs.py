"""Rotating the master key and tidying up: killed anywhere and run again, they end as if never."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from storage import erasures, inbox, listed, workspaces
from storage.database import Database
from storage.ids import new_id
from storage.keyring import Keyring
from storage.listed import Listed
from tests.kills.forks import Forks, forking
from tests.kills.jobs import ALONE, Job
from tests.kills.sites import Site
from tests.storage.ages import NOW, ago
from tests.storage.ages import fill as fill_with_courses
from tests.storage.opened import Contents, beginnings, contents
from tests.storage.test_erasing import settle
from tests.storage.world import KEYRING, World, build
from tests.support.grounds import Ground
from tests.support.kills import Killed
from tests.support.numbers import NUMBERS

pytestmark = pytest.mark.kills

MANY = 450  # people, which is more than two batches
ROTATED = [
    *(f"rotate.batch_written:{passage}" for passage in range(1, 7)),
    *(f"rotate.batch_committed:{passage}" for passage in (1, 3, 5, 6)),
    "rotate.before_commit",
    "rotate.after_commit",
]
RETAINED = [
    *(f"retention.batch_written:{passage}" for passage in (1, 3, 4, 6, 7, 10, 13)),
    *(f"retention.batch_committed:{passage}" for passage in (1, 5, 9, 12)),
]
DAYS = (1000, 460, 300, 211, 210, 91, 90, 31, 15, 1)


@dataclass
class Yard:
    """A kind of database, with the worlds that jobs are done in and how they end unkilled."""

    ground: Ground
    forks: Forks
    _ends: dict[str, Contents] = field(default_factory=dict)
    _numbers: Iterator[int] = NUMBERS

    def end_of(self, job: str, keyring: Keyring) -> Contents:
        """Give what is there after a job that nobody killed; once, and remember."""
        if job not in self._ends:
            self.ground.copy("", f"world_{job}")
            asyncio.run(_prepare(self.ground.url(f"world_{job}"), job))
            self.ground.rest(f"world_{job}")
            copy = self.begun(job)
            assert self.run(job, copy) == 0, self.forks.last_words()
            self._ends[job] = asyncio.run(_read(self.ground.url(copy), keyring))
            self.drop(copy)
        return self._ends[job]

    def begun(self, job: str) -> str:
        """Copy the world of a job, and give the copy's name."""
        copy = f"job_{next(self._numbers)}"
        self.ground.copy(f"world_{job}", copy)
        return copy

    def run(self, job: str, copy: str, armed: str = "") -> int:
        """Do a job, and say how it ended."""
        ended = self.forks.ends(Job(job, self.ground.url(copy), armed))
        self.ground.rest(copy)
        return ended

    def drop(self, copy: str) -> None:
        """Throw a copy away."""
        self.ground.rest(copy)
        self.ground.drop(copy)


@pytest.fixture(scope="session")
def yard(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    """Give where jobs are done, on both kinds of database."""
    with forking(tmp_path_factory.mktemp("jobs") / "said", "tests.kills.jobs") as forks:
        yield Yard(site.ground, forks)


async def _prepare(url: str, job: str) -> None:
    database = await Database.open(url, KEYRING)
    world = await build(database)
    await (_seal_much if job == "rotate" else _age)(database, world)
    await database.close()


async def _seal_much(database: Database, world: World) -> None:
    """Let the first key seal something of every sort, and wrap the keys of very many."""
    await settle(database, world)
    async with database.write() as tx:
        await workspaces.set_credentials(tx, world.workspace, "the door's key")
        await inbox.keep_failed(tx, world.workspace, "nobody's", "typed", None, "hello", NOW)
        await erasures.note(tx, world.organisation, NOW, email="gone@example.org")
        new = [
            Listed(new_id(), f"Person {n}", f"p{n}@example.org", "nl", "Europe/Paris", None, {})
            for n in range(MANY)
        ]
        await listed.add_all(tx, world.organisation, new)


async def _age(database: Database, world: World) -> None:
    """Let there be something of every age, and more than a batch of one sort."""
    await fill_with_courses(database, world, DAYS)
    async with database.write() as tx:
        for number in range(501):
            await inbox.receive(tx, world.workspace, f"many-{number}", "typed", None, ago(91))


async def _read(url: str, keyring: Keyring) -> Contents:
    database = await Database.open(url, keyring)
    found = await contents(database)
    assert {each[4:] for each in await beginnings(database)} <= {keyring.current.encode()}
    await database.close()
    return found


def _lines(found: Contents) -> Counter[str]:
    return Counter(f"{table} {row}" for table, rows in found.items() for row in rows)


def _again(yard: Yard, job: str, armed: str, keyring: Keyring) -> tuple[int, int]:
    """Kill a job, run it again, and count what was lost and what was doubled."""
    expected = _lines(yard.end_of(job, keyring))
    copy = yard.begun(job)
    ended = yard.run(job, copy, armed)
    assert ended == -signal.SIGKILL, f"never reached, or: {yard.forks.last_words()}"
    assert yard.run(job, copy) == 0, yard.forks.last_words()
    found = _lines(asyncio.run(_read(yard.ground.url(copy), keyring)))
    yard.drop(copy)
    return (expected - found).total(), (found - expected).total()


@pytest.mark.parametrize("armed", ROTATED)
def test_a_rotation_that_was_killed_ends_the_next_time_and_the_new_key_opens_everything(
    armed: str, yard: Yard, killed: Killed
) -> None:
    lost, doubled = _again(yard, "rotate", armed, ALONE)

    killed(lost=lost, doubled=doubled)
    assert (lost, doubled) == (0, 0)


@pytest.mark.parametrize("armed", RETAINED)
def test_tidying_up_that_was_killed_ends_the_next_time(
    armed: str, yard: Yard, killed: Killed
) -> None:
    lost, doubled = _again(yard, "retain", armed, KEYRING)

    killed(lost=lost, doubled=doubled)
    assert (lost, doubled) == (0, 0)
