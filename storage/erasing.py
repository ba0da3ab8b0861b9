"""Erasing: everything of one person is gone, and nobody else loses anything.

The data key goes first: without it nothing that was sealed can be read, wherever a copy of it
lies. Then the rows go, and what stays are blind marks in `erasures` and what others wrote.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from storage import erasures, people, theirs
from storage.database import Transaction
from storage.errors import Erased, Tampered
from storage.failpoints import failpoint
from storage.moments import check_aware
from storage.tables import addresses, workspaces
from storage.tables import people as people_table


@dataclass(frozen=True, slots=True)
class Erasure:
    """That somebody was erased: what a ledger outside the database may hold."""

    person_id: UUID
    organisation_id: UUID
    marks: tuple[bytes, ...] = field(repr=False)
    at: datetime


async def erase(tx: Transaction, person: UUID, now: datetime) -> Erasure | None:
    """Erase a person; None when there is none, such as when they were erased before.

    All of it counts when the transaction ends, or nothing does. On SQLite, `Database.tidy` then
    takes the last copies out of the write-ahead log.

    Raises:
        NaiveMoment: `now` has no zone.

    """
    check_aware(now)
    found = select(people_table).where(people_table.c.id == person)
    row = await tx.row(found.with_for_update())
    if row is None:
        return None
    organisation: UUID = row["organisation_id"]
    email, users = await _email(tx, row), await _users(tx, person)
    marks = await erasures.note(tx, organisation, now, email=email, users=users)
    await people.erase_key(tx, person)
    failpoint("erase.key_gone")
    await _delete_rows(tx, person)
    failpoint("erase.rows_gone")
    return Erasure(person, organisation, marks, check_aware(now))


async def _delete_rows(tx: Transaction, person: UUID) -> None:
    for column in theirs.mentions():
        mentioned = update(column.table).where(column == person)
        await tx.run(mentioned.values({column.name: None}))
    for table in reversed(theirs.tables()):
        await tx.run(delete(table).where(table.c[theirs.OWNER] == person))
    await tx.run(delete(people_table).where(people_table.c.id == person))


async def _email(tx: Transaction, row: dict[str, Any]) -> str | None:
    """Open the e-mail address to mark it; what nobody can open must not keep anybody here."""
    if row["email"] is None:
        return None
    try:
        return await tx.vault.open(row["id"], "people", "email", row["id"], row["email"])
    except (Erased, Tampered):
        return None


async def _users(tx: Transaction, person: UUID) -> list[str]:
    there = addresses.join(workspaces, addresses.c.workspace_id == workspaces.c.id)
    found = select(workspaces.c.platform, addresses.c.user).select_from(there)
    rows = await tx.rows(found.where(addresses.c.person_id == person))
    return [f"{row['platform']}:{row['user']}" for row in rows]
