"""A town as every story finds it: two learners in a cohort, and hands that work on its rows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from bot import visits
from bot.app import Hands, Pace
from bot.programme import Programme, read
from bot.scene import House
from scheduler.plan import Spacing
from storage import addresses, cohorts, enrolments, organisations, people, programmes, workspaces
from storage.database import Database, Transaction
from storage.keyring import Keyring
from tests.chat import RememberingChat
from tests.people import Someone, Town, Turning, frozen_clock

MASTER = bytes(range(32))
PACK = Path(__file__).parent.parent / "bot" / "programmes" / "feedback-geven"
# A Monday, one day before the default slot.
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LEARNERS = (("Sanne", "nl", "Europe/Amsterdam"), ("Emma", "en", "Europe/London"))


@dataclass(frozen=True, slots=True)
class Home:
    """A chat that a town is in: its platform, what that calls it, and its users by first name."""

    platform: str
    name: str
    users: Mapping[str, str] = field(default_factory=dict)

    def user(self, name: str) -> str:
        """Give the user of somebody."""
        return self.users.get(name.casefold(), name.casefold())


@asynccontextmanager
async def a_town(
    url: str, keyring: Keyring, *, training: date | None = None, start: datetime = START,
    about: str | None = None,
) -> AsyncIterator[Town]:  # fmt: skip
    """Open a database with an organisation, a programme and two learners in a cohort."""
    chat = RememberingChat()
    async with _at_work(url, keyring, chat, start) as hands:
        async with hands.database.write() as tx:
            workspace, found = await settle(tx, training or start.date(), start, about=about)
        town = Town(hands, chat, Turning(hands), {}, workspace)
        for name, (person, language) in found.items():
            user = name.casefold()
            town.people[name] = Someone(hands, chat, workspace, user, person, language)
        yield town


@asynccontextmanager
async def taken_up(ended: Town, url: str, keyring: Keyring) -> AsyncIterator[Town]:
    """Open a copy of a town's database, and go on there as the town was when it was left."""
    chat = ended.chat.copied()
    async with _at_work(url, keyring, chat, ended.clock.now) as hands:
        there = {
            name: replace(each, hands=hands, chat=chat) for name, each in ended.people.items()
        }
        await hands.look()  # who starts tidies up and writes logs, which is no part of a story
        yield Town(hands, chat, Turning(hands), there, ended.workspace)


@asynccontextmanager
async def _at_work(
    url: str, keyring: Keyring, chat: RememberingChat, moment: datetime
) -> AsyncIterator[Hands]:
    database = await Database.open(url, keyring)
    pace = Pace(lease=timedelta(0))
    try:
        yield Hands(
            database, chat, frozen_clock(moment), house=House("holdfast.example"), pace=pace
        )
    finally:
        await database.close()


async def settle(
    tx: Transaction, training: date, start: datetime, *, about: str | None = None,
    home: Home = Home("local", "local"),
) -> tuple[UUID, dict[str, tuple[UUID, str]]]:  # fmt: skip
    """Add the organisation and its learners; give the workspace, and who they are by name.

    `about` says what the programme is about, if it is not what its pack says; `home` is the chat
    that they are in.
    """
    organisation = await organisations.add(
        tx, name="Zonnewijzer", language="nl", zone="Europe/Amsterdam"
    )
    workspace = await workspaces.add(
        tx, organisation=organisation.id, platform=home.platform, external_id=home.name,
        language="nl", zone="Europe/Amsterdam",
    )  # fmt: skip
    pack: Programme = read(PACK)
    if about:
        content = pack.to_json()
        pack = Programme.from_json(
            {**content, "programme": {**content["programme"], "about": about}}
        )
    programme = await programmes.save(
        tx, organisation=organisation.id, slug=pack.slug, version=pack.version,
        digest=pack.digest, content=pack.to_json(),
    )  # fmt: skip
    cohort = await cohorts.add(
        tx, organisation=organisation.id, programme=programme.id, name="najaar",
        training_day=training,
    )  # fmt: skip
    found: dict[str, tuple[UUID, str]] = {}
    for name, language, zone in LEARNERS:
        person = await people.add(
            tx, organisation=organisation.id, name=name, email=f"{name}@example.org",
            language=language, zone=zone,
        )  # fmt: skip
        await addresses.add(
            tx, person=person.id, workspace=workspace.id, user=home.user(name), preferred=True
        )
        enrolment = await enrolments.add(
            tx, person=person.id, cohort=cohort.id, pack_digest=pack.digest,
            enrolled_on=start.date(), training_day=training,
        )  # fmt: skip
        await visits.replan(tx, enrolment.id, Spacing(), start)
        found[name] = (person.id, language)
    return workspace.id, found
