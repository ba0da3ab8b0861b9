"""Two who act at the very same moment, on connections of their own: one-sided it never gets."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import pytest

from bot.clock import Clock
from bot.engine.answers import Raw
from bot.notes import note
from bot.pledging import patience_ends
from bot.port import Event, Heard, Pressed
from bot.words import Words
from storage import erasing, inbox, people, pledges
from storage.ids import new_id
from tests.chapters import chapter
from tests.people import Someone, Town
from tests.stories.pairs import (
    HERS,
    agree_at_once,
    agreed,
    asked,
    asks_at_once,
    moves_in,
    promised,
    promises,
    takes_part,
    the_pledge,
    tom_is_there,
)

pytestmark = pytest.mark.slow

WORDS: Final = {
    "if": HERS.if_, "then": HERS.then, "form": HERS.form, "language": HERS.language, "goal": "",
}  # fmt: skip

Act = Callable[[Someone], Awaitable[object]]


@dataclass
class Writing:
    """Stands in for the hands of somebody whose events are written down, to be heard together."""

    clock: Clock
    words: Words
    events: list[Event] = field(default_factory=list)

    async def hear(self, event: Event) -> Heard:
        """Write an event down."""
        self.events.append(event)
        return Heard()

    async def look(self) -> int:
        """Do nothing."""
        return 0


async def at_once(town: Town, *acts: tuple[str, Act]) -> None:
    """Let all of this be heard at the same moment, each in a transaction of its own."""
    desk = Writing(town.hands.clock, town.hands.words)
    for name, act in acts:
        await act(replace(town[name], hands=desk))  # type: ignore[arg-type]
    now = town.clock.now
    await asyncio.gather(*(town.hands.conversation.hear(each, now) for each in desk.events))
    await town.hands.look()


def taps(label: str) -> Act:
    """Tap a button."""
    return lambda someone: someone.taps(label)


def types(text: str) -> Act:
    """Type in the chat."""
    return lambda someone: someone.types(text)


def edits(key: str, raw: Raw) -> Act:
    """Send another answer on a card that was used."""

    async def act(someone: Someone) -> None:
        card = someone.card(key)
        assert card.dialogue is not None
        count = next(edit.count for edit in card.edits if edit.key == key)
        await someone.does(Pressed(card.dialogue, {key: raw}, {key: count}))

    return act


async def is_one_sided(town: Town) -> bool:
    """Say whether something holds to which not both said yes."""
    held = await the_pledge(town)
    return held.state == "active" and not held.is_agreed


async def failures(town: Town) -> int:
    """Count what could not be heard, such as what a database gave up for a deadlock."""
    async with town.hands.database.read() as tx:
        return len(await inbox.failed(tx))


def doubled(someone: Someone) -> list[object]:
    """Name the questions that stand open twice before any reminder, and what came twice."""
    open_ = [(each.dialogue, each.fields[0].key) for each in someone.messages if each.fields]
    came = [each.delivery for each in someone.messages]
    return [what for what, often in Counter([*open_, *came]).items() if often > 1]


async def agrees_if_asked(someone: Someone) -> None:
    """Say yes to what is asked, if it is."""
    if any(each.fields and each.fields[0].key == "right" for each in someone.messages):
        await someone.taps("Klopt")


async def answer_all(town: Town) -> None:
    """Let both answer what they come to be asked in a month."""
    for _ in range(4):
        await town.clock.passes(days=8)
        await agrees_if_asked(town["Sanne"])
        await agrees_if_asked(town["Tom"])


@chapter(after=asked)
async def about_to_promise(town: Town) -> None:
    """Tom is asked whether what he will do is right."""
    await town["Tom"].taps("Ik doe mee")
    await town["Tom"].taps("zeg ik wat ik zag")


ANOTHER: Final = edits("plan.then", "vraag ik Tom wat hij ervan vond")
WITHDRAWS: Final = edits("send", "dont")
SAYS_NO: Final = edits("joins", "not_now")
ENDED: Final = ("ended",)
AGREED: Final = ("active",)
BEGINNINGS: Final = {
    "asked": asked,
    "about to promise": about_to_promise,
    "promised": promised,
    "agreed": agreed,
}


def race(begins: str, sanne: Act, tom: Act, ends: tuple[str, ...], name: str) -> object:
    """Say where two begin, what each does at once, and how it may end; both orders are tried."""
    return pytest.param(sanne, tom, ends, id=name, marks=pytest.mark.begins(BEGINNINGS[begins]))


RACES: Final = [
    race("promised", taps("Klopt"), edits("promise", "ask"), AGREED, "a yes and another line"),
    race("promised", taps("Klopt"), types("stop"), ENDED, "a yes and a stop"),
    race("asked", WITHDRAWS, taps("Ik doe mee"), ENDED, "taken back and accepted"),
    race("about to promise", ANOTHER, taps("Klopt"), AGREED, "another plan and a promise"),
    race("agreed", ANOTHER, edits("promise", "ask"), AGREED, "another plan and another line"),
    race("agreed", types("stop"), types("stop"), ENDED, "both stop"),
    race("promised", ANOTHER, SAYS_NO, ENDED, "another plan and a no after all"),
]


@pytest.mark.parametrize(("sanne", "tom", "ends"), RACES)
async def test_two_acts_at_one_moment_are_heard_as_one_after_the_other(
    sanne: Act, tom: Act, ends: tuple[str, ...], town: Town
) -> None:
    await at_once(town, ("Sanne", sanne), ("Tom", tom))

    assert not await is_one_sided(town)
    assert await failures(town) == 0
    assert doubled(town["Sanne"]) == doubled(town["Tom"]) == []

    await answer_all(town)
    assert (await the_pledge(town)).state in ends
    assert not await is_one_sided(town)


@pytest.mark.begins(promised)
async def test_one_tap_that_comes_three_times_at_once_counts_once(town: Town) -> None:
    desk = Writing(town.hands.clock, town.hands.words)
    await replace(town["Sanne"], hands=desk).taps("Klopt")  # type: ignore[arg-type]
    now = town.clock.now

    heard = await asyncio.gather(
        *(town.hands.conversation.hear(each, now) for each in desk.events * 3)
    )
    await town.hands.look()

    assert sorted(each.seen_before for each in heard) == [False, True, True]
    assert (await the_pledge(town)).state == "active"
    assert doubled(town["Sanne"]) == []


async def _erased(town: Town, name: str, now: datetime) -> None:
    async with town.hands.database.write() as tx:
        await erasing.erase(tx, town[name].id, now)


@pytest.mark.parametrize("who", ["Sanne", "Tom"])
@pytest.mark.begins(about_to_promise)
async def test_who_is_erased_while_the_other_acts_waits_for_nobody(who: str, town: Town) -> None:
    acts = {"Sanne": ("Tom", taps("Klopt")), "Tom": ("Sanne", ANOTHER)}
    name, act = acts[who]
    desk = Writing(town.hands.clock, town.hands.words)
    await act(replace(town[name], hands=desk))  # type: ignore[arg-type]
    now = town.clock.now

    await asyncio.gather(
        town.hands.conversation.hear(desk.events[0], now), _erased(town, who, now)
    )
    await town.clock.passes(hours=1)

    assert await failures(town) == 0
    async with town.hands.database.read() as tx:
        assert await erasing.count_rows(tx, town[who].id) == 0


@chapter(after=tom_is_there)
async def holding_one(town: Town) -> None:
    """Tom holds Emma to her plan, and Noor works there too."""
    await agree_at_once(town, town["Emma"], town["Tom"])
    await takes_part(town, await moves_in(town, "Noor"))
    await takes_part(town, town["Sanne"])


async def asks_unseen(town: Town, name: str, *, after: timedelta = timedelta(0)) -> None:
    """Let somebody have asked Tom while nobody saw that somebody else did; he hears in a while."""
    enrolment = await takes_part(town, town[name])
    tom, now = town["Tom"].id, town.clock.now
    async with town.hands.database.write() as tx:
        learner = town[name].id
        pledge = await pledges.add(
            tx, person=learner, enrolment=enrolment, dialogue=new_id(), key="hold_me",
            colleague=tom, words=WORDS, now=now,
        )  # fmt: skip
        ends = patience_ends(await people.get(tx, tom), now)
        await note(tx, "ask_another", learner, str(pledge), ends)
        await note(tx, "hold_me", tom, str(pledge), now + after)


async def learners_of_tom(town: Town) -> int:
    """Count whom Tom holds to something, or is asked to."""
    async with town.hands.database.read() as tx:
        return await pledges.learners_of(tx, town["Tom"].id, town["Tom"].id)


async def is_asked_for_one(town: Town, names: Sequence[str]) -> bool:
    """Let Tom join in; say whether that is with one of them, and the other hears it is not."""
    await town.clock.passes(days=3)
    read = [name for name in names if f"{name} vraagt je hulp" in town["Tom"].text()]
    [other] = [name for name in names if name not in read]
    await promises(town)
    await town.clock.passes(days=30)  # who is new here gets other messages first
    return "Met Tom is het er niet van gekomen." in town[other].text()


@pytest.mark.begins(holding_one)
async def test_two_who_ask_one_colleague_at_once_are_no_more_than_there_is_room_for(
    town: Town,
) -> None:
    names = ("Sanne", "Noor")
    await asyncio.gather(*(asks_at_once(town, town[name], town["Tom"]) for name in names))

    assert await is_asked_for_one(town, names)
    assert await learners_of_tom(town) == 2


@pytest.mark.parametrize("names", [("Sanne", "Noor"), ("Noor", "Sanne")])
@pytest.mark.parametrize("after", [timedelta(0), timedelta(days=1)])
@pytest.mark.begins(holding_one)
async def test_of_two_who_asked_unseen_whoever_comes_first_is_asked_for(
    names: tuple[str, str], after: timedelta, town: Town
) -> None:
    await asks_unseen(town, names[0], after=after)
    await asks_unseen(town, names[1])

    assert await is_asked_for_one(town, names)
    assert await learners_of_tom(town) == 2
