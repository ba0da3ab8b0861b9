"""What learners leave in a database in ninety days: simulated people live with Holdfast on it.

They are as different as those of `holdfast simulate`: some say much, some nothing, some stop.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Final

import psycopg

from bot.bench.grounds import Ground, migrated
from bot.simulation.characters import character
from bot.simulation.lives import Wanted, live

DAYS: Final = 90
_SEED: Final = 1


async def bytes_a_learner(ground: Ground, people: int) -> float:
    """Let people live for ninety days; give by how much the database grew, a learner.

    Their colleagues' rows, and those of the team, are counted with them.
    """
    who = [character(_SEED, number) for number in range(people)]
    async with migrated(ground) as url:
        empty = size_of(ground, url)
        await live(Wanted(people, DAYS, _SEED, url), who)
        return (size_of(ground, url) - empty) / sum(each.follows for each in who)


def size_of(ground: Ground, url: str) -> int:
    """Give the bytes that a database takes, without what is free in its file."""
    if ground.kind == "sqlite":
        return _size_of_file(url.partition(":///")[2])
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        connection.execute("VACUUM FULL")
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return int(row[0]) if row else 0


def _size_of_file(file: str) -> int:
    with closing(sqlite3.connect(file)) as connection:
        pages, free, size = (
            connection.execute(f"PRAGMA {each}").fetchone()[0]
            for each in ("page_count", "freelist_count", "page_size")
        )
    return int(pages - free) * int(size)
