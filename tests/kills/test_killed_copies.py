"""Killed while a database is backed up, put back or upgraded: the old state or the new, whole."""

from __future__ import annotations

import asyncio
import re
import signal
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from storage import backups, erasing, erasures, exporting, migrate, organisations
from storage.database import Database
from storage.failpoints import NAMES
from tests.kills.forks import Forks, forking
from tests.kills.lives import KEYRING
from tests.kills.sites import Site
from tests.kills.tasks import Task, do
from tests.storage.copying import AT
from tests.storage.world import NOW, World, build
from tests.support.grounds import Ground
from tests.support.kills import Killed
from tests.support.numbers import NUMBERS

pytestmark = [pytest.mark.kills, pytest.mark.slow]

Rows = Counter[str]
OLDER = "0003"
# A mark of an erasure that is held again: when, and in which row.
# What the release that is brought up did not have.
LATER = (
    "secrets", "pledges", "observations", "cohorts.team_channel_id", "nudges.subject",
    "outbox.subject",
)  # fmt: skip
_OF_THE_RUN = re.compile(r'(?<=^erasures )\{"erased_at": "[^"]*", "id": "[^"]*"')


@dataclass(frozen=True, slots=True)
class Kill:
    """What is done, where it is killed, and whether the new state is there by then."""

    work: str
    armed: str
    is_done: bool = False

    def __str__(self) -> str:
        return f"{self.work}: {self.armed}"


KILLS = (
    Kill("backup", "backup.copied"),
    Kill("backup", "backup.before_rename"),
    Kill("restore", "restore.loaded"),
    Kill("restore", "restore.upgraded"),
    Kill("restore", "erase.noted"),
    Kill("restore", "erase.rows_gone"),
    Kill("restore", "restore.before_replace"),
    Kill("restore", "restore.after_replace", is_done=True),
    Kill("start", "backup.copied"),
    Kill("start", "backup.before_rename"),
    Kill("start", "migrate.before_commit"),
    Kill("start", "migrate.after_commit", is_done=True),
)


@dataclass
class Copies:
    """One kind of database, and for each work how it begins and how it ends without a kill."""

    ground: Ground
    forks: Forks
    folder: Path
    _scenes: dict[str, Scene] = field(default_factory=dict)
    _numbers: Iterator[int] = NUMBERS

    def begun(self, work: str) -> Scene:
        """Give a work at its beginning, on a database of its own."""
        if work not in self._scenes:
            self._scenes[work] = self._prepared(work)
        return self._copied(self._scenes[work])

    def _prepared(self, work: str) -> Scene:
        """Let a work be done once, to know how it ends."""
        database = f"{work}_{next(self._numbers)}"
        self.ground.copy("", database)
        folder = self.folder / database
        folder.mkdir()
        task = Task(self.ground.url(database), str(folder), work)
        asyncio.run(PREPARE[work](task))
        before = Scene(database, task, read(task))
        done = self._copied(before)
        asyncio.run(do(done.task))
        return replace(before, after=read(done.task))

    def _copied(self, scene: Scene) -> Scene:
        database = f"{scene.task.work}_{next(self._numbers)}"
        self.ground.copy(scene.database, database)
        folder = self.folder / database
        folder.mkdir()
        for file in Path(scene.task.folder).iterdir():
            (folder / file.name).write_bytes(file.read_bytes())
        task = replace(scene.task, url=self.ground.url(database), folder=str(folder))
        return replace(scene, database=database, task=task)


@dataclass(frozen=True, slots=True)
class Scene:
    """A database, what is to be done with it, and its rows before and after."""

    database: str
    task: Task
    before: Rows
    after: Rows = field(default_factory=Counter)


def read(task: Task) -> Rows:
    """Give all rows that every release has, but the trail, which tells of the time."""

    async def rows() -> Rows:
        database = await Database.open(task.url, KEYRING)
        async with database.read() as tx:
            left_out = ("audit", *LATER) if task.work == "start" else ("audit",)
            lines = await exporting.lines(tx, without=left_out)
            found = Counter(_OF_THE_RUN.sub("", each) for each in lines)
        await database.close()
        return found

    return asyncio.run(rows())


async def _settled(task: Task) -> World:
    database = await Database.open(task.url, KEYRING, ledger=task.ledger)
    world = await build(database)
    async with database.write() as tx:
        await erasures.make_secret(tx)
    await database.close()
    return world


async def _to_back_up(task: Task) -> None:
    await _settled(task)


async def _to_restore(task: Task) -> None:
    """Make a backup; then let somebody be erased, and an organisation come."""
    world = await _settled(task)
    await backups.make(task.url, task.backup, AT)
    database = await Database.open(task.url, KEYRING, ledger=task.ledger)
    async with database.write() as tx:
        await erasing.erase(tx, world.sanne, NOW)
        await organisations.add(tx, name="Since", language="nl", zone="Europe/Amsterdam")
    await database.close()


async def _to_start(task: Task) -> None:
    await _settled(task)
    await migrate.downgrade(task.url, OLDER)


PREPARE: dict[str, Callable[[Task], Coroutine[Any, Any, None]]] = {
    "backup": _to_back_up,
    "restore": _to_restore,
    "start": _to_start,
}


@pytest.fixture(scope="session")
def copies(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copies]:
    """Give where whole databases are copied, on both kinds."""
    folder = tmp_path_factory.mktemp("copies")
    with forking(folder / "said", "tests.kills.tasks") as forks:
        yield Copies(site.ground, forks, folder)


@pytest.mark.parametrize("kill", KILLS, ids=str)
def test_killed_anywhere_the_old_state_or_the_new_one_is_whole(
    kill: Kill, copies: Copies, killed: Killed
) -> None:
    scene = copies.begun(kill.work)

    ended = copies.forks.ends(replace(scene.task, armed=kill.armed))
    copies.ground.rest(scene.database)
    assert ended == -signal.SIGKILL, f"never reached, or: {copies.forks.last_words()}"
    found, wanted = read(scene.task), scene.after if kill.is_done else scene.before
    killed(lost=(wanted - found).total(), doubled=(found - wanted).total())
    assert found == wanted

    again = copies.forks.ends(scene.task)
    copies.ground.rest(scene.database)
    assert again == 0, copies.forks.last_words()
    assert read(scene.task) == scene.after
    assert not list(Path(scene.task.folder).rglob("*.part"))
    assert not list(copies.folder.rglob("*.restoring*"))


def test_every_place_of_a_copy_is_killed_at() -> None:
    ours = ("backup.", "restore.", "migrate.")

    assert {name for name in NAMES if name.startswith(ours)} <= {kill.armed for kill in KILLS}


def test_the_backup_that_a_killed_start_left_is_one_of_the_state_before(copies: Copies) -> None:
    scene = copies.begun("start")
    copies.forks.ends(replace(scene.task, armed="migrate.before_commit"))
    copies.ground.rest(scene.database)

    copies.forks.ends(scene.task)
    copies.ground.rest(scene.database)

    [*_, file] = sorted((Path(scene.task.folder) / "backups").iterdir())
    manifest = asyncio.run(backups.read(file)).manifest
    assert (manifest.revision, manifest.people) == (OLDER, 2)
