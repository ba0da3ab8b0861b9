import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from storage import organisations
from storage.database import Database, Transaction
from storage.errors import DatabaseAway, Held, NotReady
from storage.tables import organisations as organisations_table
from tests.storage.world import KEYRING

SLOW = {
    "sqlite": "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 2000000) "
    "SELECT max(x) FROM c",
    "postgresql": "SELECT pg_sleep(0.5)",
}


COUNT = select(func.count()).select_from(organisations_table)


async def _add(tx: Transaction, name: str) -> None:
    await organisations.add(tx, name=name, language="nl", zone="Europe/Amsterdam")


def _files(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


async def _names(database: Database) -> list[str]:
    async with database.read() as tx:
        found = select(organisations_table.c.name).order_by(organisations_table.c.id)
        return [row["name"] for row in await tx.rows(found)]


async def test_what_a_block_wrote_counts_when_it_ends(database: Database) -> None:
    async with database.write() as tx:
        await _add(tx, "kept")

    assert await _names(database) == ["kept"]


async def test_a_block_that_raises_wrote_nothing(database: Database) -> None:
    async def raising() -> None:
        async with database.write() as tx:
            await _add(tx, "undone")
            raise LookupError

    with pytest.raises(LookupError):
        await raising()

    assert await _names(database) == []


async def test_a_savepoint_undoes_only_its_own_block(database: Database) -> None:
    async def raising(tx: Transaction) -> None:
        async with tx.savepoint():
            await _add(tx, "undone")
            raise LookupError

    async with database.write() as tx:
        await _add(tx, "before")
        with pytest.raises(LookupError):
            await raising(tx)
        await _add(tx, "after")

    assert await _names(database) == ["before", "after"]


async def test_what_is_not_committed_is_not_read(database: Database) -> None:
    async with database.write() as tx:
        await _add(tx, "not yet")
        seen = await _names(database)

    assert seen == []


async def test_who_reads_cannot_write(database: Database) -> None:
    async def writing() -> None:
        async with database.read() as tx:
            await _add(tx, "never")

    with pytest.raises(DatabaseAway):
        await writing()

    assert await _names(database) == []


async def test_who_only_read_before_can_write_after(database: Database) -> None:
    await _names(database)

    async with database.write() as tx:
        await _add(tx, "kept")

    assert await _names(database) == ["kept"]


async def test_writing_at_once_loses_nothing(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.write() as tx:
            await _add(tx, str(number))

    await asyncio.gather(*(write(number) for number in range(25)))

    assert len(await _names(database)) == 25


async def test_on_sqlite_those_who_write_take_turns(sqlite_url: str) -> None:
    database = await Database.open(sqlite_url, KEYRING)

    async def write() -> int:
        async with database.write() as tx:
            there = (await tx.connection.execute(COUNT)).scalar()
            await _add(tx, "one")
            return int(there or 0)

    seen = await asyncio.gather(*(write() for _ in range(10)))
    await database.close()

    assert sorted(seen) == [*range(10)]


async def test_writing_while_writing_is_refused_instead_of_waiting_for_ever(
    sqlite_url: str,
) -> None:
    database = await Database.open(sqlite_url, KEYRING)

    async def nested() -> None:
        async with database.write(), database.write():
            pytest.fail("it did not wait for itself")

    with pytest.raises(RuntimeError, match="would wait for itself"):
        await nested()
    await database.close()


async def test_a_cancelled_block_wrote_nothing_and_the_next_one_works(
    database: Database,
) -> None:
    started = asyncio.Event()

    async def waiting() -> None:
        async with database.write() as tx:
            await _add(tx, "undone")
            started.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(waiting())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.write() as tx:
        await _add(tx, "kept")

    assert await _names(database) == ["kept"]


async def test_a_block_cancelled_within_a_statement_wrote_nothing_and_the_next_one_works(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.engines.BUSY_MILLISECONDS", 5)  # so a lock left behind shows
    database = await Database.open(database_url, KEYRING)

    async def slow() -> None:
        async with database.write() as tx:
            await _add(tx, "undone")
            await tx.connection.execute(text(SLOW[tx.dialect]))

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await slow()
    async with database.write() as tx:
        await _add(tx, "kept")

    assert await _names(database) == ["kept"]
    await database.close()


async def test_a_reader_cancelled_within_a_statement_leaves_the_others_alone(
    database: Database,
) -> None:
    async def slow() -> None:
        async with database.read() as tx:
            await tx.connection.execute(text(SLOW[tx.dialect]))

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await slow()

    assert await _names(database) == []


@pytest.mark.parametrize("turns", range(0, 60, 3))
async def test_wherever_a_block_is_cancelled_all_of_it_counts_or_nothing(
    database: Database, turns: int
) -> None:
    loop = asyncio.get_running_loop()

    async def both() -> None:
        async with database.write() as tx:
            await _add(tx, "one")
            await _add(tx, "two")

    task = asyncio.create_task(both())
    left = iter(range(turns))

    def step() -> None:
        if next(left, None) is None:
            task.cancel()
        else:
            loop.call_soon(step)

    loop.call_soon(step)
    await asyncio.wait((task,))
    async with database.write() as tx:
        await _add(tx, "after")

    assert await _names(database) in (["after"], ["one", "two", "after"])


async def test_who_is_cancelled_while_waiting_for_their_turn_holds_up_nobody(
    database: Database,
) -> None:
    async def write() -> None:
        async with database.write() as tx:
            await _add(tx, "never")

    async with database.write() as tx:
        waiting = asyncio.create_task(write())
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await _add(tx, "kept")

    assert await _names(database) == ["kept"]


async def test_closing_and_opening_again_keeps_everything(
    database_url: str, database: Database
) -> None:
    async with database.write() as tx:
        await _add(tx, "kept")
    await database.close()

    again = await Database.open(database_url, KEYRING)
    assert await _names(again) == ["kept"]
    await again.close()


async def test_the_machine_has_a_clock(database: Database) -> None:
    async with database.read() as tx:
        first, second = await tx.now(), await tx.now()

    assert first.tzname() == "UTC"
    assert first <= second


async def test_closing_leaves_no_write_ahead_log_behind(sqlite_url: str) -> None:
    database = await Database.open(sqlite_url, KEYRING)
    async with database.write() as tx:
        await _add(tx, "kept")
    await _names(database)
    await database.close()

    assert _files(Path(f"{make_url(sqlite_url).database}").parent) == ["holdfast.db"]


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("secure_delete", 1), ("foreign_keys", 1)],
)
async def test_the_sqlite_writer_is_careful(sqlite_url: str, pragma: str, value: object) -> None:
    database = await Database.open(sqlite_url, KEYRING)

    async with database.write() as tx:
        found = (await tx.connection.exec_driver_sql(f"PRAGMA {pragma}")).scalar()
    await database.close()

    assert found == value


async def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="holdfast db upgrade"):
        await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'none.db'}", KEYRING)

    assert not _files(tmp_path)


