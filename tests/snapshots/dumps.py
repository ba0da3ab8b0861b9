"""Databases as packed SQL text, taken out and put back; a file of a database would be larger.

What is put back is what that release had: its tables as they were, at its revision.
"""

from __future__ import annotations

import lzma
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import psycopg

from tests.support.postgresql import Cluster


def take_sqlite(database: Path, to: Path) -> None:
    """Write all of a SQLite file, which nobody has open."""
    with closing(sqlite3.connect(database)) as connection:
        _pack("\n".join(connection.iterdump()), to)


def take_postgresql(cluster: Cluster, name: str, to: Path) -> None:
    """Write all of a PostgreSQL database."""
    said = subprocess.run(  # noqa: S603 - our own command
        [
            *(str(cluster.programs / "pg_dump"), "--inserts", "--no-owner", "--no-privileges"),
            *(f"--host={cluster.folder}", "--username=holdfast", name),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    # What begins with a backslash is for psql and not for the server.
    lines = [line for line in said.stdout.splitlines() if not line.startswith(("\\", "--"))]
    _pack("\n".join(line for line in lines if line), to)


def put_sqlite(dump: Path, database: Path) -> str:
    """Make a SQLite file of what was written, and give its address."""
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(_unpacked(dump))
    return f"sqlite+aiosqlite:///{database}"


def put_postgresql(dump: Path, cluster: Cluster, name: str) -> str:
    """Fill an empty PostgreSQL database with what was written, and give its address."""
    where = f"host={cluster.folder} user=holdfast dbname={name}"
    with psycopg.connect(where, autocommit=True) as connection:
        connection.execute(_unpacked(dump).encode())
    return cluster.url(name)


def _pack(sql: str, to: Path) -> None:
    to.write_bytes(lzma.compress(sql.encode(), preset=9 | lzma.PRESET_EXTREME))


def _unpacked(dump: Path) -> str:
    return lzma.decompress(dump.read_bytes()).decode()
