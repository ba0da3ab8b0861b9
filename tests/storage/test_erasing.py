"""Erased is gone: rows, words and keys, and nobody else's; only blind marks stay."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Table, UniqueConstraint, func, insert, select, update

from storage import (
    addresses,
    chat,
    dialogues,
    enrolments,
    erasing,
    erasures,
    inbox,
    log,
    nudges,
    observations,
    outbox,
    people,
    plans,
    pledges,
    theirs,
)
from storage.database import Database, Transaction
from storage.errors import Missing
from storage.failpoints import VARIABLE
from storage.ids import new_id
from storage.keyring import Keyring
from storage.ledger import Erasure
from storage.moments import NaiveMoment
from storage.schema import metadata
from storage.tables import people as people_table
from storage.tables import shifts
from tests.storage.test_canary import raw_of
from tests.storage.world import KEYRING, NOW, World, add_dialogue, add_person, build, visit

CANARY = "quetzalcoatl-in-the-attic"


async def fill(tx: Transaction, world: World, person: UUID, enrolment: UUID) -> None:
    """Write something of a person into every table that holds people's rows."""
    dialogue = await add_dialogue(tx, person, enrolment)
    await dialogues.save(tx, replace(dialogue, answers=f'{{"a": "{CANARY}"}}', held=CANARY))
    where = (person, enrolment, dialogue.id)
    words = {"if": CANARY, "then": CANARY}
    await plans.keep(tx, *where, "plan", words=words, language="nl", form="clause", at=NOW)
    await log.keep(tx, *where, "log", words={"texts": [["did", CANARY]]}, at=NOW)
    pledge = await pledges.add(
        tx, person=person, enrolment=enrolment, dialogue=dialogue.id, key="hold_me",
        colleague=person, words=words, now=NOW,
    )  # fmt: skip
    asked = await pledges.get(tx, pledge)
    assert asked
    await pledges.answer(tx, asked, {"code": "other", "text": CANARY})
    await observations.add(
        tx, person=person, enrolment=enrolment, pledge=pledge, author=person,
        dialogue=dialogue.id, key="seen", kind="sighting", words={"text": CANARY}, now=NOW,
    )  # fmt: skip
    for table in ("attempts", "scores", "barriers", "choices"):
        await _fill_kept(tx, table, where)
    await nudges.insert(tx, person=person, enrolment=enrolment, wanted=visit(9))
    await nudges.insert(
        tx, person=person, enrolment=None, wanted=visit(8), dialogue=dialogue.id, question="a"
    )
    await inbox.receive(tx, world.workspace, f"heard-{person}", "typed", person, NOW)
    await inbox.keep_failed(tx, world.workspace, f"f-{person}", "typed", person, CANARY, NOW)
    await outbox.put(
        tx, person=person, conversation=str(person), priority=0, kind="message",
        body={"text": CANARY}, due_at=NOW, dialogue=dialogue.id,
    )  # fmt: skip
    await chat.add(tx, person, "person", {"text": CANARY}, NOW)
    await tx.run(
        insert(shifts).values(
            id=new_id(), person_id=person, starts_at=NOW, ends_at=NOW, source="tapped"
        )
    )


async def _fill_kept(tx: Transaction, name: str, where: tuple[UUID, UUID, UUID]) -> None:
    person, enrolment, dialogue = where
    codes: Mapping[str, Mapping[str, object]] = {
        "attempts": {"outcome": "worked"},
        "scores": {"item": "sure", "value": 7},
        "barriers": {"position": 0, "code": "TIME"},
        "choices": {"item": "next", "position": 0, "code": "same"},
    }
    values = {"id": new_id(), "key": name, "at": NOW, **codes[name]}
    values |= {"person_id": person, "enrolment_id": enrolment, "dialogue_id": dialogue}
    await tx.run(insert(metadata.tables[name]).values(values))


async def settle(database: Database, world: World) -> UUID:
    """Fill Sanne's and Milan's rows, with Sanne as Milan's manager; give Milan's enrolment."""
    async with database.write() as tx:
        await people.rename(tx, world.sanne, f"Sanne {CANARY}")
        enrolment = await enrolments.add(
            tx, person=world.milan, cohort=world.cohort, pack_digest="d1",
            enrolled_on=NOW.date(), manager=world.sanne,
        )  # fmt: skip
        await addresses.add(
            tx, person=world.milan, workspace=world.workspace, user="milan", reference="m"
        )
        await fill(tx, world, world.sanne, world.enrolment)
        await fill(tx, world, world.milan, enrolment.id)
    return enrolment.id


