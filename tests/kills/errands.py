"""Commands that are killed: each is typed in a fork of a process that has everything loaded.

The command runs as it would in a terminal, with settings, a folder and files of its own.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from bot.cli.command import build
from storage import failpoints
from storage.database import Database
from storage.keyring import write_key
from tests.kills.forks import Forks, serve
from tests.kills.lives import KEYRING
from tests.kills.rows import Difference, Lines, read_rows_of_a_demo
from tests.kills.sites import Site
from tests.support.grounds import Ground
from tests.support.numbers import NUMBERS
from tests.towns import MASTER

LEDGER = "erasures"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Errand:
    """A command, where it is typed, on which database, and the place at which it is killed."""

    command: tuple[str, ...]
    folder: str
    url: str
    armed: str = ""


@dataclass(frozen=True, slots=True)
class Terminal:
    """A database of its own and a folder, in which one command is typed after the other."""

    ground: Ground
    forks: Forks
    database: str
    folder: Path

    def dies(self, armed: str, *command: str) -> int:
        """Type a command that is killed where it is armed; say how it ended."""
        url = self.ground.url(self.database)
        ended = self.forks.ends(Errand(command, str(self.folder), url, armed))
        self.ground.rest(self.database)
        return ended

    def does(self, *command: str) -> int:
        """Type a command, and give its exit code."""
        return self.dies("", *command)

    def on_database(self, work: Callable[[Database], Awaitable[T]]) -> T:
        """Do some work on the database, as another command would."""

        async def run() -> T:
            url = self.ground.url(self.database)
            database = await Database.open(url, KEYRING, ledger=self.folder / LEDGER)
            try:
                return await work(database)
            finally:
                await database.close()

        return asyncio.run(run())

    def rows(self) -> Lines:
        """Read every row there is."""

        async def read(database: Database) -> Lines:
            async with database.read() as tx:
                return await read_rows_of_a_demo(tx)

        return self.on_database(read)


@dataclass
class Office:
    """Where commands are typed, each on a copy of a database in which Sanne has a plan."""

    site: Site
    forks: Forks
    _ends: dict[tuple[str, ...], Lines] = field(default_factory=dict)
    _numbers: Iterator[int] = NUMBERS

    @contextmanager
    def terminal(self) -> Iterator[Terminal]:
        """Give a terminal, and take it away with all that was made there."""
        ground, number = self.site.ground, next(self._numbers)
        ground.copy(self.site.world("edit").database, f"desk_{number}")
        folder = self.site.folder / f"desk_{number}"
        folder.mkdir()
        (folder / "key").write_text(write_key("k1", MASTER))
        yield Terminal(ground, self.forks, f"desk_{number}", folder)
        ground.drop(f"desk_{number}")
        shutil.rmtree(folder)

    def difference(self, found: Lines, *command: str, before: Callable[[Path], Any]) -> Difference:
        """Compare rows with those that a command leaves when nobody kills it."""
        if command not in self._ends:
            with self.terminal() as quiet:
                before(quiet.folder)
                assert quiet.does(*command) == 0, self.forks.last_words()
                self._ends[command] = quiet.rows()
        return Difference.between(self._ends[command], found)


def run(command: list[str], folder: str, url: str, armed: str) -> None:
    """Run a command here, armed. Raises SystemExit with its code."""
    os.chdir(folder)
    os.environ["HOLDFAST_DATABASE_URL"] = url
    os.environ["HOLDFAST_MASTER_KEYS_FILE"] = str(Path(folder) / "key")
    os.environ["HOLDFAST_ERASURES_FILE"] = str(Path(folder) / LEDGER)
    failpoints.arm(armed)
    build()(command, prog_name="holdfast")


if __name__ == "__main__":
    serve(run)
