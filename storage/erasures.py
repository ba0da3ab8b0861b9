"""Who was erased: blind marks of addresses, so that nobody is brought in again unawares.

A mark is a keyed hash, made anew under every master key present: it is found as long as the key
it was made with is in the keyring, and tells nothing to whoever has no key.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select

from storage.database import Transaction
from storage.ids import new_id
from storage.tables import erasures


async def note(
    tx: Transaction,
    organisation: UUID,
    now: datetime,
    *,
    email: str | None,
    users: Collection[str] = (),
) -> tuple[bytes, ...]:
    """Mark addresses as those of somebody who was erased, and give the marks.

    `users` are platform users, written "platform:user", such as "slack:U024BE7LH".
    """
    marks = tuple(tx.vault.keyring.index(about) for about in _about(email, users))
    for mark in marks:
        await tx.insert_new(
            erasures, id=new_id(), organisation_id=organisation, mark=mark, erased_at=now
        )
    return marks


async def is_erased(
    tx: Transaction, organisation: UUID, *, email: str | None, users: Collection[str] = ()
) -> bool:
    """Say whether somebody with one of these addresses was erased; `users` are as in `note`."""
    found = _marked(tx, organisation, email, users)
    return await tx.row(select(erasures.c.id).where(found).limit(1)) is not None


async def which(
    tx: Transaction, organisation: UUID, addresses: Sequence[tuple[str | None, Collection[str]]]
) -> list[bool]:
    """Say of each, by e-mail address and users as in `note`, whether they were erased."""
    index = tx.vault.keyring.indexes
    theirs = [
        {mark for about in _about(email, users) for mark in index(about)}
        for email, users in addresses
    ]
    ours = erasures.c.organisation_id == organisation
    found = select(erasures.c.mark).where(ours, erasures.c.mark.in_(set().union(*theirs)))
    marked = {row["mark"] for row in await tx.rows(found)}
    return [not marked.isdisjoint(marks) for marks in theirs]


async def forget_mark(
    tx: Transaction, organisation: UUID, *, email: str | None, users: Collection[str] = ()
) -> bool:
    """Let somebody with these addresses be brought in again; say whether they were marked."""
    found = _marked(tx, organisation, email, users)
    return await tx.run(delete(erasures).where(found)) > 0


def _marked(
    tx: Transaction, organisation: UUID, email: str | None, users: Collection[str]
) -> ColumnElement[bool]:
    keyring = tx.vault.keyring
    marks = [mark for about in _about(email, users) for mark in keyring.indexes(about)]
    return (erasures.c.organisation_id == organisation) & erasures.c.mark.in_(marks)


def _about(email: str | None, users: Collection[str]) -> Iterator[str]:
    """Say what is marked; not the address alone, whose index a copy from before may hold."""
    if email and email.strip():
        yield f"erased e-mail:{email.strip()}"
    for user in users:
        yield f"erased user:{user.strip()}"
