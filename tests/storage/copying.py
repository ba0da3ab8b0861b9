"""What tests of backups stand on: a writer that never rests, and a database that is wiped."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from storage import archive, backups, dumps, engines, exporting, migrate, organisations, restoring
from storage.backups import Backup
from storage.database import Database, Transaction
from storage.keyring import Keyring
from storage.ledger import Ledger

AT = datetime(2027, 3, 2, 8, 30, tzinfo=UTC)


async def nothing(tx: Transaction) -> None:
    """Leave a restored database as it is."""
    del tx


@dataclass
class Writer:
    """Writes one organisation after the other, and notes what every state of the database says."""

    database: Database
    states: list[str] = field(default_factory=list)
    _done: asyncio.Event = field(default_factory=asyncio.Event)
    _wrote: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Write for as long as this block lasts, and at least once before it begins."""
        writing = asyncio.create_task(self._write())
        await self._wrote.wait()
        try:
            yield
        finally:
            self._done.set()
            await writing

    async def _write(self) -> None:
        while not self._done.is_set():
            async with self.database.write() as tx:
                await organisations.add(tx, name="Zon", language="nl", zone="Europe/Amsterdam")
                self.states.append(await exporting.digest(tx))
            self._wrote.set()


async def digest_of(url: str, keyring: Keyring) -> str:
    """Give the hash of all that a database says, but for its audit trail."""
    database = await Database.open(url, keyring)
    async with database.read() as tx:
        said = await exporting.digest(tx, without=("audit",))
    await database.close()
    return said


async def wipe(url: str) -> None:
    """Leave nothing of a database."""
    read = engines.read_url(url)
    if engines.is_sqlite(read):
        _remove(engines.file_of(read))
    else:
        await migrate.downgrade(url, "base")


def _remove(file: Path) -> None:
    for each in file.parent.glob(f"{file.name}*"):
        each.unlink()


async def put_back(
    backup: Backup, url: str, keyring: Keyring, ledger: Path, *, replace: bool = True
) -> None:
    """Restore a backup, and do nothing else in it."""
    told = Ledger(ledger)
    await restoring.restore(backup, url, keyring, ledger=told, replace=replace, finish=nothing)


async def back_up(url: str, file: Path) -> Backup:
    """Make a backup, and read it again as somebody else would."""
    await backups.make(url, file, AT)
    return await backups.read(file)


def aloud(backup: Backup) -> bytes:
    """Give all that stands in a backup, as anybody with PostgreSQL's programs reads it."""
    content = b"".join(archive.pieces(backup.file))
    if backup.manifest.dialect == "sqlite":
        return content
    command = [dumps.program("pg_restore"), "--file=-"]
    return subprocess.run(  # noqa: S603 - our own command
        command, input=content, check=True, capture_output=True
    ).stdout


def left(folder: Path) -> list[str]:
    """Name what making a backup left in a folder, the backup too."""
    return sorted(each.name for each in folder.glob("monday*"))
