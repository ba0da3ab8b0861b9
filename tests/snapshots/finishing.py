"""People of a snapshot who take up what waits, and answer whatever is asked until nothing is.

They know nothing of a release: they type "go on", read what is asked, and answer what fits.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from bot.adapters.local.story import plain_inputs
from bot.app import Hands, Pace
from bot.engine.answers import Raw, Skip
from bot.port import Destination, FreeText, Message
from bot.scene import House
from storage import addresses, dialogues, enrolments, nudges, people, workspaces
from storage.database import Database, Transaction
from storage.dialogues import Dialogue
from storage.organisations import first
from tests.chat import RememberingChat
from tests.people import Someone, frozen_clock
from tests.snapshots.released import Released

GO_ON = {"nl": "verder", "en": "go on"}
SAID = "het overleg op dinsdag klaar is en Tom nog even blijft staan"
MOST_ANSWERS = 60


class TakenUpChat(RememberingChat):
    """A chat that was there before us: what it showed then can still be replaced."""

    async def replace(self, to: Destination, platform_id: str, message: Message) -> None:
        """Show another message in the place of one that was sent, whenever that was."""
        if await self.find(to, UUID(platform_id)) is not None:
            await super().replace(to, platform_id, message)


@dataclass(frozen=True, slots=True)
class Upgraded:
    """An upgraded snapshot at work: its hands, its chat, and everybody by their user there."""

    hands: Hands
    chat: RememberingChat
    people: dict[str, Someone]

    async def open_dialogues(self, users: Collection[str]) -> list[Dialogue]:
        """List the dialogues of some users that are open."""
        async with self.hands.database.read() as tx:
            return [
                each
                for user in users
                for each in await dialogues.of_person(tx, self.people[user].id, state="open")
            ]

    async def without_a_visit_to_come(self, users: Collection[str]) -> list[str]:
        """List who takes part in a training that has a date, and has no visit to come."""
        async with self.hands.database.read() as tx:
            return [
                user
                for user in users
                for enrolment in await enrolments.of_person(tx, self.people[user].id)
                if enrolment.status == "joined"
                and enrolment.training_day
                and await nudges.next_visit(tx, enrolment.id) is None
            ]

    async def finish_all(self, users: Collection[str]) -> None:
        """Let some users answer all that waits for them."""
        for user in users:
            await self.finish(self.people[user])

    async def finish(self, someone: Someone) -> None:
        """Take up whatever waits for somebody, and answer it all."""
        for _ in range(MOST_ANSWERS):
            if not await self._waits(someone):
                return
            await someone.types(GO_ON[someone.language])
            await self._answer(someone, someone.last)
        raise AssertionError(f"{someone.user} is asked without end; last:\n{someone.last}")

    async def _answer(self, someone: Someone, message: Message) -> None:
        for _ in range(MOST_ANSWERS):
            if not message.fields or message.dialogue is None:
                return
            await someone.presses(message, _inputs(message))
            assert not someone.heard.refusals, (someone.heard, message)
            message = someone.last

    async def _waits(self, someone: Someone) -> bool:
        async with self.hands.database.read() as tx:
            return bool(await dialogues.of_person(tx, someone.id, state="open"))


def _inputs(message: Message) -> dict[str, Raw]:
    """Choose what always fits, in words that a plan can be made of."""
    chosen = plain_inputs(message)
    written = [each.key for each in message.fields if isinstance(each.input, FreeText)]
    return chosen | {key: SAID for key in written if not isinstance(chosen[key], Skip)}


async def at_work(database: Database, released: Released) -> Upgraded:
    """Put everybody of a snapshot at work, at the moment at which it was taken."""
    chat = TakenUpChat()
    clock = frozen_clock(released.at)
    hands = Hands(database, chat, clock, house=House("holdfast.example"), pace=Pace())
    async with database.read() as tx:
        found = await _everybody(tx)
    everybody = {
        user: Someone(hands, chat, workspace, user, person, language)
        for user, workspace, person, language in found
    }
    return Upgraded(hands, chat, everybody)


async def _everybody(tx: Transaction) -> list[tuple[str, UUID, UUID, str]]:
    organisation = await first(tx)
    assert organisation is not None
    (workspace,) = await workspaces.all_on(tx, "local")
    return [
        (address.user, workspace.id, person.id, person.language)
        for person in await people.all_in(tx, organisation.id)
        for address in await addresses.of_person(tx, person.id)
    ]
