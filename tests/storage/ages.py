"""A world of courses of all ages: everything in it has a day, and says when it is to go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import Table, insert, select, update

from bot.retention import PROMISED, Limits, limits
from bot.tidying import EMPTY
from storage import audit, chat, dialogues, enrolments, inbox, log, nudges, outbox, plans
from storage import retention as keeping
from storage.database import Database, Transaction
from storage.dialogues import Dialogue
from storage.ids import new_id
from storage.nudges import Wanted
from storage.schema import metadata
from storage.tables import enrolments as enrolments_table
from storage.tables import shifts
from storage.tables_talk import inbox as inbox_table
from storage.tables_talk import outbox as outbox_table
from tests.storage.world import NOW as MORNING
from tests.storage.world import World, add_person

NOW = MORNING.replace(hour=13)  # the same day everywhere on earth
TODAY = NOW.date()
LIMITS: Limits = limits(PROMISED, NOW)
TEXT = '{"answers": {"did": {"value": "something", "marks": []}}, "cards": []}'
KEPT = '{"kept": {"plan": {}}, "requested": [], "passed": []}'


@dataclass(frozen=True, slots=True)
class Course:
    """A course that began so many days ago, and the dialogue in it."""

    days: int
    person: UUID
    enrolment: UUID
    dialogue: UUID


def ago(days: int) -> datetime:
    """Give the moment so many days ago."""
    return NOW - timedelta(days=days)


async def add_course(tx: Transaction, world: World, days: int, name: str) -> Course:
    """Add somebody whose training was so many days ago, with something in every table."""
    person = await add_person(tx, world.organisation, name)
    enrolment = await enrolments.add(
        tx, person=person, cohort=world.cohort, pack_digest="d1", enrolled_on=TODAY,
        training_day=TODAY - timedelta(days=days),
    )  # fmt: skip
    chosen = {"pace": "short", "named_day": TODAY, "named_at": NOW}
    await tx.run(
        update(enrolments_table).where(enrolments_table.c.id == enrolment.id).values(chosen)
    )
    held = await _dialogue(tx, person, enrolment.id, ago(days))
    where = (person, enrolment.id, held.id)
    words = {"if": "then", "then": "if"}
    await plans.keep(tx, *where, "plan", words=words, language="nl", form="clause", at=ago(days))
    await log.keep(tx, *where, "log", words={"texts": [["did", "x"]]}, at=ago(days))
    for table in ("attempts", "scores", "barriers", "choices"):
        await _code(tx, metadata.tables[table], where, ago(days))
    nudge = await _nudge(tx, person, enrolment.id, days)
    await add_message(tx, person, days, dialogue=held.id, nudge=nudge)
    return Course(days, person, enrolment.id, held.id)


async def _dialogue(
    tx: Transaction, person: UUID, enrolment: UUID | None, at: datetime
) -> Dialogue:
    opened = await dialogues.open(
        tx, id=new_id(), person=person, enrolment=enrolment, kind="check_in", brief={"round": 1},
        answers=TEXT, kept=KEPT, now=at,
    )  # fmt: skip
    return await dialogues.save(tx, replace(opened, state="ended", ended_at=at, held="half"))


async def _code(
    tx: Transaction, table: Table, where: tuple[UUID, UUID, UUID], at: datetime
) -> None:
    known = {"outcome": "worked", "item": "sure", "value": 7, "position": 0, "code": "TIME"}
    codes = {name: value for name, value in known.items() if name in table.c}
    person, enrolment, dialogue = where
    ids = {"person_id": person, "enrolment_id": enrolment, "dialogue_id": dialogue}
    await tx.run(insert(table).values(id=new_id(), key=table.name, at=at, **codes, **ids))


async def _nudge(tx: Transaction, person: UUID, enrolment: UUID | None, days: int) -> UUID:
    at, row = ago(days), f"check_in:{days}:{new_id()}"
    wanted = Wanted("check_in", row, 1, at.date(), time(9, 30), "Europe/Amsterdam", at, False, 5)  # noqa: FBT003
    await nudges.insert(tx, person=person, enrolment=enrolment, wanted=wanted)
    table = metadata.tables["nudges"]
    found = await tx.row(select(table.c.id).where(table.c.occurrence == row))
    assert found
    await nudges.mark(tx, found["id"], "opened")
    opened: UUID = found["id"]
    return opened


async def add_message(
    tx: Transaction, person: UUID, days: int, *, dialogue: UUID | None = None,
    nudge: UUID | None = None, state: str = "sent",
) -> UUID:  # fmt: skip
    """Add a message of so many days ago."""
    row = await outbox.put(
        tx, person=person, conversation=str(person), priority=0, kind="message",
        body={"text": "hello"}, due_at=ago(days), dialogue=dialogue, nudge=nudge,
    )  # fmt: skip
    if state == "sent":
        await outbox.mark_sent(tx, row, "1", ago(days))
    else:
        await tx.run(update(outbox_table).where(outbox_table.c.id == row).values(state=state))
    return row


async def add_loose(tx: Transaction, world: World, days: int) -> None:
    """Add what belongs to no course, of so many days ago."""
    person = world.milan
    held = await _dialogue(tx, person, None, ago(days))
    await _nudge(tx, person, None, days)
    await add_message(tx, person, days, dialogue=held.id)
    await add_message(tx, person, days, state="pending")
    await chat.add(tx, person, "person", {"text": "hi"}, ago(days))
    await tx.run(
        insert(shifts).values(
            id=new_id(),
            person_id=person,
            starts_at=ago(days + 1),
            ends_at=ago(days),
            source="roster",
        )
    )
    await inbox.receive(tx, world.workspace, f"heard-{days}", "typed", person, ago(days))
    await inbox.keep_failed(
        tx, world.workspace, f"failed-{days}", "typed", person, "words", ago(days)
    )
    await tx.run(
        update(inbox_table).where(inbox_table.c.outcome == "received").values(outcome="answer")
    )
    await audit.note(tx, actor="a", action="test", now=ago(days))


async def fill(database: Database, world: World, days: Sequence[int]) -> list[Course]:
    """Fill a world with courses and loose rows of these ages in days, the oldest first."""
    async with database.write() as tx:
        found = [await add_course(tx, world, each, f"p{each}") for each in days]
        for each in days:
            await add_loose(tx, world, each)
    return found


async def purge(database: Database) -> int:
    """Let go what is kept no longer, and count it."""
    gone = await keeping.purge(database, LIMITS, EMPTY, NOW)
    return sum(each.rows for each in gone)
