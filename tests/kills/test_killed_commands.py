"""Commands killed half-way: nothing is half, and doing it again finishes what was begun."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

import pytest

from bot.cli.house import erase_again
from storage import audit, organisations, outbox, people
from storage.audit import Entry
from storage.database import Database
from storage.ledger import Ledger
from tests.kills.errands import LEDGER, Office, Terminal
from tests.kills.forks import forking
from tests.kills.sites import Site
from tests.support.kills import Killed

pytestmark = pytest.mark.kills

IMPORT = ("people", "import", "people.csv")
PARTLY = (*IMPORT, "--partial")
EXPORT = ("export", "sanne@example.org", "--to", "copy", "--reason", "asked", "--force")
ERASE = ("erase", "sanne@example.org", "--yes", "--reason", "asked")
LISTED = 501  # a batch, and one more
THERE = 2


@pytest.fixture(scope="session")
def office(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Give where commands are typed, on both kinds of database."""
    said = tmp_path_factory.mktemp("errands") / "said"
    with forking(said, "tests.kills.errands") as forks:
        yield Office(site, forks)


def has_a_list(folder: Path) -> None:
    """Put a list of people where commands are typed."""
    rows = [f"Person {number},p{number}@example.org" for number in range(LISTED)]
    (folder / "people.csv").write_text("\n".join(["name,email", *rows]))


def has_nothing(folder: Path) -> None:
    """Put nothing there."""


def everybody(terminal: Terminal) -> dict[str, UUID]:
    """Give who is there, by name."""

    async def read(database: Database) -> dict[str, UUID]:
        async with database.read() as tx:
            home = await organisations.first(tx)
            assert home
            return {each.name: each.id for each in await people.all_in(tx, home.id)}

    return terminal.on_database(read)


def trail(terminal: Terminal) -> Sequence[Entry]:
    """Give the audit trail, which is whole."""

    async def read(database: Database) -> list[Entry]:
        async with database.read() as tx:
            assert (await audit.verify(tx)).broken is None
            return [each async for each in audit.entries(tx)]

    return terminal.on_database(read)


def told_new(entries: Sequence[Entry]) -> int:
    """Count the people that the trail says were new."""
    return sum(int(re.findall(r"new (\d+)", each.subject or "")[0]) for each in entries)


def notices(terminal: Terminal, person: UUID) -> int:
    """Count what waits to tell a person that they were copied."""

    async def read(database: Database) -> int:
        async with database.read() as tx:
            return len(await outbox.waiting_of(tx, person, "notice"))

    return terminal.on_database(read)


@pytest.mark.parametrize(
    ("armed", "there"),
    [
        ("import.batch_written:1", THERE),
        ("import.batch_written:2", THERE),
        ("import.before_commit:1", THERE),
        ("import.after_commit:1", THERE + LISTED),
    ],
)
def test_an_import_that_is_killed_brought_in_everybody_or_nobody(
    armed: str, there: int, office: Office, killed: Killed
) -> None:
    with office.terminal() as terminal:
        has_a_list(terminal.folder)
        assert terminal.dies(armed, *IMPORT) == -signal.SIGKILL, office.forks.last_words()
        left, noted = len(everybody(terminal)), told_new(trail(terminal))
        assert terminal.does(*IMPORT) == 0
        found = terminal.rows()

    difference = office.difference(found, *IMPORT, before=has_a_list)
    killed(lost=difference.lost.total(), doubled=difference.doubled.total())
    assert (left, noted) == (there, there - THERE)
    assert not difference, str(difference)[:2000]


@pytest.mark.parametrize(
    ("armed", "there"),
    [
        ("import.batch_written:1", THERE),
        ("import.before_commit:1", THERE),
        ("import.after_commit:1", THERE + 500),
        ("import.batch_written:2", THERE + 500),
        ("import.before_commit:2", THERE + 500),
        ("import.after_commit:2", THERE + 501),
    ],
)
def test_an_import_in_parts_that_is_killed_brought_in_whole_batches(
    armed: str, there: int, office: Office, killed: Killed
) -> None:
    with office.terminal() as terminal:
        has_a_list(terminal.folder)
        assert terminal.dies(armed, *PARTLY) == -signal.SIGKILL, office.forks.last_words()
        left, noted = len(everybody(terminal)), told_new(trail(terminal))
        assert terminal.does(*PARTLY) == 0
        found = terminal.rows()

    difference = office.difference(found, *PARTLY, before=has_a_list)
    killed(lost=difference.lost.total(), doubled=difference.doubled.total())
    assert (left, noted) == (there, there - THERE)
    assert not difference, str(difference)[:2000]


