"""A real demo, killed at its start and in use, and used on as if nothing had happened."""

from __future__ import annotations

import signal

import pytest

from tests.kills.demos import TOLD, UNTOLD, Demos
from tests.kills.rows import Difference
from tests.support.kills import Killed

pytestmark = pytest.mark.kills

AT_THE_START = ("nudges.claimed", "delivery.after_send:2")
IN_USE = (
    "hear.received",
    "hear.before_commit:2",
    "hear.after_commit:3",
    "nudges.claimed",
    "nudges.before_commit",
    "delivery.claimed:2",
    "delivery.before_send:3",
    "delivery.after_send:4",
    "delivery.before_mark:5",
)
# Elsewhere a claim is left until its lease is over: nobody knows whether the claimant is alive.
IN_USE_ON_A_SERVER = ("hear.before_commit:2", "nudges.after_commit", "delivery.after_mark:3")

on_a_file = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
on_a_server = pytest.mark.parametrize(
    "site", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


@on_a_file
@pytest.mark.parametrize("armed", AT_THE_START)
async def test_a_demo_that_is_killed_at_its_start_begins_all_the_same(
    armed: str, demos: Demos, killed: Killed
) -> None:
    async with demos.begun(UNTOLD) as demo:
        assert demo.dies_at_the_start(armed) == -signal.SIGKILL
        found = Difference.between(await demos.ends(UNTOLD), await demo.goes_on())

    killed(lost=found.lost.total(), doubled=found.doubled.total())
    assert not found, str(found)


@on_a_file
@pytest.mark.parametrize("armed", IN_USE)
async def test_a_demo_that_is_killed_in_use_goes_on_where_it_was(
    armed: str, demos: Demos, killed: Killed
) -> None:
    await _goes_on(armed, demos, killed)


@on_a_server
@pytest.mark.parametrize("armed", IN_USE_ON_A_SERVER)
async def test_a_demo_on_a_server_that_is_killed_in_use_goes_on_where_it_was(
    armed: str, demos: Demos, killed: Killed
) -> None:
    await _goes_on(armed, demos, killed)


async def _goes_on(armed: str, demos: Demos, killed: Killed) -> None:
    async with demos.begun(TOLD) as demo:
        assert await demo.dies_in_use(armed) == -signal.SIGKILL
        found = Difference.between(await demos.ends(TOLD), await demo.goes_on())

    killed(lost=found.lost.total(), doubled=found.doubled.total())
    assert not found, str(found)
