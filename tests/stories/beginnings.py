"""The chapters that stories of several modules begin with; Sanne's, unless said otherwise."""

from __future__ import annotations

from datetime import date

from bot.team_channels import with_team_channel
from storage import addresses, organisations, people
from tests.chapters import chapter
from tests.people import Someone, Town
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


async def let_tom_work_there(town: Town) -> None:
    """Let Tom be a colleague, who never heard of Holdfast."""
    async with town.hands.database.write() as tx:
        there = await people.get(tx, town["Sanne"].id)
        person = await people.add(
            tx, organisation=there.organisation_id, name="Tom", email=None, language="nl",
            zone="Europe/Amsterdam",
        )  # fmt: skip
        await addresses.add(
            tx, person=person.id, workspace=town.workspace, user="tom", preferred=True
        )
    town.people["Tom"] = Someone(town.hands, town.chat, town.workspace, "tom", person.id, "nl")


@chapter(after=joined)
async def beside_tom(town: Town) -> None:
    """She joined, and Tom works there too."""
    await let_tom_work_there(town)


@chapter(after=invited)
async def beside_a_team(town: Town) -> None:
    """She joined, Tom works there too, and their team has a channel."""
    await let_tom_work_there(town)
    async with town.hands.database.write() as tx:
        organisation = await organisations.first(tx)
        assert organisation
        await with_team_channel(tx, organisation, "najaar", "#team", readers=8)
        address = await addresses.by_user(tx, town.workspace, "#team")
        assert address
    team = Someone(town.hands, town.chat, town.workspace, "#team", address.person_id, "nl")
    town.people["team"] = team
    await accepts(town["Sanne"])


@chapter(after=beside_tom)
async def held(town: Town) -> None:
    """Tom holds her to her plan."""
    learner, buddy, clock = town["Sanne"], town["Tom"], town.clock
    await plans_in_dutch(learner, asks=buddy)
    await learner.taps("Verstuur")
    await clock.passes(days=1)
    await buddy.taps("Ik doe mee")
    await buddy.taps("zeg ik wat ik zag")
    await buddy.taps("Klopt")
    await clock.passes(days=1)
    learner.reads("agree.right")
    await learner.taps("Klopt")


@chapter(after=held)
async def held_and_asked(town: Town) -> None:
    """Tom holds her to her plan, and she is asked how it went."""
    await town.clock.goes_on_until(town["Sanne"])
    town["Sanne"].reads("check_in.went")
