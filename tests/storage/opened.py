"""What a database holds, with everything opened: the same before and after another master key."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Table, select

from storage.database import Database, Transaction
from storage.keyring import MASTER_SEALED
from storage.schema import metadata
from storage.tables import audit, keys

_PERSONS = b"H1p"
_OTHERWISE = (audit, keys)  # these tell what was done, and with which key

Contents = dict[str, list[dict[str, object]]]


def damaged_copy(sealed: bytes) -> bytes:
    """Change the last bit of it: one that is written over may have been the same already."""
    return sealed[:-1] + bytes([sealed[-1] ^ 1])


async def contents(database: Database) -> Contents:
    """Read every row of every table; what was sealed is opened, data keys too."""
    async with database.read() as tx:
        return {
            table.name: [await _opened(tx, table, row) for row in await _rows(tx, table)]
            for table in metadata.sorted_tables
            if table not in _OTHERWISE
        }


async def beginnings(database: Database) -> set[bytes]:
    """Say how everything begins that a master key sealed, in any column of any table."""
    async with database.read() as tx:
        return {
            value[: value.index(b"H1m") + 4 + value[3]]
            for table in metadata.sorted_tables
            for row in await tx.rows(select(table))
            for value in row.values()
            if isinstance(value, bytes) and value.startswith(MASTER_SEALED)
        }


async def _rows(tx: Transaction, table: Table) -> list[dict[str, Any]]:
    return await tx.rows(select(table).order_by(*table.primary_key))


async def _opened(tx: Transaction, table: Table, row: dict[str, Any]) -> dict[str, object]:
    person = row.get("person_id", row.get("id") if table.name == "people" else None)
    return {name: await _value(tx, table, row, name, person) for name in row}


async def _value(
    tx: Transaction, table: Table, row: dict[str, Any], name: str, person: UUID | None
) -> object:
    value = row[name]
    if not isinstance(value, bytes):
        return value
    if value.startswith(_PERSONS):
        return await tx.vault.open(person, table.name, name, row["id"], value)
    if value.startswith(MASTER_SEALED):
        owner = row["id"] if (table.name, name) == ("people", "data_key") else "-"
        return tx.vault.keyring.open(value, f"{table.name}|{name}|{row['id']}|{owner}".encode())
    return value
