"""Whatever two people do at whatever moment, it ends as if one had waited for the other.

An act is two steps: what its person saw on a card, and the tap. Steps of two people are mixed in
any way; then each answers what they are asked. There is a serial order of whole acts that ends the
same, nobody is bound to what they did not read, and nobody who is still to answer is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from typing import Final
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot import pledged, pledging
from bot.deeds import Fact, HoldMe, Joint, Reply, Yes
from bot.phrases import PlanLine
from bot.sides import Side
from storage import enrolments, nudges, people, pledges
from storage.database import Transaction
from storage.ids import new_id
from storage.pledges import Pledge
from tests.people import Town
from tests.stories.pairs import tom_is_there

pytestmark = [pytest.mark.slow, pytest.mark.begins(tom_is_there)]

Outcome = tuple[tuple[object, ...], ...]
Halves = tuple[str, str]  # what a learner will do, and what their colleague will

# What a learner and a colleague may do, one after the other, each in an order of their own.
OF_A_LEARNER: Final = st.lists(
    st.sampled_from(["yes", "rewords", "plans", "withdraws", "pauses"]), max_size=3
).map(tuple)
OF_A_COLLEAGUE: Final = st.one_of(
    st.sampled_from([(), ("accepts",), ("declines",), ("accepts", "stops")]),
    st.lists(st.sampled_from(["yes", "changes", "declines", "stops"]), max_size=2).map(
        lambda more: ("accepts", "promises", *more)
    ),
)


class Undone(Exception):
    """All of it was only played."""


@dataclass
class Pair:
    """Sanne and Tom in one transaction: what each saw last, and what they do with it."""

    tx: Transaction
    now: datetime
    learner: UUID
    colleague: UUID
    enrolment: UUID
    origin: UUID = field(default_factory=new_id)
    seen: dict[str, int] = field(default_factory=dict)
    shown: dict[str, Halves] = field(default_factory=dict)
    said_yes_to: dict[str, Halves] = field(default_factory=dict)
    subject: str = ""
    is_withdrawn: bool = False

    async def begins(self) -> None:
        """Let Sanne ask Tom."""
        await self._learner(None, 0, {"hold_me": self._wish("the first plan")}, self.origin)
        [asked] = await pledges.of_person(self.tx, self.learner)
        self.subject = str(asked.id)

    async def sees(self, who: str, act: str) -> None:
        """Show somebody the card with which they will act, as it is now."""
        held = await self._pledge()
        asked = await self._is_asked(who)
        self.seen[f"{who} {act}"] = held.version if asked or act == "accepts" else 0
        self.shown[f"{who} {act}"] = _halves(held)

    async def does(self, who: str, act: str) -> None:
        """Let somebody act with the card that they saw."""
        version, (then, line) = self.seen[f"{who} {act}"], self.shown[f"{who} {act}"]
        match who, act:
            case "learner", "yes" if version:
                self.said_yes_to[who] = (then, line)
                await self._learner(self.subject, version, {"yes": Yes(version)})
            case "learner", "rewords" if version:
                self.said_yes_to[who] = ("reworded", line)
                await self._learner(self.subject, version, {"hold_me": self._wish("reworded")})
            case "learner", "plans" if not self.is_withdrawn:
                # Where she makes her plan, she sees nothing of what he will do.
                self.said_yes_to[who] = ("made anew", self.said_yes_to.get(who, ("", ""))[1])
                wish = self._wish("made anew")
                await self._learner(None, 0, {"hold_me": wish}, self.origin)
            case "learner", "withdraws":
                self.is_withdrawn = True
                side = await self._side(self.learner, None, 0, self.origin)
                await pledging.apply(self.tx, side, {}, {"hold_me": self._wish("")})
            case "colleague", _:
                await self._of_colleague(act, version, then, line)

    async def _of_colleague(self, act: str, version: int, then: str, line: str) -> None:
        said = {"promises": "say", "changes": "nudge", "yes": line}
        if act in said:
            self.said_yes_to["colleague"] = (then, said[act])
        read = self.seen.get("colleague accepts", 0)  # the card on which all of it was asked
        match act:
            case "accepts":
                await self._colleague(read, {"reply": Reply("accepted")})
            case "declines":
                await self._colleague(read, {"reply": Reply("declined")})
            case "promises":
                await self._colleague(read, {"joint": Joint("say"), "yes": Yes(read)})
            case "changes":
                await self._colleague(read, {"joint": Joint("nudge")})
            case "yes" if version:
                await self._colleague(version, {"yes": Yes(version)})
            case "stops":
                tom = await people.lock(self.tx, self.colleague)
                await pledging.leave(self.tx, tom, self.now)

    async def answer_all(self) -> None:
        """Let each say yes to what they are asked, as long as anybody is asked."""
        for who in ("learner", "colleague") * 2:
            if await self._is_asked(who):
                await self.sees(who, "yes")
                await self.does(who, "yes")

    async def outcome(self) -> Outcome:
        """Tell how it stands, whatever its number."""
        held = await pledges.of_person(self.tx, self.learner)
        return tuple(_told(each) for each in held)

    async def is_whole(self) -> bool:
        """Say whether nothing holds but what both said yes to as they read it."""
        held = await self._pledge()
        both = {"learner": _halves(held), "colleague": _halves(held)}
        return held.state != "active" or (held.is_agreed and self.said_yes_to == both)

    async def is_stuck(self) -> bool:
        """Say whether there are two halves, and nobody is asked although both are to agree."""
        held = await self._pledge()
        return held.is_open and held.theirs is not None and held.state != "active"

    async def is_taken_back(self) -> bool:
        """Say whether what ended is taken back from the colleague."""
        held = await self._pledge()
        planned = await nudges.is_planned(self.tx, self.colleague, "retract", self.subject)
        return planned == (held.state == "ended")

    async def _is_asked(self, who: str) -> bool:
        """Say whether somebody has, or will get, a card that asks for a yes to what is there."""
        person = await people.get(self.tx, self.learner if who == "learner" else self.colleague)
        held = await self._pledge()
        for each in await nudges.of_person(self.tx, person.id):
            is_it = (each.kind, each.subject, each.round) == ("agree", self.subject, held.version)
            if is_it and await pledged.is_wanted(self.tx, each, person, self.now):
                return True
        return False

    async def _pledge(self) -> Pledge:
        found = await pledges.get(self.tx, UUID(self.subject))
        assert found
        return found

    def _wish(self, then: str) -> HoldMe:
        return HoldMe(str(self.colleague), PlanLine("when", then, "clause", "en"), "goal")

    async def _learner(
        self,
        subject: str | None,
        version: int,
        keep: dict[str, Fact],
        dialogue: UUID | None = None,
    ) -> None:
        side = await self._side(self.learner, subject, version, dialogue)
        await pledging.apply(self.tx, side, keep, {})

    async def _colleague(self, version: int, keep: dict[str, Fact]) -> None:
        side = await self._side(self.colleague, self.subject, version)
        await pledging.apply(self.tx, side, keep, {})

    async def _side(
        self, person: UUID, subject: str | None, version: int, dialogue: UUID | None = None
    ) -> Side:
        enrolment = self.enrolment if person == self.learner else None
        there = await people.lock(self.tx, person)
        return Side(there, dialogue or new_id(), self.now, subject, enrolment, version)


def _halves(held: Pledge) -> Halves:
    return held.words["then"], str((held.theirs or {}).get("code", ""))


def _told(held: Pledge) -> tuple[object, ...]:
    theirs = held.theirs or {}
    yeses = (held.own_yes == held.version, held.their_yes == held.version)
    both = yeses if held.is_open and theirs else None
    return held.state, held.reason, held.words["then"], theirs.get("code"), both


Step = tuple[str, str, bool]  # who, which act, and whether it is the tap


def steps_of(who: str, acts: Sequence[str]) -> list[Step]:
    """Give the steps of somebody's acts: a look and a tap each."""
    return [(who, act, is_tap) for act in acts for is_tap in (False, True)]


