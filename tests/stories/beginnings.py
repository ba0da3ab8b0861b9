"""The chapters that stories of one person begin with; Sanne's, unless said otherwise."""

from __future__ import annotations

from datetime import date

from tests.chapters import chapter
from tests.people import Town
from tests.stories.steps import accepts, plans_in_dutch

TUESDAY = date(2026, 11, 24)


@chapter()
async def invited(town: Town) -> None:
    """She is welcomed, and asked whether she wants to join."""
    await town.clock.goes_on_until(town["Sanne"])


@chapter(after=invited)
async def joined(town: Town) -> None:
    """She joined at the default slot, and is asked whether she is ready for a plan."""
    await accepts(town["Sanne"])


@chapter(after=joined)
async def at_the_goal(town: Town) -> None:
    """She is asked what to try first."""
    await town["Sanne"].taps("Start")


@chapter(after=at_the_goal)
async def at_the_if(town: Town) -> None:
    """She is asked when she will do it; she skipped what may stand in the way."""
    await town["Sanne"].writes("Een collega zeggen wat hielp na het overleg")
    await town["Sanne"].writes("Dat Tom merkt dat ik hem zie, en dat hij het vaker doet")
    await town["Sanne"].skips()


@chapter(after=joined)
async def planned(town: Town) -> None:
    """She made a plan, for a day that she does not know yet."""
    await plans_in_dutch(town["Sanne"])


@chapter(after=planned)
async def asked_how_it_went(town: Town) -> None:
    """She is asked how it went."""
    await town.clock.goes_on_until(town["Sanne"])


@chapter(after=joined)
async def planned_for_tuesday(town: Town) -> None:
    """She made a plan for the day after the training."""
    await plans_in_dutch(town["Sanne"], TUESDAY)


@chapter(after=planned_for_tuesday)
async def asked_after_tuesday(town: Town) -> None:
    """She is asked how it went."""
    await town.clock.goes_on_until(town["Sanne"])
