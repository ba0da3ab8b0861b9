"""Which person of ours a user of Slack is: known by their address, or found by their e-mail.

Whoever is on no list may still be asked by a colleague, so a full member who was picked becomes a
person who follows nothing. Guests, strangers and bots never do.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog

from bot import scene
from bot.adapters.slack.accounts import Account, account
from bot.adapters.slack.calls import call
from bot.adapters.slack.installed import PLATFORM, Installed
from bot.errors import BadContent, HoldfastError, Unreachable
from bot.limits import SLACK_CALLS_A_MINUTE
from bot.traces import trace_of
from bot.visits import replan
from storage import addresses, enrolments, erasures, parting, people, threads
from storage.database import Database, Transaction
from storage.errors import Erased, Missing
from storage.people import Person
from storage.workspaces import Workspace

_log = structlog.get_logger(__name__)

PAGE: Final = 200  # users a call, as Slack advises
Wait = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of ours behind a user, or why there is nobody."""

    person: UUID | None
    account: Account | None = None


class Matching:
    """Finds and keeps who is who in a workspace."""

    def __init__(
        self, database: Database, installed: Installed, languages: Iterable[str],
        now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        """Take where people stand, how to ask Slack, the languages we speak and a clock."""
        self._database = database
        self._installed = installed
        self._languages = frozenset(languages)
        self._now = now

    async def language_of(self, workspace: Workspace, user: str) -> str:
        """Give the language of a user: their own, or that of the workspace."""
        async with self._database.read() as tx:
            there = await addresses.by_user(tx, workspace.id, user)
            if there is None:
                return workspace.language
            with suppress(Missing, Erased):
                return (await people.get(tx, there.person_id)).language
        return workspace.language

    async def dialogue_of(self, workspace: Workspace, user: str, message: str) -> UUID | None:
        """Name the dialogue of a message that somebody was sent, as Slack calls that."""
        async with self._database.read() as tx:
            there = await addresses.by_user(tx, workspace.id, user)
            return await threads.dialogue_of(tx, there.person_id, message) if there else None

    async def known(self, workspace: Workspace, user: str, *, make: bool = False) -> Known:
        """Say whose address a user is; look them up where nobody's, and match them by e-mail.

        With `make` a full member who is on no list becomes a person. Raises as `calls.call` does.
        """
        async with self._database.read() as tx:
            there = await addresses.by_user(tx, workspace.id, user)
        if there is not None and there.state == "reachable":
            return Known(there.person_id)
        found = await self._look_up(workspace, user)
        if found is None or found.kind != "member":
            return Known(None, found)
        async with self._database.write() as tx:
            return Known(await self._match(tx, workspace, found, make=make), found)

    async def match_all(self, workspace: Workspace, wait: Wait) -> int:
        """Match everybody of a workspace, a page at a time; count who is known from now on.

        `wait` waits so many seconds, between two pages as long as Slack wants it.
        Raises as `calls.call` does.
        """
        matched, cursor = 0, ""
        client = await self._installed.client(workspace.id)
        while True:
            more = {"cursor": cursor} if cursor else {}
            answer = await call(client, "users.list", {"limit": PAGE, **more})
            found = [account(each, _homes(workspace)) for each in answer.get("members") or ()]
            members = [each for each in found if each is not None and each.kind == "member"]
            async with self._database.write() as tx:
                for each in members:
                    matched += await self._match(tx, workspace, each) is not None
            cursor = _next(answer)
            if not cursor:
                return matched
            await wait(60 / SLACK_CALLS_A_MINUTE[2])

    async def match_one(self, workspace: Workspace, person: UUID, wait: Wait) -> bool:
        """Look somebody up by their e-mail address; say whether they were found.

        `wait` waits so many seconds first. Raises as `calls.call` does.
        """
        async with self._database.read() as tx:
            email = (await people.get(tx, person)).email
        if not email:
            return False
        await wait(60 / SLACK_CALLS_A_MINUTE[3])
        client = await self._installed.client(workspace.id)
        try:
            answer = await call(client, "users.lookupByEmail", {"email": email.lower()})
        except (Unreachable, BadContent):
            return False  # nobody of that address is here, or we may not ask for it
        found = account(answer.get("user"), _homes(workspace))
        if found is None or found.kind != "member":
            return False
        async with self._database.write() as tx:
            return await self._match(tx, workspace, found) == person

    async def changed(self, workspace: Workspace, user: str, *, is_gone: bool, zone: str) -> None:
        """Follow a change of somebody's account: their zone, or that they left."""
        async with self._database.write() as tx:
            there = await addresses.by_user(tx, workspace.id, user)
            if there is None:
                return
            person = await people.lock(tx, there.person_id)
            if is_gone and there.state != "left":
                await addresses.set_state(tx, there.id, "left", "the account was closed")
                await self._leave(tx, person)
            elif zone and zone != person.zone:
                await people.set_zone(tx, person.id, zone)
                await self._follow(tx, person.id)

    async def _follow(self, tx: Transaction, person: UUID) -> None:
        """Plan what is to come anew, in the zone where somebody is now."""
        for enrolment in await enrolments.of_person(tx, person):
            moved = await people.get(tx, person)
            where = await scene.of_person(tx, moved, self._now(), enrolment.id)
            await replan(tx, enrolment.id, where.spacing, self._now())

    async def _leave(self, tx: Transaction, person: Person) -> None:
        """Stop everything of somebody who has no other account to be reached at."""
        if await addresses.preferred(tx, person.id) is None and person.status == "active":
            await parting.leave(tx, person.id, self._now())

    async def _look_up(self, workspace: Workspace, user: str) -> Account | None:
        client = await self._installed.client(workspace.id)
        try:
            answer = await call(client, "users.info", {"user": user, "include_locale": True})
        except HoldfastError as error:
            _log.warning("user_not_looked_up", reason=type(error).__name__, trace=trace_of(error))
            raise
        return account(answer.get("user"), _homes(workspace))

    async def _match(
        self, tx: Transaction, workspace: Workspace, found: Account, *, make: bool = False
    ) -> UUID | None:
        organisation = workspace.organisation_id
        there = await addresses.by_user(tx, workspace.id, found.user)
        if there is not None:
            if there.state in ("unmatched", "not_installed"):
                await addresses.set_state(tx, there.id, "reachable")
            return there.person_id if there.state != "left" else None
        person = found.email and await people.by_email(tx, organisation, found.email)
        if not person and make and not await self._is_erased(tx, workspace, found):
            person = await self._made(tx, workspace, found)
        if not person:
            return None
        await addresses.add(
            tx, person=person.id, workspace=workspace.id, user=found.user, preferred=True
        )
        return person.id

    async def _is_erased(self, tx: Transaction, workspace: Workspace, found: Account) -> bool:
        """Say whether somebody had themselves erased, whom nobody brings back by picking them."""
        users = (f"{PLATFORM}:{found.user}",)
        return await erasures.is_erased(
            tx, workspace.organisation_id, email=found.email or None, users=users
        )

    async def _made(self, tx: Transaction, workspace: Workspace, found: Account) -> Person:
        language = found.language if found.language in self._languages else workspace.language
        return await people.add(
            tx,
            organisation=workspace.organisation_id,
            name=found.name or found.user,
            email=found.email or None,
            language=language,
            zone=found.zone or workspace.zone,
        )


def _homes(workspace: Workspace) -> frozenset[str]:
    """Give what the workspace is called; members of an organisation's other ones are at home."""
    return frozenset({workspace.external_id})


def _next(answer: Any) -> str:  # noqa: ANN401 - JSON
    more = answer.get("response_metadata")
    cursor = more.get("next_cursor") if isinstance(more, dict) else None
    return cursor if isinstance(cursor, str) else ""
