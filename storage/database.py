"""The database: transactions that write, one after the other, and transactions that read.

`write()` inside `write()` would wait for itself; hand the transaction on instead. What is done in
a transaction counts when its block ends, and not at all when the block raises or is cancelled.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, Self, TypeVar
from uuid import UUID

from sqlalchemy import Executable, Table, bindparam, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage import drivers, engines, keys
from storage.ends import to_the_end
from storage.errors import DatabaseAway, NotReady
from storage.held import Hold
from storage.ledger import Ledger
from storage.seats import Seats
from storage.statements import Statement, adding_new
from storage.tables import people
from storage.vault import Keyring, Vault

Dialect = Literal["sqlite", "postgresql"]

_DATA_KEY: Final = Statement(select(people.c.data_key).where(people.c.id == bindparam("person")))
_CLOCK: Final = Statement(select(func.clock_timestamp()))
_BUSY_RETRIES: Final = 5  # each has waited for the lock in SQLite itself


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction: hand it to the functions of the modules that are named after a noun.

    `locked` is what was read of people whom nobody else can change before it ends; whoever
    changes what is theirs takes it out.
    """

    connection: AsyncConnection
    vault: Vault
    dialect: Dialect
    ledger: Ledger | None = None
    locked: dict[UUID, Any] = field(default_factory=dict, repr=False, compare=False)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Undo only what happens in this block when it raises.

        Raises:
            DatabaseAway: the database went away in it. Go no further then: a full disk may have
                ended the whole transaction, and what follows would count by itself.

        """
        gone: DatabaseAway | None = None
        try:
            await drivers.say(self.connection, "SAVEPOINT this")
            try:
                yield
            except Exception as error:  # whatever it was, the block is undone and it goes on
                self.locked.clear()  # what was changed of them is not
                gone = engines.away(error) if isinstance(error, DBAPIError) else None
                await drivers.say(self.connection, "ROLLBACK TO SAVEPOINT this")
                await drivers.say(self.connection, "RELEASE SAVEPOINT this")
                raise
            await drivers.say(self.connection, "RELEASE SAVEPOINT this")
        except DBAPIError as error:
            # Undoing a savepoint that is gone with its transaction raises an error of its own.
            if words := gone or engines.away(error):
                raise words from error
            raise

    async def row(
        self, statement: Statement | Executable, **values: object
    ) -> dict[str, Any] | None:
        """Give the first row that a statement finds, by column; None when there is none."""
        return next(iter(await self.rows(statement, **values)), None)

    async def rows(
        self, statement: Statement | Executable, **values: object
    ) -> list[dict[str, Any]]:
        """Give all rows that a statement finds, by column."""
        if not isinstance(statement, Statement):
            return [row._asdict() for row in await self.connection.execute(statement, values)]
        return await drivers.rows(self.connection, statement, values)

    async def run(self, statement: Statement | Executable, **values: object) -> int:
        """Carry out a statement and count the rows it touched."""
        if not isinstance(statement, Statement):
            return (await self.connection.execute(statement, values)).rowcount
        return await drivers.run(self.connection, statement, values)

    async def value(self, statement: Statement | Executable, **values: object) -> Any:  # noqa: ANN401 - what it finds
        """Give the first value of the first row that a statement finds, or None."""
        return next(iter((await self.row(statement, **values) or {}).values()), None)

    async def insert_new(self, table: Table, **values: object) -> bool:
        """Insert a row unless one with the same unique values exists; say whether it is new."""
        return await self.row(adding_new(table, self.dialect), **values) is not None

    async def now(self) -> datetime:
        """Read the machine's clock: on PostgreSQL the server's, which all processes share."""
        if self.dialect == "sqlite":
            return datetime.now(UTC)  # noqa: TID251 - the machine's clock is read here only
        now: datetime = await self.value(_CLOCK)
        return now.astimezone(UTC)


def keyless(connection: AsyncConnection) -> Transaction:
    """Give a transaction on a connection of one's own, for what is sealed by nothing."""

    async def nobodys(_: UUID) -> None:
        return None

    dialect: Dialect = "sqlite" if connection.dialect.name == "sqlite" else "postgresql"
    return Transaction(connection, Vault(Keyring("", {}), nobodys), dialect)


