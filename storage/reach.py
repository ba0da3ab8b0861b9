"""Reach: who can be reached and who cannot, for whoever looks after the machine.

Only ids, zones, and states that a platform told us: nothing here says whether somebody takes part.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, select

from storage.addresses import State
from storage.database import Transaction
from storage.tables import addresses, people, workspaces


@dataclass(frozen=True, slots=True)
class Reach:
    """One way to a person, and why it is closed; `platform` and `state` None where there is none.

    `reason` is the platform's own code.
    """

    person_id: UUID
    platform: str | None
    state: State | None
    reason: str | None


async def zones(tx: Transaction, organisation: UUID) -> dict[UUID, str]:
    """Give the zone of everybody in an organisation, without opening anything of theirs."""
    theirs = select(people.c.id, people.c.zone).where(people.c.organisation_id == organisation)
    return {row["id"]: row["zone"] for row in await tx.rows(theirs)}


async def of_person(tx: Transaction, person: UUID) -> list[Reach]:
    """Read the ways to a person, the one that is written to first; one of no platform if none."""
    return await _ways(tx, people.c.id == person)


async def unreachable(tx: Transaction, organisation: UUID) -> list[Reach]:
    """Read the ways to everybody here whom no message reaches, the oldest people first."""
    reached = select(addresses.c.person_id).where(addresses.c.state == "reachable")
    here = (people.c.organisation_id == organisation) & (people.c.status == "active")
    return await _ways(tx, here & people.c.data_key.is_not(None) & people.c.id.not_in(reached))


async def _ways(tx: Transaction, whose: ColumnElement[bool]) -> list[Reach]:
    ways = people.outerjoin(addresses, addresses.c.person_id == people.c.id).outerjoin(
        workspaces, workspaces.c.id == addresses.c.workspace_id
    )
    found = (
        select(
            people.c.id.label("person_id"),
            workspaces.c.platform,
            addresses.c.state,
            addresses.c.reason,
        )
        .select_from(ways)
        .where(whose)
        .order_by(people.c.id, addresses.c.preferred.desc(), addresses.c.id)
    )
    return [Reach(**row) for row in await tx.rows(found)]
