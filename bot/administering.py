"""What an administrator may do from a chat: give a cohort its channels.

Who administers is said on the command line (`holdfast people admin`), never in a chat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from bot.errors import NotAllowed
from bot.team_channels import give_team_channel
from storage import audit, cohorts, organisations, people, workspaces
from storage.cohorts import Cohort
from storage.database import Transaction
from storage.errors import Missing
from storage.people import Person

ADMIN: Final = "admin"
"""The role of whoever may do this."""

Which = Literal["team", "managers"]


@dataclass(frozen=True, slots=True)
class Given:
    """A channel for a cohort, of its team or of its managers, in which so many read along.

    `channel` is what the chat calls it, `name` what people do.
    """

    cohort: UUID
    which: Which
    channel: str
    name: str
    readers: int


def may_administer(person: Person) -> bool:
    """Say whether somebody may do this, and still works here."""
    return ADMIN in person.roles and person.status in people.HERE


async def to_choose_from(tx: Transaction, organisation: UUID, most: int) -> Sequence[Cohort]:
    """Read the newest cohorts, so many at most, the oldest of them first."""
    return (await cohorts.all_in(tx, organisation))[-most:]


async def give_channel(
    tx: Transaction, workspace: UUID, by: UUID, given: Given, now: datetime
) -> Cohort:
    """Give a cohort a channel of a workspace, and note in the audit trail who did.

    Raises:
        NotAllowed: whoever asks may not.
        Missing: there is no such cohort in their organisation.
        BadContent: too many people read along.

    """
    person = await people.get(tx, by)
    if not may_administer(person):
        raise NotAllowed("Only who administers Holdfast gives a cohort its channels.")
    cohort = await cohorts.get(tx, given.cohort)
    house = await organisations.get(tx, person.organisation_id)
    if cohort.organisation_id != house.id:
        raise Missing
    if given.which == "team":
        place = await workspaces.get(tx, workspace)
        await give_team_channel(
            tx, house, cohort, place, given.channel, readers=given.readers, name=given.name
        )
    else:
        await cohorts.change(tx, cohort.id, channel=given.channel)
    await audit.note(
        tx, actor=f"person:{by}", action=f"cohort.{given.which}_channel",
        subject=f"cohort:{cohort.id}", reason=None, now=now,
    )  # fmt: skip
    return cohort
