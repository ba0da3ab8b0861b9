"""Exporting: every row that is a person's, as plain values, with the words opened.

What a row holds is found in the tables, not listed here: a new table or column is exported from
the day it is there. Only `LEFT_OUT` stays behind, each for the reason that stands beside it.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, LargeBinary, Select, Table, select

from storage import theirs
from storage.database import Transaction
from storage.errors import Erased, Missing
from storage.schema import metadata
from storage.tables import cohorts, enrolments, organisations, people, programmes

Row = Mapping[str, object]

LEFT_OUT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "people.data_key": "a key: it opens your words here, and nothing elsewhere",
        "people.email_index": "finds your row by your e-mail address, which is in the export",
        "people.name_index": "finds your row by your name, which is in the export",
        "pledges.state": "tells how a colleague answered, which is theirs to tell",
        "pledges.reason": "tells how a colleague answered, which is theirs to tell",
        "pledges.ended_at": "tells when a colleague answered, which is theirs to tell",
        "observations.state": "tells how a witness answered; what you chose is in your dialogues",
    }
)
"""The columns that hold nothing of a person's own, and why."""

VALUES: Final = frozenset(
    {
        "people.quiet",
        "people.listed",
        "dialogues.answers",
        "dialogues.kept",
        "plans.words",
        "log.words",
        "outbox.body",
        "chat.body",
        "pledges.words",
        "pledges.theirs",
    }
)
"""The sealed columns that hold plain values as JSON; all other sealed columns hold text."""


async def of_person(tx: Transaction, person: UUID) -> Mapping[str, list[Row]]:
    """Give a person's rows by table, and by column within a row; all values are plain JSON.

    Of the cohorts and programmes they are in, and of their organisation, only the names are
    given: those rows are everybody's. Moments are in UTC, written as ISO 8601.

    Raises:
        Missing: there is no such person.
        Erased: there was one.

    """
    own = select(people).where(people.c.id == person)
    found = {people.name: await _rows(tx, person, people, own)}
    if not found[people.name]:
        raise Missing
    for table in theirs.tables():
        rows = select(table).where(table.c[theirs.OWNER] == person).order_by(table.c.id)
        found[table.name] = await _rows(tx, person, table, rows)
    return {**found, **await _context(tx, person)}


async def lines(tx: Transaction, *, without: Collection[str] = ()) -> Sequence[str]:
    """Write every row of every table as a line, with everybody's words opened.

    Tables and columns ("table.column") can be left out by name. All of it is held at a time, so
    this is for looking closely, not for every day.
    """
    found: list[str] = []
    for table in metadata.sorted_tables:
        if table.name not in without:
            columns = [each for each in table.columns if str(each) not in without]
            rows = [await _whole(tx, table, row) for row in await tx.rows(select(*columns))]
            found += sorted(f"{table.name} {row}" for row in rows)
    return found


async def digest(tx: Transaction, *, without: Collection[str] = ()) -> str:
    """Give one hash of all `lines`: two databases have the same when they say the same."""
    said = "\n".join(await lines(tx, without=without))
    return sha256(said.encode(errors="surrogatepass")).hexdigest()


async def _whole(tx: Transaction, table: Table, row: dict[str, Any]) -> str:
    """Write a row with all its columns: words as they read, other bytes as they are."""
    person: UUID | None = row["id"] if table is people else row.get(theirs.OWNER)
    shown: dict[str, object] = {}
    for column in (each for each in table.columns if each.name in row):
        value = row[column.name]
        is_left_out = f"{table.name}.{column.name}" in LEFT_OUT
        if person and not is_left_out:
            shown[column.name] = await _value(tx, person, column, row)
        else:
            shown[column.name] = value.hex() if isinstance(value, bytes) else value
    return json.dumps(_plain(shown), sort_keys=True)


async def _context(tx: Transaction, person: UUID) -> dict[str, list[Row]]:
    """Name what others share with this person."""
    mine = select(enrolments.c.cohort_id).where(enrolments.c.person_id == person)
    group = cohorts.c.id.in_(mine)
    pack = programmes.c.id.in_(select(cohorts.c.programme_id).where(group))
    house = organisations.c.id.in_(select(people.c.organisation_id).where(people.c.id == person))
    named = {
        organisations.name: select(organisations.c.id, organisations.c.name).where(house),
        cohorts.name: select(
            cohorts.c.id, cohorts.c.programme_id, cohorts.c.name, cohorts.c.training_day
        ).where(group),
        programmes.name: select(
            programmes.c.id, programmes.c.slug, programmes.c.version, programmes.c.digest
        ).where(pack),
    }
    return {
        table: [_plain(row) for row in await tx.rows(found.order_by("id"))]
        for table, found in named.items()
    }


async def _rows(
    tx: Transaction, person: UUID, table: Table, found: Select[*tuple[Any, ...]]
) -> list[Row]:
    return [await _opened(tx, person, table, row) for row in await tx.rows(found)]


async def _opened(tx: Transaction, person: UUID, table: Table, row: dict[str, Any]) -> Row:
    shown = {
        column.name: await _value(tx, person, column, row)
        for column in table.columns
        if f"{table.name}.{column.name}" not in LEFT_OUT
    }
    return _plain(shown)


async def _value(
    tx: Transaction, person: UUID, column: Column[Any], row: dict[str, Any]
) -> object:
    value = row[column.name]
    if value is None or not isinstance(column.type, LargeBinary):
        return value
    name = f"{column.table.name}.{column.name}"
    owner = row[theirs.SEALED_FOR[name]] if name in theirs.SEALED_FOR else person
    try:
        text = await tx.vault.open(owner, column.table.name, column.name, row["id"], value)
    except Erased:
        if owner == person:
            raise
        return None  # who wrote it was erased
    return json.loads(text) if name in VALUES else text


def _plain(row: Mapping[str, object]) -> dict[str, object]:
    return {name: _as_json(value) for name, value in row.items()}


def _as_json(value: object) -> object:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date() | time():
            return value.isoformat()
        case UUID():
            return str(value)
        case _:
            return value
