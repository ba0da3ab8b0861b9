"""Commands that a person types or taps; they are never stored as answers.

The same word does the same thing at any moment and in both languages. What needs a choice offers a
menu; `control` does what is chosen there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from bot import facts, leaving, menus, quieting, shifts, talk, visits
from bot.letters import Line
from bot.scene import Scene
from bot.state import State
from bot.talk import SILENCE_KINDS
from scheduler.hours import first_slot_from, next_open
from scheduler.local import local_of, start_of
from scheduler.priority import PRIORITY
from storage import nudges, taps
from storage.ids import new_id
from storage.people import Quiet

LATER_TODAY: Final = timedelta(hours=2)
A_MOMENT: Final = timedelta(minutes=1)  # between two taps that are one
_DAY: Final = timedelta(days=1)
MOST_LATER: Final = 3  # in a row, then another rhythm is offered (dialogues N3)


async def run(command: str, scene: Scene, waiting: Sequence[State]) -> None:
    """Do what a command asks, and say so."""
    match command:
        case "plan":
            await _plan(scene)
        case "later":
            await _later(scene, waiting)
        case "pause":
            await quieting.ask(scene)
        case "quiet":
            await quieting.open_oneself(scene)
        case "stop":
            await leaving.stop(scene)
        case "delete":
            await leaving.ask_to_erase(scene)
        case "start":
            await leaving.start(scene, waiting)
        case "my_data" | "my_file":
            await talk.say(scene, (Line("control.my_data"),))
        case "practise":
            await _practise(scene)
        case _:
            await _of_conversation(command, scene, waiting)


async def _of_conversation(command: str, scene: Scene, waiting: Sequence[State]) -> None:
    match command:
        case "tomorrow" if waiting:
            await put_off(scene, leaving.in_focus(scene, waiting), "tomorrow")
        case "go_on":
            await leaving.go_on(scene, waiting, (Line("care.misread"),))
        case "restart" if waiting:
            await leaving.restart(scene, leaving.in_focus(scene, waiting))
        case "cancel" if waiting:
            await leaving.cancel(scene, leaving.in_focus(scene, waiting))
        case "restart" | "cancel" | "tomorrow":
            await talk.say(scene, (Line("control.nothing_waits"),))
        case "language":
            await menus.offer(scene, menus.LANGUAGE)
        case "shifts" if leaving.takes_part(scene):
            await shifts.ask(scene)
        case _:
            await help_(scene)


async def help_(scene: Scene) -> None:
    """Say what can be done, where to find a person, and today's support code."""
    await menus.offer(scene, "control.help")
    await talk.say(scene, (Line("control.support_code"),))


async def put_off(scene: Scene, state: State, command: str) -> None:
    """Ask the waiting question again at a later moment and say when, or say why that cannot be."""
    rhythm = visits.rhythm_of(scene.person)
    due_at = _when(command, scene, scene.now)
    local = local_of(due_at, rhythm.zone)
    silent = await _silence_on(scene, state, local.day)
    if silent is not None:
        await talk.say(scene, (silent,))
        return
    await nudges.cancel_of_dialogue(scene.tx, state.row.id, SILENCE_KINDS)
    await nudges.insert(
        scene.tx,
        person=scene.person.id,
        enrolment=state.row.enrolment_id,
        wanted=nudges.Wanted(
            kind="resume",
            occurrence=f"resume:{state.row.id}:{new_id()}",
            round=0,
            local_day=local.day,
            local_time=local.at,
            zone=rhythm.zone,
            due_at=due_at,
            exempt=False,
            priority=PRIORITY["resume"],
        ),
        dialogue=state.row.id,
        question=state.row.waiting,
    )
    if local.day == scene.today:
        line = Line("common.snoozed_today", {"time": local.at})
    else:
        line = Line("common.snoozed", {"date": local.day})
    await talk.say(scene, (line,))


