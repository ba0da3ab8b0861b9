"""Addresses: where a person can be reached; the one to use is chosen when a message is sent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from storage.database import Transaction
from storage.errors import Missing, Taken
from storage.ids import new_id
from storage.statements import Statement
from storage.tables import addresses, people

State = Literal["reachable", "unmatched", "not_installed", "blocked", "left"]
TO_BE_FOUND: Final = ("unmatched", "not_installed")

_BY_USER: Final = Statement(
    select(addresses).where(
        addresses.c.workspace_id == bindparam("workspace"), addresses.c.user == bindparam("user")
    )
)
_PREFERRED: Final = Statement(
    select(addresses)
    .where(addresses.c.person_id == bindparam("person"), addresses.c.state == "reachable")
    .order_by(addresses.c.preferred.desc(), addresses.c.id)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Address:
    """A person's account on a platform; `reference` is what the platform needs to write there."""

    id: UUID
    person_id: UUID
    workspace_id: UUID
    user: str
    reference: str | None = field(repr=False)
    state: State
    reason: str | None
    preferred: bool


async def add(
    tx: Transaction,
    *,
    person: UUID,
    workspace: UUID,
    user: str,
    reference: str | None = None,
    state: State = "reachable",
    preferred: bool = False,
) -> Address:
    """Add an address. Raises Taken when this user of the workspace is somebody already."""
    address = Address(new_id(), person, workspace, user, reference, state, None, preferred)
    is_new = await tx.insert_new(
        addresses,
        id=address.id,
        person_id=person,
        workspace_id=workspace,
        user=user,
        reference=await _sealed(tx, person, address.id, reference),
        state=state,
        reason=None,
        preferred=preferred,
    )
    if not is_new:
        raise Taken("This user of the workspace is somebody already.")
    return address


async def by_user(tx: Transaction, workspace: UUID, user: str) -> Address | None:
    """Find the address of a user of a workspace."""
    row = await tx.row(_BY_USER, workspace=workspace, user=user)
    return await _address(tx, row) if row else None


async def owners(tx: Transaction, workspace: UUID, users: Collection[str]) -> dict[str, UUID]:
    """Say who has which of these users of a workspace."""
    theirs = (addresses.c.workspace_id == workspace) & addresses.c.user.in_(users)
    rows = await tx.rows(select(addresses.c.user, addresses.c.person_id).where(theirs))
    return {row["user"]: row["person_id"] for row in rows}


async def add_all(
    tx: Transaction,
    workspace: UUID,
    users: Mapping[str, UUID],
    *,
    state: State = "reachable",
    preferred: bool = False,
) -> None:
    """Add an address for each of these users, by whose they are; nobody has any of them yet."""
    rows = [
        {
            "id": new_id(),
            "person_id": person,
            "workspace_id": workspace,
            "user": user,
            "state": state,
            "preferred": preferred,
        }
        for user, person in users.items()
    ]
    if rows:
        await tx.connection.execute(insert(addresses), rows)


async def preferred(tx: Transaction, person: UUID) -> Address | None:
    """Find the address to write to: the preferred one of those that can be reached."""
    row = await tx.row(_PREFERRED, person=person)
    return await _address(tx, row) if row else None


async def beside(tx: Transaction, person: UUID, limit: int) -> list[UUID]:
    """Name others who can be reached where a person can be, so many of them."""
    here = select(addresses.c.workspace_id).where(addresses.c.person_id == person)
    others = (addresses.c.workspace_id.in_(here)) & (addresses.c.person_id != person)
    found = select(addresses.c.person_id).where(others, addresses.c.state == "reachable")
    return [row["person_id"] for row in await tx.rows(found.order_by(addresses.c.id).limit(limit))]


async def unknown(tx: Transaction, organisation: UUID) -> frozenset[UUID]:
    """Name who works in an organisation, has an e-mail address, and no account that is known."""
    known = select(addresses.c.person_id).where(addresses.c.state.not_in(TO_BE_FOUND))
    active = (people.c.organisation_id == organisation) & (people.c.status == "active")
    found = select(people.c.id).where(active, people.c.email_index.is_not(None))
    rows = await tx.rows(found.where(people.c.id.not_in(known)))
    return frozenset(row["id"] for row in rows)


async def may_be_found(tx: Transaction, person: UUID) -> bool:
    """Say whether somebody may still get an account: they have none that is known, or was lost."""
    rows = await tx.rows(select(addresses.c.state).where(addresses.c.person_id == person))
    return all(row["state"] in TO_BE_FOUND for row in rows)


async def of_person(tx: Transaction, person: UUID) -> list[Address]:
    """Read all addresses of a person, the oldest first."""
    rows = await tx.rows(
        select(addresses).where(addresses.c.person_id == person).order_by(addresses.c.id)
    )
    return [await _address(tx, row) for row in rows]


async def set_state(
    tx: Transaction, address: UUID, state: State, reason: str | None = None
) -> None:
    """Say whether an address can be reached, and why not."""
    changed = update(addresses).where(addresses.c.id == address)
    if await tx.run(changed.values(state=state, reason=reason)) == 0:
        raise Missing


async def set_reference(tx: Transaction, address: Address, reference: str) -> None:
    """Keep what the platform needs to write to this address."""
    sealed = await _sealed(tx, address.person_id, address.id, reference)
    await tx.run(update(addresses).where(addresses.c.id == address.id).values(reference=sealed))


async def prefer(tx: Transaction, address: Address) -> None:
    """Prefer this address to the person's others."""
    theirs = update(addresses).where(addresses.c.person_id == address.person_id)
    await tx.run(theirs.values(preferred=addresses.c.id == address.id))


async def _sealed(
    tx: Transaction, person: UUID, address: UUID, reference: str | None
) -> bytes | None:
    if reference is None:
        return None
    return await tx.vault.seal(person, "addresses", "reference", address, reference)


async def _address(tx: Transaction, row: dict[str, Any]) -> Address:
    sealed = row.pop("reference")
    del row["created_at"]
    reference = sealed and await tx.vault.open(
        row["person_id"], "addresses", "reference", row["id"], sealed
    )
    return Address(**row, reference=reference)
