"""What is measured of nudges is really planned, opened and claimed; the peer's jobs really run."""

from __future__ import annotations

import pytest

from bot.bench import claiming, firing, planning
from bot.bench.crowded import Crowded, crowded
from bot.bench.grounds import Ground
from bot.bench.peer_apscheduler import jobs
from bot.bench.sizes import QUICK
from storage.database import Database
from storage.tables_talk import nudges, outbox


async def test_each_planned_nudge_is_a_committed_row(bench: Ground) -> None:
    async with planning.plans(bench) as plans:
        work = await plans.plan(10)
        again = await plans.plan(5)
        async with plans.database.read() as tx:
            rows = await tx.rows(nudges.select().where(nudges.c.person_id != plans.town.learner))

    assert (work.units, again.units) == (10, 5)
    assert [row["state"] for row in rows] == ["planned"] * 15


async def test_each_opened_visit_has_a_committed_letter(bench: Ground) -> None:
    async with firing.visits(bench, 8) as visits:
        work = await visits.fire(4)
        again = await visits.fire(3)
        async with visits.database.read() as tx:
            letters = await tx.rows(outbox.select())
            opened = await tx.rows(nudges.select().where(nudges.c.state == "opened"))
            left = await tx.rows(nudges.select().where(nudges.c.due_at <= visits.town.first_visit))

    assert (work.units, again.units) == (4, 3)
    assert {row["nudge_id"] for row in letters} == {row["id"] for row in opened}
    assert len(letters) == 7
    assert sorted(row["state"] for row in left) == ["opened"] * 7 + ["planned"]


async def test_the_peer_plans_and_runs_every_job(bench: Ground) -> None:
    async with jobs(bench) as peer:
        planned = await peer.plan(4)
        stored = peer.planned()
        fired = await peer.fire(5)
        left = peer.planned()

        assert (planned.units, stored) == (4, 4)
        assert (fired.units, peer.desk.fired(), peer.errors) == (5, 5, 0)
        assert left == 4


async def test_a_crowd_waits_and_only_what_is_due_is_claimed(bench: Ground) -> None:
    async with crowded(bench, QUICK) as (few, many), claiming.claims(many) as claims:
        work = await claims.claim(QUICK.claimed)
        async with claims.database.read() as tx:
            rows = await tx.rows(nudges.select())

    assert (few.enrolled, many.enrolled) == QUICK.crowd
    assert work.units == QUICK.claimed * claiming.CLAIMS
    assert sum(row["due_at"] <= many.due for row in rows) == QUICK.morning
    assert len(rows) == 5 * QUICK.morning + many.enrolled
    assert {row["state"] for row in rows} == {"planned"}


@pytest.mark.parametrize("place", [0, 1])
async def test_both_crowds_have_as_much_due(sqlite_bench: Ground, place: int) -> None:
    async with crowded(sqlite_bench, QUICK) as both:
        due = await _due(both[place])

    assert due == QUICK.morning


async def _due(crowd: Crowded) -> int:
    database = await Database.open(crowd.url, crowd.keyring)
    try:
        async with database.read() as tx:
            return len(await tx.rows(nudges.select().where(nudges.c.due_at <= crowd.due)))
    finally:
        await database.close()
