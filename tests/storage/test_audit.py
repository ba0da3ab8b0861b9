"""What administrators did stands in a chain; a link that was changed or taken out shows."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, update

from storage import audit
from storage.audit import FIRST, PRUNED, Head
from storage.database import Database
from storage.tables import audit as table
from tests.storage.world import NOW


async def note(database: Database, *actions: str, now: datetime = NOW) -> None:
    async with database.write() as tx:
        for action in actions:
            await audit.note(
                tx, actor="root", action=action, subject="person:1", reason="asked", now=now
            )


async def test_what_was_done_is_read_in_its_order(database: Database) -> None:
    await note(database, "export", "erase")

    async with database.read() as tx:
        first, second = [each async for each in audit.entries(tx)]

    assert (first.number, first.action, first.subject) == (1, "export", "person:1")
    assert (first.actor, first.reason, first.at) == ("root", "asked", NOW)
    assert (first.previous, second.previous) == (FIRST, first.chained)


async def test_an_untouched_chain_holds(database: Database) -> None:
    async with database.read() as tx:
        assert (await audit.verify(tx)).entries == 0

    await note(database, "export", "erase", "rotate")

    async with database.read() as tx:
        found = await audit.verify(tx)
    assert (found.entries, found.broken) == (3, None)
    assert found.head != FIRST


CHANGES = {
    "another actor": {"actor": "mallory"},
    "another action": {"action": "look"},
    "another subject": {"subject": None},
    "another reason": {"reason": "no"},
    "another time": {"at": NOW + timedelta(seconds=1)},
    "another link": {"chained": bytes(32)},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_a_changed_entry_is_named(database: Database, change: dict[str, object]) -> None:
    await note(database, "export", "erase", "rotate")
    async with database.write() as tx:
        await tx.run(update(table).where(table.c.number == 2).values(change))

    async with database.read() as tx:
        assert (await audit.verify(tx)).broken == 2


@pytest.mark.parametrize(("gone", "broken"), [(2, 3), (3, 4)])
async def test_an_entry_taken_out_shows_at_the_next(
    database: Database, gone: int, broken: int
) -> None:
    await note(database, "export", "erase", "rotate", "export")
    async with database.write() as tx:
        await tx.run(delete(table).where(table.c.number == gone))

    async with database.read() as tx:
        assert (await audit.verify(tx)).broken == broken


async def test_what_went_in_its_time_is_said_and_the_chain_holds(database: Database) -> None:
    await note(database, "export", "erase", "rotate")
    async with database.write() as tx:
        await tx.run(delete(table).where(table.c.number <= 2))
        await audit.note_pruned(tx, NOW)
    await note(database, "export")

    async with database.read() as tx:
        found = await audit.verify(tx)
        [noted] = await audit.about(tx, PRUNED, "entry:2")
    assert (found.entries, found.broken, found.is_cut) == (3, None, False)
    assert noted.actor == "holdfast"


@pytest.mark.parametrize("said", [None, "entry:1", "entry:", "entry:²"])
async def test_a_beginning_that_went_otherwise_shows(database: Database, said: str | None) -> None:
    await note(database, "export", "erase", "rotate")
    async with database.write() as tx:
        await tx.run(delete(table).where(table.c.number <= 2))
        if said:
            await audit.note(tx, actor="holdfast", action=PRUNED, subject=said, now=NOW)

    async with database.read() as tx:
        assert (await audit.verify(tx)).is_cut


async def test_entries_of_the_same_moment_stand_one_after_the_other(database: Database) -> None:
    await asyncio.gather(*(note(database, "export") for _ in range(8)))

    async with database.read() as tx:
        assert (await audit.verify(tx)).broken is None
        assert (await tx.row(select(func.max(table.c.number).label("last")))) == {"last": 8}


async def test_a_head_is_written_and_read_back(database: Database) -> None:
    async with database.read() as tx:
        assert await audit.last(tx) is None
    await note(database, "export", "erase")

    async with database.read() as tx:
        head = await audit.last(tx)

    assert head
    assert head.number == 2
    assert Head.read(f" {str(head).upper()} ") == head


@pytest.mark.parametrize("text", ["", "2", "0:" + "0" * 64, "2:" + "0" * 63, "2:" + "g" * 64])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="64 digits"):
        Head.read(text)


async def test_a_head_that_was_noted_shows_what_was_cut_off_at_the_end(
    database: Database,
) -> None:
    await note(database, "export", "erase")
    async with database.write() as tx:
        head = await audit.last(tx)
        before = await audit.verify(tx, head)
        await tx.run(delete(table).where(table.c.number == 2))
        after = await audit.verify(tx, head)

    assert (before.number, before.stands, before.broken) == (2, True, None)
    assert (after.number, after.stands, after.broken) == (1, False, None)


async def test_what_was_done_to_somebody_is_found(database: Database) -> None:
    await note(database, "export", "erase", "export")

    async with database.read() as tx:
        found = await audit.about(tx, "export", "person:1")
        others = await audit.about(tx, "export", "person:2")

    assert [each.number for each in found] == [1, 3]
    assert others == []