async def is_tapped_twice(scene: Scene, state: State, command: str) -> bool:
    """Say whether the button was tapped a moment ago: the question comes back then already.

    In a silence it does not come back at all, so the card tells.
    """
    due_at = _when(command, scene, scene.now)
    day = local_of(due_at, scene.person.zone).day
    if await _silence_on(scene, state, day) is not None:
        row = state.row.asked_row
        return row is not None and not await taps.tap(scene.tx, row, scene.now, A_MOMENT)
    held = await nudges.of_dialogue(scene.tx, state.row.id)
    coming = (each for each in held if (each.kind, each.state) == ("resume", "planned"))
    return any(
        each.question == state.row.waiting and abs(each.due_at - due_at) < A_MOMENT
        for each in coming
    )


async def _later(scene: Scene, waiting: Sequence[State]) -> None:
    if not waiting:
        await talk.say(scene, (Line("control.nothing_waits"),))
        return
    state = leaving.in_focus(scene, waiting)
    silent = await _silence_on(scene, state, date.max)
    if silent is not None:
        await talk.say(scene, (silent,))
        return
    often = await _put_off_so_often(scene, state) >= MOST_LATER
    await menus.offer(scene, "control.less" if often else "control.later")


async def _silence_on(scene: Scene, state: State, day: date) -> Line | None:
    """Say why no question can come back on a day; None when it can.

    Who stopped may still answer an old card, but hears nothing more of us until "start". On the
    day on which a pause ends its one message comes, and that leads back to the question.
    """
    if await facts.has_stopped(scene.tx, scene.person, state.row):
        return Line("control.stopped")
    match scene.person.quiet:
        case Quiet("pause", None):
            return Line("control.silent_open")
        case Quiet("pause", date() as until) if scene.today <= until and day <= until + _DAY:
            return Line("control.silent", {"date": until + _DAY})
    return None


async def _put_off_so_often(scene: Scene, state: State) -> int:
    """Count how often the question that waits now was put off."""
    held = await nudges.of_person(scene.tx, scene.person.id)
    mine = [each for each in held if (each.dialogue_id, each.kind) == (state.row.id, "resume")]
    return sum(each.question == state.row.waiting for each in mine)


def _when(command: str, scene: Scene, now: datetime) -> datetime:
    rhythm = visits.rhythm_of(scene.person)
    days = {"tomorrow": 1, "next_week": 7}.get(command)
    if days is None:
        return next_open(rhythm, now + LATER_TODAY)
    return first_slot_from(rhythm, start_of(scene.today + timedelta(days=days), rhythm.zone))


async def _plan(scene: Scene) -> None:
    """Show the plan, when the next visit comes, and what stands ready to be opened."""
    await talk.say(scene, (*await plan_lines(scene), *await _coming(scene)))
    if await nudges.waiting(scene.tx, scene.person.id):
        await menus.offer(scene, "control.visit_waits")


async def _practise(scene: Scene) -> None:
    lines = await plan_lines(scene)
    has_plan = lines[0].row == "common.plan_now"
    await talk.say(scene, (*lines, Line("control.practise")) if has_plan else lines)


async def plan_lines(scene: Scene) -> tuple[Line, ...]:
    """Say what the plan is, or that there is none."""
    late = await scene.late_values()
    plan = next((value for key, value in late.items() if key.value == "plan"), None)
    return (Line("common.plan_now", {"plan": plan}) if plan else Line("common.no_plan"),)


async def _coming(scene: Scene) -> tuple[Line, ...]:
    match scene.person.quiet:
        case Quiet("self"):
            return ()
        case Quiet("pause", None):
            return (Line("control.silent_open"),)
        case Quiet("pause", until) if until is not None and until >= scene.today:
            return (Line("control.silent", {"date": until + _DAY}),)
    late = await scene.late_values()
    day = next((value for key, value in late.items() if key.value == "next_visit"), None)
    return (Line("control.coming", {"date": day}),) if day else ()
