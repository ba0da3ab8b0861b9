"""Who was erased stands in a file outside the database, and a restored copy erases them again."""

from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from storage import erasing, erasures, people
from storage.database import Database
from storage.errors import DatabaseAway
from storage.ledger import BadLedger, Erasure, Ledger
from storage.tables import erasures as marks_table
from tests.storage.world import KEYRING, NOW, World, build

ANNA = Erasure(UUID(int=1), UUID(int=9), (b"one", b"two"), NOW)
BOB = Erasure(UUID(int=2), UUID(int=9), (b"three",), NOW)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """Give a ledger that nobody wrote in."""
    return Ledger(tmp_path / "kept apart" / "erasures")


def test_what_was_written_down_is_read(ledger: Ledger) -> None:
    assert ledger.read().erased == ()

    ledger.note_erased(ANNA)
    ledger.note_erased(BOB)

    assert ledger.read().erased == (ANNA, BOB)
    assert {mark for _, mark in ledger.read().marks} == {b"one", b"two", b"three"}


def test_whoever_is_let_in_again_is_marked_no_more(ledger: Ledger) -> None:
    ledger.note_erased(ANNA)
    ledger.note_let_in(ANNA.organisation_id, ANNA.marks)
    ledger.note_erased(replace(BOB, organisation_id=UUID(int=8), marks=(b"one",)))

    assert ledger.read().marks == {(UUID(int=8), b"one")}


def test_only_its_owner_reads_it(ledger: Ledger) -> None:
    ledger.note_erased(ANNA)

    assert ledger.file.stat().st_mode & 0o077 == 0


def test_a_line_that_a_crash_cut_off_does_not_count_and_spoils_no_other(ledger: Ledger) -> None:
    ledger.note_erased(ANNA)
    with ledger.file.open("ab") as file:
        file.write(b'{"erased": "0000')

    assert ledger.read().erased == (ANNA,)

    ledger.note_erased(BOB)

    assert ledger.read().erased == (ANNA, BOB)


def test_a_ledger_takes_in_what_another_knows_and_no_mark_that_holds_no_more(
    ledger: Ledger, tmp_path: Path
) -> None:
    other = Ledger(tmp_path / "of the machine that is gone")
    other.note_erased(ANNA)
    other.note_erased(BOB)
    other.note_let_in(ANNA.organisation_id, [b"one"])
    ledger.note_erased(BOB)

    ledger.take_in(other.read())
    ledger.take_in(other.read())

    assert ledger.read().erased == (BOB, replace(ANNA, marks=(b"two",)))
    assert {mark for _, mark in ledger.read().marks} == {b"two", b"three"}


@pytest.mark.parametrize(
    "line", ["{}", "nothing", '{"organisation": "x"}', "[]", '{"organisation": 1, "let_in": [1]}']
)
def test_a_damaged_line_is_named(ledger: Ledger, line: str) -> None:
    ledger.note_erased(ANNA)
    with ledger.file.open("a") as file:
        file.write(f"{line}\n")

    with pytest.raises(BadLedger, match="Line 2 cannot be read"):
        ledger.read()
    with pytest.raises(BadLedger, match="Line 2 cannot be read"):
        ledger.note_erased(BOB)


def a_folder(file: Path) -> None:
    file.mkdir(parents=True)


def a_file_above(file: Path) -> None:
    file.parent.touch()


@pytest.mark.parametrize("stands", [a_folder, a_file_above])
def test_a_ledger_that_cannot_be_written_is_said(
    ledger: Ledger, stands: Callable[[Path], None]
) -> None:
    stands(ledger.file)

    with pytest.raises(DatabaseAway, match="Nobody is erased until it can"):
        ledger.note_erased(ANNA)


@pytest.fixture
async def noted(database_url: str, ledger: Ledger) -> AsyncIterator[Database]:
    """Give a database whose erasures are noted."""
    opened = await Database.open(database_url, KEYRING, ledger=ledger.file)
    yield opened
    await opened.close()


async def test_nobody_is_erased_whom_the_ledger_cannot_hold(
    noted: Database, ledger: Ledger
) -> None:
    world = await build(noted)
    a_folder(ledger.file)

    with pytest.raises(DatabaseAway, match="Nobody is erased until it can"):
        async with noted.write() as tx:
            await erasing.erase(tx, world.sanne, NOW)

    async with noted.read() as tx:
        assert (await people.get(tx, world.sanne)).name == "sanne"


class _Died(Exception):
    """What a process that dies half-way comes down to: nothing is committed."""


async def erased_in_the_ledger_only(noted: Database, ledger: Ledger) -> World:
    """Let Sanne be erased, and then be there again with her rows, as in a restored copy."""
    world = await build(noted)
    with suppress(_Died):
        async with noted.write() as tx:
            await erasing.erase(tx, world.sanne, NOW)
            raise _Died
    assert [each.person_id for each in ledger.read().erased] == [world.sanne]
    return world


async def test_who_is_there_again_is_erased_again(noted: Database, ledger: Ledger) -> None:
    world = await erased_in_the_ledger_only(noted, ledger)

    async with noted.write() as tx:
        assert await erasing.erase_again(tx, ledger, NOW) == 1
    async with noted.write() as tx:
        assert await erasing.erase_again(tx, ledger, NOW) == 0

    async with noted.read() as tx:
        assert [each.name for each in await people.all_in(tx, world.organisation)] == ["milan"]


async def test_a_restored_copy_knows_whom_not_to_invite(noted: Database, ledger: Ledger) -> None:
    world = await build(noted)
    async with noted.write() as tx:
        await erasing.erase(tx, world.sanne, NOW)
        await tx.run(marks_table.delete())

    async with noted.write() as tx:
        await erasing.erase_again(tx, ledger, NOW)

    async with noted.read() as tx:
        assert await erasures.is_erased(tx, world.organisation, email="sanne@example.org")
