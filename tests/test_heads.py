"""The head of the audit trail goes into the log once a day, when there is one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.heads import Heads
from storage import audit
from tests.people import Town, Turning


async def test_the_head_stands_in_the_log_once_a_day(town: Town, clock: Turning) -> None:
    database, heads = town.hands.database, Heads()
    with capture_logs() as before:
        await heads.look(database, clock.now)
    async with database.write() as tx:
        await audit.note(tx, actor="joke", action="erase", now=clock.now)
        head = await audit.last(tx)

    with capture_logs() as after:
        await heads.look(database, clock.now + timedelta(hours=23))
        await heads.look(database, clock.now + timedelta(hours=24))
        await heads.look(database, clock.now + timedelta(hours=47))
        await heads.look(database, clock.now + timedelta(hours=48))

    assert before == []
    assert after == [{"event": "audit_head", "head": str(head), "log_level": "info"}] * 2


@pytest.mark.parametrize("days", [1, 3])
async def test_whoever_looks_puts_it_there(days: int, town: Town, clock: Turning) -> None:
    async with town.hands.database.write() as tx:
        await audit.note(tx, actor="joke", action="erase", now=clock.now)

    with capture_logs() as logged:
        await clock.passes(days=days)

    heads = [each for each in logged if each["event"] == "audit_head"]
    assert 1 <= len(heads) <= days + 1
