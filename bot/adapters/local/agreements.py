"""Who holds whom to what, as it stands beside a chat: an agreement, its state, and both lines.

The words go the way of a message: a letter of ids, filled in by `bot.lending` for whoever reads.
What that reader may not see is not lent, and then it is not here at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from bot import lending, my_data_together, rendering
from bot.adapters.local import times
from bot.adapters.local.markup import Pages
from bot.letters import Letter, Line
from bot.phrases import Lent, Named
from bot.rendering import NotShared, Reader
from storage import people, pledges
from storage.database import Transaction
from storage.errors import Erased, Missing
from storage.ids import new_id
from storage.people import Person
from storage.pledges import Pledge

_PLAN: Final = "page.pledge_plan"
_OWN: Final = "page.pledge_own"
_THEIRS: Final = "page.pledge_theirs"


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement in words: with whom, how it stands, and what each of the two said."""

    who: str
    state: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody is held to, and what they hold others to."""

    by: tuple[Agreement, ...] = ()
    others: tuple[Agreement, ...] = ()


@dataclass(frozen=True, slots=True)
class Shared:
    """What a colleague may see of a learner: the plan in the words they were sent."""

    plan: str
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads, in which language, and when."""

    tx: Transaction
    pages: Pages
    person: Person
    language: str
    now: datetime

    async def lines(self, pledge: Pledge, *rows: str) -> tuple[str, ...]:
        """Put what this reader is lent of a pledge into words; what they are not is left out."""
        said = [await self._line(pledge, row) for row in rows]
        return tuple(each for each in said if each)

    async def _line(self, pledge: Pledge, row: str) -> str:
        letter = Letter((Line(row, _values(row, pledge)),))
        reader = Reader(
            person=self.person.id, name=self.person.name, language=self.language,
            today=times.local(self.now, self.person.zone).date(), organisation="", link="",
            around=await lending.gather(self.tx, letter, self.person),
        )  # fmt: skip
        try:
            told = rendering.message(letter, new_id(), self.person.id, reader, self.pages.words)
        except NotShared:
            return ""
        return "\n".join(told.paragraphs)

    async def agreement(self, pledge: Pledge, other: UUID | None) -> Agreement:
        """Tell of one agreement with the other of the two."""
        state = await my_data_together.standing(self.tx, pledge)
        label = self.pages.label("page.pledge_state", state, self.language)
        return Agreement(await self._name(other), label, await self.lines(pledge, _OWN, _THEIRS))

    async def _name(self, person: UUID | None) -> str:
        try:
            return (await people.get(self.tx, person)).name if person else self._somebody()
        except (Erased, Missing):
            return self._somebody()

    def _somebody(self) -> str:
        return self.pages.text("page.pledge_gone", self.language)


async def of_person(tx: Transaction, pages: Pages, person: Person, now: datetime) -> Held:
    """Tell somebody who holds them to what, the newest first, and what they promised others."""
    reading = Reading(tx, pages, person, person.language, now)
    asked = reversed(await pledges.of_person(tx, person.id))
    promised = [each for each in await pledges.of_colleague(tx, person.id) if each.theirs]
    return Held(
        by=tuple([await reading.agreement(each, each.colleague_id) for each in asked]),
        others=tuple([await reading.agreement(each, each.person_id) for each in promised]),
    )


async def for_colleague(
    tx: Transaction, pages: Pages, learner: Person, now: datetime
) -> Shared | None:
    """Give what a learner's colleague may see of them; None where nobody holds them to anything.

    It is put into the learner's language, for it stands in the learner's column.
    """
    asked = [each for each in await pledges.of_person(tx, learner.id) if each.state != "posted"]
    open_ = [each for each in asked if each.is_open]
    colleague = open_[-1].colleague_id if open_ else None
    if colleague is None:
        return None
    try:
        reading = Reading(tx, pages, await people.get(tx, colleague), learner.language, now)
    except (Erased, Missing):
        return None
    plan = await reading.lines(open_[-1], _PLAN)
    told = await reading.agreement(open_[-1], colleague)
    return Shared(plan[0], told) if plan else None


def _values(row: str, pledge: Pledge) -> dict[str, object]:
    subject = str(pledge.id)
    values: dict[str, dict[str, object]] = {
        _PLAN: {"plan": Lent(subject, "plan")},
        _OWN: {"plan": Lent(subject, "plan"), "name": Named(str(pledge.person_id))},
        _THEIRS: {"answer": Lent(subject, "theirs"), "buddy": Named(str(pledge.colleague_id))},
    }
    return values[row]
