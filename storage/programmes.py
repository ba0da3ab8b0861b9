"""Programmes: the content of a training as it was imported; a changed pack is another row.

What a learner is enrolled with stays what it was: find it by its digest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from storage.database import Transaction
from storage.errors import Missing
from storage.ids import new_id
from storage.rows import select_for
from storage.tables import programmes


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme pack: `slug` names it, `digest` is of exactly this content."""

    id: UUID
    organisation_id: UUID
    slug: str
    version: str
    digest: str
    content: Mapping[str, Any] = field(repr=False)


async def save(
    tx: Transaction,
    *,
    organisation: UUID,
    slug: str,
    version: str,
    digest: str,
    content: Mapping[str, Any],
) -> Programme:
    """Keep a programme, once however often it is imported."""
    await tx.insert_new(
        programmes,
        id=new_id(),
        organisation_id=organisation,
        slug=slug,
        version=version,
        digest=digest,
        content=dict(content),
    )
    saved = await by_digest(tx, organisation, slug, digest)
    if saved is None:
        raise Missing
    return saved


async def get(tx: Transaction, programme: UUID) -> Programme:
    """Read a programme. Raises Missing when there is none."""
    row = await tx.row(select_for(Programme, programmes).where(programmes.c.id == programme))
    if row is None:
        raise Missing
    return Programme(**row)


async def latest(tx: Transaction, organisation: UUID, slug: str) -> Programme | None:
    """Find the content of a programme that was imported last."""
    row = await tx.row(
        select_for(Programme, programmes)
        .where(programmes.c.organisation_id == organisation, programmes.c.slug == slug)
        .order_by(programmes.c.created_at.desc(), programmes.c.id.desc())
        .limit(1)
    )
    return Programme(**row) if row else None


async def by_digest(
    tx: Transaction, organisation: UUID, slug: str, digest: str
) -> Programme | None:
    """Find exactly this content of a programme."""
    row = await tx.row(
        select_for(Programme, programmes).where(
            programmes.c.organisation_id == organisation,
            programmes.c.slug == slug,
            programmes.c.digest == digest,
        )
    )
    return Programme(**row) if row else None


async def all_in(tx: Transaction, organisation: UUID) -> list[Programme]:
    """Read the programmes of an organisation, the oldest first."""
    found = select_for(Programme, programmes).where(programmes.c.organisation_id == organisation)
    return [Programme(**row) for row in await tx.rows(found.order_by(programmes.c.id))]
