"""What a column of the page shows: a person's chat as they see it, and what stands beside it.

Read anew for every look; a page that shows somebody else's words would show them here, so each
column reads the rows of one person only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from markupsafe import Markup

from bot.adapters.local import agreements, course, messages, times, veiled
from bot.adapters.local.cards import lay_out
from bot.adapters.local.eyes import OWN, Eyes
from bot.adapters.local.markup import Pages, mark_of
from bot.adapters.local.services import Services
from bot.adapters.local.wire import Refused
from bot.port import Message, Notice
from bot.visibility import PublicName, plain
from storage import addresses, chat, people, workspaces
from storage.database import Transaction

WORDS: Final = (
    "conversation", "message", "type_here", "send", "nothing_said", "tabs", "chat", "plan", "log",
    "language_of", "coming", "who", "print", "empty", "sent_there", "answers_as",
    "answers_there",
)  # fmt: skip
"""The texts of a column that stand still, by their row; they are in the person's language."""


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who can be chosen: a person with an address in the local chat, or a channel."""

    id: UUID
    name: str
    language: str
    zone: str
    user: str
    is_channel: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the page that is replaced when its mark changes."""

    id: str
    mark: str
    html: Markup


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the page; `gone` says that somebody else stood here and was erased."""

    number: int
    person: str
    name: str
    language: str
    local: str
    words: Mapping[str, str]
    coming: Piece
    items: tuple[Piece, ...]
    plan: Piece
    log: Piece
    gone: str
    is_veiled: bool = False
    is_channel: bool = False


@dataclass(frozen=True, slots=True)
class ClockView:
    """The application's clock where the workspace is."""

    iso: str
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Bubble:
    """What stands around one entry of a chat; `moment` and `time` are in words."""

    sender: str
    by: str
    at: datetime
    moment: str
    time: str


async def participants(tx: Transaction, workspace: UUID) -> list[Participant]:
    """Read who can be chosen, in the order in which they were added; channels come last."""
    organisation = (await workspaces.get(tx, workspace)).organisation_id
    found = []
    for person in await people.all_in(tx, organisation):
        theirs = await addresses.of_person(tx, person.id)
        user = next((each.user for each in theirs if each.workspace_id == workspace), None)
        if user is not None:
            there = (person.id, person.name, person.language, person.zone, user)
            found.append(Participant(*there, person.status == "channel"))
    return sorted(found, key=lambda each: each.is_channel)


def one(there: Sequence[Participant], person: UUID) -> Participant:
    """Find somebody. Raises Refused when they are not there."""
    found = next((each for each in there if each.id == person), None)
    if found is None:
        raise Refused("page.unknown_person", 404)
    return found


async def look(
    tx: Transaction, services: Services, pages: Pages, language: str, eyes: Eyes = OWN
) -> Viewer:
    """Look at the page in a language, at this moment, with one's own eyes or a role's."""
    there = await participants(tx, services.workspace)
    return Viewer(pages, language, services.now(), there, eyes)


