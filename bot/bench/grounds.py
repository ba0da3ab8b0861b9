"""Where databases for measuring come from: files in a folder, or a PostgreSQL server.

Each is as safe as in use: SQLite writes with `synchronous=FULL`, the server as its makers set it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, Protocol

import psycopg
from psycopg import sql

from bot.bench.server import Cluster, find_programs
from bot.errors import TryLater
from storage.database import Database
from storage.ids import new_id
from storage.keyring import Keyring, new_key
from storage.migrate import upgrade

Kind = Literal["sqlite", "postgresql"]
_PLAIN: Final = "postgresql://"
_OURS: Final = "postgresql+psycopg://"


class Ground(Protocol):
    """A kind of database, of which new ones can be had."""

    @property
    def kind(self) -> Kind:
        """Name the kind."""
        ...

    def new(self) -> str:
        """Make a database without tables, and give its address."""
        ...

    def bare(self) -> str:
        """Make a place for a peer: a file that is not there yet, or a database without tables."""
        ...

    def drop(self, url: str) -> None:
        """Throw away what `new` made."""
        ...


@dataclass(frozen=True, slots=True)
class Files:
    """SQLite files in a folder."""

    folder: Path
    kind: Kind = field(default="sqlite", init=False)

    def new(self) -> str:
        """Name a file that is not there yet."""
        return f"sqlite+aiosqlite:///{self.bare()}"

    def bare(self) -> str:
        """Name a file that is not there yet."""
        return str(self.folder / f"{new_id().hex}.db")

    def drop(self, url: str) -> None:
        """Remove a file, and what stands beside it."""
        file = Path(url.removeprefix("sqlite+aiosqlite:///"))
        for each in file.parent.glob(f"{file.stem}*"):
            each.unlink()


@dataclass(frozen=True, slots=True)
class Server:
    """Databases on a server; `url` is the address of one of them, by which others are made."""

    url: str
    kind: Kind = field(default="postgresql", init=False)

    def new(self) -> str:
        """Make a database without tables."""
        return self.bare().replace(_PLAIN, _OURS, 1)

    def bare(self) -> str:
        """Make a database without tables, and give its address as libpq reads it."""
        name = f"holdfast_bench_{new_id().hex}"
        self._say("CREATE DATABASE {} TEMPLATE template0", name)
        address, _, options = self._plain.partition("?")
        return f"{address.rpartition('/')[0]}/{name}{'?' if options else ''}{options}"

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected."""
        name = url.partition("?")[0].rpartition("/")[2]
        self._say("DROP DATABASE {} WITH (FORCE)", name)

    @property
    def _plain(self) -> str:
        return self.url.replace(_OURS, _PLAIN, 1)

    def _say(self, statement: str, name: str) -> None:
        try:
            with psycopg.connect(self._plain, autocommit=True) as connection:
                connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
        except psycopg.Error as error:
            said = str(error).strip().splitlines()[-1]
            raise TryLater(
                f"The PostgreSQL server of --database does not let us make databases: {said} "
                "Give an address whose user may, or none: then a server is started if one is "
                "installed."
            ) from None


@contextmanager
def files() -> Iterator[Files]:
    """Give a folder for SQLite files, on a disk and not in memory, until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="holdfast-bench-"))
    try:
        yield Files(folder)
    finally:
        shutil.rmtree(folder)


@contextmanager
def own_server() -> Iterator[Server | None]:
    """Give a server that was started for this block; None where none is installed."""
    programs = find_programs()
    if programs is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="holdfast-bench-"))
    cluster = Cluster(folder, programs)
    try:
        cluster.start()
        yield Server(cluster.url("postgres"))
    finally:
        if cluster.runs:
            cluster.stop()
        shutil.rmtree(folder)


@asynccontextmanager
async def opened(ground: Ground) -> AsyncIterator[Database]:
    """Give a database with all tables and no rows, until the block ends."""
    async with migrated(ground) as url:
        database = await Database.open(url, a_keyring())
        try:
            yield database
        finally:
            await database.close()


@asynccontextmanager
async def migrated(ground: Ground) -> AsyncIterator[str]:
    """Give the address of a database with all tables and no rows, until the block ends."""
    url = ground.new()
    try:
        await upgrade(url)
        yield url
    finally:
        ground.drop(url)


def a_keyring() -> Keyring:
    """Give a keyring with a new master key."""
    return Keyring.of({"bench": new_key()}, current="bench")
