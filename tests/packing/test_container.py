"""What the image would run, run here: the same install, entry point, environment and user.

There is no engine, so the file system is made read-only by who owns it: all of it belongs to
somebody else, but the folder that stands for the volume.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bot.cli.edge import Ended
from storage.keyring import new_key, write_key
from tests.cli.running import Running, started
from tests.cli.test_serving import opened
from tests.packing.dockerfile import ROOT, stages
from tests.support.leaving_out import leave_out
from tools.lock import LOCK
from tools.packages import running
from tools.sbom import version

pytestmark = pytest.mark.slow

BUILD, RUN = stages()
USER = 10001 if os.geteuid() == 0 else os.geteuid()
_USER = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
# A Python in somebody's home can be run only by who may read there; writing is not given.
_MAY_READ = [f"--{which}=-all,+dac_read_search" for which in ("inh-caps", "ambient-caps")]
SITE = Path(sys.prefix)


@dataclass(frozen=True, slots=True)
class Container:
    """What stands for the image: its folder with Holdfast, its volume, and its environment."""

    installed: Path
    volume: Path
    environment: Mapping[str, str]

    def checked(self, port: int) -> int:
        """Do what HEALTHCHECK does; give its exit code."""
        program = RUN.exec_form("HEALTHCHECK")
        environment = {**self.environment, "HOLDFAST_PORT": str(port), "http_proxy": "nowhere:1"}
        return subprocess.run(  # noqa: S603 - our own command
            [sys.executable, *program[1:]], env=environment, check=False, capture_output=True
        ).returncode


@pytest.fixture(scope="module")
def installed() -> Iterator[Path]:
    """Install Holdfast as the Dockerfile does, in a folder that its user may not write."""
    scratch = Path(tempfile.mkdtemp(prefix="holdfast-"))
    scratch.chmod(0o755)
    source, target = scratch / "build", scratch / "installed"
    source.mkdir()
    for name in BUILD.copied:
        there = ROOT / name
        copy = shutil.copytree if there.is_dir() else shutil.copy
        copy(there, source / name)
    command = BUILD.all("RUN")[-1].split()[1:]
    subprocess.run(  # noqa: S603 - the Dockerfile's own command
        [sys.executable, *command, "--quiet", f"--target={target}"], cwd=source, check=True
    )
    yield target
    shutil.rmtree(scratch)


@pytest.fixture
def container(installed: Path) -> Iterator[Container]:
    """Give a container with an empty volume."""
    volume = Path(tempfile.mkdtemp(prefix="holdfast-"))
    os.chown(volume, USER, -1)
    given = {name: value for name, value in RUN.environment.items() if name != "HOME"}
    environment = {
        **given,
        "PATH": f"{SITE / 'bin'}:{given['PATH']}",
        "PYTHONPATH": str(installed),
    }
    yield Container(installed, volume, environment)
    shutil.rmtree(volume)


@pytest.fixture(scope="module")
def as_user() -> list[str]:
    """Give what runs a command as the user of the image, who may read all and write nothing."""
    if os.geteuid() != 0:
        return []
    found = next((way for way in (_USER, [*_USER, *_MAY_READ]) if _may_run(way)), None)
    if found is None:
        leave_out("Python that another user may run", "Put the repository where all may read it.")
    return found


def _may_run(way: list[str]) -> bool:
    command = [*way, sys.executable, "-c", "import starlette"]
    tried = subprocess.run(command, cwd="/", check=False, capture_output=True)  # noqa: S603 - our own command
    return tried.returncode == 0


@pytest.fixture
def start(container: Container, as_user: list[str]) -> Iterator[Callable[..., Running]]:
    """Give the entry point, run as the user of the image in its volume."""
    with ExitStack() as ended:

        def run(*arguments: str, **settings: str) -> Running:
            (entry,) = RUN.exec_form("ENTRYPOINT")
            given = {f"HOLDFAST_{name.upper()}": value for name, value in settings.items()}
            command = [*as_user, str(container.installed / "bin" / entry), *arguments]
            environment = {**container.environment, **given}
            return ended.enter_context(started(command, container.volume, environment))

        yield run


@pytest.fixture
def port() -> int:
    """Give a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        number: int = found.getsockname()[1]
        return number


def test_the_demo_is_ready_shows_its_page_and_stops_when_told(
    container: Container, start: Callable[..., Running], port: int
) -> None:
    running = start("demo", "--in-container", port=str(port))
    address, cookie = opened(running)

    page = httpx.get(address, headers={"Cookie": cookie})
    health = container.checked(port)
    code = running.is_told(signal.SIGTERM)

    assert "Hoi Sanne" in page.text
    assert health == 0
    assert code == Ended.FINE
    assert container.checked(port) == 1
    assert [each.name for each in container.volume.iterdir()] == [".holdfast"]


def test_in_a_container_too_the_demo_knows_its_own_address_only(
    start: Callable[..., Running], port: int
) -> None:
    address, cookie = opened(start("demo", "--in-container", port=str(port)))
    foreign = {"Cookie": cookie, "Host": f"192.168.1.20:{port}"}

    assert httpx.get(address, headers=foreign).status_code == 403
    assert httpx.get(f"{address}ready", headers=foreign).status_code == 403
    assert httpx.get(f"{address}ready").text == "ready"


def test_outside_a_container_the_demo_still_listens_on_this_machine_only(
    start: Callable[..., Running], port: int
) -> None:
    opened(start("demo", port=str(port), host="0.0.0.0"))  # noqa: S104 - what must be ignored

    # Nobody listens there, as one that listens everywhere would.
    with socket.create_server(("127.0.0.2", port)) as other:
        assert other.getsockname() == ("127.0.0.2", port)


def test_a_busy_port_in_a_container_is_said_and_no_other_taken(
    start: Callable[..., Running], port: int
) -> None:
    with socket.create_server(("127.0.0.1", port)):
        running = start("demo", "--in-container", port=str(port))

        assert running.ends() == Ended.NOT_READY
    assert f"Port {port} of 0.0.0.0 is in use" in running.printed


def test_serve_is_ready_once_its_tables_are_made(
    container: Container, start: Callable[..., Running], port: int
) -> None:
    key = container.volume / "key"
    key.write_text(write_key("k1", new_key()))
    os.chown(key, USER, -1)
    given = {"master_keys_file": str(key), "port": str(port), "host": "0.0.0.0"}  # noqa: S104

    assert start("db", "upgrade", **given).ends() == Ended.FINE
    running = start("serve", **given)
    running.prints("answers on")

    assert container.checked(port) == 0
    assert running.is_told(signal.SIGTERM) == Ended.FINE


def test_it_says_which_release_it_is(start: Callable[..., Running]) -> None:
    running = start("--version")

    assert running.ends() == Ended.FINE
    assert running.printed == f"holdfast {version()}\n"


def test_every_module_is_installed_and_needs_only_what_the_image_has(installed: Path) -> None:
    """What builds it (setuptools, pip) and what only developers have cannot be found there."""
    has = {each.name for each in running(LOCK.read_text("utf-8"))} - {"setuptools"}
    said = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, str(Path(__file__).with_name("importing.py")), *sorted(has)],
        env={"PYTHONPATH": str(installed)},
        check=True,
        capture_output=True,
        text=True,
    )

    assert int(said.stdout) > 150
