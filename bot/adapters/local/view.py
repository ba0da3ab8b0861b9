"""What one side of the page shows: a person's chat as they see it, and what stands beside it.

Read anew for every look; a page that shows somebody else's words would show them here, so each
side reads the rows of one person only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from markupsafe import Markup

from bot.adapters.local import messages, times
from bot.adapters.local.cards import lay_out
from bot.adapters.local.markup import Pages, mark_of
from bot.port import Message
from bot.visibility import PublicName, plain
from bot.words import Words
from storage import addresses, chat, enrolments, log, nudges, people, plans, workspaces
from storage.database import Transaction
from storage.enrolments import Enrolment


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who can be chosen: a person with an address in the local chat."""

    id: UUID
    name: str
    language: str
    zone: str
    user: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the page that is replaced when its mark changes."""

    id: str
    mark: str
    html: Markup


@dataclass(frozen=True, slots=True)
class SideView:
    """One side of the page."""

    person: str
    title: str
    local: str
    language: str
    message_label: str
    items: tuple[Piece, ...]
    about: Piece


@dataclass(frozen=True, slots=True)
class Bubble:
    """What stands around one entry of a chat; `moment` and `time` are in words."""

    sender: str
    by: str
    at: datetime
    moment: str
    time: str


@dataclass(frozen=True, slots=True)
class LogEntry:
    """What somebody wrote at one visit: each text with the question it answers."""

    day: date
    on: str
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class About:
    """What stands beside a chat; empty texts where there is nothing."""

    language: str
    plan: str = ""
    plan_language: str = ""
    visit: str = ""
    zone: str = ""
    place: str = ""
    log: tuple[LogEntry, ...] = ()


async def participants(tx: Transaction, workspace: UUID) -> list[Participant]:
    """Read who can be chosen, in the order in which they were added."""
    organisation = (await workspaces.get(tx, workspace)).organisation_id
    found = []
    for person in await people.all_in(tx, organisation):
        theirs = await addresses.of_person(tx, person.id)
        user = next((each.user for each in theirs if each.workspace_id == workspace), None)
        if user is not None:
            found.append(Participant(person.id, person.name, person.language, person.zone, user))
    return found


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: the templates, the page's language, the application's moment, who there is."""

    pages: Pages
    words: Words
    language: str
    now: datetime
    people: Sequence[Participant]

    async def side(self, tx: Transaction, person: Participant, side: str) -> SideView:
        """Show a person on one side; ids on the page begin with its name."""
        name = plain(PublicName(person.name))
        return SideView(
            person=str(person.id),
            title=self.pages.text("page.conversation", self.language, name=name),
            local=self._local_time(person.zone),
            language=person.language,
            message_label=self.pages.text("page.message", self.language, name=name),
            items=await self._items(tx, person, side),
            about=await self._about(tx, person, side),
        )

    def content(
        self, message: Message, person: UUID, id_: str, *, reopened: bool = False
    ) -> Markup:
        """Show what Holdfast said, in the reader's language; `reopened` to change an answer."""
        colleagues = tuple((str(each.id), each.name) for each in self.people if each.id != person)
        return self.pages.fill(
            "message.html",
            message.language,
            card=lay_out(message, id_, reopened=reopened),
            prefix=id_,
            colleagues=colleagues,
        )

    def _local_time(self, zone: str) -> str:
        at = times.local(self.now, zone)
        return f"{times.clock_time(at.time(), self.language)} {times.place(zone, self.language)}"

    async def _items(self, tx: Transaction, person: Participant, side: str) -> tuple[Piece, ...]:
        items: list[Piece] = []
        days: set[date] = set()
        for row in await chat.of_person(tx, person.id):
            at = times.local(row.at, person.zone)
            if at.date() not in days:
                days.add(at.date())
                items.append(self._day(at.date(), person, side))
            items.append(self._bubble(row, at, person, f"{side}-{row.id}"))
        return tuple(items)

    def _day(self, day: date, person: Participant, side: str) -> Piece:
        words, id_ = times.in_words(day, person.language), f"{side}-{person.id}-{day}"
        return Piece(id_, words, self.pages.fill("day.html", person.language, day=words, id=id_))

    def _bubble(self, row: chat.Message, at: datetime, person: Participant, id_: str) -> Piece:
        if row.sender == "bot":
            content = self.content(messages.load(row.body), person.id, id_)
        else:
            content = self.pages.fill("said.html", person.language, text=str(row.body["text"]))
        time = times.clock_time(at.time(), person.language)
        where = times.place(person.zone, person.language)
        bubble = Bubble(
            sender=row.sender,
            by="Holdfast" if row.sender == "bot" else person.name,
            at=at,
            moment=f"{times.in_words(at.date(), person.language)} {time}, {where}",
            time=time,
        )
        mark = mark_of(content)
        html = self.pages.fill(
            "bubble.html", person.language, bubble=bubble, id=id_, mark=mark, content=content
        )
        return Piece(id_, mark, html)

    async def _about(self, tx: Transaction, person: Participant, side: str) -> Piece:
        enrolled = await enrolments.of_person(tx, person.id)
        language = person.language
        about = await self._course(tx, enrolled[-1], language) if enrolled else About(language)
        html = self.pages.fill("about.html", self.language, about=about)
        return Piece(f"{side}-about", mark_of(html), html)

    async def _course(self, tx: Transaction, enrolment: Enrolment, language: str) -> About:
        plan = await plans.current(tx, enrolment.id)
        visit = await nudges.next_visit(tx, enrolment.id)
        entries = await log.of_enrolment(tx, enrolment.id)
        zone = (await people.get(tx, enrolment.person_id)).zone
        return About(
            language=language,
            plan=self._plan_line(plan) if plan else "",
            plan_language=plan.language if plan else "",
            visit=self._visit(visit) if visit else "",
            zone=visit.zone if visit else "",
            place=times.place(visit.zone, self.language) if visit else "",
            log=tuple(self._entry(each, zone, language) for each in _newest_visit_first(entries)),
        )

    def _plan_line(self, plan: plans.Plan) -> str:
        parts = plan.words
        return self.words.plan_line(parts["if"], parts["then"], plan.form, plan.language)

    def _visit(self, visit: nudges.Nudge) -> str:
        return self.pages.text(
            "page.local_moment",
            self.language,
            date=plain(visit.local_day),
            time=plain(visit.local_time),
        )

    def _entry(self, visit: Sequence[log.Entry], zone: str, language: str) -> LogEntry:
        day = times.local(visit[0].at, zone).date()
        written: list[Any] = [each for entry in visit for each in entry.words["texts"]]
        texts = tuple((self._question(str(key), language), str(text)) for key, text in written)
        return LogEntry(day, times.in_short(day, self.language), texts)

    def _question(self, key: str, language: str) -> str:
        """Give the question that an entry answers; empty where its row is gone."""
        row = f"check_in.{key}"
        return self.words.render(row, language) if self.words.has(row) else ""


def _newest_visit_first(entries: Sequence[log.Entry]) -> list[list[log.Entry]]:
    """Gather what was written at each visit, in the order asked; the newest visit comes first."""
    visits: dict[UUID, list[log.Entry]] = {}
    for entry in entries:
        visits.setdefault(entry.dialogue_id, []).append(entry)
    return list(reversed(visits.values()))
