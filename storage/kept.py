"""What dialogues keep: rows under a dialogue and a key, so that keeping twice is keeping once.

Kept again, a row is changed and not added; its first moment stays.
"""

from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, bindparam, delete, select, update

from storage.database import Transaction
from storage.ids import new_id
from storage.statements import Statement


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
    there = {"dialogue": fixed["dialogue_id"], "under": fixed["key"]}
    if await tx.run(_changing(table), **there, **values) == 0:
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
    await tx.run(_withdrawing(table), dialogue=dialogue, under=key)


@cache
def of_enrolment(table: Table) -> Statement:
    """Give the statement that finds the rows of an `enrolment`, the oldest first."""
    mine = select(table).where(table.c.enrolment_id == bindparam("enrolment"))
    return Statement(mine.order_by(table.c.at, table.c.id))


@cache
def codes_of(table: Table) -> Statement:
    """Give the one for the codes of an `enrolment`: those of one answer stand in their order."""
    mine = select(table).where(table.c.enrolment_id == bindparam("enrolment"))
    return Statement(mine.order_by(table.c.at, table.c.dialogue_id, table.c.key, table.c.position))


@cache
def _changing(table: Table) -> Statement:
    return Statement(update(table).where(_under(table)))


@cache
def _withdrawing(table: Table) -> Statement:
    return Statement(delete(table).where(_under(table)))


def _under(table: Table) -> ColumnElement[bool]:
    return (table.c.dialogue_id == bindparam("dialogue")) & (table.c.key == bindparam("under"))
