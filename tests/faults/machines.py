"""A machine with a database file, commands typed on it, and whoever else is at that file.

Root may write what nobody may write, so where we are root a command gives that up first.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from typer.testing import CliRunner

from bot.cli.command import build
from tests.cli.running import Running, started
from tests.support.leaving_out import leave_out

ROOT: Final = Path(__file__).parents[2]
_BOUND: Final = ("--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")
_LOCKS: Final = """
import sqlite3, sys
file = sqlite3.connect(sys.argv[1], isolation_level=None)
file.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True, slots=True)
class Machine:
    """A folder with a database and a key; `Ended` has the exit codes of what is typed there."""

    folder: Path
    ended: ExitStack

    @property
    def file(self) -> Path:
        """The database file."""
        return self.folder / "holdfast.db"

    @property
    def url(self) -> str:
        """The address of the database."""
        return f"sqlite+aiosqlite:///{self.file}"

    @property
    def names(self) -> list[str]:
        """Which organisations the file holds."""
        with closing(sqlite3.connect(self.file)) as opened:
            return [name for (name,) in opened.execute("SELECT name FROM organisations")]

    def types(self, *arguments: str) -> tuple[int, str]:
        """Type a command; give its exit code and what it said."""
        said = CliRunner().invoke(build(), arguments, env=self._settings, prog_name="holdfast")
        return said.exit_code, said.output

    def starts(self, *arguments: str) -> Running:
        """Start a command in a process of its own, which has no more rights than anybody."""
        command = [*_without_rights(), sys.executable, "-m", "bot", *arguments]
        ours = {name: value for name, value in os.environ.items() if "HOLDFAST" not in name}
        environment = {**ours, **self._settings, "PYTHONPATH": str(ROOT)}
        return self.ended.enter_context(started(command, self.folder.parent, environment))

    @contextmanager
    def locked(self) -> Iterator[subprocess.Popen[str]]:
        """Let another program hold the file's lock; it lets go when its input is closed."""
        command = [sys.executable, "-c", _LOCKS, str(self.file)]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as other:  # noqa: S603
            assert other.stdout is not None
            assert other.stdout.readline() == "locked\n"
            yield other

    @property
    def _settings(self) -> Mapping[str, str]:
        return {
            "HOLDFAST_DATABASE_URL": self.url,
            "HOLDFAST_MASTER_KEYS_FILE": str(self.folder / "key"),
        }


def created(name: str) -> tuple[str, ...]:
    """Give the command that makes an organisation."""
    return ("organisation", "create", name, "--language", "nl", "--zone", "Europe/Amsterdam")


def _without_rights() -> tuple[str, ...]:
    if os.geteuid() != 0:
        return ()
    found = shutil.which("setpriv")
    if found is None:
        leave_out("setpriv", "On Debian: apt-get install util-linux")
    return (found, *_BOUND)
