"""Administering from Slack: the modal is opened, and what was chosen in it is checked and kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from bot.adapters.slack import admin, views
from bot.adapters.slack.admin import Wanted
from bot.adapters.slack.calls import call
from bot.adapters.slack.frame import frame
from bot.adapters.slack.installed import Installed
from bot.administering import Given, give_channel, may_administer, to_choose_from
from bot.errors import BadContent, HoldfastError, NotAllowed, Unreachable
from bot.port import Option
from bot.team_channels import MOST_READERS
from bot.words import Words
from storage import people
from storage.database import Database
from storage.errors import Missing
from storage.workspaces import Workspace

PERMISSION: Final = "channels:read"
Json = Mapping[str, Any]


class Administration:
    """Gives cohorts their channels, for who administers Holdfast."""

    def __init__(
        self, database: Database, installed: Installed, words: Words, now: Callable[[], datetime]
    ) -> None:
        """Take where cohorts stand, how to reach Slack, our texts and a clock."""
        self._database = database
        self._installed = installed
        self._words = words
        self._now = now

    async def modal(self, by: UUID) -> Json:
        """Give the modal to choose in, or one that says why there is nothing to choose."""
        async with self._database.read() as tx:
            person = await people.get(tx, by)
            if not may_administer(person):
                return self._saying("admin_not", person.language)
            found = await to_choose_from(tx, person.organisation_id, admin.MOST)
        if not found:
            return self._saying("admin_no_cohort", person.language)
        groups = [Option(str(each.id), each.name) for each in found]
        return admin.view(groups, self._words, person.language)

    async def take(self, workspace: Workspace, by: UUID, wanted: Wanted) -> Json:
        """Keep what was chosen, and answer the modal; what is wrong stands at its field."""
        async with self._database.read() as tx:
            language = (await people.get(tx, by)).language
        try:
            readers = await self._readers(workspace, wanted)
            given = Given(wanted.cohort, wanted.which, wanted.channel, wanted.name, readers)
            async with self._database.write() as tx:
                await give_channel(tx, workspace.id, by, given, self._now())
        except NotAllowed:
            return views.updated(dict(self._saying("admin_not", language)))
        except Missing:
            return self._refused("cohort", "admin_cohort_gone", language)
        except Unreachable:
            return self._refused("channel", "admin_channel_closed", language)
        except BadContent:
            return self._refused("channel", "admin_channel_large", language)
        said = self._saying(f"admin_{wanted.which}_given", language)
        return views.updated(dict(said))

    async def _readers(self, workspace: Workspace, wanted: Wanted) -> int:
        """Count who reads along, where Holdfast may look; else believe who chose.

        Raises:
            Unreachable: nothing can be posted there, or others than this organisation read along.

        """
        kept = await self._installed.credentials(workspace.id)
        if kept is None or PERMISSION not in kept.scopes or wanted.which != "team":
            return MOST_READERS
        asked = {"channel": wanted.channel, "include_num_members": True}
        try:
            client = await self._installed.client(workspace.id)
            told = (await call(client, "conversations.info", asked)).get("channel") or {}
        except (BadContent, Unreachable):
            raise Unreachable from None
        except HoldfastError:
            return MOST_READERS  # Slack does not say now: they have said so themselves
        if told.get("is_archived") or told.get("is_ext_shared"):
            raise Unreachable
        members = told.get("num_members")
        return members if isinstance(members, int) else MOST_READERS

    def _saying(self, row: str, language: str) -> Json:
        said = self._words.render(f"slack.{row}", language)
        return views.said((said,), frame(self._words, language))

    def _refused(self, field: admin.Field, row: str, language: str) -> Json:
        said = self._words.render(f"slack.{row}", language)
        return views.errors({field: said}, {field: field})
