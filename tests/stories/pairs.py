"""Chapters and helpers of two people: who moves in, who asks whom, and what they keep together."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from bot import pledging
from bot.deeds import Fact, HoldMe, Joint, Reply, Yes
from bot.phrases import PlanLine
from bot.sides import Side
from bot.team_channels import with_team_channel
from scheduler.rhythm import Rhythm
from storage import (
    addresses,
    cohorts,
    dialogues,
    enrolments,
    erasing,
    organisations,
    parting,
    people,
    pledges,
)
from storage.ids import new_id
from storage.pledges import Pledge
from tests.chapters import chapter
from tests.people import Someone, Town
from tests.stories.beginnings import asked_after_tuesday, invited, joined, planned_for_tuesday
from tests.stories.steps import accepts, plans_in_dutch

HERS = PlanLine("het weekoverleg begint", "vraag ik eerst naar Emma's punt", "clause", "nl")


async def moves_in(
    town: Town, name: str, *, zone: str = "Europe/Amsterdam", rhythm: Rhythm | None = None
) -> Someone:
    """Let somebody come to work beside Sanne, who never heard of Holdfast."""
    async with town.hands.database.write() as tx:
        there = await people.get(tx, town["Sanne"].id)
        person = await people.add(
            tx, organisation=there.organisation_id, name=name, email=None, language="nl",
            zone=zone,
        )  # fmt: skip
        await people.set_rhythm(tx, person.id, rhythm.to_json() if rhythm else None)
        await addresses.add(
            tx, person=person.id, workspace=town.workspace, user=town.user(name), preferred=True
        )
    return town.takes_in(name, person.id, "nl")


async def asks(town: Town, day: date | None = None) -> None:
    """Let Sanne, who joined, plan and ask Tom to hold her to it; a day passes."""
    await plans_in_dutch(town["Sanne"], day, asks=town["Tom"])
    await town["Sanne"].taps("Verstuur")
    await town.clock.passes(days=1)


async def promises(town: Town, line: str = "zeg ik wat ik zag") -> None:
    """Let Tom say what he will do; a day passes."""
    await town["Tom"].taps("Ik doe mee")
    await town["Tom"].taps(line)
    await town["Tom"].taps("Klopt")
    await town.clock.passes(days=1)


async def takes_part(town: Town, someone: Someone, training: date | None = None) -> UUID:
    """Let somebody have joined the cohort of Sanne, at her training or another day."""
    async with town.hands.database.write() as tx:
        [sannes] = await enrolments.of_person(tx, town["Sanne"].id)
        held = await enrolments.of_person(tx, someone.id)
        day = training or (await cohorts.get(tx, sannes.cohort_id)).training_day
        found = held[0] if held else await enrolments.add(
            tx, person=someone.id, cohort=sannes.cohort_id, pack_digest=sannes.pack_digest,
            enrolled_on=sannes.enrolled_on, training_day=day,
        )  # fmt: skip
        now = town.clock.now
        await enrolments.change(tx, found.id, status="joined", joined_at=now, training_day=day)
        return found.id


async def asks_at_once(town: Town, learner: Someone, colleague: Someone) -> None:
    """Let a learner ask a colleague without a word: how they came to it is no part of a story."""
    enrolment = await takes_part(town, learner)
    async with town.hands.database.write() as tx:
        person = await people.lock(tx, learner.id)
        side = Side(person, new_id(), town.clock.now, None, enrolment)
        wish = HoldMe(str(colleague.id), HERS, "Eerst de ander vragen")
        await pledging.apply(tx, side, {"hold_me": wish}, {})


async def agree_at_once(town: Town, learner: Someone, colleague: Someone) -> None:
    """Let two have agreed on something without a word, long ago."""
    await asks_at_once(town, learner, colleague)
    async with town.hands.database.write() as tx:
        [held] = await pledges.of_person(tx, learner.id)
        subject, version, now = str(held.id), held.version, town.clock.now
        theirs = await people.lock(tx, colleague.id)
        side = Side(theirs, new_id(), now, subject, None, version)
        said: dict[str, Fact] = {
            "reply": Reply("accepted"),
            "joint": Joint("say"),
            "yes": Yes(version),
        }
        await pledging.apply(tx, side, said, {})
        own = await people.lock(tx, learner.id)
        side = Side(own, new_id(), now, subject, held.enrolment_id, version)
        await pledging.apply(tx, side, {"yes": Yes(version)}, {})
    assert (await the_pledge(town, learner)).state == "active"


async def the_pledge(town: Town, learner: Someone | None = None) -> Pledge:
    """Read what a learner, Sanne unless said otherwise, asked last."""
    async with town.hands.database.read() as tx:
        return (await pledges.of_person(tx, (learner or town["Sanne"]).id))[-1]


async def the_only_pledge(town: Town) -> Pledge:
    """Read the one pledge that Sanne has."""
    async with town.hands.database.read() as tx:
        [found] = await pledges.of_person(tx, town["Sanne"].id)
        return found


async def is_erased(town: Town) -> None:
    """Let Sanne be erased."""
    async with town.hands.database.write() as tx:
        await erasing.erase(tx, town["Sanne"].id, town.clock.now)
    await town.hands.look()


async def leaves(town: Town) -> None:
    """Let Tom leave the organisation."""
    async with town.hands.database.write() as tx:
        await parting.leave(tx, town["Tom"].id, town.clock.now)
    await town.hands.look()


async def answers_of(town: Town, someone: Someone, kind: str) -> str:
    """Read all that somebody answered in dialogues of one kind."""
    async with town.hands.database.read() as tx:
        held = await dialogues.of_person(tx, someone.id)
    return "\n".join(row.answers for row in held if row.kind == kind)


@chapter(after=joined)
async def tom_is_there(town: Town) -> None:
    """She joined, and there is Tom, whom she may ask."""
    await moves_in(town, "Tom")


@chapter(after=tom_is_there)
async def asked(town: Town) -> None:
    """She asked Tom to hold her to her plan, and he reads it."""
    await asks(town)
    town["Tom"].reads("hold_me.joins")


@chapter(after=asked)
async def promised(town: Town) -> None:
    """Tom said what he will do, and she is asked whether it is right."""
    await promises(town)
    town["Sanne"].reads("agree.right")


@chapter(after=promised)
async def agreed(town: Town) -> None:
    """Both said yes."""
    await town["Sanne"].taps("Klopt")


@chapter(after=agreed)
async def agreed_and_asked(town: Town) -> None:
    """Tom holds her to her plan, and she is asked how it went."""
    await town.clock.goes_on_until(town["Sanne"])
    town["Sanne"].reads("check_in.went")


@chapter(after=asked_after_tuesday)
async def asked_beside_tom(town: Town) -> None:
    """She is asked how it went, and Tom works there too, who knows of nothing."""
    await moves_in(town, "Tom")


@chapter(after=invited)
async def beside_a_team(town: Town) -> None:
    """She joined, Tom works there too, and their team has a channel."""
    await moves_in(town, "Tom")
    channel = await town.channel("#team")
    async with town.hands.database.write() as tx:
        organisation = await organisations.first(tx)
        assert organisation
        await with_team_channel(tx, organisation, "najaar", channel, readers=8)
        address = await addresses.by_user(tx, town.workspace, channel)
        assert address
    town.people["team"] = town.takes_in(channel, address.person_id, "nl")
    await accepts(town["Sanne"])


@chapter(after=planned_for_tuesday)
async def in_two_roles(town: Town) -> None:
    """She is asked how it went, and what she saw Emma do; she opened neither."""
    await agree_at_once(town, town["Emma"], town["Sanne"])
    await town.clock.passes(days=10)
    town["Sanne"].reads("buddy_visit.was_there")
    await town.clock.passes(hours=6)
    town["Sanne"].reads("check_in.went")
