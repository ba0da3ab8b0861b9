"""The channel of a team, where the learners of a cohort may post what they try."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from bot.errors import BadContent
from bot.toml_file import nearest
from storage import addresses, cohorts, people, workspaces
from storage.cohorts import Cohort
from storage.database import Transaction
from storage.organisations import Organisation

MOST_READERS: Final = 50  # design: among more people a plan is a broadcast, and no witness


async def with_team_channel(
    tx: Transaction, organisation: Organisation, cohort: str, channel: str, *, readers: int,
    language: str | None = None,
) -> Cohort:  # fmt: skip
    """Give a cohort the channel of its team, which is made when it is not there.

    Raises:
        BadContent: there is no such cohort or chat, or too many people read along.

    """
    found = await cohorts.by_name(tx, organisation.id, cohort)
    if found is None:
        names = [each.name for each in await cohorts.all_in(tx, organisation.id)]
        raise BadContent(f"There is no cohort '{cohort}'. {nearest(cohort, names)}")
    if readers > MOST_READERS:
        raise BadContent(
            f"{readers} people read along in {channel}: name one of {MOST_READERS} at most, such "
            "as that of a team."
        )
    there = await _found(tx, organisation, channel, language or organisation.language)
    await cohorts.change(tx, found.id, team_channel_id=there)
    return found


async def _found(tx: Transaction, organisation: Organisation, channel: str, language: str) -> UUID:
    chats = await workspaces.all_in(tx, organisation.id)
    if not chats:
        raise BadContent("There is no chat yet to post in: connect one first.")
    address = await addresses.by_user(tx, chats[0].id, channel)
    if address is not None:
        return address.person_id
    added = await people.add_channel(
        tx, organisation=organisation.id, name=channel, language=language, zone=organisation.zone
    )
    await addresses.add(tx, person=added.id, workspace=chats[0].id, user=channel, preferred=True)
    return added.id
