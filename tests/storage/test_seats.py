"""Connections are kept between transactions, and given up to whoever waits for one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import engines
from storage.database import Database
from storage.seats import Seats
from tests.storage.world import KEYRING

BACKEND = text("SELECT pg_backend_pid()")


@pytest.fixture
async def alone(sqlite_url: str) -> AsyncIterator[Seats]:
    """Give an engine that has one connection only."""
    seats = Seats(engines.sqlite_writer(make_url(sqlite_url)))
    yield seats
    await seats.give_up()
    await seats.engine.dispose()


@pytest.fixture
async def served(postgresql_url: str) -> AsyncIterator[Seats]:
    """Give connections to a server."""
    seats = Seats(engines.postgresql(make_url(postgresql_url)))
    yield seats
    await seats.give_up()
    await seats.engine.dispose()


async def backend_of(connection: AsyncConnection) -> int:
    """Ask which process of the server is at the other end, and be in no transaction after it."""
    found = (await connection.execute(BACKEND)).scalar_one()
    await connection.commit()
    return int(found)


async def test_a_connection_is_taken_again(alone: Seats) -> None:
    first = await alone.take()
    await alone.leave(first, is_over=True)
    again = await alone.take()
    await alone.leave(again, is_over=True)

    assert again is first


async def test_one_in_which_something_went_wrong_is_given_up(alone: Seats) -> None:
    first = await alone.take()
    await alone.leave(first, is_over=False)
    other = await alone.take()
    await alone.leave(other, is_over=True)

    assert (first.closed, other is first) == (True, False)


async def test_who_waits_for_one_gets_it(alone: Seats) -> None:
    first = await alone.take()
    waiting = asyncio.create_task(alone.take())
    await asyncio.wait((waiting,), timeout=0.01)

    await alone.leave(first, is_over=True)
    second = await waiting
    await alone.leave(second, is_over=True)

    assert not second.closed


async def test_a_kept_connection_whose_server_lives_is_used(served: Seats) -> None:
    first = await served.take()
    before = await backend_of(first)
    await served.leave(first, is_over=True)

    again = await served.take()
    after = await backend_of(again)
    await served.leave(again, is_over=True)

    assert (again is first, after) == (True, before)


async def test_a_kept_connection_whose_server_went_away_is_not_used(served: Seats) -> None:
    first, other = await served.take(), await served.take()
    ended = await backend_of(first)
    await served.leave(first, is_over=True)
    await other.execute(text(f"SELECT pg_terminate_backend({ended:d}, 5000)"))
    await other.commit()

    another = await served.take()
    after = await backend_of(another)
    await served.leave(other, is_over=True)
    await served.leave(another, is_over=True)

    assert (another is first, first.closed, after == ended) == (False, True, False)


async def test_a_server_that_ended_a_kept_connection_is_asked_for_another(
    postgresql_url: str,
) -> None:
    database = await Database.open(postgresql_url, KEYRING)
    other = await Database.open(postgresql_url, KEYRING)
    async with database.write() as tx:
        ended = await tx.value(BACKEND)
    async with other.write() as tx:
        await tx.value(text(f"SELECT pg_terminate_backend({ended:d}, 5000)"))

    async with database.write() as tx:
        now = await tx.value(BACKEND)

    assert now != ended
    await database.close()
    await other.close()
