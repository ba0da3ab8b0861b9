"""Commands that a person types or taps: plan, later, stop, start, help.

They are never stored as answers. Pause, erase and my data have their place here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot import talk, visits
from bot.engine.answers import SILENT_MARK, Answer
from bot.engine.turn import with_answers
from bot.letters import Line
from bot.scene import Scene, of_person
from bot.state import State, load
from bot.talk import REQUESTED, SILENCE_KINDS, Voice
from scheduler.hours import first_slot_from, next_open
from scheduler.local import local_of, start_of
from scheduler.plan import Status
from scheduler.priority import PRIORITY
from storage import dialogues, enrolments, nudges
from storage.ids import new_id

LATER_TODAY = timedelta(hours=2)


async def run(command: str, scene: Scene, waiting: Sequence[State]) -> None:
    """Do what a typed command asks, and say so."""
    match command:
        case "plan":
            await _plan(scene)
        case "later" if waiting:
            await put_off(scene, _in_focus(scene, waiting), "later")
        case "stop":
            await _stop(scene)
        case "start":
            await _start(scene, waiting)
        case _:
            await talk.say(scene, (Line("common.help"),))


async def put_off(scene: Scene, state: State, command: str) -> None:
    """Ask the waiting question again later today or tomorrow, and say when."""
    rhythm = visits.rhythm_of(scene.person)
    due_at = _when(command, scene, scene.now)
    local = local_of(due_at, rhythm.zone)
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


def _when(command: str, scene: Scene, now: datetime) -> datetime:
    rhythm = visits.rhythm_of(scene.person)
    if command == "tomorrow":
        return first_slot_from(rhythm, start_of(scene.today + timedelta(days=1), rhythm.zone))
    return next_open(rhythm, now + LATER_TODAY)


def _in_focus(scene: Scene, waiting: Sequence[State]) -> State:
    focused = [state for state in waiting if state.row.id == scene.person.focus]
    return (focused or list(waiting))[-1]


async def _plan(scene: Scene) -> None:
    late = await scene.late_values()
    plan = next((value for key, value in late.items() if key.value == "plan"), None)
    line = Line("common.plan_now", {"plan": plan}) if plan else Line("common.no_plan")
    await talk.say(scene, (line,))


async def _stop(scene: Scene) -> None:
    """End every course of this person; nobody is told."""
    for enrolment in await enrolments.of_person(scene.tx, scene.person.id):
        if enrolment.status in ("invited", "joined"):
            await enrolments.change(scene.tx, enrolment.id, status="stopped")
            await visits.replan(scene.tx, enrolment.id, scene.spacing, scene.now)
    for row in await dialogues.of_person(scene.tx, scene.person.id, state="open"):
        await nudges.cancel_of_dialogue(scene.tx, row.id, SILENCE_KINDS)
        await dialogues.save(scene.tx, replace(row, state="closed", closed_reason="stopped"))
    await talk.say(scene, (Line("common.stopped"),))


async def _start(scene: Scene, waiting: Sequence[State]) -> None:
    """Take up again: what was stopped, what was declined, or the question that waits."""
    enrolment = scene.enrolment
    if enrolment is not None and enrolment.status == "stopped":
        back: Status = "joined" if enrolment.joined_at else "invited"
        await enrolments.change(scene.tx, enrolment.id, status=back)
        await visits.replan(scene.tx, enrolment.id, scene.spacing, scene.now)
        scene = await of_person(scene.tx, scene.person, scene.now, enrolment.id)
    if enrolment is not None and enrolment.status == "declined":
        await _invite_again(scene)
        return
    lead = (Line("common.welcome_back"),)
    state = _in_focus(scene, waiting) if waiting else await _asleep(scene)
    if state is None:
        await talk.say(scene, lead)
    else:
        await talk.ask_again(scene, state, Voice(REQUESTED, lead=lead))


async def _asleep(scene: Scene) -> State | None:
    """Find what 'start' takes up: the last dialogue if it ended in silence, or its missing day."""
    held = await dialogues.of_enrolment(scene.tx, scene.enrolment.id) if scene.enrolment else ()
    if not held:
        return None
    state = load(held[-1])
    if state.row.state == "closed":
        silent = [k for k, each in state.history.answers.items() if SILENT_MARK in each.marks]
        return _without(state, *silent)
    if scene.enrolment and scene.enrolment.training_day is None:
        return _without(state, "new_date")
    return None


def _without(state: State, *keys: str) -> State:
    answers = {key: each for key, each in state.history.answers.items() if key not in keys}
    told = state.history.told - {"quiet", "quiet_open"}
    return replace(state, history=replace(state.history, answers=answers, told=told))


async def _invite_again(scene: Scene) -> None:
    """Turn a no into a yes: the welcome goes on where 'I'm in' would have led."""
    assert scene.enrolment is not None  # noqa: S101  the caller looked
    row = await dialogues.latest(scene.tx, scene.enrolment.id, "welcome")
    if row is None:
        return
    state = load(row)
    forgotten = replace(
        state.history,
        answers={k: v for k, v in state.history.answers.items() if k not in ("hello", "promise")},
        told=state.history.told - {"declined"},
    )
    yes = Answer("join", language=scene.person.language, at=scene.now)
    fresh = replace(state, history=with_answers(forgotten, {}))
    await talk.take(scene, fresh, {"hello": yes}, Voice(lead=(Line("common.welcome_back"),)))