@pytest.mark.parametrize(
    ("armed", "noted", "files"),
    [
        ("export.written", 0, []),
        ("export.before_rename:1", 1, []),
        ("export.before_rename:2", 1, ["copy.json"]),
    ],
)
def test_a_copy_that_is_killed_is_whole_or_has_no_name_and_is_told_once(
    armed: str, noted: int, files: list[str], office: Office, killed: Killed
) -> None:
    with office.terminal() as terminal:
        sanne = everybody(terminal)["Sanne"]
        assert terminal.dies(armed, *EXPORT) == -signal.SIGKILL, office.forks.last_words()
        left = sorted(each.name for each in terminal.folder.glob("copy.*[!t]"))
        entries, waits = len(trail(terminal)), notices(terminal, sanne)
        assert terminal.does(*EXPORT) == 0
        copy = json.loads((terminal.folder / "copy.json").read_text())
        parts, found = [*terminal.folder.glob("*.part")], terminal.rows()
        told = notices(terminal, sanne)

    difference = office.difference(found, *EXPORT, before=has_nothing)
    killed(lost=difference.lost.total(), doubled=difference.doubled.total())
    assert (entries, waits, left) == (noted, noted, files)
    assert (copy["tables"]["people"][0]["name"], parts, told) == ("Sanne", [], 1)
    assert not difference, str(difference)[:2000]


ERASING = [
    ("erase.noted", True),
    ("erase.key_gone", True),
    ("erase.rows_gone", True),
    ("erase.before_commit", True),
    ("erase.after_commit", False),
]


@pytest.mark.parametrize(("armed", "stays"), ERASING)
def test_who_is_erased_by_a_command_that_is_killed_is_there_whole_or_gone(
    armed: str, office: Office, killed: Killed, *, stays: bool
) -> None:
    with office.terminal() as terminal:
        sanne = everybody(terminal)["Sanne"]
        before = terminal.rows()
        assert terminal.dies(armed, *ERASE) == -signal.SIGKILL, office.forks.last_words()
        left = "Sanne" in everybody(terminal)
        unchanged = terminal.rows() == before
        assert terminal.does(*ERASE) == 0
        found, entries = terminal.rows(), trail(terminal)
        ledger = {each.person_id for each in Ledger(terminal.folder / LEDGER).read().erased}
        still = everybody(terminal)

    difference = office.difference(found, *ERASE, before=has_nothing)
    killed(lost=difference.lost.total(), doubled=difference.doubled.total())
    assert (left, unchanged) == (stays, stays)
    assert ([*still], ledger) == (["Emma"], {sanne})
    assert [each.subject for each in entries] == [f"person:{sanne}"]
    assert not difference, str(difference)[:2000]


@pytest.mark.parametrize("armed", ["erase.noted", "erase.rows_gone", "erase.before_commit"])
def test_a_start_finishes_an_erasure_that_was_killed_and_says_so_in_the_trail(
    armed: str, office: Office, killed: Killed
) -> None:
    with office.terminal() as terminal:
        sanne = everybody(terminal)["Sanne"]
        assert terminal.dies(armed, *ERASE) == -signal.SIGKILL, office.forks.last_words()
        again = [terminal.on_database(erase_again) for _ in range(2)]
        found, entries, still = terminal.rows(), trail(terminal), everybody(terminal)
        ledger = {each.person_id for each in Ledger(terminal.folder / LEDGER).read().erased}

    difference = office.difference(found, *ERASE, before=has_nothing)
    killed(lost=difference.lost.total(), doubled=difference.doubled.total())
    assert (again, [*still], ledger) == ([1, 0], ["Emma"], {sanne})
    assert [each.action for each in entries] == ["erase.again"]
    assert not difference, str(difference)[:2000]