def mixed(turns: Sequence[bool], learner: Sequence[Step], colleague: Sequence[Step]) -> list[Step]:
    """Put the steps of two people in an order: at a true turn it is the learner's."""
    queues = {True: list(learner), False: list(colleague)}
    found = [queues[turn].pop(0) for turn in turns if queues[turn]]
    return [*found, *queues[True], *queues[False]]


def serial_orders(learner: Sequence[str], colleague: Sequence[str]) -> Iterator[list[Step]]:
    """Yield all orders of whole acts."""
    number = len(learner) + len(colleague)
    for places in combinations(range(number), len(learner)):
        twice = [place in places for place in range(number) for _ in (1, 2)]
        yield mixed(twice, steps_of("learner", learner), steps_of("colleague", colleague))


async def played(town: Town, steps: Sequence[Step]) -> Outcome:
    """Play steps in a transaction that is undone, and give how it ended."""
    found: Outcome = ()
    async with town.hands.database.write() as tx:
        [enrolment] = await enrolments.of_person(tx, town["Sanne"].id)
        pair = Pair(tx, town.clock.now, town["Sanne"].id, town["Tom"].id, enrolment.id)
        try:
            async with tx.savepoint():
                found = await _played(pair, steps)
                raise Undone  # noqa: TRY301 - so that the savepoint is undone
        except Undone:
            pass
    return found


async def ends_so(town: Town, ended: Outcome, orders: Iterator[Sequence[Step]]) -> bool:
    """Say whether one of these orders ends like that."""
    for each in orders:
        if ended == await played(town, each):
            return True
    return False


async def _played(pair: Pair, steps: Sequence[Step]) -> Outcome:
    await pair.begins()
    for who, act, is_tap in steps:
        await (pair.does(who, act) if is_tap else pair.sees(who, act))
        assert await pair.is_whole(), f"one-sided after {who} {act} in {steps}"
    await pair.answer_all()
    assert not await pair.is_stuck(), f"nobody is asked any more after {steps}"
    assert await pair.is_taken_back(), f"not taken back after {steps}"
    return await pair.outcome()


@pytest.mark.parametrize("database_kind", ["sqlite"])
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    learner=OF_A_LEARNER,
    colleague=OF_A_COLLEAGUE,
    turns=st.lists(st.booleans(), min_size=12, max_size=12),
)
# He reads the first plan and promises; meanwhile she makes another.
@example(("plans", "yes"), ("accepts", "promises"), [False, False, False, True, True, False])
# She changed her plan before he answered at all.
@example(("plans", "yes"), ("accepts", "promises"), [True, True])
# She is asked about his line, he changes it, and she changes her plan with the old card.
@example(
    ("rewords",),
    ("accepts", "promises", "changes", "yes"),
    [False] * 4 + [True, False, False, True],
)
# He says no, and she changes her plan where she made it.
@example(("plans",), ("declines",), [False, False])
# He says no while she changes her plan.
@example(
    ("rewords",), ("accepts", "promises", "declines"), [False] * 4 + [True, False, False, True]
)
async def test_any_order_ends_as_some_serial_order(
    town: Town, learner: tuple[str, ...], colleague: tuple[str, ...], turns: list[bool]
) -> None:
    steps = mixed(turns, steps_of("learner", learner), steps_of("colleague", colleague))

    ended = await played(town, steps)

    assert await ends_so(town, ended, serial_orders(learner, colleague)), f"{steps}: {ended}"
