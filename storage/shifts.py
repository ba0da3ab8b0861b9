"""Shifts: when a person works who has no fixed days; starts and ends, and nothing else of them.

A shift belongs to the day on which it starts: a night shift is replaced with the evening that it
begins in. Whoever changes shifts locks the person first.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select

from storage.database import Transaction
from storage.ids import new_id
from storage.moments import check_aware
from storage.tables import shifts

Source = Literal["tapped", "roster"]

Span: TypeAlias = tuple[datetime, datetime]
"""The start and the end of a shift, aware."""


async def of_person(tx: Transaction, person: UUID, since: datetime) -> list[Span]:
    """Read the shifts that end after a moment, the soonest first, in UTC."""
    theirs = (shifts.c.person_id == person) & (shifts.c.ends_at > since)
    return await _read(tx, theirs)


async def starting(
    tx: Transaction, person: UUID, *, since: datetime, until: datetime
) -> list[Span]:
    """Read the shifts that start from `since` until before `until`, in UTC."""
    return await _read(tx, _starting(person, since, until))


async def replace(
    tx: Transaction,
    person: UUID,
    wanted: Collection[Span],
    *,
    since: datetime,
    until: datetime,
    source: Source,
) -> bool:
    """Make these the shifts that start from `since` until before `until`; say if that changed any.

    A shift that stands already keeps its row, and where it came from.

    Raises:
        ValueError: a shift that is wanted ends before it starts, or starts outside the span.

    """
    ends = {_checked(span, since, until)[0]: check_aware(span[1]) for span in wanted}
    within = _starting(person, since, until)
    there = dict(await _read(tx, within))
    tx.locked.pop(person, None)
    gone = [start for start, end in there.items() if ends.get(start) != end]
    new = {start: end for start, end in ends.items() if there.get(start) != end}
    if gone:
        await tx.run(delete(shifts).where(within, shifts.c.starts_at.in_(gone)))
    for start, end in new.items():
        await tx.insert_new(
            shifts, id=new_id(), person_id=person, starts_at=start, ends_at=end, source=source
        )
    return bool(gone or new)


async def forget(
    tx: Transaction,
    person: UUID,
    *,
    since: datetime,
    until: datetime,
    source: Source,
) -> int:
    """Delete the shifts of one source that start from `since` until before `until`; count them."""
    tx.locked.pop(person, None)
    within = _starting(person, since, until)
    return await tx.run(delete(shifts).where(within, shifts.c.source == source))


async def _read(tx: Transaction, which: ColumnElement[bool]) -> list[Span]:
    found = select(shifts.c.starts_at, shifts.c.ends_at).where(which)
    rows = await tx.rows(found.order_by(shifts.c.starts_at))
    return [(row["starts_at"], row["ends_at"]) for row in rows]


def _starting(person: UUID, since: datetime, until: datetime) -> ColumnElement[bool]:
    theirs = shifts.c.person_id == person
    return theirs & (shifts.c.starts_at >= since) & (shifts.c.starts_at < until)


def _checked(span: Span, since: datetime, until: datetime) -> Span:
    start, end = (check_aware(moment) for moment in span)
    if end <= start:
        raise ValueError("A shift ends after it starts.")
    if not since <= start < until:
        raise ValueError("A shift starts within the span in which it replaces others.")
    return start, end
