"""A check that cannot fail is no check: each fault is planted, and the simulation must find it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from typing import Any, cast
from uuid import UUID

import pytest

from bot import (
    answering_posts,
    leaving,
    lending,
    pledged,
    pledging,
    silence,
    talk,
    together,
    visits,
)
from bot.deeds import HoldMe, Joint
from bot.dialogues import goal_setting, share
from bot.engine.steps import Choose, Part
from bot.rendering import Loan
from bot.scene import Scene
from bot.sides import Side, of_colleague
from bot.simulation import acting, characters, life
from bot.simulation.limits import Kind
from bot.simulation.lives import Day, Wanted, empty_file
from bot.simulation.running import simulate
from scheduler import decide, hours, plan, shifts
from storage import inbox, nudges, outbox, people, pledges, taps
from storage.database import Transaction

pytestmark = pytest.mark.slow

Plant = Callable[[pytest.MonkeyPatch], None]


def takes_every_event_for_new(fault: pytest.MonkeyPatch) -> None:
    """Forget which events were heard."""

    async def received(tx: Transaction, *given: object) -> bool:
        await real(tx, *given)
        return True

    real = cast("Any", inbox.receive)
    fault.setattr(inbox, "receive", received)


def knows_no_hours(fault: pytest.MonkeyPatch) -> None:
    """Reach people at any hour."""
    fault.setattr(decide, "_in_hours", _nothing_against_it)


def knows_no_holidays(fault: pytest.MonkeyPatch) -> None:
    """Reach people on public holidays."""

    def none(country: str | None) -> frozenset[date]:
        del country
        return frozenset()

    fault.setattr(visits, "public_holidays", none)


def knows_no_silence(fault: pytest.MonkeyPatch) -> None:
    """Reach people who asked for silence."""
    fault.setattr(decide, "_silence", _nothing_against_it)


def knows_no_limits(fault: pytest.MonkeyPatch) -> None:
    """Send as much as there is."""

    def always(*given: object) -> bool:
        del given
        return True

    fault.setattr(decide, "has_room", always)


def reminds_of_every_asking(fault: pytest.MonkeyPatch) -> None:
    """Let each asking of one question bring a reminder of its own."""

    async def never(*given: object) -> bool:
        del given
        return False

    fault.setattr(nudges, "cancel_of_dialogue", _does_nothing)
    fault.setattr(silence, "_was_reminded", never)


def comes_again_at_once(fault: pytest.MonkeyPatch) -> None:
    """Leave no time between two messages."""
    fault.setattr(decide, "_apart", _nothing_against_it)


def takes_one_yes_for_two(fault: pytest.MonkeyPatch) -> None:
    """Let an agreement hold that one of the two agreed to."""
    fault.setattr(pledges.Pledge, "is_agreed", property(lambda _: True))


def mixes_up_plans(fault: pytest.MonkeyPatch) -> None:
    """Show a colleague the plan that was shown to somebody before."""
    lent: list[Loan | None] = []
    real = cast("Any", lending)._own  # noqa: SLF001 - where words leave their owner

    def another(pledge: pledges.Pledge, part: str) -> Loan | None:
        lent.append(real(pledge, part))
        return lent[0]

    fault.setattr(lending, "_own", another)


def starts_no_clocks(fault: pytest.MonkeyPatch) -> None:
    """Let a question wait for ever."""

    fault.setattr(silence, "start_clocks", _does_nothing)


def forgets_who_has_a_plan(fault: pytest.MonkeyPatch) -> None:
    """Plan no check-in for anybody."""

    def none(*given: object) -> tuple[()]:
        del given
        return ()

    fault.setattr(plan, "_check_ins", none)


def says_everything_twice(fault: pytest.MonkeyPatch) -> None:
    """Send what is no visit a second time, as another message."""

    async def twice(tx: Transaction, **given: Any) -> UUID:  # noqa: ANN401 - as the real one
        row: UUID = await real(tx, **given)
        if given.get("nudge") is None and given["kind"] != "replace":
            await real(tx, **given)
        return row

    real = outbox.put
    fault.setattr(outbox, "put", twice)


def answers_in_the_evening(fault: pytest.MonkeyPatch) -> None:
    """Let whoever writes wait for an answer until ten o'clock."""

    async def late(tx: Transaction, **given: Any) -> UUID:  # noqa: ANN401 - as the real one
        if given.get("nudge") is None and given["kind"] != "replace":
            given["due_at"] = given["due_at"].replace(hour=22)
        return await real(tx, **given)

    real = outbox.put
    fault.setattr(outbox, "put", late)