async def test_a_file_that_is_no_database_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "holdfast.db").write_bytes(b"Dear diary, " * 1000)

    with pytest.raises(DatabaseAway, match="no SQLite database"):
        await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'holdfast.db'}", KEYRING)


async def test_a_full_disk_is_told_in_words_and_keeps_what_was_there(sqlite_url: str) -> None:
    database = await Database.open(sqlite_url, KEYRING)
    async with database.write() as tx:
        await _add(tx, "kept")

    async def fill() -> None:
        async with database.write() as tx:
            pages = (await tx.connection.exec_driver_sql("PRAGMA page_count")).scalar()
            await tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            await _add(tx, "too much" * 100_000)

    with pytest.raises(DatabaseAway, match="disk with the database is full"):
        await fill()
    async with database.write() as tx:
        await tx.connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        await _add(tx, "after")

    assert await _names(database) == ["kept", "after"]
    await database.close()


async def test_another_program_on_the_file_is_waited_for(sqlite_url: str) -> None:
    database = await Database.open(sqlite_url, KEYRING)
    other = sqlite3.connect(
        f"{make_url(sqlite_url).database}", isolation_level=None, check_same_thread=False
    )
    other.execute("BEGIN IMMEDIATE")

    async def write() -> None:
        async with database.write() as tx:
            await _add(tx, "kept")

    writing = asyncio.create_task(write())
    done, _ = await asyncio.wait((writing,), timeout=0.1)
    other.execute("COMMIT")
    other.close()
    await writing

    assert not done
    assert await _names(database) == ["kept"]
    await database.close()


async def test_a_file_that_stays_locked_is_told_in_words(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.engines.BUSY_MILLISECONDS", 5)
    database = await Database.open(sqlite_url, KEYRING)
    other = sqlite3.connect(f"{make_url(sqlite_url).database}", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def write() -> None:
        async with database.write():
            pytest.fail("it wrote")

    with pytest.raises(DatabaseAway, match="locked"):
        await write()
    other.close()
    async with database.write() as tx:
        await _add(tx, "kept")

    assert await _names(database) == ["kept"]
    await database.close()


async def test_a_server_that_breaks_off_is_told_in_words_and_found_again(
    postgresql_url: str,
) -> None:
    database = await Database.open(postgresql_url, KEYRING)

    async def broken_off() -> None:
        async with database.write() as tx:
            await _add(tx, "undone")
            await tx.connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(DatabaseAway, match="broke off"):
        await broken_off()
    async with database.write() as tx:
        await _add(tx, "kept")

    assert await _names(database) == ["kept"]
    await database.close()


async def test_a_server_that_is_not_there_is_told_in_words() -> None:
    with pytest.raises(DatabaseAway, match="does not answer"):
        await Database.open("postgresql+psycopg://nobody@/nothing?host=/nowhere", KEYRING)


async def test_no_value_stands_in_the_message_of_an_error(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as tx:
            row = select(organisations_table.c.name).where(text("nothing = :word"))
            await tx.connection.execute(row, {"word": "secret"})

    with pytest.raises(DBAPIError) as raised:
        await fail()

    assert "secret" not in str(raised.value)


async def test_only_one_holds_a_file(sqlite_url: str) -> None:
    first = await Database.open(sqlite_url, KEYRING, hold=True)

    with pytest.raises(Held, match=r"Another Holdfast \(process \d+\) is at work"):
        await Database.open(sqlite_url, KEYRING, hold=True)
    beside = await Database.open(sqlite_url, KEYRING)
    await beside.close()
    await first.close()
    second = await Database.open(sqlite_url, KEYRING, hold=True)
    await second.close()


async def test_many_hands_may_hold_a_server(postgresql_url: str) -> None:
    first = await Database.open(postgresql_url, KEYRING, hold=True)
    second = await Database.open(postgresql_url, KEYRING, hold=True)

    assert (first.is_held, second.is_held) == (False, False)  # neither takes itself for alone
    await second.close()
    await first.close()
