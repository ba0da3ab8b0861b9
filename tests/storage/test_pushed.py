"""What nudges brought a person, as the limits on messages read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from storage import nudges, outbox, pushed
from storage.database import Database, Transaction
from tests.storage.world import NOW, World, visit

HOUR = timedelta(hours=1)


async def put(tx: Transaction, world: World, nudge: UUID | None = None, *, hours: int = 0) -> UUID:
    """Put a message of a nudge into the outbox, due some hours from now."""
    return await outbox.put(
        tx,
        person=world.sanne,
        conversation="sanne",
        priority=5,
        kind="message",
        body={"text": "check_in.went"},
        due_at=NOW + hours * HOUR,
        dialogue=world.dialogue,
        nudge=nudge,
    )


async def nudges_of(tx: Transaction, world: World, *kinds: str) -> list[UUID]:
    """Plan a nudge of each kind."""
    for kind in kinds:
        wanted = replace(visit(1), kind=kind, occurrence=kind)
        await nudges.insert(tx, person=world.sanne, enrolment=world.enrolment, wanted=wanted)
    return [each.id for each in await nudges.of_person(tx, world.sanne)]


async def test_what_arrived_what_may_have_and_what_is_on_its_way_is_read_with_its_kind(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        ids = await nudges_of(tx, world, "check_in", "remind", "quiz", "eve", "welcome")
        sent, perhaps, failed, unwanted, waits = [await put(tx, world, each) for each in ids]
        await put(tx, world)
        await outbox.mark_sent(tx, sent, "1", NOW - HOUR)
        await outbox.mark_unknown(tx, perhaps, "timeout", NOW + HOUR)
        await outbox.mark_failed(tx, failed, "blocked")
        await outbox.mark_never_sent(tx, unwanted, "stopped")
        await outbox.mark_later(tx, waits, NOW + 3 * HOUR, "outside_hours")
        everything = await pushed.pushed(tx, world.sanne)
        lately = await pushed.pushed(tx, world.sanne, NOW)
        nobody = await pushed.pushed(tx, world.milan)

    kinds = {nudge.id: nudge.kind for nudge in await _planned(database, world)}
    assert [(kinds[each.nudge_id], each.state, each.at) for each in everything] == [
        (everything[0].kind, "sent", NOW - HOUR),
        (everything[1].kind, "unknown", NOW + HOUR),
        (everything[2].kind, "pending", NOW + 3 * HOUR),
    ]
    assert lately == everything[1:]
    assert nobody == []


async def _planned(database: Database, world: World) -> list[nudges.Nudge]:
    async with database.read() as tx:
        return await nudges.of_person(tx, world.sanne)


async def test_a_reply_is_leaving_until_it_is_out(database: Database, world: World) -> None:
    async with database.write() as tx:
        (nudge,) = await nudges_of(tx, world, "check_in")
        await put(tx, world, nudge)
        later = await put(tx, world, hours=1)
        before = await pushed.is_leaving(tx, world.sanne, NOW)
        due = await pushed.is_leaving(tx, world.sanne, NOW + HOUR)
        await outbox.mark_sent(tx, later, "1", NOW + HOUR)
        after = await pushed.is_leaving(tx, world.sanne, NOW + HOUR)

    assert (before, due, after) == (False, True, False)


async def test_what_is_recalled_of_a_dialogue_is_never_sent_and_what_was_sent_stays(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        first, second = await put(tx, world), await put(tx, world)
        await outbox.mark_sent(tx, first, "1", NOW)
        await outbox.recall(tx, world.dialogue, "quiet")
        rows = {row.id: row for row in await outbox.of_dialogue(tx, world.dialogue)}

    assert rows[first].state == "sent"
    assert (rows[second].state, rows[second].reason) == ("never_sent", "quiet")
    assert rows[second].body is None