class Database:
    """A SQLite file or a PostgreSQL database; make one with `Database.open`."""

    def __init__(
        self,
        writer: AsyncEngine,
        reader: AsyncEngine,
        keyring: Keyring,
        hold: Hold | None,
        ledger: Ledger | None = None,
    ) -> None:
        is_server = writer.dialect.name == "postgresql"
        self._writer = Seats(writer)
        self._reader = Seats(reader, **({"postgresql_readonly": True} if is_server else {}))
        self._keyring = keyring
        self._hold = hold
        self.ledger = ledger
        self._dialect: Dialect = "sqlite" if writer.dialect.name == "sqlite" else "postgresql"
        self._turn = asyncio.Lock()
        self._writing: asyncio.Task[Any] | None = None

    @classmethod
    async def open(
        cls, url: str, keyring: Keyring, *, hold: bool = False, ledger: Path | None = None,
        lasting: bool = True,
    ) -> Self:  # fmt: skip
        """Open a migrated database; `hold` keeps any second `serve` or `demo` off a SQLite file.

        `ledger` is the file in which erasures are noted; beside a SQLite file there is always one.
        A SQLite file that is not `lasting`, as of a simulation, need not survive a power cut.

        Raises:
            StorageError: the address is of no database that we know.
            NotReady: it has no tables yet.
            DatabaseAway: it cannot be reached.
            WrongKey: a master key is missing or is not the right one.
            Held: another process holds it.

        """
        read = engines.read_url(url)
        if not engines.is_sqlite(read):
            engine = engines.postgresql(read)
            noted = Ledger(ledger) if ledger else None
            return await _checked(cls(engine, engine, keyring, None, noted), keyring)
        file = engines.file_of(read)
        if not file.exists():
            raise NotReady(f"There is no database {file} yet: run `holdfast db upgrade`.")
        taken = Hold(file) if hold else None
        writer, reader = engines.sqlite_writer(read, lasting=lasting), engines.sqlite_readers(read)
        noted = Ledger(ledger or file.with_suffix(".erasures"))
        return await _checked(cls(writer, reader, keyring, taken, noted), keyring)

    @property
    def is_held(self) -> bool:
        """Say whether nobody else can be at work on this database as long as it is open."""
        return self._hold is not None

    async def close(self) -> None:
        """End all connections; whatever was not committed is undone."""
        # The writer last: the last one out tidies up the write-ahead log.
        for seats in (self._reader, self._writer):
            await seats.give_up()
        for seats in (self._reader, self._writer):
            await to_the_end(seats.engine.dispose())
        if self._hold:
            self._hold.release()

    @property
    def is_server(self) -> bool:
        """Say whether several processes may work with it at once."""
        return self._dialect == "postgresql"

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """Read and write in one transaction, which is committed when the block ends.

        Raises:
            DatabaseAway: the database cannot be reached or written.

        """
        if self._dialect == "sqlite":
            async with self._own_turn(), self._transaction(self._writer) as transaction:
                yield transaction
        else:
            async with self._transaction(self._writer) as transaction:
                yield transaction

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """Read in one transaction that cannot write, without waiting for those that do.

        Raises:
            DatabaseAway: the database cannot be reached.

        """
        async with self._transaction(self._reader) as transaction:
            yield transaction

    async def prove_writable(self) -> None:
        """Commit something that changes nothing, to learn whether there is room and the right.

        Raises:
            DatabaseAway: there is not, or the database cannot be reached.

        """
        async with self.write() as tx:
            await engines.write_nothing(tx.connection)

    async def tidy(self) -> bool:
        """Take what was deleted out of SQLite's write-ahead log; False when somebody reads there.

        PostgreSQL keeps its own log in order. Not to be called inside `write()` or `read()`.

        Raises:
            DatabaseAway: the database cannot be reached or written.

        """
        if self._dialect == "postgresql":
            return True
        async with self._own_turn():
            await self._writer.give_up()
            return await engines.empty_log(self._writer.engine)

    @asynccontextmanager
    async def _own_turn(self) -> AsyncIterator[None]:
        task = asyncio.current_task()
        if self._writing is task:
            raise RuntimeError("write() inside write() would wait for itself.")
        async with self._turn:
            self._writing = task
            try:
                yield
            finally:
                self._writing = None

    @asynccontextmanager
    async def _transaction(self, seats: Seats) -> AsyncIterator[Transaction]:
        try:
            connection, is_over = await seats.take(), False
            try:
                await _begun(connection)
                yield self._bound(connection)
                await drivers.commit(connection)
                is_over = True
            finally:
                await seats.leave(connection, is_over=is_over)
        except (DBAPIError, PoolTimeout) as error:
            if words := engines.away(error):
                raise words from error
            raise

    def _bound(self, connection: AsyncConnection) -> Transaction:
        return bound(connection, self._keyring, self._dialect, self.ledger)


def bound(
    connection: AsyncConnection, keyring: Keyring, dialect: Dialect, ledger: Ledger | None
) -> Transaction:
    """Make a transaction of a connection that has begun one, whoever will end it."""

    async def _fetch(person: UUID) -> bytes | None:
        found = await drivers.rows(connection, _DATA_KEY, {"person": person})
        wrapped: bytes | None = found[0]["data_key"] if found else None
        return wrapped

    return Transaction(connection, Vault(keyring, _fetch), dialect, ledger)


D = TypeVar("D", bound=Database)


async def _checked(database: D, keyring: Keyring) -> D:
    """Compare the keys with those the database knows; close it again if they are not right."""
    try:
        async with database.read() as tx:
            known = await keys.check(tx.connection, keyring)
        if not known:
            async with database.write() as tx:
                await keys.add(tx.connection, keyring)
    except BaseException:  # cancelled too: no thread or connection stays
        await database.close()
        raise
    return database


async def _begun(connection: AsyncConnection) -> None:
    """Begin; on SQLite that takes the lock, for which another process may let us wait."""
    for _ in range(_BUSY_RETRIES):
        try:
            await drivers.begin(connection, engines.BUSY_MILLISECONDS)
        except DBAPIError as error:
            if not engines.is_busy(error):
                raise
        else:
            return
    await drivers.begin(connection, engines.BUSY_MILLISECONDS)
