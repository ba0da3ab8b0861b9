"""Who was erased: blind marks of addresses, so that nobody is brought in again unawares.

A mark is a hash keyed with a secret of this database, which is sealed under the master key and
outlives its rotation; it tells nothing to whoever has no key.
"""

import asyncio
import hmac
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select

from storage.database import Transaction
from storage.ids import new_id
from storage.keyring import new_key, normal
from storage.tables import erasures, secrets

_MARKS: Final = "erasure marks"


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
    await make_secret(tx)
    mark = await _marker(tx)
    marks = tuple(mark(about) for about in _about(email, users)) if mark else ()
    await hold(tx, [(organisation, each) for each in marks], now)
    return marks


async def hold(tx: Transaction, marks: Iterable[tuple[UUID, bytes]], now: datetime) -> None:
    """Let marks hold, by organisation, such as those that a ledger kept."""
    for organisation, mark in marks:
        await tx.insert_new(
            erasures, id=new_id(), organisation_id=organisation, mark=mark, erased_at=now
        )


async def is_erased(
    tx: Transaction, organisation: UUID, *, email: str | None, users: Collection[str] = ()
) -> bool:
    """Say whether somebody with one of these addresses was erased; `users` are as in `note`."""
    return (await which(tx, organisation, [(email, users)]))[0]


async def which(
    tx: Transaction, organisation: UUID, addresses: Sequence[tuple[str | None, Collection[str]]]
) -> list[bool]:
    """Say of each, by e-mail address and users as in `note`, whether they were erased."""
    mark = await _marker(tx)
    if mark is None:
        return [False for _ in addresses]
    theirs = [{mark(about) for about in _about(email, users)} for email, users in addresses]
    ours = erasures.c.organisation_id == organisation
    found = select(erasures.c.mark).where(ours, erasures.c.mark.in_(set().union(*theirs)))
    marked = {row["mark"] for row in await tx.rows(found)}
    return [not marked.isdisjoint(marks) for marks in theirs]


async def has_any(tx: Transaction) -> bool:
    """Say whether anybody is marked as erased."""
    return await tx.row(select(erasures.c.id).limit(1)) is not None


async def forget_mark(
    tx: Transaction, organisation: UUID, *, email: str | None, users: Collection[str] = ()
) -> bool:
    """Let somebody with these addresses be brought in again; say whether they were marked."""
    mark = await _marker(tx)
    marks = [mark(about) for about in _about(email, users)] if mark else []
    ours = (erasures.c.organisation_id == organisation) & erasures.c.mark.in_(marks)
    if await tx.run(delete(erasures).where(ours)) == 0:
        return False
    if tx.ledger:
        await asyncio.to_thread(tx.ledger.note_let_in, organisation, marks)
    return True


async def make_secret(tx: Transaction) -> None:
    """Make the secret of the marks, unless it is there: early, so that every backup has it."""
    row = new_id()
    value = await tx.vault.seal(None, "secrets", "value", row, new_key().hex())
    await tx.insert_new(secrets, id=row, name=_MARKS, value=value)


async def _marker(tx: Transaction) -> Callable[[str], bytes] | None:
    """Give what makes a mark of an address; None as long as nobody was erased."""
    row = await tx.row(select(secrets).where(secrets.c.name == _MARKS))
    if row is None:
        return None
    secret = bytes.fromhex(await tx.vault.open(None, "secrets", "value", row["id"], row["value"]))
    return lambda about: hmac.digest(secret, normal(about).encode(), sha256)


def _about(email: str | None, users: Collection[str]) -> Iterator[str]:
    """Say what is marked; not the address alone, whose index a copy from before may hold."""
    if email and email.strip():
        yield f"erased e-mail:{email.strip()}"
    for user in users:
        yield f"erased user:{user.strip()}"
