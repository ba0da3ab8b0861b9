"""Rotating: everything that an old master key sealed is sealed under the current one instead.

What a master key sealed tells so by how it begins, so it is found in the tables themselves, and a
new column is never forgotten. Others may write meanwhile, if they were started with both keys.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    bindparam,
    func,
    literal,
    select,
    text,
    update,
)

from storage import keys
from storage import people as persons
from storage.database import Database, Transaction
from storage.errors import Tampered
from storage.failpoints import failpoint
from storage.keyring import MASTER_SEALED, master_header
from storage.schema import metadata
from storage.tables import people

BATCH: Final = 200  # rows a transaction
_FIRST: Final = UUID(int=0)
_DATA_KEY: Final = people.c.data_key

_NEW: Final = ("data_key", "email_index", "name_index")

Told = Callable[[int], None]
"""Hears how many more rows were looked at."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """How much a master key still opens: data keys of people, and other values."""

    people: int = 0
    values: int = 0

    def __bool__(self) -> bool:
        """Say whether there is anything."""
        return bool(self.people or self.values)

    def __add__(self, other: "Sealed") -> "Sealed":
        """Add what another key opens."""
        return Sealed(self.people + other.people, self.values + other.values)


Note = Callable[[Transaction, Mapping[str, Sealed]], Awaitable[None]]
"""Notes how it ended: what each old key still opens."""


def columns() -> tuple[Column[bytes], ...]:
    """Give every column that may hold what a master key sealed: all bytes of a row with an id."""
    return tuple(
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary) and "id" in table.c
    )


async def rotate(database: Database, told: Told) -> Sealed:
    """Seal everything anew that is not under the current key, and count that.

    Nobody is unreadable at any moment. Killed and run again, it goes on with what is left. A row
    that is damaged is left as it is, and `sealed_with` goes on counting it.

    Raises:
        WrongKey: something was sealed with a key that is not here.

    """
    wrapped = await _rewrap_people(database, told)
    others = [await _reseal(database, each) for each in columns() if each is not _DATA_KEY]
    return Sealed(wrapped, sum(others))


async def sealed_with(tx: Transaction, kid: str) -> Sealed:
    """Count what the master key of this id still opens, in all tables."""
    found = [(each, await _count(tx, each, kid)) for each in columns()]
    wrapped = sum(number for column, number in found if column is _DATA_KEY)
    return Sealed(wrapped, sum(number for _, number in found) - wrapped)


async def people_in(tx: Transaction) -> int:
    """Count the people who have a data key."""
    found = select(func.count()).select_from(people).where(_DATA_KEY.is_not(None))
    return int((await tx.connection.execute(found)).scalar_one())


async def end(database: Database, note: Note) -> Mapping[str, Sealed]:
    """Let every old key leave that nothing is sealed with; say of each what it still opens.

    `note` is called in the same transaction, with what it is about to say.
    """
    async with database.write() as tx:
        if tx.dialect == "postgresql":
            # Whoever is adding somebody now is waited for, and counted.
            await tx.connection.execute(text("LOCK TABLE people IN SHARE MODE"))
        known = await keys.known(tx.connection)
        old = [kid for kid in known if kid != tx.vault.keyring.current]
        left = {kid: await sealed_with(tx, kid) for kid in old}
        for kid in (kid for kid, still in left.items() if not still):
            await keys.forget(tx.connection, kid)
        await note(tx, left)
        failpoint("rotate.before_commit")
    failpoint("rotate.after_commit")
    return left


async def _rewrap_people(database: Database, told: Told) -> int:
    done, after = 0, _FIRST
    while True:
        async with database.read() as tx:
            found = select(people).where(people.c.id > after).order_by(people.c.id)
            page = await tx.rows(found.limit(BATCH))
            stale = [row["id"] for row in page if await _anew(tx, row)]
        if not page:
            return done
        if stale:
            done += await _rewrap(database, stale)
        after = page[-1]["id"]
        told(len(page))


async def _rewrap(database: Database, stale: Collection[UUID]) -> int:
    async with database.write() as tx:
        found = select(people).where(people.c.id.in_(stale)).order_by(people.c.id)
        rows = await tx.rows(found.with_for_update(key_share=True))
        changed = [{"whose": row["id"], **new} for row in rows if (new := await _anew(tx, row))]
        if changed:
            # Named apart: a parameter may not be called as a column that it sets.
            values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _NEW}
            one = update(people).where(people.c.id == bindparam("whose")).values(values)
            await tx.connection.execute(one, changed)
        failpoint("rotate.batch_written")
    failpoint("rotate.batch_committed")
    return len(changed)


async def _anew(tx: Transaction, row: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a person's row is to hold under the current key; nothing if it does already."""
    person, wrapped = row["id"], row["data_key"]
    if wrapped is None:
        return {}
    vault = tx.vault
    try:
        vault.know(person, wrapped)
    except Tampered:
        return {}
    is_current = vault.keyring.is_current(wrapped)
    new = {
        "data_key": wrapped if is_current else vault.rewrap(person, wrapped),
        **await _found_by(tx, row),
    }
    if all(new[name] == row[name] for name in _NEW):
        return {}
    return {f"new_{name}": value for name, value in new.items()}


async def _found_by(tx: Transaction, row: Mapping[str, Any]) -> Mapping[str, bytes | None]:
    """Give a person's blind indexes under the current key; those of damaged words stay."""
    person, email = row["id"], row["email"]
    try:
        name = await tx.vault.open(person, "people", "name", person, row["name"])
        address = email and await tx.vault.open(person, "people", "email", person, email)
    except Tampered:
        return {"name_index": row["name_index"], "email_index": row["email_index"]}
    return persons.found_by(tx, name, address)


async def _reseal(database: Database, column: Column[bytes]) -> int:
    """Seal anew what a column holds that an old master key sealed; count it."""
    own, done, after = column.table.c.id, 0, _FIRST
    while True:
        async with database.read() as tx:
            found = select(own).where(own > after, _is_old(tx, column)).order_by(own)
            page = [row["id"] for row in await tx.rows(found.limit(BATCH))]
        if not page:
            return done
        done += await _reseal_some(database, column, page)
        after = page[-1]


async def _reseal_some(database: Database, column: Column[bytes], some: Collection[UUID]) -> int:
    table, own, done = column.table, column.table.c.id, 0
    async with database.write() as tx:
        found = select(own, column.label("sealed")).where(own.in_(some), _is_old(tx, column))
        for row in await tx.rows(found.order_by(own).with_for_update(key_share=True)):
            place = (None, table.name, column.name, row["id"])
            try:
                words = await tx.vault.open(*place, row["sealed"])
            except Tampered:
                continue
            anew = {column.name: await tx.vault.seal(*place, words)}
            done += await tx.run(update(table).where(own == row["id"]).values(anew))
        failpoint("rotate.batch_written")
    failpoint("rotate.batch_committed")
    return done


async def _count(tx: Transaction, column: Column[bytes], kid: str) -> int:
    found = select(func.count()).select_from(column.table)
    with_it = found.where(_begins(column, master_header(kid)))
    return int((await tx.connection.execute(with_it)).scalar_one())


def _is_old(tx: Transaction, column: Column[bytes]) -> ColumnElement[bool]:
    current = master_header(tx.vault.keyring.current)
    return _begins(column, MASTER_SEALED) & ~_begins(column, current)


def _begins(column: Column[bytes], with_: bytes) -> ColumnElement[bool]:
    beginning = func.substr(column, 1, len(with_), type_=LargeBinary)
    return beginning == literal(with_, LargeBinary)