async def erase(database: Database, person: UUID) -> Erasure | None:
    """Erase somebody, in a transaction of its own."""
    async with database.write() as tx:
        return await erasing.erase(tx, person, NOW)


async def counts(database: Database, person: UUID) -> dict[str, int]:
    """Count a person's rows by table."""
    async with database.read() as tx:
        return {
            table.name: (
                await tx.connection.execute(
                    select(func.count()).select_from(table).where(table.c.person_id == person)
                )
            ).scalar_one()
            for table in theirs.tables()
        }


async def rows_naming(database: Database, person: UUID) -> list[str]:
    """Find every column of every table that still holds this id."""
    found = []
    async with database.read() as tx:
        for table in metadata.tables.values():
            rows = await tx.rows(select(table))
            found += [
                f"{table.name}.{name}"
                for row in rows
                for name, value in row.items()
                if str(person) in str(value) or person.hex in str(value)
            ]
    return found


async def test_the_example_has_a_row_in_every_table(database: Database, world: World) -> None:
    await settle(database, world)

    assert min((await counts(database, world.sanne)).values()) > 0
    assert min((await counts(database, world.milan)).values()) > 0


async def test_no_table_holds_anything_of_an_erased_person(
    database: Database, world: World
) -> None:
    await settle(database, world)

    await erase(database, world.sanne)

    assert set((await counts(database, world.sanne)).values()) == {0}
    assert await rows_naming(database, world.sanne) == []
    async with database.read() as tx:
        with pytest.raises(Missing):
            await people.get(tx, world.sanne)


async def everything_of(database: Database, person: UUID) -> dict[str, list[dict[str, object]]]:
    async with database.read() as tx:
        found = {
            table.name: await tx.rows(
                select(table).where(table.c.person_id == person).order_by(table.c.id)
            )
            for table in theirs.tables()
        }
        found["people"] = await tx.rows(select(people_table).where(people_table.c.id == person))
    return found


async def test_the_rows_of_others_stay_as_they_are_but_for_the_name_of_who_went(
    database: Database, world: World
) -> None:
    await settle(database, world)
    before = await everything_of(database, world.milan)

    await erase(database, world.sanne)

    after = await everything_of(database, world.milan)
    assert before["enrolments"][0].pop("manager_id") == world.sanne
    assert after["enrolments"][0].pop("manager_id") is None
    assert after == before


async def test_every_column_that_mentions_somebody_may_be_empty() -> None:
    assert [str(column) for column in theirs.mentions() if not column.nullable] == []


async def test_every_table_that_points_to_people_is_known() -> None:
    pointing = {
        table.name
        for table in metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table is people_table
    }
    known = {table.name for table in theirs.tables()}

    assert pointing == known | {column.table.name for column in theirs.mentions()}


async def test_no_word_of_an_erased_person_is_left_in_the_files(
    database_url: str, database: Database, world: World
) -> None:
    await settle(database, world)
    async with database.read() as tx:
        row = await tx.row(select(people_table).where(people_table.c.id == world.sanne))
    assert row

    await erase(database, world.sanne)
    tidied = await database.tidy()

    left = raw_of(database_url)
    assert tidied
    assert b"Noorderlicht" in left  # so this is where words would be
    sealed = [row[name] for name in ("data_key", "name", "email", "email_index", "name_index")]
    written_out = [each.hex().encode() for each in sealed]
    ids = [str(world.sanne).encode(), world.sanne.hex.encode()]
    assert [each for each in (*sealed, *written_out, *ids, CANARY.encode()) if each in left] == []


async def test_somebody_who_reads_keeps_the_log_from_being_emptied(
    sqlite_url: str,
) -> None:
    database = await Database.open(sqlite_url, KEYRING)
    person = (await build(database)).sanne
    async with database.read() as reading:
        await people.get(reading, person)
        await erase(database, person)
        assert not await database.tidy()

    assert await database.tidy()
    await database.close()


async def test_erasing_again_does_nothing(database: Database, world: World) -> None:
    first = await erase(database, world.sanne)

    assert await erase(database, world.sanne) is None
    assert first
    assert (first.person_id, first.organisation_id) == (world.sanne, world.organisation)
    assert first.at == NOW


