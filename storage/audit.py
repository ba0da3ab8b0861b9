"""The audit trail: who did what to what, when and why; each entry is chained to the one before it.

It holds codes, ids and a reason in an administrator's words, never a name or a person's words. A
changed or missing entry breaks the chain; one cut off at the end shows only beside a head that was
noted elsewhere, such as in the log.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import delete, func, insert, select, text

from storage.database import Transaction
from storage.ids import new_id
from storage.moments import check_aware
from storage.rows import select_for
from storage.tables import audit

FIRST: Final = bytes(32)
"""What stands before the first entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done; `subject` is written "kind:id", `chained` ties it to `previous`."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str | None
    reason: str | None
    previous: bytes
    chained: bytes


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: how many entries, the last one's mark, and the first broken number."""

    entries: int
    head: bytes
    broken: int | None


async def note(
    tx: Transaction,
    *,
    actor: str,
    action: str,
    now: datetime,
    subject: str | None = None,
    reason: str | None = None,
) -> Entry:
    """Add an entry at the end, in the transaction of what it tells of.

    Raises:
        NaiveMoment: `now` has no zone.

    """
    if tx.dialect == "postgresql":
        await tx.connection.execute(text("LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE"))
    last = await tx.row(select_for(Entry, audit).order_by(audit.c.number.desc()).limit(1))
    number, previous = (last["number"] + 1, last["chained"]) if last else (1, FIRST)
    at = check_aware(now)
    chained = _chained(previous, number, at, actor, action, subject, reason)
    entry = Entry(number, at, actor, action, subject, reason, previous, chained)
    values = {name: getattr(entry, name) for name in entry.__slots__}
    await tx.run(insert(audit).values(id=new_id(), **values))
    return entry


async def entries(tx: Transaction) -> AsyncIterator[Entry]:
    """Yield all entries in their order."""
    async for row in await tx.connection.stream(select_for(Entry, audit).order_by(audit.c.number)):
        yield Entry(**row._asdict())


async def verify(tx: Transaction) -> Verdict:
    """Walk the chain; it begins at the oldest entry that retention left."""
    count, head, broken = 0, FIRST, None
    before: Entry | None = None
    async for entry in entries(tx):
        count, head = count + 1, entry.chained
        if broken is None and not _follows(entry, before):
            broken = entry.number
        before = entry
    return Verdict(count, head, broken)


async def prune(tx: Transaction, before: datetime) -> int:
    """Forget what is older than a moment, but never the last entry, which the next one needs."""
    last = select(func.max(audit.c.number)).scalar_subquery()
    return await tx.run(delete(audit).where(audit.c.at < before, audit.c.number < last))


def _follows(entry: Entry, before: Entry | None) -> bool:
    if before and (entry.previous != before.chained or entry.number != before.number + 1):
        return False
    if before is None and (entry.number == 1) != (entry.previous == FIRST):
        return False
    return entry.chained == _chained(
        entry.previous, entry.number, entry.at, entry.actor, entry.action, entry.subject,
        entry.reason,
    )  # fmt: skip


def _chained(previous: bytes, number: int, at: datetime, *said: str | None) -> bytes:
    parts = (str(number), at.isoformat(), *("-" if each is None else f"+{each}" for each in said))
    told = b"".join(len(part.encode()).to_bytes(4) + part.encode() for part in parts)
    return sha256(previous + told).digest()
