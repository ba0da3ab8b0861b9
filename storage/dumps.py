"""PostgreSQL's own programs: pg_dump writes a copy of a database, pg_restore reads it aloud.

What pg_restore says is carried out on a connection of ours, so that loading, upgrading and erasing
again are one transaction. A password goes by the environment: everybody sees the arguments.
"""

import asyncio
import os
import shutil
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import URL

from storage.errors import DatabaseAway, StorageError
from storage.manifest import BadBackup

PLACES: Final = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/libpq/bin")
_SECRETS: Final = {"password": "PGPASSWORD", "sslpassword": None}
_PIECE: Final = 1 << 16  # bytes
# Settings of pg_restore's own session, some of which an older server does not know; ours are
# right as they are, for every name it says is whole.
_SKIPPED: Final = (b"SET ", b"SELECT pg_catalog.set_config(", b"\\restrict ", b"\\unrestrict ")


def program(called: str, places: Iterable[str] = PLACES) -> str:
    """Find a program of PostgreSQL: the newest where systems keep them, else the one on PATH.

    Raises:
        StorageError: it is not installed.

    """
    folders = [found for place in places for found in Path("/").glob(place.lstrip("/"))]
    there = [folder / called for folder in folders if (folder / called).exists()]
    if there:
        return str(max(there, key=lambda file: _version(file.parent)))
    if found := shutil.which(called):
        return found
    raise StorageError(
        f"{called} is not installed here, and without it PostgreSQL cannot be backed up or "
        "restored: install PostgreSQL's client programs, on Debian with "
        "apt-get install postgresql-client."
    )


async def dump(url: URL, file: Path, tables: Sequence[str], snapshot: str) -> None:
    """Write tables (names with their schema, quoted) into a file, as they are in a snapshot.

    Raises:
        StorageError: pg_dump is not installed.
        DatabaseAway: it does not succeed.

    """
    what = [f"--table={each}" for each in tables]
    where = (f"--snapshot={snapshot}", f"--file={file}", f"--dbname={address(url)}")
    how = ("--format=custom", "--no-owner", "--no-privileges", "--no-password")
    with TemporaryFile() as said:
        async with _running("pg_dump", (*how, *what, *where), said, environment(url)) as process:
            ended = await process.wait()
        if ended:
            raise DatabaseAway(f"The database cannot be copied. {_first_line(said)}")


async def load(connection: psycopg.AsyncConnection[object], dumped: Iterator[bytes]) -> None:
    """Carry out what a dump says, in the transaction of this connection.

    `dumped` are its pieces: it lies nowhere but in the backup.

    Raises:
        StorageError: pg_restore is not installed.
        BadBackup: it, or the server, cannot make anything of the dump.

    """
    how = ("--no-owner", "--no-privileges", "--file=-")
    with TemporaryFile() as said:
        async with _running("pg_restore", how, said, os.environ) as process:
            assert process.stdin is not None  # noqa: S101 - it is a pipe
            assert process.stdout is not None  # noqa: S101 - so is this
            feeding = asyncio.create_task(_feed(process.stdin, dumped), name="feed")
            try:
                await _carry_out(connection, _lines(process.stdout))
                await feeding
            except psycopg.OperationalError as error:
                raise DatabaseAway(f"The backup cannot be loaded: {_primary(error)}") from error
            except psycopg.Error as error:
                raise BadBackup(f"The backup cannot be loaded: {_primary(error)}") from error
            finally:
                feeding.cancel()
            ended = await process.wait()
        if ended:
            raise BadBackup(f"The backup cannot be loaded. {_first_line(said)}")


async def _feed(stream: asyncio.StreamWriter, dumped: Iterator[bytes]) -> None:
    """Hand a dump on; whoever reads it may have gone, and then says why itself."""
    with suppress(ConnectionError):
        try:
            for piece in dumped:
                stream.write(piece)
                await stream.drain()
        finally:
            stream.close()


async def _carry_out(
    connection: psycopg.AsyncConnection[object], lines: AsyncIterator[bytes]
) -> None:
    statements: list[bytes] = []
    async for line in lines:
        if line.startswith(b"COPY ") and line.endswith(b" FROM stdin;"):
            await connection.execute(b"\n".join(statements))
            statements.clear()
            await _copy(connection, line, lines)
        elif not line.startswith(_SKIPPED):
            statements.append(line)
    await connection.execute(b"\n".join(statements))


async def _copy(
    connection: psycopg.AsyncConnection[object], statement: bytes, lines: AsyncIterator[bytes]
) -> None:
    """Hand rows on until the line that ends them, many at a time."""
    rows = bytearray()
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        async for row in lines:
            if row == b"\\.":
                break
            rows += row + b"\n"
            if len(rows) >= _PIECE:
                await copy.write(bytes(rows))
                rows.clear()
        await copy.write(bytes(rows))


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Yield lines of any length, without their ends."""
    rest = b""
    while piece := await stream.read(_PIECE):
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line
    if rest:
        yield rest


@asynccontextmanager
async def _running(
    called: str, arguments: Sequence[str], said: IO[bytes], environment: Mapping[str, str]
) -> AsyncIterator[Process]:
    """Run a program that complains into `said`; it is ended with the block, however that ends."""
    process = await asyncio.create_subprocess_exec(
        program(called), *arguments, env=environment, stdin=PIPE, stdout=PIPE, stderr=said
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            await process.communicate()


def address(url: URL) -> str:
    """Write an address as libpq reads it, without what is secret in it."""
    open_to_all = {name: each for name, each in _parts(url).items() if name not in _SECRETS}
    return make_conninfo("", **open_to_all)


def environment(url: URL) -> Mapping[str, str]:
    """Give the environment of a program that connects there: ours, and the password."""
    parts = _parts(url)
    given = {put: parts[name] for name, put in _SECRETS.items() if put and name in parts}
    return {**os.environ, **given}


def _parts(url: URL) -> dict[str, str]:
    plain = {"host": url.host, "port": url.port, "user": url.username, "dbname": url.database}
    several = {name: ",".join([each] if isinstance(each, str) else each)
               for name, each in url.query.items()}  # fmt: skip
    password = {"password": str(url.password)} if url.password is not None else {}
    there = {name: str(each) for name, each in plain.items() if each is not None}
    return {**there, **several, **password}


def _first_line(said: IO[bytes]) -> str:
    """Give the first thing a program complained of: later lines may hold rows."""
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines()
    first = lines[0].removesuffix(".") if lines else "It did not say why"
    hint = (
        ". Install the client programs of the server's version: apt-get install "
        "postgresql-client-NUMBER."
    )
    return first + (hint if "version mismatch" in first else ".")


def _primary(error: psycopg.Error) -> str:
    """Give what the server says, without the row that it may show in its details."""
    return f"{error.diag.message_primary or type(error).__name__}. Nothing was changed."


def _version(folder: Path) -> int:
    return int("".join(filter(str.isdigit, folder.parent.name)) or 0)
