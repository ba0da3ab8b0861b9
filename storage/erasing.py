"""Erasing: everything of one person is gone, and nobody else loses anything.

The data key goes first: without it nothing that was sealed can be read, wherever a copy of it
lies. Then the rows go, and what stays are blind marks in `erasures` and in a ledger
outside the database, and what others wrote.
"""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update

from storage import erasures, parting, people, theirs
from storage.database import Transaction
from storage.errors import Erased, Tampered
from storage.failpoints import failpoint
from storage.ledger import Erasure, Ledger
from storage.moments import check_aware
from storage.tables import addresses, workspaces
from storage.tables import people as people_table


async def erase(tx: Transaction, person: UUID, now: datetime) -> Erasure | None:
    """Erase a person; None when there is none, such as when they were erased before.

    All of it counts when the transaction ends, or nothing does. On SQLite, `Database.tidy` then
    takes the last copies out of the write-ahead log.

    Raises:
        NaiveMoment: `now` has no zone.

    """
    check_aware(now)
    found = select(people_table).where(people_table.c.id == person)
    # A turn of the other side locks what they have together, and then points to this person: who
    # takes the full lock first would wait for each other.
    await tx.row(found.with_for_update(key_share=True))
    await parting.hold(tx, person)
    row = await tx.row(found.with_for_update())
    if row is None:
        return None
    organisation: UUID = row["organisation_id"]
    email, users = await _email(tx, row), await _users(tx, person)
    marks = await erasures.note(tx, organisation, now, email=email, users=users)
    erasure = Erasure(person, organisation, marks, check_aware(now))
    if tx.ledger:
        await asyncio.to_thread(tx.ledger.note_erased, erasure)
    failpoint("erase.noted")
    await parting.part(tx, person, check_aware(now))
    await people.erase_key(tx, person)
    failpoint("erase.key_gone")
    await _delete_rows(tx, person)
    failpoint("erase.rows_gone")
    return erasure


async def erase_again(tx: Transaction, ledger: Ledger, now: datetime) -> int:
    """Erase whom a ledger knows to be erased and who is there all the same; count them.

    They are there when a copy from before was restored, or when a process died half-way.

    Raises:
        BadLedger: the ledger is damaged.
        DatabaseAway: it cannot be read or written.

    """
    await erasures.make_secret(tx)
    held = await asyncio.to_thread(ledger.read)
    again = [await erase(tx, each.person_id, each.at) for each in held.erased]
    await erasures.hold(tx, held.marks, now)
    return sum(each is not None for each in again)


async def count_rows(tx: Transaction, person: UUID) -> int:
    """Count the rows that go when a person is erased, and tell nothing of what they are."""
    counted = [
        select(func.count()).where(table.c[theirs.OWNER] == person) for table in theirs.tables()
    ]
    counted.append(select(func.count()).where(people_table.c.id == person))
    return sum([(await tx.connection.execute(each)).scalar_one() for each in counted])


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
