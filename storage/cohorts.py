"""Cohorts: a group that is trained together; its state says whether anything is sent at all."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypedDict, Unpack
from uuid import UUID

from sqlalchemy import update

from storage.database import Transaction
from storage.errors import Missing, Taken
from storage.ids import new_id
from storage.rows import select_for
from storage.tables import cohorts

State = Literal["planned", "running", "held", "stopped"]


@dataclass(frozen=True, slots=True)
class Cohort:
    """A cohort; `channel` is where its managers read the digest, `aim` what it is for.

    `team_channel_id` is the channel where its learners may post what they try.
    """

    id: UUID
    organisation_id: UUID
    programme_id: UUID
    name: str
    state: State
    training_day: date
    channel: str | None
    aim: str | None
    team_channel_id: UUID | None = None


class Changes(TypedDict, total=False):
    """The columns of a cohort that may change."""

    programme_id: UUID
    state: State
    training_day: date
    channel: str | None
    aim: str | None
    team_channel_id: UUID | None


async def add(
    tx: Transaction,
    *,
    organisation: UUID,
    programme: UUID,
    name: str,
    training_day: date,
    state: State = "planned",
) -> Cohort:
    """Add a cohort. Raises Taken when the organisation has one of that name."""
    cohort = Cohort(new_id(), organisation, programme, name, state, training_day, None, None)
    is_new = await tx.insert_new(
        cohorts,
        id=cohort.id,
        organisation_id=organisation,
        programme_id=programme,
        name=name,
        state=state,
        training_day=training_day,
    )
    if not is_new:
        raise Taken(f"There is a cohort '{name}' already.")
    return cohort


async def get(tx: Transaction, cohort: UUID) -> Cohort:
    """Read a cohort. Raises Missing when there is none."""
    row = await tx.row(select_for(Cohort, cohorts).where(cohorts.c.id == cohort))
    if row is None:
        raise Missing
    return Cohort(**row)


async def by_name(tx: Transaction, organisation: UUID, name: str) -> Cohort | None:
    """Find a cohort of an organisation by its name."""
    row = await tx.row(
        select_for(Cohort, cohorts).where(
            cohorts.c.organisation_id == organisation, cohorts.c.name == name
        )
    )
    return Cohort(**row) if row else None


async def all_in(tx: Transaction, organisation: UUID) -> list[Cohort]:
    """Read the cohorts of an organisation, the oldest first."""
    found = select_for(Cohort, cohorts).where(cohorts.c.organisation_id == organisation)
    return [Cohort(**row) for row in await tx.rows(found.order_by(cohorts.c.id))]


async def change(tx: Transaction, cohort: UUID, **columns: Unpack[Changes]) -> None:
    """Change some columns of a cohort. Raises Missing when there is none."""
    if await tx.run(update(cohorts).where(cohorts.c.id == cohort).values(**columns)) == 0:
        raise Missing
