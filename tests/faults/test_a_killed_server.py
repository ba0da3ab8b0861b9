"""PostgreSQL dies in the middle of everything, again and again, and comes back."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage.migrate import upgrade
from tests.faults.crowd import crowded
from tests.support.faults import Fault
from tests.support.leaving_out import leave_out
from tests.support.postgresql import Cluster, cluster_in, find_programs

pytestmark = [
    pytest.mark.slow,
    pytest.mark.kills,
    pytest.mark.postgresql,
    pytest.mark.timeout(300),
]

TIMES = 20
A_WHILE = 6  # events taken between one crash and the next
LOOKS = timedelta(seconds=0.1)
LEASE = timedelta(seconds=1)


@pytest.fixture
def own_cluster() -> Iterator[Cluster]:
    """Give a server that may be killed: no other test of the run is on it."""
    programs = find_programs()
    if programs is None:
        leave_out("PostgreSQL server", "On Debian: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="holdfast-killed-"))
    cluster = cluster_in(folder, programs)
    try:
        cluster.start()
        yield cluster
    finally:
        if cluster.runs:
            cluster.stop()
        shutil.rmtree(folder)


async def test_a_server_that_is_killed_twenty_times_loses_and_doubles_nothing(
    own_cluster: Cluster, fault: Fault
) -> None:
    own_cluster.create("crowd")
    url = own_cluster.url("crowd")
    await upgrade(url)
    async with crowded(url, look_every=LOOKS, lease=LEASE) as crowd:
        async with crowd.at_full_pace():
            for _ in range(TIMES):
                await crowd.platform.hears(A_WHILE)
                await asyncio.to_thread(own_cluster.stop)
                await asyncio.to_thread(own_cluster.go_on)
            await crowd.is_visited()
        await crowd.comes_to_rest()
        found = await crowd.found()

    fault("server killed", database="postgresql")(
        injected=TIMES, survived=TIMES, lost=found.lost, doubled=found.doubled
    )
    assert (found.lost, found.doubled, found.unsent) == (0, 0, 0)
    assert crowd.refused > 0
    assert found.visits > 0
