"""A PostgreSQL server in a folder of its own, for as long as a run lasts.

It listens on a socket in that folder only, so two runs never meet. How safely it writes is a
setting: as it comes from its makers it survives a power cut, as tests set it it does not.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

import psycopg
from psycopg import sql

PLACES: Final = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
)
PRIVATE: Final = MappingProxyType({"listen_addresses": ""})
_UNIFORM: Final = ("--encoding=UTF8", "--locale=C")


def find_programs() -> Path | None:
    """Give the folder of the newest PostgreSQL server programs, also outside PATH."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = (folder for place in PLACES for folder in Path("/").glob(place.lstrip("/")))
    servers = [folder for folder in folders if (folder / "initdb").exists()]
    return max(servers, key=_version, default=None)


def _version(folder: Path) -> int:
    return int("".join(filter(str.isdigit, folder.parent.name)) or 0)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A server and its databases, in `folder`; `programs` is where initdb and pg_ctl are."""

    folder: Path
    programs: Path
    settings: Mapping[str, str] = field(default_factory=lambda: PRIVATE)

    @property
    def data(self) -> Path:
        """Where the server keeps everything but its socket and its log."""
        return self.folder / "data"

    @property
    def runs(self) -> bool:
        """Whether the server was started and not stopped."""
        return (self.data / "postmaster.pid").exists()

    def start(self) -> None:
        """Make the databases' folder and start the server; return when it answers."""
        if user := _owner():
            shutil.chown(self.folder, user, user)
        self._run("initdb", "--auth=trust", "--username=holdfast", "--no-sync", *_UNIFORM)
        self.go_on()

    def go_on(self) -> None:
        """Start the server on the databases that are there; return when it answers."""
        settings = {**self.settings, "unix_socket_directories": str(self.folder)}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        log = str(self.folder / "log")
        self._run("pg_ctl", "start", "--wait", "--silent", f"--log={log}", f"--options={options}")

    def stop(self) -> None:
        """Stop the server by its own process id; return when it is gone."""
        self._run("pg_ctl", "stop", "--wait", "--silent", "--mode=immediate")

    def url(self, database: str) -> str:
        """Give the address of one database as SQLAlchemy reads it."""
        return f"postgresql+psycopg://holdfast@/{database}?host={self.folder}"

    def create(self, database: str, template: str = "template0") -> None:
        """Make a database as a copy of another, to which nobody may be connected."""
        self._say("CREATE DATABASE {} TEMPLATE {}", database, template)

    def drop(self, database: str) -> None:
        """Throw a database away, whoever is still connected."""
        self._say("DROP DATABASE {} WITH (FORCE)", database)

    def _say(self, statement: str, *names: str) -> None:
        command = sql.SQL(statement).format(*map(sql.Identifier, names))
        where = f"host={self.folder} user=holdfast dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(command)

    def _run(self, program: str, *arguments: str) -> None:
        """Run one of the programs on our data. Raises RuntimeError with what it said."""
        command = [str(self.programs / program), *arguments, f"--pgdata={self.data}"]
        said = self.folder / f"{program}.said"
        # A file, not a pipe: the server would hold a pipe open for as long as it lives.
        with said.open("w") as out:
            ended = subprocess.run(  # noqa: S603 - our own command
                command, user=_owner(), cwd="/", stdout=out, stderr=out, check=False
            )
        if ended.returncode:
            raise RuntimeError(f"{program} failed:\n{said.read_text()}")


def _owner() -> str | None:
    """Give the user that runs the server, which refuses root; None is ourselves."""
    return "postgres" if os.geteuid() == 0 else None
