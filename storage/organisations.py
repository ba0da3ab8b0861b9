"""Organisations: the tenants. Nothing is ever shared from one to another."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, insert

from storage.database import Transaction
from storage.errors import Missing
from storage.ids import new_id
from storage.rows import select_for
from storage.statements import Statement
from storage.tables import organisations


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation, with the language and zone that its people have unless they say so."""

    id: UUID
    name: str
    language: str
    zone: str


_GET: Final = Statement(
    select_for(Organisation, organisations).where(organisations.c.id == bindparam("organisation"))
)


async def add(tx: Transaction, *, name: str, language: str, zone: str) -> Organisation:
    """Add an organisation."""
    organisation = Organisation(new_id(), name, language, zone)
    await tx.run(
        insert(organisations).values(id=organisation.id, name=name, language=language, zone=zone)
    )
    return organisation


async def get(tx: Transaction, organisation: UUID) -> Organisation:
    """Read an organisation. Raises Missing when there is none."""
    row = await tx.row(_GET, organisation=organisation)
    if row is None:
        raise Missing
    return Organisation(**row)


async def first(tx: Transaction) -> Organisation | None:
    """Read the organisation that was added first; an embedded Holdfast has just one."""
    row = await tx.row(
        select_for(Organisation, organisations).order_by(organisations.c.id).limit(1)
    )
    return Organisation(**row) if row else None
