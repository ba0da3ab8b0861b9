"""Nothing that anybody wrote stands readable in the database's files."""

import asyncio
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary
from sqlalchemy.engine import make_url

from storage import (
    addresses,
    chat,
    dialogues,
    inbox,
    listed,
    log,
    observations,
    outbox,
    people,
    plans,
    pledges,
    workspaces,
)
from storage.database import Database
from storage.ids import new_id
from storage.schema import metadata
from tests.storage.copying import aloud, back_up
from tests.storage.world import KEYRING, NOW, build
from tests.support.postgresql import find_programs

# Bytes that hold no words: keys, a check of a key, and an index that only the key can make.
NO_WORDS = {
    "people.data_key",
    "people.email_index",
    "people.name_index",
    "people.quiet",  # a code and a day
    "erasures.mark",
    "keys.check_value",
    "secrets.value",  # a key
    "audit.previous",
    "audit.chained",
}


def canary(column: str) -> str:
    """Write something that can stand nowhere by chance; e-mail addresses lose their capitals."""
    return f"canary-{column.replace('.', '-').replace('_', '-')}-quetzalcoatl"


async def _fill(database: Database) -> set[str]:
    """Write a canary into every column of words, and give those columns."""
    world = await build(database)
    async with database.write() as tx:
        person = await people.add(
            tx,
            organisation=world.organisation,
            name=canary("people.name"),
            email=f"{canary('people.email')}@example.org",
            language="nl",
            zone="Europe/Amsterdam",
        )
        mine = person.id
        said = {"manager": canary("people.listed")}
        found = (await listed.by_ids(tx, [mine]))[mine]
        await listed.change_all(tx, [replace(found, said=said)])
        await addresses.add(
            tx,
            person=mine,
            workspace=world.workspace,
            user="u1",
            reference=canary("addresses.reference"),
        )
        await workspaces.set_credentials(tx, world.workspace, canary("workspaces.credentials"))
        dialogue = await dialogues.open(
            tx,
            id=new_id(),
            person=mine,
            enrolment=world.enrolment,
            kind="check_in",
            brief={},
            answers=canary("dialogues.answers"),
            kept=canary("dialogues.kept"),
            now=NOW,
        )
        await dialogues.save(tx, replace(dialogue, held=canary("dialogues.held")))
        where = (mine, world.enrolment, dialogue.id)
        words = {"if": canary("plans.words")}
        await plans.keep(tx, *where, "plan", words=words, language="nl", form="clause", at=NOW)
        await log.keep(tx, *where, "words", words={"did": canary("log.words")}, at=NOW)
        text = canary("inbox.failed")
        await inbox.keep_failed(tx, world.workspace, "e1", "typed", mine, text, NOW)
        await inbox.keep_failed(tx, world.workspace, "e2", "typed", None, text, NOW)
        await outbox.put(
            tx,
            person=mine,
            conversation="c",
            priority=0,
            kind="message",
            body={"text": canary("outbox.body")},
            due_at=NOW,
        )
        await chat.add(tx, mine, "person", {"text": canary("chat.body")}, NOW)
        pledge = await pledges.add(
            tx, person=mine, enrolment=world.enrolment, dialogue=dialogue.id, key="hold_me",
            colleague=mine, words={"if": canary("pledges.words")}, now=NOW,
        )  # fmt: skip
        asked = await pledges.get(tx, pledge)
        assert asked
        await pledges.answer(tx, asked, {"code": "other", "text": canary("pledges.theirs")})
        await observations.add(
            tx, person=mine, enrolment=world.enrolment, pledge=pledge, author=mine,
            dialogue=dialogue.id, key="seen", kind="sighting",
            words={"text": canary("observations.words")}, now=NOW,
        )  # fmt: skip
    return {
        "people.name",
        "people.email",
        "people.listed",
        "addresses.reference",
        "workspaces.credentials",
        "dialogues.answers",
        "dialogues.kept",
        "dialogues.held",
        "plans.words",
        "log.words",
        "inbox.failed",
        "outbox.body",
        "chat.body",
        "pledges.words",
        "pledges.theirs",
        "observations.words",
    }


async def test_the_canaries_sit_in_every_sealed_column(database: Database) -> None:
    binary = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }

    assert await _fill(database) == binary - NO_WORDS


def _dumped(url: str) -> bytes:
    programs = find_programs()
    assert programs
    read = make_url(url)
    where = [f"--host={read.query['host']}", "--username=holdfast", str(read.database)]
    return subprocess.run(  # noqa: S603 - our own command
        [str(programs / "pg_dump"), *where], check=True, capture_output=True
    ).stdout


def raw_of(url: str) -> bytes:
    """Read all that stands in the files of a SQLite database, or all that a dump holds."""
    if url.startswith("postgresql"):
        return _dumped(url)
    files = sorted(Path(f"{make_url(url).database}").parent.glob("holdfast.db*"))
    return b"".join(file.read_bytes() for file in files)


@pytest.fixture
async def raw(database_url: str, database: Database) -> bytes:
    """Give the raw content of a database full of canaries, as hexadecimal bytes too."""
    await _fill(database)
    read = raw_of(database_url)
    assert b"Noorderlicht" in read  # so this is where words would be
    return read.lower()


def test_no_word_stands_readable_in_the_files(raw: bytes) -> None:
    assert b"quetzalcoatl" not in raw
    assert b"canary" not in raw


def test_no_word_stands_in_the_files_as_bytes_written_out(raw: bytes) -> None:
    assert b"quetzalcoatl".hex().encode() not in raw


async def test_no_word_stands_readable_in_a_backup(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    await _fill(database)

    backup = await back_up(database_url, tmp_path / "monday.backup")

    read = (backup.file.read_bytes() + await asyncio.to_thread(aloud, backup)).lower()
    assert b"noorderlicht" in read
    assert b"canary" not in read
    assert b"canary".hex().encode() not in read


def _sizes(url: str) -> dict[str, int]:
    files = Path(f"{make_url(url).database}").parent.glob("holdfast.db*")
    return {file.name: file.stat().st_size for file in files}


async def test_the_write_ahead_log_is_looked_at_too(sqlite_url: str) -> None:
    database = await Database.open(sqlite_url, KEYRING)
    await _fill(database)

    assert _sizes(sqlite_url)["holdfast.db-wal"] > 0
    assert b"canary" not in raw_of(sqlite_url)
    await database.close()
