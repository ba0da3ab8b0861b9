"""Whether `serve` says that it is ready only when it is, and what its numbers are."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette

from bot.cli import metrics
from bot.cli.demo_world import entered
from bot.cli.health import Health, Pulse
from bot.cli.metrics import exposition
from bot.settings import Settings
from storage import counts, keys, migrate
from storage.counts import Counts
from storage.database import Database
from storage.keyring import Keyring, new_key

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
EVERY = timedelta(seconds=30)


class Seconds:
    """The machine's clock, which a test turns."""

    def __init__(self) -> None:
        self.shown = 1000.0

    def __call__(self) -> float:
        return self.shown


@pytest.fixture
def seconds() -> Seconds:
    """Give a machine's clock that stands still."""
    return Seconds()


@pytest.fixture
def keyring() -> Keyring:
    """Give a master key."""
    return Keyring.of({"k1": new_key()}, current="k1")


@pytest.fixture
async def database(database_url: str, keyring: Keyring) -> AsyncIterator[Database]:
    """Give an open database."""
    opened = await Database.open(database_url, keyring)
    yield opened
    await opened.close()


@pytest.fixture
def health(database: Database, database_url: str, keyring: Keyring, seconds: Seconds) -> Health:
    """Give the health of a process with that database."""
    return Health(database, database_url, keyring, Pulse(EVERY, seconds))


async def ready(health: Health) -> tuple[int, str]:
    """Ask whether it is ready."""
    transport = httpx.ASGITransport(Starlette(routes=health.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        answer = await client.get("/ready")
        alive = await client.get("/live")
    assert (alive.status_code, alive.text) == (200, "alive")
    return answer.status_code, answer.text


async def test_a_process_whose_parts_are_well_is_ready(health: Health) -> None:
    assert await ready(health) == (200, "ready")


async def test_a_ticker_that_stands_still_is_not_ready(health: Health, seconds: Seconds) -> None:
    seconds.shown += 101

    assert await ready(health) == (503, "The ticker stands still: start Holdfast again.")


async def test_a_ticker_that_ticks_is_ready(health: Health, seconds: Seconds) -> None:
    seconds.shown += 101
    await health.pulse.look()
    seconds.shown += 99

    assert (await ready(health))[0] == 200


async def test_tables_that_are_gone_are_not_ready(health: Health, database_url: str) -> None:
    await migrate.downgrade(database_url, "base")

    code, said = await ready(health)

    assert code == 503
    assert "run `holdfast db upgrade`" in said


async def test_another_key_is_not_ready(
    health: Health, database: Database, database_url: str
) -> None:
    other = Keyring.of({"k1": new_key()}, current="k1")

    code, said = await ready(Health(database, database_url, other, health.pulse))

    assert code == 503
    assert "is not the one this database was sealed with" in said


async def test_a_process_that_still_seals_with_a_rotated_key_is_not_ready(
    health: Health, database: Database
) -> None:
    async with database.write() as tx:
        await keys.forget(tx.connection, "k1")

    code, said = await ready(health)

    assert code == 503
    assert "still seals with the master key 'k1'" in said


async def test_every_problem_is_said(health: Health, database_url: str, seconds: Seconds) -> None:
    seconds.shown += 101
    await migrate.downgrade(database_url, "base")

    _, said = await ready(health)

    assert len(said.splitlines()) == 2


def test_the_numbers_are_written_as_prometheus_reads_them() -> None:
    counted = Counts(
        events={"answered": 3, "failed": 1},
        nudges={("opened", ""): 2, ("dropped", "overtaken"): 1},
        messages={"sent": 4},
        nudge_due=NOW - timedelta(seconds=90),
        message_due=NOW + timedelta(days=1),
    )

    lines = exposition(counted, NOW).decode().splitlines()

    assert [line for line in lines if not line.startswith("#")] == [
        'holdfast_events{outcome="answered"} 3.0',
        'holdfast_events{outcome="failed"} 1.0',
        'holdfast_nudges{reason="overtaken",state="dropped"} 1.0',
        'holdfast_nudges{reason="",state="opened"} 2.0',
        'holdfast_sends{state="sent"} 4.0',
        'holdfast_oldest_due_seconds{queue="messages"} 0.0',
        'holdfast_oldest_due_seconds{queue="nudges"} 90.0',
    ]


async def test_the_numbers_are_counted_in_the_rows(empty_database_url: str) -> None:
    settings = Settings.model_validate({"database_url": empty_database_url})

    async with entered(settings) as world, world.database.read() as tx:
        counted = await counts.gather(tx)

    assert counted.nudges == {("planned", ""): 12}
    assert (counted.events, counted.messages) == ({}, {})
    assert counted.nudge_due is not None
    assert counted.message_due is None


async def test_the_numbers_are_served_as_text(database: Database) -> None:
    transport = httpx.ASGITransport(metrics.application(database))

    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        answer = await client.get("/metrics")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert "holdfast_oldest_due_seconds" in answer.text
