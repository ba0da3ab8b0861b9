"""What is exported is exactly what is there: every row, every column, every word, as it is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import LargeBinary, Table, select

from storage import audit, dialogues, exporting, people, theirs
from storage.database import Database, Transaction
from storage.errors import Erased, Missing
from storage.exporting import LEFT_OUT, VALUES
from storage.ids import new_id
from storage.people import Quiet
from storage.schema import metadata
from storage.tables import people as people_table
from tests.storage.test_erasing import CANARY, settle
from tests.storage.world import NOW, World, add_dialogue

COLUMNS = {
    f"{table.name}.{column.name}"
    for table in (*theirs.tables(), people_table)
    for column in table.columns
}
SEALED = {
    f"{table.name}.{column.name}"
    for table in (*theirs.tables(), people_table)
    for column in table.columns
    if isinstance(column.type, LargeBinary)
}
TEXTS = {
    "people.name",
    "people.email",
    "addresses.reference",
    "dialogues.held",
    "inbox.failed",
    "observations.words",
}


@pytest.fixture
async def exported(database: Database, world: World) -> dict[str, list[Any]]:
    """Give what is exported of Milan, in a world full of everybody's words."""
    await settle(database, world)
    async with database.read() as tx:
        return dict(await exporting.of_person(tx, world.milan))


async def _by_hand(tx: Transaction, person: UUID, table: Table) -> list[dict[str, object]]:
    """Read a person's rows of one table without the help of what is tested."""
    whose = people_table.c.id if table is people_table else table.c.person_id
    rows = await tx.rows(select(table).where(whose == person).order_by(table.c.id))
    return [
        {
            column.name: await _plain(tx, person, table.name, column.name, row)
            for column in table.columns
            if f"{table.name}.{column.name}" not in LEFT_OUT
        }
        for row in rows
    ]


async def _plain(
    tx: Transaction, person: UUID, table: str, column: str, row: dict[str, Any]
) -> object:
    match row[column]:
        case bytes() as sealed:
            text = await tx.vault.open(person, table, column, row["id"], sealed)
            return json.loads(text) if f"{table}.{column}" in VALUES else text
        case datetime() as moment:
            return moment.astimezone(UTC).isoformat()
        case date() | time() as at:
            return at.isoformat()
        case UUID() as identity:
            return str(identity)
        case value:
            return value


@pytest.mark.parametrize("table", [*theirs.tables(), people_table], ids=str)
async def test_the_export_is_the_set_of_rows_byte_for_byte(
    table: Table, database: Database, world: World, exported: dict[str, list[Any]]
) -> None:
    async with database.read() as tx:
        there = await _by_hand(tx, world.milan, table)

    assert there
    assert json.dumps(exported[table.name]) == json.dumps(there)


def test_every_table_and_column_is_exported_or_left_out_by_name(
    exported: dict[str, list[Any]],
) -> None:
    found = {
        f"{table}.{column}" for table, rows in exported.items() for row in rows for column in row
    }

    assert found >= COLUMNS - LEFT_OUT.keys()
    assert not found & LEFT_OUT.keys()
    assert LEFT_OUT.keys() <= COLUMNS


def test_every_sealed_column_is_known_as_text_or_as_values() -> None:
    assert TEXTS | VALUES | (LEFT_OUT.keys() & SEALED) == SEALED


def test_all_values_are_plain_json(exported: dict[str, list[Any]]) -> None:
    assert json.loads(json.dumps(exported)) == exported


def test_the_words_are_opened(exported: dict[str, list[Any]]) -> None:
    assert exported["people"][0]["name"] == "milan"
    assert exported["people"][0]["email"] == "milan@example.org"
    assert exported["log"][0]["words"] == {"texts": [["did", CANARY]]}
    assert exported["dialogues"][0]["answers"] == {"a": CANARY}
    assert exported["dialogues"][0]["held"] == CANARY
    assert exported["inbox"][-1]["failed"] == CANARY
    assert exported["chat"][0]["body"] == {"text": CANARY}


def test_nobody_elses_words_are_in_it(exported: dict[str, list[Any]], world: World) -> None:
    everything = json.dumps(exported)

    assert f"Sanne {CANARY}" not in everything
    assert everything.count(str(world.sanne)) == 1  # the manager of the enrolment


def test_what_is_shared_is_named_and_no_more(exported: dict[str, list[Any]]) -> None:
    assert [row["name"] for row in exported["organisations"]] == ["Noorderlicht"]
    assert [row["name"] for row in exported["cohorts"]] == ["voorjaar"]
    assert [row["slug"] for row in exported["programmes"]] == ["feedback-geven"]
    assert "content" not in exported["programmes"][0]


async def test_silence_is_exported_in_the_clear(database: Database, world: World) -> None:
    async with database.write() as tx:
        await people.set_quiet(tx, world.sanne, Quiet("pause", date(2027, 4, 1)))

    async with database.read() as tx:
        row = (await exporting.of_person(tx, world.sanne))["people"][0]

    assert row["quiet"] == {"mode": "pause", "until": "2027-04-01"}


@pytest.mark.parametrize("text", ['{"a": 1}', "null", "12", "\ud83d", "é\u202e🙂" * 200, " x "])
async def test_text_that_looks_like_something_else_stays_as_it_was_written(
    text: str, database: Database, world: World
) -> None:
    async with database.write() as tx:
        dialogue = await add_dialogue(tx, world.sanne, world.enrolment)
        await dialogues.save(tx, replace(dialogue, held=text))

    async with database.read() as tx:
        rows = (await exporting.of_person(tx, world.sanne))["dialogues"]

    assert rows[-1]["held"] == text


async def test_of_nobody_there_is_nothing(database: Database) -> None:
    async with database.read() as tx:
        with pytest.raises(Missing):
            await exporting.of_person(tx, new_id())


async def test_of_whose_key_is_gone_nothing_can_be_read(database: Database, world: World) -> None:
    async with database.write() as tx:
        await people.erase_key(tx, world.sanne)

    async with database.read() as tx:
        with pytest.raises(Erased):
            await exporting.of_person(tx, world.sanne)


def test_a_table_with_rows_of_people_is_found_by_its_column() -> None:
    with_person = {table.name for table in metadata.tables.values() if "person_id" in table.c}

    assert {table.name for table in theirs.tables()} == with_person


async def test_two_databases_have_one_digest_when_they_say_the_same(
    database: Database, world: World
) -> None:
    _ = world
    async with database.read() as tx:
        before = await exporting.digest(tx)
        again = await exporting.digest(tx)
    async with database.write() as tx:
        await audit.note(tx, actor="root", action="look", now=NOW)
        assert await exporting.digest(tx) != before
        assert await exporting.digest(tx, without=("audit",)) == before

    assert again == before


async def test_sealed_anew_the_same_words_have_the_same_digest(
    database: Database, world: World
) -> None:
    async with database.read() as tx:
        before = await exporting.lines(tx)
    async with database.write() as tx:
        name = await tx.vault.seal(world.milan, "people", "name", world.milan, "milan")
        mine = people_table.c.id == world.milan
        await tx.run(people_table.update().where(mine).values(name=name))

    async with database.read() as tx:
        assert await exporting.lines(tx) == before
