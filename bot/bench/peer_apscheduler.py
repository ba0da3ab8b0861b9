"""The peer of planning and firing: a job a nudge, in APScheduler's store of jobs.

The only place of measuring that knows APScheduler. A job does one read, one update and one insert
by the database's own driver, in a database beside the jobs', so that nobody waits for a lock.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import psycopg
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, EVENT_JOB_MISSED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from bot.bench.grounds import Ground
from bot.bench.measured import Work
from storage.ids import new_id

_FAR: Final = datetime(2099, 1, 1, tzinfo=UTC)
_PAST: Final = datetime(2026, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
_WORKERS: Final = {"sqlite": 1, "postgresql": 4}  # SQLite has one writer
_TABLES: Final = (
    "CREATE TABLE nudges (id TEXT PRIMARY KEY, state TEXT NOT NULL)",
    "CREATE TABLE outbox (id TEXT PRIMARY KEY, nudge TEXT NOT NULL, body TEXT NOT NULL)",
)
_BODY: Final = "Hoe ging het?"

# A stored job names a function, so what it works on can only be found by a name too.
_DESKS: Final[dict[str, Desk]] = {}


@dataclass(slots=True)
class Desk:
    """Where jobs do their work: a connection a thread, to `place`, a file or an address."""

    kind: str
    place: str
    _own: threading.local = field(default_factory=threading.local)
    _all: list[Any] = field(default_factory=list)

    def set_up(self) -> None:
        """Make the tables of the work."""
        connection = self._connected()
        for table in _TABLES:
            connection.execute(table)
        connection.commit()

    def lay_out(self, ids: list[str]) -> None:
        """Add what is to be fired."""
        connection = self._connected()
        cursor = connection.cursor()
        cursor.executemany(self._sql("INSERT INTO nudges VALUES (?, 'planned')"), zip(ids))
        connection.commit()

    def fire(self, nudge: str) -> None:
        """Do the work of one job, in one transaction."""
        connection = self._connected()
        read = connection.execute(self._sql("SELECT state FROM nudges WHERE id = ?"), (nudge,))
        if read.fetchone() is None:
            return
        connection.execute(self._sql("UPDATE nudges SET state = 'opened' WHERE id = ?"), (nudge,))
        row = (str(new_id()), nudge, _BODY)
        connection.execute(self._sql("INSERT INTO outbox VALUES (?, ?, ?)"), row)
        connection.commit()

    def fired(self) -> int:
        """Count what was committed."""
        found: int = self._connected().execute("SELECT count(*) FROM outbox").fetchone()[0]
        return found

    def close(self) -> None:
        """End all connections."""
        for connection in self._all:
            connection.close()

    def _connected(self) -> Any:  # noqa: ANN401 - of either driver
        connection = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = self._connect()
            self._all.append(connection)
        return connection

    def _connect(self) -> Any:  # noqa: ANN401 - of either driver
        if self.kind == "postgresql":
            return psycopg.connect(self.place)
        # Closed at the end by another thread than the one that worked with it.
        connection = sqlite3.connect(self.place, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        return connection

    def _sql(self, statement: str) -> str:
        return statement.replace("?", "%s") if self.kind == "postgresql" else statement


def fire(desk: str, nudge: str) -> None:
    """Do the work of one job at a desk."""
    _DESKS[desk].fire(nudge)


@dataclass(slots=True)
class Jobs:
    """A scheduler at rest: it plans, and fires when it is let."""

    scheduler: Any
    desk: Desk
    name: str
    errors: int = 0

    async def plan(self, count: int) -> Work:
        """Add so many jobs that are not yet due; a unit is a job."""
        began = time.perf_counter()
        self._add(_FAR, [str(new_id()) for _ in range(count)])
        return Work(count, time.perf_counter() - began)

    async def fire(self, count: int) -> Work:
        """Run so many jobs that are due; a unit is a job."""
        ids = [str(new_id()) for _ in range(count)]
        self.desk.lay_out(ids)
        self._add(_PAST, ids)
        done = self._when_done(count)
        began = time.perf_counter()
        self.scheduler.resume()
        await asyncio.to_thread(done)
        seconds = time.perf_counter() - began
        self.scheduler.pause()
        return Work(count, seconds)

    def planned(self) -> int:
        """Count the jobs in the store."""
        return len(self.scheduler.get_jobs())

    def _add(self, moment: datetime, ids: list[str]) -> None:
        for place, each in enumerate(ids):
            due = moment + place % 3600 * _SECOND
            self.scheduler.add_job(fire, "date", run_date=due, args=[self.name, each], id=each)

    def _when_done(self, count: int) -> Callable[[], None]:
        """Give what waits until so many jobs have run."""
        left, finished = count, threading.Event()
        guard = threading.Lock()

        def _ran(event: Any) -> None:  # noqa: ANN401 - of the library
            nonlocal left
            with guard:
                left -= 1
                self.errors += event.code != EVENT_JOB_EXECUTED
                if left == 0:
                    self.scheduler.remove_listener(_ran)
                    finished.set()

        codes = EVENT_JOB_EXECUTED | EVENT_JOB_ERROR | EVENT_JOB_MISSED
        self.scheduler.add_listener(_ran, codes)

        def wait() -> None:
            finished.wait()

        return wait


@asynccontextmanager
async def jobs(ground: Ground) -> AsyncIterator[Jobs]:
    """Give a scheduler with a store of its own, until the block ends."""
    places = (ground.bare(), ground.bare())
    desk, name = Desk(ground.kind, places[0]), new_id().hex
    desk.set_up()
    _DESKS[name] = desk
    store = SQLAlchemyJobStore(url=_store_url(ground.kind, places[1]))
    scheduler = BackgroundScheduler(
        jobstores={"default": store},
        executors={"default": ThreadPoolExecutor(_WORKERS[ground.kind])},
        job_defaults={"misfire_grace_time": None},  # late jobs run all the same
        timezone=UTC,
    )
    scheduler.start(paused=True)
    try:
        yield Jobs(scheduler, desk, name)
    finally:
        scheduler.shutdown()
        store.engine.dispose()
        del _DESKS[name]
        desk.close()
        for place in places:
            ground.drop(place)


def _store_url(kind: str, place: str) -> str:
    if kind == "postgresql":
        return place.replace("postgresql://", "postgresql+psycopg://", 1)
    with sqlite3.connect(place) as connection:
        connection.execute("PRAGMA journal_mode=WAL")  # stays with the file; quicker, as ours
    connection.close()
    return f"sqlite:///{place}"
