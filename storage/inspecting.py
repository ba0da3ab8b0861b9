"""What can be seen of a database without its keys: counts, moments, codes and ids.

It only reads, also where `Database.open` would note a new key: whoever looks must change nothing,
least of all in a database that is not well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from storage import clock, engines
from storage.database import Database, Transaction
from storage.errors import StorageError
from storage.keyring import Keyring, new_key
from storage.ledger import Ledger
from storage.tables import addresses, audit, erasures, keys, organisations, people
from storage.tables_talk import chat, dialogues, inbox, nudges, outbox

MOST_FAULTS: Final = 5
_WRITTEN: Final = (inbox.c.received_at, outbox.c.sent_at, dialogues.c.opened_at, chat.c.at)
_TROUBLED: Final = ("unknown", "failed")


@dataclass(frozen=True, slots=True)
class Places:
    """Where people are: all zones and countries that any row names."""

    zones: frozenset[str]
    countries: frozenset[str]


def eyes(url: str, ledger: Path, keyring: Keyring | None = None) -> Database:
    """Give a database that can only be looked at, whatever its state and keys; close it after.

    Without its keys nothing that is sealed can be read.

    Raises:
        StorageError: the address is of no database that we know.

    """
    read = engines.read_url(url)
    is_file = engines.is_sqlite(read)
    engine = engines.sqlite_readers(read) if is_file else engines.postgresql(read)
    held = keyring or Keyring.of({"none": new_key()}, current="none")
    return Database(engine, engine, held, None, Ledger(ledger))


async def is_demos(database: Database) -> bool:
    """Say whether a demo turns the clock of this database, as far as it can be read."""
    try:
        async with database.read() as tx:
            return await clock.get(tx) is not None
    except (DBAPIError, StorageError):
        return False  # what is wrong there is for the checks to say


async def answer(tx: Transaction) -> None:
    """Ask for what every database has, so that one that is none says so."""
    asked = "PRAGMA schema_version" if tx.dialect == "sqlite" else "SELECT 1"
    await tx.connection.execute(text(asked))


async def faults(tx: Transaction) -> int:
    """Count what SQLite finds damaged in its file, up to five; PostgreSQL looks after its own."""
    if tx.dialect == "postgresql":
        return 0
    found = await tx.connection.execute(text(f"PRAGMA quick_check({MOST_FAULTS})"))
    return sum(row[0] != "ok" for row in found)


async def key_names(tx: Transaction) -> frozenset[str]:
    """Name the master keys that the database was sealed with."""
    return frozenset(row["kid"] for row in await tx.rows(select(keys.c.kid)))


async def marks(tx: Transaction) -> frozenset[tuple[UUID, bytes]]:
    """Read the marks of who was erased, by organisation."""
    found = await tx.rows(select(erasures.c.organisation_id, erasures.c.mark))
    return frozenset((row["organisation_id"], row["mark"]) for row in found)


async def newest(tx: Transaction) -> datetime | None:
    """Give the application's moment at which anything was written last; None when nothing was."""
    moments = [await _newest(tx, column) for column in (*_WRITTEN, audit.c.at)]
    return max((moment for moment in moments if moment), default=None)


async def _newest(tx: Transaction, column: object) -> datetime | None:
    row = await tx.row(select(func.max(column).label("moment")))
    moment: datetime | None = row["moment"] if row else None
    return moment


async def overdue_leases(tx: Transaction) -> int:
    """Count what somebody claimed and did not finish before the lease ran out."""
    machine_now = await tx.now()
    claimed = (nudges.c.state == "claimed") & (nudges.c.claimed_until <= machine_now)
    sending = (outbox.c.state == "sending") & (outbox.c.claimed_until <= machine_now)
    counted = [
        select(func.count()).select_from(table).where(which)
        for table, which in ((nudges, claimed), (outbox, sending))
    ]
    return sum([(await tx.connection.execute(each)).scalar_one() for each in counted])


async def troubled(tx: Transaction, since: datetime) -> Mapping[str, int]:
    """Count the messages due since a moment that failed, or may have arrived or not, by state."""
    recent = outbox.c.state.in_(_TROUBLED) & (outbox.c.due_at >= since)
    counted = select(outbox.c.state, func.count().label("number")).where(recent)
    return {row["state"]: row["number"] for row in await tx.rows(counted.group_by(outbox.c.state))}


async def unreachable(tx: Transaction) -> int:
    """Count the people of all organisations whom no message reaches."""
    reached = select(addresses.c.person_id).where(addresses.c.state == "reachable")
    there = (people.c.status == "active") & people.c.data_key.is_not(None)
    found = select(func.count()).select_from(people).where(there & people.c.id.not_in(reached))
    number: int = (await tx.connection.execute(found)).scalar_one()
    return number


async def everywhere(tx: Transaction) -> Places:
    """Read in which zones and countries people and organisations are."""
    zones = await tx.rows(select(people.c.zone).distinct())
    homes = await tx.rows(select(organisations.c.zone).distinct())
    countries = await tx.rows(
        select(people.c.country).where(people.c.country.is_not(None)).distinct()
    )
    return Places(
        zones=frozenset(row["zone"] for row in (*zones, *homes)),
        countries=frozenset(row["country"] for row in countries),
    )
