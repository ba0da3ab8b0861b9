"""A PostgreSQL server that ends connections, has none left, or only lets us read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from bot.cli.health import Health, Pulse
from bot.port import Event, Typed
from storage.database import Database
from storage.errors import DatabaseAway
from storage.keyring import Keyring
from tests.faults.crowd import crowded
from tests.kills.test_leases import hands_of
from tests.support.faults import Fault
from tests.support.postgresql import Cluster
from tests.towns import a_town

pytestmark = [pytest.mark.slow, pytest.mark.postgresql, pytest.mark.timeout(240)]

TIMES = 10
A_WHILE = 6
FEW = 3  # connections that the clerk may have


class Office:
    """What the server's own administrator does to one database, from another one."""

    def __init__(self, cluster: Cluster, url: str) -> None:
        self.database = str(make_url(url).database)
        self._folder = cluster.folder
        self._stack = ExitStack()
        where = f"host={cluster.folder} user=holdfast dbname=postgres"
        self._server = self._stack.enter_context(psycopg.connect(where, autocommit=True))

    def ends_connections(self) -> None:
        """End all connections to the database."""
        self._server.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            [self.database],
        )

    def lets_write(self, *, allowed: bool) -> None:
        """Let new connections write, or only read; those that are there end."""
        self._says(
            "ALTER DATABASE {} SET default_transaction_read_only = {}",
            sql.Identifier(self.database),
            sql.Literal("off" if allowed else "on"),
        )
        self.ends_connections()

    def hires(self, clerk: str) -> str:
        """Make a user that may have a few connections only; give the address for that user."""
        name, who = sql.Identifier(self.database), sql.Identifier(clerk)
        self._says("CREATE ROLE {} LOGIN CONNECTION LIMIT {}", who, sql.Literal(FEW))
        self._says("GRANT holdfast TO {}", who)
        self._says("ALTER ROLE {} IN DATABASE {} SET role = holdfast", who, name)
        return f"postgresql+psycopg://{clerk}@/{self.database}?host={self._folder}"

    def dismisses(self, clerk: str) -> None:
        """Remove that user."""
        self.ends_connections()
        self._says("DROP ROLE {}", sql.Identifier(clerk))

    def takes_all(self, clerk: str) -> ExitStack:
        """Take all connections of that user; close what this gives to let go."""
        taken = ExitStack()
        where = f"host={self._folder} user={clerk} dbname={self.database}"
        for _ in range(FEW):
            taken.enter_context(psycopg.connect(where, autocommit=True))
        return taken

    def close(self) -> None:
        """Go home."""
        self._stack.close()

    def _says(self, statement: str, *names: sql.Composable) -> None:
        self._server.execute(sql.SQL(statement).format(*names))


@pytest.fixture
def office(cluster: Cluster, postgresql_url: str) -> Iterator[Office]:
    """Give the administrator of the server."""
    opened = Office(cluster, postgresql_url)
    yield opened
    opened.close()


async def test_connections_that_are_ended_under_load_lose_and_double_nothing(
    office: Office, postgresql_url: str, fault: Fault
) -> None:
    pace = {"look_every": timedelta(seconds=0.1), "lease": timedelta(seconds=1)}
    async with crowded(postgresql_url, **pace) as crowd:
        async with crowd.at_full_pace():
            for _ in range(TIMES):
                await crowd.platform.hears(A_WHILE)
                office.ends_connections()
            await crowd.platform.hears(A_WHILE)
        await crowd.comes_to_rest()
        found = await crowd.found()

    fault("connection ended", database="postgresql")(
        injected=TIMES, survived=TIMES, lost=found.lost, doubled=found.doubled
    )
    assert (found.lost, found.doubled, found.unsent) == (0, 0, 0)


async def test_a_server_without_a_connection_left_takes_nothing_in_until_there_is_one(
    office: Office, postgresql_url: str, keyring: Keyring, fault: Fault
) -> None:
    clerk = f"clerk_{office.database}"
    url = office.hires(clerk)
    async with a_town(postgresql_url, keyring) as town:
        event = Event("1", town.workspace, "sanne", town.clock.now, Typed("plan"))
        async with hands_of(url, keyring, town, town.chat) as hands:
            office.ends_connections()
            with office.takes_all(clerk):
                with pytest.raises(DatabaseAway, match="All connections that the PostgreSQL"):
                    await hands.hear(event)
                with pytest.raises(DatabaseAway, match="All connections that the PostgreSQL"):
                    await Database.open(url, keyring)
            heard = await hands.hear(event)
            await hands.look()
    office.dismisses(clerk)

    fault("no connection left", database="postgresql")(lost=int(heard.seen_before))
    assert not heard.seen_before
    assert len(town["Sanne"].messages) > 0


async def test_a_server_that_only_lets_us_read_takes_nothing_in_until_it_lets_us_write(
    office: Office, postgresql_url: str, keyring: Keyring, fault: Fault
) -> None:
    async with a_town(postgresql_url, keyring) as town:
        health = Health(town.hands.database, postgresql_url, keyring, Pulse(timedelta(seconds=9)))
        event = Event("1", town.workspace, "sanne", town.clock.now, Typed("plan"))
        office.lets_write(allowed=False)
        with pytest.raises(DatabaseAway, match="only lets us read: is it a standby"):
            await town.hands.hear(event)
        await health.look()
        during = await health.problems()
        office.lets_write(allowed=True)
        heard = await town.hands.hear(event)
        await town.hands.look()
        await health.look()
        after = await health.problems()

    fault("server read-only", database="postgresql")(lost=int(heard.seen_before))
    assert during == ["The PostgreSQL server only lets us read: is it a standby?"]
    assert after == []
    assert not heard.seen_before
    assert len(town["Sanne"].messages) > 0
