"""An empty folder to type commands in, and commands: in this process, or in one of their own."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest
import structlog
from typer.testing import CliRunner, Result

from bot.cli.command import build
from storage.keyring import new_key, write_key
from tests.cli.running import ROOT, Running, forked, started

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
    return _run


def _run(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(build(), arguments, input=typed, prog_name="holdfast")


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[..., Running]]:
    """Give the command line, run in processes of their own that end with the test."""
    with ExitStack() as ended:

        def run(*arguments: str, **settings: str) -> Running:
            environment = {**os.environ, **_named(settings)}
            return ended.enter_context(forked(arguments, folder, environment))

        yield run


@pytest.fixture
def start_from_nothing(folder: Path) -> Iterator[Callable[..., Running]]:
    """Give the command line as `python -m bot`, in processes that load everything themselves."""
    ours = {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    with ExitStack() as ended:

        def run(*arguments: str, **settings: str) -> Running:
            command = [sys.executable, "-m", "bot", *arguments]
            environment = {**os.environ, **ours, **_named(settings)}
            return ended.enter_context(started(command, folder, environment))

        yield run


def _named(settings: Mapping[str, str]) -> dict[str, str]:
    """Give settings as they are named in the environment."""
    return {f"HOLDFAST_{name.upper()}": value for name, value in settings.items()}


@pytest.fixture
def key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the settings a master key."""
    file = folder / "key"
    file.write_text(write_key("k1", new_key()))
    monkeypatch.setenv("HOLDFAST_MASTER_KEYS_FILE", str(file))
    return str(file)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with what `house` gives, and the key to it; copy it."""
    made = tmp_path_factory.mktemp("furnished")
    pack = str(ROOT / "bot" / "programmes" / "feedback-geven")
    zone = ("--language", "nl", "--zone", "Europe/Amsterdam")
    (made / "key").write_text(write_key("k1", new_key()))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(made)
        patch.setenv("HOLDFAST_MASTER_KEYS_FILE", str(made / "key"))
        assert _run("db", "upgrade").exit_code == 0
        assert _run("organisation", "create", "Zonnewijzer", *zone).exit_code == 0
        assert _run("programme", "import", pack).exit_code == 0
    (made / "people.csv").write_text(PEOPLE)
    return made


@pytest.fixture
def house(key: str, furnished: Path, folder: Path) -> Path:
    """Give a database with an organisation and the sample programme, and a list of people."""
    shutil.copytree(furnished, folder, dirs_exist_ok=True)  # the key too
    assert Path(key).exists()
    return Path("people.csv")
