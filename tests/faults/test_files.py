"""A database file that may not be written, is damaged or locked, or that somebody else is at."""

from __future__ import annotations

import asyncio
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from bot.cli.edge import Ended
from bot.port import Event, Typed
from storage.errors import DatabaseAway
from storage.keyring import Keyring, new_key, write_key
from tests.faults.machines import Machine, created
from tests.kills.rows import read_rows
from tests.support.faults import Fault
from tests.towns import a_town

pytestmark = pytest.mark.slow

ADDRESS = r"http://127\.0\.0\.1:\d+/\?token=\S+(?=\s)"
PORT = "28280"  # or the next free one
PAGE = 4096


@pytest.fixture
def machine(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Machine]:
    """Give a machine with a migrated database and a key, and nothing else in its folder."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    (folder / "key").write_text(write_key("k1", new_key()))
    shutil.copy(sqlite_template, folder / "holdfast.db")
    with ExitStack() as ended:
        yield Machine(folder, ended)
    folder.chmod(0o700)


def file_read_only(machine: Machine) -> Callable[[], None]:
    machine.file.chmod(0o444)
    return lambda: machine.file.chmod(0o600)


def folder_read_only(machine: Machine) -> Callable[[], None]:
    machine.folder.chmod(0o555)
    return lambda: machine.folder.chmod(0o700)


@pytest.mark.parametrize(
    ("kind", "happens", "words"),
    [
        ("file read-only", file_read_only, "may not be written"),
        ("folder read-only", folder_read_only, "or its folder, may not be written"),
    ],
)
def test_what_may_not_be_written_is_said_and_passes_with_the_rights(
    kind: str,
    happens: Callable[[Machine], Callable[[], None]],
    words: str,
    machine: Machine,
    fault: Fault,
) -> None:
    again = happens(machine)

    running = machine.starts(*created("Zonnewijzer"))
    code = running.ends()
    again()
    after, _ = machine.types(*created("Zonnewijzer"))

    fault(kind)(lost=machine.names.count("Zonnewijzer") - 1)
    assert (code, after) == (Ended.NOT_READY, Ended.FINE)
    assert words in running.printed
    assert str(machine.file) in running.printed
    assert "Traceback" not in running.printed
    assert machine.names == ["Zonnewijzer"]


def damage(file: Path) -> None:
    size = file.stat().st_size
    with file.open("r+b") as opened:
        opened.seek(PAGE)
        opened.write(b"\xff" * (size - PAGE))


def cut_off(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.truncate(file.stat().st_size // 2)


def replace(file: Path) -> None:
    file.write_bytes(b"Dear diary, " * 1000)


@pytest.mark.parametrize(
    ("kind", "happens", "words"),
    [
        ("database damaged", damage, "is damaged: put a backup back"),
        ("database cut off", cut_off, "is damaged: put a backup back"),
        ("no database", replace, "no SQLite database: put a backup back"),
    ],
)
@pytest.mark.parametrize("command", [created("Nieuw"), ("serve",)], ids=lambda each: each[0])
def test_a_damaged_file_is_said_left_as_it_is_and_replaced_by_a_good_copy(
    kind: str,
    happens: Callable[[Path], None],
    words: str,
    command: tuple[str, ...],
    machine: Machine,
    fault: Fault,
) -> None:
    assert machine.types(*created("Zonnewijzer"))[0] == Ended.FINE
    copy = shutil.copy(machine.file, machine.folder / "copy")
    happens(machine.file)
    damaged = machine.file.read_bytes()

    code, said = machine.types(*command)

    untouched = machine.file.read_bytes() == damaged
    shutil.copy(copy, machine.file)
    after, _ = machine.types("cohort", "list")
    fault(kind)(lost=machine.names.count("Zonnewijzer") - 1)
    assert (code, after) == (Ended.NOT_READY, Ended.FINE)
    assert words in said
    assert str(machine.file) in said
    assert untouched
    assert machine.names == ["Zonnewijzer"]


async def test_a_file_that_is_locked_for_a_moment_is_waited_for(
    machine: Machine, keyring: Keyring, fault: Fault
) -> None:
    async with a_town(machine.url, keyring) as town:
        event = Event("1", town.workspace, "sanne", town.clock.now, Typed("plan"))
        with machine.locked() as other:
            hearing = asyncio.create_task(town.hands.hear(event))
            done, _ = await asyncio.wait((hearing,), timeout=0.3)
            other.communicate()
            heard = await hearing

    fault("file locked for a moment")()
    assert not done
    assert not heard.seen_before


async def test_a_file_that_is_locked_for_long_takes_nothing_in_until_it_is_free(
    machine: Machine, keyring: Keyring, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    monkeypatch.setattr("storage.engines.BUSY_MILLISECONDS", 20)
    async with a_town(machine.url, keyring) as town:
        event = Event("1", town.workspace, "sanne", town.clock.now, Typed("plan"))
        async with town.hands.database.read() as tx:
            before = await read_rows(tx)
        with machine.locked() as other:
            with pytest.raises(DatabaseAway, match="Another program keeps the database file"):
                await town.hands.hear(event)
            async with town.hands.database.read() as tx:
                during = await read_rows(tx)
            other.communicate()
        heard = await town.hands.hear(event)
        await town.hands.look()

    fault("file locked for long")(lost=int(heard.seen_before))
    assert before == during
    assert not heard.seen_before
    assert len(town["Sanne"].messages) > 0


@pytest.mark.kills
def test_a_second_process_is_refused_and_takes_over_only_from_a_dead_one(
    machine: Machine, fault: Fault
) -> None:
    first = machine.starts("demo", "--port", PORT)
    address = first.prints(ADDRESS)[0]

    refused = [machine.starts("demo", "--port", PORT), machine.starts("serve")]
    codes = [each.ends() for each in refused]
    answers = httpx.get(address).status_code
    killed = first.is_told(signal.SIGKILL)
    after = machine.starts("demo", "--port", PORT)
    goes_on = httpx.get(after.prints(ADDRESS)[0]).status_code

    fault("two processes")(injected=2, survived=2)
    assert codes == [Ended.NOT_READY, Ended.NOT_READY]
    assert all("Another Holdfast (process " in each.printed for each in refused)
    assert all("stop that one first" in each.printed for each in refused)
    assert (answers, goes_on) == (httpx.codes.SEE_OTHER, httpx.codes.SEE_OTHER)
    assert killed == -signal.SIGKILL
    assert after.is_told(signal.SIGTERM) == Ended.FINE
