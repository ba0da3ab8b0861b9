"""Plans: a learner's if-then plans; of an enrolment's plans the one made last is current.

Withdrawing a plan brings back the one before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import bindparam, case, select, update

from storage import kept
from storage.database import Transaction
from storage.ids import new_id
from storage.statements import Statement
from storage.tables_talk import plans

State = Literal["current", "superseded", "withdrawn"]

_CURRENT: Final = Statement(
    select(plans).where(plans.c.enrolment_id == bindparam("enrolment"), plans.c.state == "current")
)


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan; `words` are its parts by name, `form` how its line is built."""

    id: UUID
    person_id: UUID
    enrolment_id: UUID
    dialogue_id: UUID
    key: str
    words: Mapping[str, Any] = field(repr=False)
    language: str
    form: str
    state: State
    made_at: datetime


async def keep(  # noqa: PLR0913 - each argument is a column
    tx: Transaction,
    person: UUID,
    enrolment: UUID,
    dialogue: UUID,
    key: str,
    *,
    words: Mapping[str, object],
    language: str,
    form: str,
    at: datetime,
) -> None:
    """Keep a plan and make the one made last current; kept again, it is changed, not made anew."""
    there = await tx.row(select(plans.c.id, plans.c.state).where(kept.under(plans, dialogue, key)))
    plan: UUID = there["id"] if there else new_id()
    values: dict[str, object] = {
        "words": await tx.vault.seal_values(person, "plans", "words", plan, words),
        "language": language,
        "form": form,
    }
    if there and there["state"] != "withdrawn":
        await tx.run(update(plans).where(plans.c.id == plan).values(values))
        return
    values |= {"state": "current", "made_at": at}
    if there:
        await tx.run(update(plans).where(plans.c.id == plan).values(values))
    else:
        place = kept.place(person, enrolment, dialogue, key)
        await tx.run(plans.insert().values({**values, **place, "id": plan}))
    await _settle(tx, enrolment)


async def withdraw(tx: Transaction, dialogue: UUID, key: str) -> None:
    """Take a plan back; the latest one before it is current again."""
    row = await tx.row(
        select(plans.c.id, plans.c.enrolment_id).where(kept.under(plans, dialogue, key))
    )
    if row is None:
        return
    await tx.run(update(plans).where(plans.c.id == row["id"]).values(state="withdrawn"))
    await _settle(tx, row["enrolment_id"])


async def current(tx: Transaction, enrolment: UUID) -> Plan | None:
    """Find the plan that holds now."""
    row = await tx.row(_CURRENT, enrolment=enrolment)
    return await _plan(tx, row) if row else None


async def by_enrolment(tx: Transaction, enrolment: UUID) -> list[Plan]:
    """Read the plans of an enrolment, withdrawn ones too, the oldest first."""
    found = select(plans).where(plans.c.enrolment_id == enrolment)
    rows = await tx.rows(found.order_by(plans.c.made_at, plans.c.id))
    return [await _plan(tx, row) for row in rows]


async def _settle(tx: Transaction, enrolment: UUID) -> None:
    """Make the plan made last current, and those before it superseded."""
    held = (plans.c.enrolment_id == enrolment) & (plans.c.state != "withdrawn")
    last = await tx.row(
        select(plans.c.id).where(held).order_by(plans.c.made_at.desc(), plans.c.id.desc()).limit(1)
    )
    if last:
        state = case((plans.c.id == last["id"], "current"), else_="superseded")
        await tx.run(update(plans).where(held).values(state=state))


async def _plan(tx: Transaction, row: dict[str, Any]) -> Plan:
    sealed = row.pop("words")
    words = await tx.vault.open_values(row["person_id"], "plans", "words", row["id"], sealed)
    return Plan(**row, words=words)