async def test_somebody_whose_key_is_gone_already_is_erased_all_the_same(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        await people.erase_key(tx, world.sanne)

    assert await erase(database, world.sanne)
    assert await rows_naming(database, world.sanne) == []


async def test_a_damaged_address_keeps_nobody_here(database: Database, world: World) -> None:
    async with database.write() as tx:
        damaged = update(people_table).where(people_table.c.id == world.sanne)
        await tx.run(damaged.values(email=b"damaged"))

    assert await erase(database, world.sanne)
    assert await rows_naming(database, world.sanne) == []


async def test_a_moment_without_a_zone_erases_nobody(database: Database, world: World) -> None:
    with pytest.raises(NaiveMoment):
        async with database.write() as tx:
            await erasing.erase(tx, world.sanne, datetime(2027, 3, 2))  # noqa: DTZ001 - meant


async def is_erased(database: Database, world: World, email: str | None, *users: str) -> bool:
    async with database.read() as tx:
        return await erasures.is_erased(tx, world.organisation, email=email, users=users)


@pytest.mark.parametrize(
    ("email", "users", "known"),
    [
        ("sanne@example.org", (), True),
        (" Sanne@Example.ORG ", (), True),
        (None, ("local:sanne",), True),
        ("new@example.org", ("slack:U1", "local:sanne"), True),
        ("milan@example.org", (), False),
        (None, ("slack:sanne",), False),
        (None, (), False),
        ("", (), False),
    ],
)
async def test_an_import_knows_who_was_erased(
    database: Database, world: World, email: str | None, users: tuple[str, ...], *, known: bool
) -> None:
    assert not await is_erased(database, world, email, *users)

    await erase(database, world.sanne)

    assert await is_erased(database, world, email, *users) is known


async def test_whoever_is_invited_again_is_no_longer_marked(
    database: Database, world: World
) -> None:
    await erase(database, world.sanne)

    async with database.write() as tx:
        who = {"email": "sanne@example.org", "users": ("local:sanne",)}
        assert await erasures.forget_mark(tx, world.organisation, **who)  # type: ignore[arg-type]
        assert not await erasures.forget_mark(tx, world.organisation, **who)  # type: ignore[arg-type]

    assert not await is_erased(database, world, "sanne@example.org", "local:sanne")


async def test_a_mark_is_another_one_than_the_index_of_the_address(
    database: Database, world: World
) -> None:
    erased = await erase(database, world.sanne)

    assert erased
    assert len(erased.marks) == 2
    assert KEYRING.index("sanne@example.org") not in erased.marks


async def test_a_mark_outlives_a_new_master_key(
    database_url: str, database: Database, world: World
) -> None:
    await erase(database, world.sanne)
    both = Keyring.of({"first": b"1" * 32, "second": b"2" * 32}, current="second")
    rotated = await Database.open(database_url, both)

    assert await is_erased(rotated, world, "sanne@example.org")
    await rotated.close()


async def test_who_was_erased_may_come_again_as_somebody_new(
    database: Database, world: World
) -> None:
    await erase(database, world.sanne)

    async with database.write() as tx:
        again = await add_person(tx, world.organisation, "sanne")
    await erase(database, again)

    assert await rows_naming(database, again) == []


KILLED = """
import asyncio, sys
from uuid import UUID
from storage import erasing
from storage.database import Database
from tests.storage.world import KEYRING, NOW

async def main(url, person):
    database = await Database.open(url, KEYRING)
    async with database.write() as tx:
        await erasing.erase(tx, UUID(person), NOW)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.slow
@pytest.mark.kills
@pytest.mark.parametrize("place", ["erase.key_gone", "erase.rows_gone"])
async def test_killed_half_way_nothing_is_gone_and_the_next_time_all_is(
    place: str, database_url: str, database: Database, world: World
) -> None:
    await settle(database, world)
    before = await everything_of(database, world.sanne)
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", KILLED, database_url, str(world.sanne)]

    killed = await asyncio.to_thread(
        subprocess.run, command, cwd=root, check=False,
        env={**os.environ, "PYTHONPATH": str(root), VARIABLE: place},
    )  # fmt: skip

    assert killed.returncode == -signal.SIGKILL
    assert await everything_of(database, world.sanne) == before
    assert await erase(database, world.sanne)
    assert await rows_naming(database, world.sanne) == []


def _first_columns(table: Table) -> set[str]:
    """Give the columns by which rows of a table are found without reading them all."""
    columns = [each.columns for each in table.constraints if isinstance(each, UniqueConstraint)]
    columns += [
        each.columns for each in table.indexes if each.dialect_options["sqlite"]["where"] is None
    ]
    return {next(iter(each)).name for each in columns}


@pytest.mark.parametrize("table", theirs.tables(), ids=str)
def test_what_points_to_a_row_that_is_erased_is_found_by_an_index(table: Table) -> None:
    pointing = {
        key.parent.name for key in table.foreign_keys if key.column.table in theirs.tables()
    }

    assert pointing <= _first_columns(table)
