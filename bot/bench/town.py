"""A town to measure in: one learner made by the real code, and as many more like her as wanted.

Those others are copies row by row, sealed anew under keys of their own, so that nothing can tell
them from people who were brought in one by one; only making them is quick.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from storage.database import Database, Transaction
from storage.ids import new_id
from storage.people import Person

START: Final = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # a Monday, the day of the training
ZONE: Final = "Europe/Amsterdam"
AT_ONCE: Final = 1_000  # learners a transaction
_LANGUAGE: Final = "nl"
_PROGRAMME: Final = "feedback-geven"
_THEIRS: Final = (
    tables.addresses,
    tables.enrolments,
    tables_talk.dialogues,
    tables_talk.plans,
    tables_talk.nudges,
    tables_talk.outbox,
    tables_talk.attempts,
)
_PLAN: Final = Plan(
    PlanLine("het klantoverleg op dinsdag klaar is", "zeg ik Tom wat hielp", "clause", _LANGUAGE),
    goal="Een collega zeggen wat hielp na het overleg",
    outcome="Dat Tom merkt dat ik hem zie",
    obstacle="Ik vind het kinderachtig",
    obstacle_then="Dan adem ik uit en zeg het toch",
)


@dataclass(frozen=True, slots=True)
class Model:
    """A learner as she was at some moment: her rows by table, and what is sealed there.

    What is sealed stands by table, row and column.
    """

    person: Person
    rows: Mapping[Any, Sequence[Mapping[str, Any]]]
    words: Mapping[tuple[str, UUID, str], str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Town:
    """What is there: where people chat, and the first learner, with her enrolment and visits.

    `model` is the first learner before anything happened. `other_cohort` is one that nobody is in:
    no learner could ask anybody of it.
    """

    workspace: UUID
    other_cohort: UUID
    model: Model
    enrolment: UUID
    first_visit: datetime
    last_nudge: UUID

    @property
    def learner(self) -> UUID:
        """The first learner."""
        return self.model.person.id


def user_of(person: UUID) -> str:
    """Name somebody as the chat does."""
    return f"U{person.hex.upper()}"


async def settle(tx: Transaction, platform: str = "local", place: str = "bench") -> Town:
    """Make an organisation, a programme, a cohort, and one learner who has a plan.

    They chat on a platform, at the place that it calls so.
    """
    organisation = await organisations.add(tx, name="Noorderlicht", language=_LANGUAGE, zone=ZONE)
    workspace = await workspaces.add(
        tx, organisation=organisation.id, platform=platform, external_id=place,
        language=_LANGUAGE, zone=ZONE,
    )  # fmt: skip
    pack = read(PROGRAMMES / _PROGRAMME)
    content = await programmes.save(
        tx, organisation=organisation.id, slug=pack.slug, version=pack.version,
        digest=pack.digest, content=pack.to_json(),
    )  # fmt: skip
    cohort, other = [
        await cohorts.add(
            tx, organisation=organisation.id, programme=content.id, name=name,
            training_day=START.date(), state="running",
        )
        for name in ("learners", "crowd")
    ]  # fmt: skip
    person = await people.add(
        tx, organisation=organisation.id, name="Sanne de Vries", email="sanne@example.org",
        language=_LANGUAGE, zone=ZONE,
    )  # fmt: skip
    await addresses.add(
        tx, person=person.id, workspace=workspace.id, user=user_of(person.id), preferred=True
    )
    enrolment = await _enrolled(tx, person.id, cohort.id, pack)
    coming = await nudges.coming(tx, person.id)
    model = await model_of(tx, person.id)
    return Town(workspace.id, other.id, model, enrolment, coming[0].due_at, coming[-1].id)


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


async def more_like(tx: Transaction, model: Model, count: int) -> list[UUID]:
    """Add so many people with all that this one had; give their ids."""
    copies = [await _copy(tx, model) for _ in range(count)]
    for table in (tables.people, *_THEIRS):
        rows = [row for copy in copies for row in copy[table.name]]
        if rows:
            await tx.connection.execute(table.insert(), rows)
    tx.vault.forget()
    return [copy["people"][0]["id"] for copy in copies]


async def many_like(database: Database, model: Model, count: int) -> None:
    """Add so many people with all that this one had, some at a time."""
    for done in range(0, count, AT_ONCE):
        async with database.write() as tx:
            await more_like(tx, model, min(AT_ONCE, count - done))


async def model_of(tx: Transaction, person: UUID) -> Model:
    """Give somebody as they are now, for others to be made like them."""
    rows = {table: await tx.rows(table.select().where(_of(table, person))) for table in _THEIRS}
    words = {
        (table.name, row["id"], name): await tx.vault.open(
            person, table.name, name, row["id"], row[name]
        )
        for table in _THEIRS
        for row in rows[table]
        for name in _sealed(table)
        if row[name] is not None
    }
    return Model(await people.get(tx, person), rows, words)


async def _copy(tx: Transaction, model: Model) -> dict[str, list[dict[str, Any]]]:
    """Give the rows of somebody new who is like this one, by table."""
    ids = {row["id"]: new_id() for rows in model.rows.values() for row in rows}
    ids[model.person.id] = new_id()
    person = replace(model.person, id=ids[model.person.id], email=None)
    copied, names = {"people": [await people.new_row(tx, person)]}, _names(ids)
    for table, rows in model.rows.items():
        copied[table.name] = [_renamed(row, names) for row in rows]
    for (table, row, column), text in model.words.items():
        new = next(each for each in copied[table] if each["id"] == ids[row])
        said = _in_words(text, ids)
        new[column] = await tx.vault.seal(person.id, table, column, ids[row], said)
    for address in copied[tables.addresses.name]:
        address["user"] = user_of(person.id)
    for message in copied[tables_talk.outbox.name]:
        message["platform_id"] = f"D{person.id.hex.upper()}/1.{message['seq']:06d}"
    return copied


def _names(ids: Mapping[UUID, UUID]) -> dict[UUID | str, UUID | str]:
    """Give the new name of each row by its old one, as an id and as it is written."""
    written = {str(old): str(new) for old, new in ids.items()}
    return dict((*ids.items(), *written.items()))


def _renamed(row: Mapping[str, Any], names: Mapping[UUID | str, UUID | str]) -> dict[str, Any]:
    return {
        column: names.get(value, value) if isinstance(value, UUID | str) else value
        for column, value in row.items()
    }


def _in_words(text: str, ids: Mapping[UUID, UUID]) -> str:
    """Give a text that names the new rows: a stored dialogue names its cards."""
    for old, new in ids.items():
        text = text.replace(str(old), str(new))
    return text


def _of(table: Any, person: UUID) -> Any:  # noqa: ANN401 - SQLAlchemy's
    return table.c.person_id == person


def _sealed(table: Any) -> list[str]:  # noqa: ANN401 - SQLAlchemy's
    return [column.name for column in table.columns if column.type.python_type is bytes]
