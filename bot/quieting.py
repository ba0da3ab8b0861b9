"""Silence at a person's own wish: a pause with or without an end, or opening visits oneself.

Pausing changes one sealed value and nothing else: what falls into a pause is decided when it is
due. So no row tells who paused, nor which pause was of what kind.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot import menus, talk, visits
from bot.letters import Line
from bot.scene import Scene, of_person
from scheduler.hours import first_slot_from
from scheduler.local import local_of, start_of
from scheduler.priority import PRIORITY
from storage import enrolments, nudges, people
from storage.ids import new_id
from storage.people import Quiet

_DAY = timedelta(days=1)


async def ask(scene: Scene) -> None:
    """Ask how long to be quiet."""
    await menus.offer(scene, "control.pause")


async def pause(scene: Scene, days: int) -> None:
    """Be quiet for some days, and come back on the first working moment after them."""
    await pause_until(scene, scene.today + days * _DAY)


async def pause_at_least(scene: Scene, days: int) -> None:
    """Be quiet for some days, unless the person is quiet until they type "start" already."""
    if scene.person.quiet == Quiet("pause"):
        await pause_until_start(scene)
    else:
        await pause(scene, days)


async def pause_until(scene: Scene, day: date) -> None:
    """Be quiet until the first working moment from a day on, when one message comes.

    Who opens visits oneself is quiet enough already.
    """
    if scene.person.quiet == Quiet("self"):
        await open_oneself(scene)
        return
    rhythm = visits.rhythm_of(scene.person)
    due_at = first_slot_from(rhythm, start_of(day, rhythm.zone))
    back_on = local_of(due_at, rhythm.zone).day
    await people.set_quiet(scene.tx, scene.person.id, Quiet("pause", back_on - _DAY))
    await _plan_return(scene, due_at)
    await talk.say(scene, (Line("control.silent", {"date": back_on}),))


async def pause_until_start(scene: Scene) -> None:
    """Be quiet until the person types "start", and say so."""
    await fall_silent(scene)
    await talk.say(scene, (Line("control.silent_open"),))


async def fall_silent(scene: Scene) -> None:
    """Be quiet until the person types "start", without a word.

    A return that was planned before is dropped when it is due: no row may change now.
    """
    await people.set_quiet(scene.tx, scene.person.id, Quiet("pause"))


async def open_oneself(scene: Scene) -> None:
    """Push nothing any more; what is due waits until its person opens it."""
    await people.set_quiet(scene.tx, scene.person.id, Quiet("self"))
    await forget_return(scene)
    await talk.say(scene, (Line("control.quiet"),))


async def stay(scene: Scene) -> None:
    """Write the wish for silence anew as it is, so that a change of it stands out nowhere."""
    await people.set_quiet(scene.tx, scene.person.id, scene.person.quiet)


async def end(scene: Scene) -> Scene:
    """End every silence, and plan again: one visit stands for those that fell into a pause."""
    quiet = scene.person.quiet
    if quiet is None:
        return scene
    await people.set_quiet(scene.tx, scene.person.id, None)
    await forget_return(scene)
    scene = replace(scene, person=await people.get(scene.tx, scene.person.id))
    for enrolment in await enrolments.of_person(scene.tx, scene.person.id):
        if enrolment.status == "joined" and quiet.mode == "pause":
            last = scene.today - _DAY
            silent = max(enrolment.quiet_until or last, last)
            await enrolments.change(scene.tx, enrolment.id, quiet_until=silent)
        its = await of_person(scene.tx, scene.person, scene.now, enrolment.id)
        await visits.replan(scene.tx, enrolment.id, its.spacing, scene.now)
    await nudges.wake(scene.tx, scene.person.id, scene.now)
    return scene


async def forget_return(scene: Scene) -> None:
    """Let the message on return from a pause go."""
    for nudge in await nudges.of_person(scene.tx, scene.person.id):
        if nudge.kind == "back" and nudge.state in ("planned", "claimed", "waiting"):
            await nudges.mark(scene.tx, nudge.id, "dropped", "replanned")


async def _plan_return(scene: Scene, due_at: datetime) -> None:
    await forget_return(scene)
    rhythm = visits.rhythm_of(scene.person)
    local = local_of(due_at, rhythm.zone)
    wanted = nudges.Wanted(
        kind="back",
        occurrence=f"back:{new_id()}",
        round=0,
        local_day=local.day,
        local_time=local.at,
        zone=rhythm.zone,
        due_at=due_at,
        exempt=False,
        priority=PRIORITY["back"],
    )
    await nudges.insert(scene.tx, person=scene.person.id, enrolment=None, wanted=wanted)
