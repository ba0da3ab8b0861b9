"""The two kinds of database on which lives are led, and how one of each is copied.

A server needs a moment to notice that a process was killed; until then it holds the locks of the
dead, and will not copy what they worked on.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psycopg

from tests.support.postgresql import Cluster


class Ground(Protocol):
    """A kind of database; `name` is a database's name on it."""

    def url(self, name: str) -> str:
        """Give the address of a database."""
        ...

    def copy(self, name: str, to: str) -> None:
        """Copy a database; the empty name is one with all tables and no rows."""
        ...

    def rest(self, name: str) -> None:
        """Return when nobody is connected to a database any more."""
        ...

    def drop(self, name: str) -> None:
        """Throw a database away."""
        ...


@dataclass(frozen=True, slots=True)
class Files:
    """SQLite: a database is a file in a folder."""

    template: Path
    folder: Path

    def url(self, name: str) -> str:
        """Give the address of a file."""
        return f"sqlite+aiosqlite:///{self._file(name)}"

    def copy(self, name: str, to: str) -> None:
        """Copy a file."""
        shutil.copy(self._file(name) if name else self.template, self._file(to))

    def rest(self, name: str) -> None:
        """Return at once: the locks of a process die with it."""

    def drop(self, name: str) -> None:
        """Remove a file, and what a killed process left beside it."""
        for file in (*self.folder.glob(f"{name}.db*"), self.folder / f"{name}.erasures"):
            file.unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.db"


@dataclass(frozen=True, slots=True)
class Server:
    """PostgreSQL: a database on the run's server; `prefix` makes its name ours."""

    cluster: Cluster
    template: str
    prefix: str

    def url(self, name: str) -> str:
        """Give the address of a database."""
        return self.cluster.url(self._own(name))

    def copy(self, name: str, to: str) -> None:
        """Make a database from another one."""
        self.cluster.create(self._own(to), self._own(name) if name else self.template)

    def rest(self, name: str) -> None:
        """End the connections of the dead, as the server itself would a moment later."""
        where = f"host={self.cluster.folder} user=holdfast dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s",
                [self._own(name)],
            )

    def drop(self, name: str) -> None:
        """Throw a database away."""
        self.cluster.drop(self._own(name))

    def _own(self, name: str) -> str:
        return f"{self.prefix}_{name}"
