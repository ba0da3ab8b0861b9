"""What dialogues keep: rows under a dialogue and a key, so that keeping twice is keeping once.

Kept again, a row is changed and not added; its first moment stays.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, delete, select, update

from storage.database import Transaction
from storage.ids import new_id


def place(person: UUID, enrolment: UUID, dialogue: UUID, key: str) -> dict[str, Any]:
    """Name the columns that say whose a row is and where it was kept."""
    return {
        "person_id": person,
        "enrolment_id": enrolment,
        "dialogue_id": dialogue,
        "key": key,
    }


def under(table: Table, dialogue: UUID, key: str) -> ColumnElement[bool]:
    """Say which rows a dialogue keeps under a key."""
    return (table.c.dialogue_id == dialogue) & (table.c.key == key)


async def put(tx: Transaction, table: Table, *, fixed: dict[str, Any], **values: object) -> None:
    """Keep a row: insert it with what is fixed, or change the one there to these values."""
    there = under(table, fixed["dialogue_id"], fixed["key"])
    if await tx.run(update(table).where(there).values(values)) == 0:
        await tx.insert_new(table, id=new_id(), **fixed, **values)


async def put_codes(
    tx: Transaction, table: Table, codes: tuple[str, ...], *, fixed: dict[str, Any]
) -> None:
    """Keep codes in their order, a row each, in place of those that were there."""
    await withdraw(tx, table, fixed["dialogue_id"], fixed["key"])
    for position, code in enumerate(codes):
        await tx.insert_new(table, id=new_id(), **fixed, position=position, code=code)


async def withdraw(tx: Transaction, table: Table, dialogue: UUID, key: str) -> None:
    """Take back what a dialogue kept under a key."""
    await tx.run(delete(table).where(under(table, dialogue, key)))


def of_enrolment(table: Table, enrolment: UUID) -> Select[*tuple[Any, ...]]:
    """Select the rows of an enrolment, the oldest first."""
    return select(table).where(table.c.enrolment_id == enrolment).order_by(table.c.at, table.c.id)


def codes_of(table: Table, enrolment: UUID) -> Select[*tuple[Any, ...]]:
    """Select the codes of an enrolment, the oldest first, those of one answer in their order."""
    mine = select(table).where(table.c.enrolment_id == enrolment)
    return mine.order_by(table.c.at, table.c.dialogue_id, table.c.key, table.c.position)
