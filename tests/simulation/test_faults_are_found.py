"""A check that cannot fail is no check: each fault is planted, and the simulation must find it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, cast

import pytest

from bot import lending, silence, visits
from bot.rendering import Loan
from bot.simulation.limits import Kind
from bot.simulation.lives import Wanted, empty_file
from bot.simulation.running import simulate
from scheduler import decide, plan
from storage import inbox, nudges, pledges
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

    async def nothing(*given: object) -> None:
        del given

    async def never(*given: object) -> bool:
        del given
        return False

    fault.setattr(nudges, "cancel_of_dialogue", nothing)
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

    async def nothing(*given: object) -> None:
        del given

    fault.setattr(silence, "start_clocks", nothing)


def forgets_who_has_a_plan(fault: pytest.MonkeyPatch) -> None:
    """Plan no check-in for anybody."""

    def none(*given: object) -> tuple[()]:
        del given
        return ()

    fault.setattr(plan, "_check_ins", none)


def _nothing_against_it(*given: object) -> None:
    del given


@pytest.mark.parametrize(
    ("plant", "kind", "people"),  # few of a small town agree on anything, or hear too much
    [
        (takes_every_event_for_new, "duplicates", 12),
        (knows_no_hours, "outside_rhythm", 12),
        (knows_no_holidays, "outside_rhythm", 12),
        (knows_no_silence, "outside_rhythm", 12),
        (knows_no_limits, "over_cap", 48),
        (reminds_of_every_asking, "over_cap", 12),
        (comes_again_at_once, "too_close", 12),
        (takes_one_yes_for_two, "one_sided", 48),
        (mixes_up_plans, "leaks", 48),
        (starts_no_clocks, "stuck", 12),
        (forgets_who_has_a_plan, "stuck", 12),
    ],
)
async def test_a_planted_fault_is_found(
    monkeypatch: pytest.MonkeyPatch, plant: Plant, kind: Kind, people: int
) -> None:
    plant(monkeypatch)
    async with empty_file() as url:
        outcome = await simulate(Wanted(people, 60, 1, url), lambda _: None)

    assert outcome.figures[kind] > 0, outcome.figures
    assert not outcome.is_well
