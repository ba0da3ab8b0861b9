"""The audit trail: who did what to what, when and why; each entry is chained to the one before it.

It holds codes, ids and a reason in an administrator's words, never a name or a person's words. A
changed or missing entry breaks the chain. What is kept no longer goes from the front, and an entry
says how far; one cut off at the end shows only beside a head that was noted elsewhere, such as in
the log.
"""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final, Self

from sqlalchemy import func, insert, select, text

from storage.database import Transaction
from storage.ids import new_id
from storage.moments import check_aware
from storage.rows import select_for
from storage.statements import Statement
from storage.tables import audit

FIRST: Final = bytes(32)
"""What stands before the first entry."""

PRUNED: Final = "audit.prune"
"""The action of an entry that says up to where older ones went."""

_LAST: Final = Statement(
    select(audit.c.number, audit.c.chained).order_by(audit.c.number.desc()).limit(1)
)
_HEAD: Final = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})")


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
class Head:
    """The last entry at some moment, written "number:hash": noted elsewhere, it shows a cut."""

    number: int
    chained: bytes

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a head as it was noted.

        Raises:
            ValueError: it is not written as one.

        """
        found = _HEAD.fullmatch(text.strip().lower())
        if found is None:
            message = "a head is a number, a colon and 64 digits from 0 to f"
            raise ValueError(message)
        return cls(int(found[1]), bytes.fromhex(found[2]))

    def __str__(self) -> str:
        """Write it as it is noted."""
        return f"{self.number}:{self.chained.hex()}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: how many entries, the last one's mark, and the first broken number.

    `number` is the last one's, 0 when there is none. `is_cut` says that older entries are gone
    without an entry that says so. `stands` says whether the head that was noted elsewhere is still
    there as it was; None when none was asked for.
    """

    entries: int
    head: bytes
    broken: int | None
    number: int = 0
    is_cut: bool = False
    stands: bool | None = None


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
    end = await last(tx)
    number, previous = (end.number + 1, end.chained) if end else (1, FIRST)
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


async def about(tx: Transaction, action: str, subject: str) -> Sequence[Entry]:
    """Read how often something was done to one subject, the oldest entry first."""
    found = select_for(Entry, audit).where(audit.c.action == action, audit.c.subject == subject)
    return [Entry(**row) for row in await tx.rows(found.order_by(audit.c.number))]


async def newest(tx: Transaction, action: str) -> datetime | None:
    """Say when something was done last; None when it never was."""
    found = select(audit.c.at).where(audit.c.action == action)
    row = await tx.row(found.order_by(audit.c.number.desc()).limit(1))
    return row["at"] if row else None


async def last(tx: Transaction) -> Head | None:
    """Give the last entry, to be noted elsewhere; None when there is none."""
    row = await tx.row(_LAST)
    return Head(row["number"], row["chained"]) if row else None


async def verify(tx: Transaction, noted: Head | None = None) -> Verdict:
    """Walk the chain, which begins at the oldest entry that retention left; look for a head."""
    count, head, broken = 0, FIRST, None
    stands = None if noted is None else False
    first, pruned = 1, 0
    before: Entry | None = None
    async for entry in entries(tx):
        count, head = count + 1, entry.chained
        if before is None:
            first = entry.number
        if broken is None and not _follows(entry, before):
            broken = entry.number
        if entry.action == PRUNED:
            pruned = _number_in(entry.subject)
        if noted == Head(entry.number, entry.chained):
            stands = True
        before = entry
    last_number = before.number if before else 0
    return Verdict(count, head, broken, last_number, pruned != first - 1, stands)


def _number_in(subject: str | None) -> int:
    """Read up to which entry others went; what nobody of us wrote counts as none."""
    number = (subject or "").partition(":")[2]
    return int(number) if number.isdecimal() else 0


async def note_pruned(tx: Transaction, now: datetime) -> None:
    """Say up to where entries went just now, in the transaction in which they went."""
    oldest = select(func.min(audit.c.number).label("number"))
    row = await tx.row(oldest)
    gone = f"entry:{row['number'] - 1}" if row else None
    await note(tx, actor="holdfast", action=PRUNED, subject=gone, now=now)


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