def agrees_for_the_other(fault: pytest.MonkeyPatch) -> None:
    """Take what a colleague will do for a yes of both."""

    async def for_both(tx: Transaction, side: Side, joint: Joint) -> None:
        await real(tx, side, joint)
        pledge = await of_colleague(tx, side)
        if pledge is not None:
            yes = pledge.version
            await pledges.change(tx, pledge.id, state="active", own_yes=yes, their_yes=yes)

    real = cast("Any", pledging)._promise  # noqa: SLF001 - where the line is kept
    fault.setattr(pledging, "_promise", for_both)


def shares_despite_a_no(fault: pytest.MonkeyPatch) -> None:
    """Send a colleague the plan that its learner would rather not send."""

    def despite(*given: Any) -> Part:  # noqa: ANN401 - as the real one
        script = real(*given)
        step = next(script, None)
        while step is not None:
            answer = yield step
            if isinstance(step, Choose) and step.key == "send" and answer.value == "dont":
                answer = replace(answer, value="send")
            try:
                step = script.send(answer)
            except StopIteration:
                return

    real = share.hold_me
    fault.setattr(goal_setting, "hold_me", despite)


def forgets_what_it_heard(fault: pytest.MonkeyPatch) -> None:
    """Take events in, and let nothing come of them."""

    fault.setattr(inbox, "outcome", _does_nothing)


def forgets_a_pause(fault: pytest.MonkeyPatch) -> None:
    """Promise silence, and keep nothing of it."""

    fault.setattr(people, "set_quiet", _does_nothing)


def writes_to_who_left(fault: pytest.MonkeyPatch) -> None:
    """Write to people who work elsewhere now; of this town all do sooner or later."""
    fault.setattr(characters, "LEAVE_FOR_GOOD", 100)

    fault.setattr(people, "set_status", _does_nothing)


def rests_too_little(fault: pytest.MonkeyPatch) -> None:
    """Reach whoever worked at night two hours after that."""
    fault.setattr(shifts, "REST_AFTER_NIGHT", timedelta(hours=2))
    # What is remembered of before would be right, and what is remembered now wrong afterwards.
    fault.setattr(hours, "openings", shifts.openings.__wrapped__)


def stops_nothing(fault: pytest.MonkeyPatch) -> None:
    """Say goodbye to whoever stops, and go on."""
    fault.setattr(leaving, "_end_all", _does_nothing)


def keeps_an_old_yes(fault: pytest.MonkeyPatch) -> None:
    """Let what both agreed to say something else."""

    async def reworded(tx: Transaction, side: Side, pledge: pledges.Pledge, wish: HoldMe) -> None:
        words = await cast("Any", pledging)._words(tx, side, wish)  # noqa: SLF001 - as the real one
        await pledges.say(tx, pledge, words)

    fault.setattr(pledging, "_reword", reworded)


def takes_nothing_back(fault: pytest.MonkeyPatch) -> None:
    """Leave with a colleague what was taken back."""

    async def nothing(where: Scene, nudge: nudges.Nudge) -> None:
        await nudges.mark(where.tx, nudge.id, "opened")

    fault.setattr(together, "retract", nothing)


def forgets_answers(fault: pytest.MonkeyPatch) -> None:
    """Take answers, and keep every seventh of them not."""
    often = count(1)

    async def forgetful(scene: Any, state: Any, given: Any, *voice: Any, **more: Any) -> Any:  # noqa: ANN401 - as the real one
        if given and next(often) % 7 == 0:
            given = {}
        return await real(scene, state, given, *voice, **more)

    real = talk.take
    fault.setattr(talk, "take", forgetful)


def asks_much_of_a_few(fault: pytest.MonkeyPatch) -> None:
    """Let one buddy hold any number of learners to something."""
    for each in (pledging, pledged, answering_posts):
        fault.setattr(each, "MOST_LEARNERS", 50)


def takes_a_menu_twice(fault: pytest.MonkeyPatch) -> None:
    """Do once more what was tapped once more."""

    async def again(*given: object) -> bool:
        del given
        return True

    fault.setattr(taps, "use", again)


