"""An empty folder to type commands in, and commands: in this process, or in one of their own."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest
import structlog
from typer.testing import CliRunner, Result

from bot.cli.command import build
from storage.keyring import new_key, write_key
from tests.cli.running import Running

ROOT = Path(__file__).parents[2]
PEOPLE = """\
name,email,language,zone,manager_email
Sanne,sanne@example.org,nl,Europe/Amsterdam,marit@example.org
Emma,emma@example.org,en,Europe/London,
Marit,marit@example.org,,,
"""


class Holdfast(Protocol):
    """Types a command and gives what came of it."""

    def __call__(self, *arguments: str, typed: str | None = None) -> Result:
        """Run `holdfast` with these arguments; `typed` is what stands ready on its input."""
        ...


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Work in an empty folder, with an environment that says nothing of Holdfast."""
    for name in [name for name in os.environ if name.upper().startswith("HOLDFAST_")]:
        monkeypatch.delenv(name)
    made = tmp_path / "work"
    made.mkdir()
    monkeypatch.chdir(made)
    yield made
    structlog.reset_defaults()


@pytest.fixture
def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        number: int = found.getsockname()[1]
        return number


@pytest.fixture
def holdfast() -> Holdfast:
    """Give the command line, run in this process."""

    def run(*arguments: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(build(), arguments, input=typed, prog_name="holdfast")

    return run


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[..., Running]]:
    """Give the command line, run in processes of their own that end with the test."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    with ExitStack() as ended:

        def run(*arguments: str, **settings: str) -> Running:
            command = [sys.executable, "-m", "bot", *arguments]
            given = {f"HOLDFAST_{name.upper()}": value for name, value in settings.items()}
            return ended.enter_context(Running(command, folder, {**environment, **given}))

        yield run


@pytest.fixture
def key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the settings a master key."""
    file = folder / "key"
    file.write_text(write_key("k1", new_key()))
    monkeypatch.setenv("HOLDFAST_MASTER_KEYS_FILE", str(file))
    return str(file)


@pytest.fixture
def house(key: str, holdfast: Holdfast) -> Path:
    """Give a database with an organisation and the sample programme, and a list of people."""
    _ = key
    pack = str(ROOT / "bot" / "programmes" / "feedback-geven")
    zone = ("--language", "nl", "--zone", "Europe/Amsterdam")
    assert holdfast("db", "upgrade").exit_code == 0
    assert holdfast("organisation", "create", "Zonnewijzer", *zone).exit_code == 0
    assert holdfast("programme", "import", pack).exit_code == 0
    people = Path("people.csv")
    people.write_text(PEOPLE)
    return people
