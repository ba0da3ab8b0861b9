"""Watching what arrives, and counting what must never happen.

What a message was for is read from its row; whether it should have come is judged from outside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from bot import my_data
from bot.my_data import Book
from bot.port import Message, Typed, What
from bot.simulation.characters import Character
from bot.simulation.chat import Arrival, texts_of
from bot.simulation.consent import Taps
from bot.simulation.heeded import Heeded
from bot.simulation.hours import is_within
from bot.simulation.lent import Lent, overloaded
from bot.simulation.limits import Kind, Ledger
from bot.simulation.marks import Released
from bot.simulation.wishes import Wishes
from bot.words import Words
from storage import invariants, people, pledges
from storage.database import Database, Transaction
from storage.errors import Erased, Missing
from storage.invariants import FORGOTTEN, Finding, Pushed

FIRST: Final = 20
"""How many violations are kept to be told of; all are counted."""
ALOUD: Final = 240  # characters of one that are told


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that must never happen: of what kind, when, to whom, and what."""

    kind: Kind
    at: datetime
    team: int
    what: str


@dataclass
class Checks:
    """All that is known of what arrived; `who` are the characters by the row of their person.

    `shown` is what stands in each user's chat, of the newest messages.
    What was found in the rows counts once.
    """

    database: Database
    words: Words
    who: dict[UUID, Character]
    channels: dict[UUID, str]
    shown: Mapping[str, Iterable[Message]]
    counted: Counter[Kind] = field(default_factory=Counter)
    first: list[Violation] = field(default_factory=list)
    aloud: list[str] | None = None
    released: Released = field(default_factory=Released)
    found: set[Finding] = field(default_factory=set)
    ledgers: dict[UUID, Ledger] = field(default_factory=dict)
    taps: Taps = field(default_factory=Taps)
    wishes: Wishes = field(default_factory=Wishes)
    lent: Lent = field(default_factory=Lent)
    heeded: Heeded = field(default_factory=Heeded)
    _acts: Counter[UUID] = field(default_factory=Counter)  # since something arrived last
    _last: dict[UUID, What] = field(default_factory=dict)  # of these
    _events: dict[str, UUID] = field(default_factory=dict)  # of today

    def did(self, person: UUID, event: str, what: What, now: datetime) -> None:
        """Note what somebody does before it is heard."""
        if event not in self._events:  # what comes again is answered no more
            self.wishes.add(person, what, now)
        if isinstance(what, Typed) or self._last.get(person) != what:  # two taps are one act
            self._acts[person] += 1
        self._last[person] = what
        self._events[event] = person
        self.taps.add(person, what)
        self.heeded.add(person, event, what)

    async def arrived(self, arrivals: Sequence[Arrival], now: datetime) -> None:
        """Judge what arrived: what it says, and whether it should have come."""
        for each in arrivals:
            self.read(each.person, texts_of(each.message), each.at)
            if each.is_again:
                self._note("duplicates", each.at, each.person, "a message was sent twice")
        new = [each for each in arrivals if each.is_new and not each.is_again]
        acts, self._acts, self._last = self._acts, Counter(), {}
        self._said_twice(new, acts)
        if not new and not self.heeded.written:
            return
        async with self.database.read() as tx:
            self._found("stuck", await self.heeded.lost(tx), now)
            for each in new:
                found = await invariants.pushed_by(tx, each.message.delivery)
                against = self.wishes.against(each.person, found.kind if found else None, each.at)
                if against:
                    what = f"{against}: {texts_of(each.message)}"
                    self._note("outside_rhythm", each.at, each.person, what)
                if found is None and (acts[each.person] or each.person in self.channels):
                    continue  # an answer to what they just did; a post is its learner's doing
                try:
                    person = await people.get(tx, each.person)
                except (Missing, Erased):
                    self._note("outside_rhythm", each.at, each.person, "it came after erasing")
                    continue
                if found is None:
                    self._came_unasked(each, person)
                    continue
                self._ledger(person).days = await invariants.training_days(tx, each.person)
                self._came(each, found, person, follows_act=acts[each.person] > 0)

    def _said_twice(self, new: Sequence[Arrival], acts: Counter[UUID]) -> None:
        """Count what came more often in one moment than its reader did something."""
        often = Counter((each.person, texts_of(each.message)) for each in new)
        for (person, text), times in often.items():
            for _ in range(max(acts[person], 1), times):
                self._note("duplicates", new[0].at, person, f"the same was said twice: {text}")

    def _came_unasked(self, arrival: Arrival, person: people.Person) -> None:
        """Judge what is no visit and answers nothing that its reader just did."""
        if not is_within(person, arrival.at):
            what = f"it came outside hours: {texts_of(arrival.message)}"
            self._note("outside_rhythm", arrival.at, person.id, what)

    def _ledger(self, person: people.Person) -> Ledger:
        ledger = self.ledgers.setdefault(
            person.id, Ledger(person.zone, is_channel=person.id in self.channels)
        )
        ledger.zone = person.zone
        return ledger

    def _came(
        self, arrival: Arrival, pushed: Pushed, person: people.Person, *, follows_act: bool
    ) -> None:
        ledger = self._ledger(person)
        for kind, what in ledger.add(arrival.at, pushed, follows_act=follows_act):
            self._note(kind, arrival.at, person.id, what)
        if pushed.kind == "resume" or ledger.came[-1].is_exempt:
            return
        if not is_within(person, arrival.at):
            self._note(
                "outside_rhythm", arrival.at, person.id, f"{pushed.kind} came outside hours"
            )

    def read(self, person: UUID, text: str, at: datetime) -> None:
        """Judge a text that somebody reads: whether words of others stand in it."""
        someone = self.who.get(person)
        channel = f"#team-{someone.team}" if someone else self.channels[person]
        names = {someone.name, channel} if someone else {channel}
        for mark in self.released.leaked(someone.number if someone else None, names, text):
            self._note("leaks", at, person, f"{mark} was not released to its reader: {text}")

    async def look_into(self, person: UUID, now: datetime) -> None:
        """Judge all that somebody is told is kept of them."""
        async with self.database.read() as tx:
            try:
                book = await my_data.book_of(tx, self.words, person, person, now)
            except (Missing, Erased):
                return
        self.read(person, _text_of(book), now)

    async def every_day(self, now: datetime) -> None:
        """Judge what stands in the rows."""
        async with self.database.read() as tx:
            self._found("one_sided", await invariants.one_sided(tx), now)
            self._found("one_sided", await invariants.with_the_gone(tx), now)
            there = await pledges.every_pledge(tx)
            names = {person: each.name for person, each in self.who.items()}
            known = names | self.channels
            taken_from = await self.lent.follow(tx, there, known, self.released, now)
            lost = await invariants.lost_events(tx)
        users = {person: each.user for person, each in self.who.items()} | self.channels
        for person in taken_from:
            for message in self.shown[users[person]]:
                self.read(person, texts_of(message), now)
        self._found("over_cap", overloaded(there, names), now)
        whose = (self._events[each] for each in lost if each in self._events)
        self._found("stuck", [Finding(each, "an event came to nothing") for each in whose], now)
        self._events.clear()

    async def is_stuck(self, now: datetime) -> None:
        """Judge whether everybody reached an end, or waits for something."""
        async with self.database.read() as tx:
            found = await invariants.stuck(tx, now)
            silent = {each.person for each in found if await self._wants_silence(tx, each)}
            agreed = await invariants.agreements(tx)
        against = [Finding(each.person, self.taps.against(each)) for each in agreed]
        self._found("one_sided", [each for each in against if each.what], now)
        self._found("stuck", [each for each in found if each.person not in silent], now)

    async def _wants_silence(self, tx: Transaction, found: Finding) -> bool:
        """Say whether nothing is to come because its person asked for that."""
        if found.what != FORGOTTEN:
            return False
        return (await people.get(tx, found.person)).quiet is not None

    def sent_again(self, person: UUID, now: datetime) -> None:
        """Count an event that was taken twice."""
        self._note("duplicates", now, person, "an event that was sent again counted again")

    def _found(self, kind: Kind, found: Iterable[Finding], now: datetime) -> None:
        for each in found:
            if each not in self.found:
                self.found.add(each)
                self._note(kind, now, each.person, each.what)

    def _note(self, kind: Kind, at: datetime, person: UUID, what: str) -> None:
        self.counted[kind] += 1
        someone = self.who.get(person)
        channel = self.channels.get(person, "")
        team = someone.team if someone else int(channel.rpartition("-")[2] or -1)
        if self.aloud is not None:
            self.aloud.append(f"{at:%a %d %b %H:%M} !! {kind}: {what[:ALOUD]}")
        if len(self.first) < FIRST:
            self.first.append(
                Violation(kind, at, team, f"{someone.name if someone else channel}: {what}")
            )


def _text_of(book: Book) -> str:
    return "\n".join(repr(each.items) for each in book.sections)