def asks_for_years(fault: pytest.MonkeyPatch) -> None:
    """Let a question wait for ten years."""
    fault.setattr(silence, "CLOSE_AFTER", 2500)


async def _does_nothing(*given: object) -> None:
    del given


def _nothing_against_it(*given: object) -> None:
    del given


class Found(Exception):
    """What was planted was found."""


@dataclass(frozen=True)
class Place:
    """A town of so many people, drawn by a seed; a busy one says yes to nearly all."""

    people: int
    seed: int = 1
    is_busy: bool = False
    days: int = 30

    def make(self, fault: pytest.MonkeyPatch) -> None:
        """Let its people be as they are there."""
        if self.is_busy:
            fault.setattr(characters, "ANSWERS", (0.95,))
            fault.setattr(characters, "GO_ON_LEAVE", 0)
            fault.setattr(life, "GOES_ON", 0.995)
            fault.setattr(acting, "TAKES_THE_FIRST", 85)


SMALL, TOWN = Place(12), Place(48)
SMALL_FOR_LONG, TOWN_FOR_LONG = Place(12, days=60), Place(48, days=60)
BUSY, LARGE = Place(60, is_busy=True), Place(90, seed=4, is_busy=True, days=45)


@pytest.mark.parametrize(
    ("plant", "kind", "place"),  # few of a small town agree on anything, or hear too much
    [
        (takes_every_event_for_new, "duplicates", TOWN),
        (knows_no_hours, "outside_rhythm", TOWN),
        (knows_no_holidays, "outside_rhythm", TOWN),
        (knows_no_silence, "outside_rhythm", TOWN),
        (knows_no_limits, "over_cap", TOWN_FOR_LONG),
        (reminds_of_every_asking, "over_cap", SMALL_FOR_LONG),
        (comes_again_at_once, "too_close", TOWN),
        (takes_one_yes_for_two, "one_sided", TOWN),
        (mixes_up_plans, "leaks", BUSY),
        (says_everything_twice, "duplicates", TOWN),
        (answers_in_the_evening, "outside_rhythm", TOWN),
        (agrees_for_the_other, "one_sided", TOWN),
        (shares_despite_a_no, "leaks", BUSY),
        (forgets_a_pause, "outside_rhythm", TOWN),
        (writes_to_who_left, "outside_rhythm", TOWN),
        (rests_too_little, "outside_rhythm", TOWN),
        (stops_nothing, "outside_rhythm", TOWN),
        (keeps_an_old_yes, "one_sided", LARGE),
        (takes_nothing_back, "leaks", BUSY),
        (asks_much_of_a_few, "over_cap", LARGE),
        (takes_a_menu_twice, "duplicates", TOWN),
        (asks_for_years, "stuck", SMALL),
        (forgets_answers, "stuck", SMALL_FOR_LONG),
        (forgets_what_it_heard, "stuck", SMALL),
        (starts_no_clocks, "stuck", SMALL),
        (forgets_who_has_a_plan, "stuck", SMALL_FOR_LONG),
    ],
)
@pytest.mark.timeout(600)
async def test_a_planted_fault_is_found(
    monkeypatch: pytest.MonkeyPatch, plant: Plant, kind: Kind, place: Place
) -> None:
    def _look_for_it(day: Day) -> None:
        if day.wrong[kind]:
            raise Found

    place.make(monkeypatch)
    plant(monkeypatch)
    async with empty_file() as url:
        with pytest.raises(Found):  # as soon as it is found: the rest of their lives adds nothing
            await simulate(Wanted(place.people, place.days, place.seed, url), _look_for_it)


async def test_what_is_found_counts_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    takes_every_event_for_new(monkeypatch)
    days: list[Day] = []
    async with empty_file() as url:
        outcome = await simulate(Wanted(SMALL.people, SMALL.days, SMALL.seed, url), days.append)

    assert outcome.figures["duplicates"] == days[-1].wrong["duplicates"] > 0
    assert not outcome.is_well


# On two busy cores its ninety lives take more than the two minutes that a test has.
@pytest.mark.timeout(600)
async def test_nothing_is_found_where_nothing_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    LARGE.make(monkeypatch)
    async with empty_file() as url:
        outcome = await simulate(Wanted(LARGE.people, LARGE.days, LARGE.seed, url), lambda _: None)

    assert outcome.is_well, outcome.first