async def clock(tx: Transaction, services: Services, language: str) -> ClockView:
    """Show the application's clock where the workspace is."""
    zone = (await workspaces.get(tx, services.workspace)).zone
    at = times.local(services.now(), zone)
    text = f"{times.in_words(at.date(), language)} {times.clock_time(at.time(), language)}"
    return ClockView(at.isoformat(timespec="seconds"), text, times.place(zone, language))


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: the templates, the page's language, the moment, who there is, whose eyes."""

    pages: Pages
    language: str
    now: datetime
    people: Sequence[Participant]
    eyes: Eyes = OWN

    def instead(self, wanted: Sequence[UUID]) -> list[Participant]:
        """Give who is to be shown; for each who is not there, somebody who is not shown yet.

        Raises: Refused when nobody is there at all.
        """
        if not self.people:
            raise Refused("page.nobody", 404)
        by_id = {each.id: each for each in self.people}
        free = [each for each in self.people if each.id not in wanted]
        return [
            by_id.get(person) or (free.pop(0) if free else self.people[0]) for person in wanted
        ]

    async def column(
        self, tx: Transaction, person: Participant, number: int, *, instead: bool = False
    ) -> Column:
        """Show a person in a column; ids on the page begin with "c" and its number."""
        gone = self._text("gone", person) if instead else ""
        if self.eyes.are_own:
            return await self._open(tx, person, number, gone)
        return await self._veiled(tx, person, number, gone)

    async def _open(self, tx: Transaction, person: Participant, number: int, gone: str) -> Column:
        """Show a person as they see themselves."""
        prefix = f"c{number}"
        seen = await course.of_person(tx, self.pages, person.id, self.now)
        whole = await people.get(tx, person.id)
        held = await agreements.of_person(tx, self.pages, whole, self.now)
        return Column(
            number=number,
            person=str(person.id),
            name=person.name,
            language=person.language,
            local=self._local_time(person),
            words={row: self._text(row, person) for row in WORDS},
            coming=self._piece(f"{prefix}-coming", "coming.html", person, seen=seen),
            items=await self._items(tx, person, prefix),
            plan=self._piece(f"{prefix}-plan", "plan.html", person, seen=seen, held=held),
            log=self._piece(f"{prefix}-log", "log.html", person, seen=seen),
            gone=gone,
            is_channel=person.is_channel,
        )

    async def _veiled(
        self, tx: Transaction, person: Participant, number: int, gone: str
    ) -> Column:
        """Show of a person what a role may see; nothing else of theirs is read."""
        prefix = f"c{number}"
        seen = await veiled.of_person(tx, self.pages, person.id, self.eyes, self.now)
        pieces = {
            each: self._piece(f"{prefix}-{each}", f"veiled_{each}.html", person, seen=seen)
            for each in ("coming", "plan", "log")
        }
        words = {row: self._text(row, person) for row in WORDS}
        return Column(
            number=number, person=str(person.id), name=person.name, language=person.language,
            local="", words={**words, **seen.words}, items=(), gone=gone, is_veiled=True,
            is_channel=person.is_channel, **pieces,
        )  # fmt: skip

    def content(
        self, message: Message, person: UUID, id_: str, *, reopened: bool = False
    ) -> Markup:
        """Show what Holdfast said, in the reader's language; `reopened` to change an answer."""
        return self.pages.fill(
            "message.html",
            message.language,
            card=lay_out(message, id_, reopened=reopened),
            prefix=id_,
            person=person,
        )

    def notice(self, notice: Notice, person: UUID, id_: str) -> Markup:
        """Show why words in a form were not taken, and what can be done about it."""
        language = one(self.people, person).language
        return self.pages.fill("notice.html", language, notice=notice, id=id_, person=person)

    def _text(self, row: str, person: Participant) -> str:
        name = plain(PublicName(person.name))
        return self.pages.text(f"page.{row}", person.language, name=name)

    def _piece(self, id_: str, template: str, person: Participant, **context: object) -> Piece:
        known = {"name": person.name, "shown_name": plain(PublicName(person.name))}
        html = self.pages.fill(template, person.language, person=person.id, **known, **context)
        return Piece(id_, mark_of(html), html)

    def _local_time(self, person: Participant) -> str:
        at = times.local(self.now, person.zone)
        language = person.language
        return f"{times.clock_time(at.time(), language)} {times.place(person.zone, language)}"

    async def _items(self, tx: Transaction, person: Participant, prefix: str) -> tuple[Piece, ...]:
        items: list[Piece] = []
        days: set[date] = set()
        for row in await chat.of_person(tx, person.id):
            at = times.local(row.at, person.zone)
            if at.date() not in days:
                days.add(at.date())
                items.append(self._day(at.date(), person, prefix))
            items.append(self._bubble(row, at, person, f"{prefix}-{row.id}"))
        return tuple(items)

    def _day(self, day: date, person: Participant, prefix: str) -> Piece:
        words, id_ = times.in_words(day, person.language), f"{prefix}-{person.id}-{day}"
        html = self.pages.fill("day.html", person.language, day=words, id=id_)
        return Piece(id_, mark_of(html), html)

    def _bubble(self, row: chat.Message, at: datetime, person: Participant, id_: str) -> Piece:
        if row.sender == "bot":
            content = self.content(messages.load(row.body), person.id, id_)
        else:
            text = str(row.body["text"])
            content = self.pages.fill(
                "said.html", person.language, text=text, settled=row.replaced
            )
        time = times.clock_time(at.time(), person.language)
        where = times.place(person.zone, person.language)
        bubble = Bubble(
            sender=row.sender,
            by="Holdfast" if row.sender == "bot" else person.name,
            at=at,
            moment=f"{times.in_words(at.date(), person.language)} {time}, {where}",
            time=time,
        )
        mark = mark_of(f"{time}{content}")
        html = self.pages.fill(
            "bubble.html", person.language, bubble=bubble, id=id_, mark=mark, content=content
        )
        return Piece(id_, mark, html)
