"""Workspaces: one Slack workspace, Teams tenant or local chat each.

Credentials are sealed under the master key, for they are nobody's words.
"""

from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import bindparam, update

from storage.database import Transaction
from storage.errors import Missing, Taken
from storage.ids import new_id
from storage.rows import select_for
from storage.statements import Statement
from storage.tables import workspaces

State = Literal["active", "paused"]
_CREDENTIALS: Final = ("workspaces", "credentials")


@dataclass(frozen=True, slots=True)
class Workspace:
    """A place where an organisation's people chat; `external_id` is the platform's name for it."""

    id: UUID
    organisation_id: UUID
    platform: str
    external_id: str
    language: str
    zone: str
    state: State


_BY_EXTERNAL: Final = Statement(
    select_for(Workspace, workspaces).where(
        workspaces.c.platform == bindparam("platform"),
        workspaces.c.external_id == bindparam("external"),
    )
)


async def add(
    tx: Transaction,
    *,
    organisation: UUID,
    platform: str,
    external_id: str,
    language: str,
    zone: str,
) -> Workspace:
    """Add a workspace. Raises Taken when it is there already."""
    workspace = Workspace(new_id(), organisation, platform, external_id, language, zone, "active")
    is_new = await tx.insert_new(
        workspaces,
        id=workspace.id,
        organisation_id=organisation,
        platform=platform,
        external_id=external_id,
        language=language,
        zone=zone,
        state=workspace.state,
    )
    if not is_new:
        raise Taken(f"The {platform} workspace {external_id} is there already.")
    return workspace


async def get(tx: Transaction, workspace: UUID) -> Workspace:
    """Read a workspace. Raises Missing when there is none."""
    row = await tx.row(select_for(Workspace, workspaces).where(workspaces.c.id == workspace))
    if row is None:
        raise Missing
    return Workspace(**row)


async def by_external(tx: Transaction, platform: str, external_id: str) -> Workspace | None:
    """Find a workspace by what its platform calls it."""
    row = await tx.row(_BY_EXTERNAL, platform=platform, external=external_id)
    return Workspace(**row) if row else None


async def all_on(tx: Transaction, platform: str) -> list[Workspace]:
    """Read the workspaces on one platform, the oldest first."""
    found = select_for(Workspace, workspaces).where(workspaces.c.platform == platform)
    return [Workspace(**row) for row in await tx.rows(found.order_by(workspaces.c.id))]


async def all_in(tx: Transaction, organisation: UUID) -> list[Workspace]:
    """Read the workspaces of an organisation, the oldest first."""
    found = select_for(Workspace, workspaces).where(workspaces.c.organisation_id == organisation)
    return [Workspace(**row) for row in await tx.rows(found.order_by(workspaces.c.id))]


async def set_state(tx: Transaction, workspace: UUID, state: State) -> None:
    """Pause a workspace or let it go on."""
    await tx.run(update(workspaces).where(workspaces.c.id == workspace).values(state=state))


async def set_credentials(tx: Transaction, workspace: UUID, credentials: str | None) -> None:
    """Seal what opens the platform's door for us, or wipe it."""
    sealed = (
        await tx.vault.seal(None, *_CREDENTIALS, workspace, credentials) if credentials else None
    )
    await tx.run(update(workspaces).where(workspaces.c.id == workspace).values(credentials=sealed))


async def credentials_of(tx: Transaction, workspace: UUID) -> str | None:
    """Open what opens the platform's door for us."""
    from_row = await tx.row(
        workspaces.select()
        .with_only_columns(workspaces.c.credentials)
        .where(workspaces.c.id == workspace)
    )
    if not from_row or from_row["credentials"] is None:
        return None
    return await tx.vault.open(None, *_CREDENTIALS, workspace, from_row["credentials"])
