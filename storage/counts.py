"""Counts of what came in, what is planned and what goes out: numbers, and nobody in them.

They are counted in the rows each time, so they are true after a restart, and cost a walk over
three tables: for a look every so often, not for every request.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Column, func, select

from storage import due_nudges
from storage import outbox as going
from storage.database import Transaction
from storage.tables_talk import inbox, nudges, outbox

NO_REASON: Final = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """Events by outcome, nudges by state and reason, messages by state; when something is due."""

    events: Mapping[str, int]
    nudges: Mapping[tuple[str, str], int]
    messages: Mapping[str, int]
    nudge_due: datetime | None
    message_due: datetime | None


async def gather(tx: Transaction) -> Counts:
    """Count everything as it is now."""
    events = await _by(tx, inbox.c.outcome)
    decided = await _by(tx, nudges.c.state, nudges.c.reason)
    messages = await _by(tx, outbox.c.state)
    return Counts(
        events={outcome: number for (outcome,), number in events.items()},
        nudges={(state, reason): number for (state, reason), number in decided.items()},
        messages={state: number for (state,), number in messages.items()},
        nudge_due=await due_nudges.next_due(tx),
        message_due=await going.next_due(tx),
    )


async def _by(tx: Transaction, *columns: Column[str]) -> Mapping[tuple[str, ...], int]:
    counted = select(*columns, func.count().label("number")).group_by(*columns)
    rows = await tx.rows(counted)
    return {
        tuple(row[column.name] or NO_REASON for column in columns): row["number"] for row in rows
    }
