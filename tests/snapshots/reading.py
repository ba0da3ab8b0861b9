"""What a database says, so that it can be compared before and after an upgrade.

Only the tables and columns of the release that wrote it count: what a later one adds is its own.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import MetaData, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import exporting
from storage.database import Transaction
from storage.tables import people
from tests.snapshots.shapes import Shape

Rows = Mapping[str, list[dict[str, Any]]]


async def rows_of(connection: AsyncConnection, shape: Shape, *, but: Collection[str] = ()) -> Rows:
    """Read every row of these tables as it is stored, by table, `but` some "table.column"."""
    found = MetaData()
    await connection.run_sync(lambda sync: found.reflect(sync, only=list(shape)))
    rows: dict[str, list[dict[str, Any]]] = {}
    for table, columns in shape.items():
        names = [column for column in columns if f"{table}.{column}" not in but]
        wanted = select(*(found.tables[table].c[name] for name in names))
        result = await connection.execute(wanted)
        rows[table] = sorted((dict(row) for row in result.mappings()), key=repr)
    return rows


async def words_of(tx: Transaction, shape: Shape) -> str:
    """Hash everybody's words and facts, opened, in an order and form that no release changes."""
    ids = [row["id"] for row in await tx.rows(select(people.c.id).order_by(people.c.id))]
    exported = [_of_then(await exporting.of_person(tx, person), shape) for person in ids]
    return sha256(json.dumps(exported, sort_keys=True).encode()).hexdigest()


def _of_then(export: Mapping[str, list[Mapping[str, object]]], shape: Shape) -> object:
    return {
        table: [{name: row[name] for name in sorted(shape[table].keys() & row)} for row in rows]
        for table, rows in export.items()
        if table in shape
    }
