"""Retention: what is kept no longer goes, in small batches; killed half-way, the next run ends it.

What is to go is said in `storage.outdated`, and from when on by whoever calls. What somebody else
has in hands just now is left for the next time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update

from storage import audit
from storage.database import Database, Transaction
from storage.failpoints import failpoint
from storage.outdated import GONE, Empty, Limits, Part, parts
from storage.tables import people
from storage.tables_talk import dialogues

BATCH: Final = 500  # rows a transaction


@dataclass(frozen=True, slots=True)
class Due:
    """How many rows of a part are to go, the day of the oldest, and before which day."""

    kind: str
    name: str
    rows: int
    oldest: date | None
    before: date


async def due(tx: Transaction, limits: Limits, empty: Empty) -> list[Due]:
    """Count what is to go; a row may be counted twice, as what is emptied first and goes then."""
    return [await _due(tx, part) for part in parts(limits, empty, tx.dialect)]


async def purge(database: Database, limits: Limits, empty: Empty, now: datetime) -> list[Due]:
    """Let go what is kept no longer; say how much of each part went, and nothing when none did.

    Raises:
        DatabaseAway: the database cannot be reached or written.

    """
    async with database.read() as tx:
        wanted = parts(limits, empty, tx.dialect)
        if not await _is_any(tx, wanted):
            return []
    gone = []
    for part in wanted:
        rows = await _purge(database, part, empty, now)
        gone.append(Due(part.kind, part.name, rows, None, part.before))
    return gone


async def _is_any(tx: Transaction, wanted: Sequence[Part]) -> bool:
    """Say whether there is anything to do, in one question: mostly there is not."""
    found = or_(*(select(part.table.c.id).where(part.which).exists() for part in wanted))
    return bool((await tx.connection.execute(select(found))).scalar_one())


async def _due(tx: Transaction, part: Part) -> Due:
    counted = select(func.count().label("rows"), func.min(part.age).label("oldest"))
    row = await tx.row(counted.select_from(part.table).where(part.which))
    rows, oldest = (row["rows"], row["oldest"]) if row else (0, None)
    day = oldest.astimezone(UTC).date() if isinstance(oldest, datetime) else oldest
    return Due(part.kind, part.name, rows, day, part.before)


async def _purge(database: Database, part: Part, empty: Empty, now: datetime) -> int:
    done, order = 0, part.table.c.number if part.kind == "audit" else part.table.c.id
    found = select(part.table.c.id).where(part.which).order_by(order).limit(BATCH)
    while True:
        async with database.read() as tx:  # looking keeps nobody from writing
            some = [row["id"] for row in await tx.rows(found)]
        if not some:
            return done
        async with database.write() as tx:
            gone = await _let_go(tx, part, some, empty, now)
            failpoint("retention.batch_written")
        failpoint("retention.batch_committed")
        if not gone:
            return done
        done += gone


async def _let_go(
    tx: Transaction, part: Part, some: Sequence[UUID], empty: Empty, now: datetime
) -> int:
    if part.closes:
        return await _empty(tx, part, some, empty, now)
    own = part.table.c.id
    free = select(own).where(own.in_(some), part.which).with_for_update(skip_locked=True)
    ids = [row["id"] for row in await tx.rows(free)]
    if not ids:
        return 0
    if part.values is not None:
        return await tx.run(update(part.table).where(own.in_(ids)).values(part.values))
    if part.table is dialogues:
        await _look_away(tx, ids)
    gone = await tx.run(delete(part.table).where(own.in_(ids)))
    if part.kind == "audit":
        await audit.note_pruned(tx, now)
    return gone


async def _empty(
    tx: Transaction, part: Part, some: Sequence[UUID], empty: Empty, now: datetime
) -> int:
    """Empty what dialogues sealed, with their people locked, and close what was open."""
    whose = dialogues.join(people, dialogues.c.person_id == people.c.id)
    found = select(dialogues, people.c.data_key).select_from(whose)
    free = found.where(dialogues.c.id.in_(some), part.which, people.c.data_key.is_not(None))
    rows = await tx.rows(free.with_for_update(of=people, key_share=True, skip_locked=True))
    for row in rows:
        tx.vault.know(row["person_id"], row["data_key"])
        place = (row["person_id"], "dialogues")
        values = {
            "answers": await tx.vault.seal(*place, "answers", row["id"], empty.answers),
            "kept": await tx.vault.seal(*place, "kept", row["id"], empty.kept),
            "held": None,
            "version": dialogues.c.version + 1,
            **_closed(row, now),
        }
        await tx.run(update(dialogues).where(dialogues.c.id == row["id"]).values(values))
    await _look_away(tx, [row["id"] for row in rows])
    return len(rows)


def _closed(row: dict[str, Any], now: datetime) -> dict[str, object]:
    """Close for good what could still be taken up: without its answers it would begin anew."""
    if row["state"] == "ended":
        return {}
    asked = dict.fromkeys(("waiting", "waiting_shape", "asked_at", "asked_row"))
    return {"state": "closed", "closed_reason": GONE, "ended_at": row["ended_at"] or now, **asked}


async def _look_away(tx: Transaction, gone: Sequence[UUID]) -> None:
    """Let nobody's typed text wait for a dialogue that is gone."""
    tx.locked.clear()
    await tx.run(update(people).where(people.c.focus.in_(gone)).values(focus=None))
