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
from storage.workspaces import Workspace

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
    chats = await workspaces.all_in(tx, organisation.id)
    if not chats:
        raise BadContent("There is no chat yet to post in: connect one first.")
    await give_team_channel(
        tx, organisation, found, chats[0], channel, readers=readers, language=language
    )
    return found


async def give_team_channel(
    tx: Transaction, organisation: Organisation, cohort: Cohort, chat: Workspace, channel: str, *,
    readers: int, name: str = "", language: str | None = None,
) -> None:  # fmt: skip
    """Give a cohort a channel of a chat, which is made when it is not there.

    `name` is what people call it, where the chat knows it otherwise.
    Raises: BadContent when too many people read along.
    """
    if readers > MOST_READERS:
        raise BadContent(
            f"{readers} people read along in {channel}: name one of {MOST_READERS} at most, such "
            "as that of a team."
        )
    language = language or organisation.language
    there = await _found(tx, organisation, chat, channel, language)
    if name:
        await people.rename(tx, there, name)
    await cohorts.change(tx, cohort.id, team_channel_id=there)


async def _found(
    tx: Transaction, organisation: Organisation, chat: Workspace, channel: str, language: str
) -> UUID:
    address = await addresses.by_user(tx, chat.id, channel)
    if address is not None:
        return address.person_id
    added = await people.add_channel(
        tx, organisation=organisation.id, name=channel, language=language, zone=organisation.zone
    )
    await addresses.add(tx, person=added.id, workspace=chat.id, user=channel, preferred=True)
    return added.id
