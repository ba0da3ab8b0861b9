"""A town to measure in: one learner made by the real code, and as many more like her as wanted.

Those others are copies row by row, sealed anew under keys of their own, so that nothing can tell
them from people who were brought in one by one; only making them is quick.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from bot import effects, visits
from bot.brief import Brief, to_json
from bot.deeds import Plan
from bot.phrases import PlanLine
from bot.programme import PROGRAMMES, Programme, read
from bot.state import EMPTY_ANSWERS, EMPTY_KEPT
from scheduler.plan import Spacing
from storage import (
    addresses,
    cohorts,
    dialogues,
    enrolments,
    nudges,
    organisations,
    people,
    programmes,
    tables,
    tables_talk,
    workspaces,
)
from storage.database import Transaction
from storage.ids import new_id

START: Final = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # a Monday, the day of the training
ZONE: Final = "Europe/Amsterdam"
_LANGUAGE: Final = "nl"
_PROGRAMME: Final = "feedback-geven"
_THEIRS: Final = (
    tables.addresses,
    tables.enrolments,
    tables_talk.dialogues,
    tables_talk.plans,
    tables_talk.nudges,
)
_PLAN: Final = Plan(
    PlanLine("het klantoverleg op dinsdag klaar is", "zeg ik Tom wat hielp", "clause", _LANGUAGE),
    goal="Een collega zeggen wat hielp na het overleg",
    outcome="Dat Tom merkt dat ik hem zie",
    obstacle="Ik vind het kinderachtig",
    obstacle_then="Dan adem ik uit en zeg het toch",
)


@dataclass(frozen=True, slots=True)
class Town:
    """What is there: where people chat, and the first learner, with her enrolment."""

    workspace: UUID
    learner: UUID
    enrolment: UUID
    first_visit: datetime


async def settle(tx: Transaction) -> Town:
    """Make an organisation, a programme, a cohort, and one learner who has a plan."""
    organisation = await organisations.add(tx, name="Noorderlicht", language=_LANGUAGE, zone=ZONE)
    workspace = await workspaces.add(
        tx, organisation=organisation.id, platform="local", external_id="bench",
        language=_LANGUAGE, zone=ZONE,
    )  # fmt: skip
    pack = read(PROGRAMMES / _PROGRAMME)
    content = await programmes.save(
        tx, organisation=organisation.id, slug=pack.slug, version=pack.version,
        digest=pack.digest, content=pack.to_json(),
    )  # fmt: skip
    cohort = await cohorts.add(
        tx, organisation=organisation.id, programme=content.id, name="bench",
        training_day=START.date(), state="running",
    )  # fmt: skip
    person = await people.add(
        tx, organisation=organisation.id, name="Sanne de Vries", email="sanne@example.org",
        language=_LANGUAGE, zone=ZONE,
    )  # fmt: skip
    await addresses.add(
        tx, person=person.id, workspace=workspace.id, user=str(person.id), preferred=True
    )
    enrolment = await _enrolled(tx, person.id, cohort.id, pack)
    first = await nudges.next_visit(tx, enrolment)
    if first is None:
        message = "a learner with a plan has no visit to come"
        raise RuntimeError(message)
    return Town(workspace.id, person.id, enrolment, first.due_at)


async def _enrolled(tx: Transaction, person: UUID, cohort: UUID, pack: Programme) -> UUID:
    """Let somebody have joined and made a plan, and plan the visits that follow."""
    enrolment = await enrolments.add(
        tx, person=person, cohort=cohort, pack_digest=pack.digest,
        enrolled_on=START.date(), training_day=START.date(),
    )  # fmt: skip
    await enrolments.change(
        tx, enrolment.id, status="joined", joined_at=START, pace="two", promise_version="1"
    )
    brief = to_json(Brief("goal_setting"))
    made = await dialogues.open(
        tx, id=new_id(), person=person, enrolment=enrolment.id, kind="goal_setting", brief=brief,
        answers=EMPTY_ANSWERS, kept=EMPTY_KEPT, now=START,
    )  # fmt: skip
    await dialogues.save(tx, replace(made, state="ended", ended_at=START))
    place = effects.Place(await people.get(tx, person), enrolment.id, made.id, START)
    await effects.apply(tx, place, {"plan": _PLAN}, {})
    spacing = Spacing(checkin_days=pack.checkin_days)
    await visits.replan(tx, enrolment.id, spacing, START)
    return enrolment.id


async def more_like(tx: Transaction, person: UUID, count: int) -> list[UUID]:
    """Add so many people with all that this one has; give their ids."""
    one = await people.get(tx, person)
    theirs = {
        table: [dict(row) for row in await tx.rows(table.select().where(_of(table, person)))]
        for table in _THEIRS
    }
    opened = {
        (table.name, row["id"], name): await tx.vault.open(
            person, table.name, name, row["id"], row[name]
        )
        for table, rows in theirs.items()
        for row in rows
        for name in _sealed(table)
        if row[name] is not None
    }
    copies = [await _copy(tx, one, theirs, opened) for _ in range(count)]
    for table in (tables.people, *_THEIRS):
        rows = [row for copy in copies for row in copy[table.name]]
        if rows:
            await tx.connection.execute(table.insert(), rows)
    tx.vault.forget()
    return [copy["people"][0]["id"] for copy in copies]


async def _copy(
    tx: Transaction, one: people.Person, theirs: Mapping[Any, Sequence[dict[str, Any]]],
    opened: Mapping[tuple[str, UUID, str], str],
) -> dict[str, list[dict[str, Any]]]:  # fmt: skip
    """Give the rows of somebody new who is like this one, by table."""
    ids = {row["id"]: new_id() for rows in theirs.values() for row in rows}
    ids[one.id] = new_id()
    person = replace(one, id=ids[one.id], email=None)
    copied: dict[str, list[dict[str, Any]]] = {"people": [await people.new_row(tx, person)]}
    for table, rows in theirs.items():
        copied[table.name] = []
        for row in rows:
            new = {name: ids.get(value, value) if isinstance(value, UUID) else value
                   for name, value in row.items()}  # fmt: skip
            for name in _sealed(table):
                text = opened.get((table.name, row["id"], name))
                if text is not None:
                    new[name] = await tx.vault.seal(person.id, table.name, name, new["id"], text)
            if table is tables.addresses:
                new["user"] = str(person.id)
            copied[table.name].append(new)
    return copied


def _of(table: Any, person: UUID) -> Any:  # noqa: ANN401 - SQLAlchemy's
    return table.c.person_id == person


def _sealed(table: Any) -> list[str]:  # noqa: ANN401 - SQLAlchemy's
    return [column.name for column in table.columns if column.type.python_type is bytes]
