"""Stopping, erasing and coming back: nobody is told, and a stop is done at the first word.

Erasing has a question of its own and happens some minutes after it, so that the last message
still arrives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot import menus, observing, pledging, quieting, talk, visits
from bot.brief import Brief
from bot.engine.answers import SILENT_MARK, Answer
from bot.engine.turn import History, with_answers
from bot.letters import Line
from bot.scene import Scene, of_person
from bot.state import State, load
from bot.talk import REQUESTED, SILENCE_KINDS, Voice
from scheduler.local import local_of
from scheduler.plan import Status
from scheduler.priority import PRIORITY
from storage import dialogues, enrolments, nudges, plans
from storage.ids import new_id
from storage.outdated import GONE

ERASED_AFTER: Final = timedelta(minutes=10)
LONG_AWAY: Final = timedelta(days=14)  # dialogues O5


async def stop(scene: Scene) -> None:
    """End every course of this person, and ask what is to become of what was kept.

    Who follows nothing has no course that could say so: they want silence until "start".
    """
    await _end_all(scene)
    if scene.enrolment is None:
        await quieting.fall_silent(scene)
    await menus.offer(scene, "control.stop")


async def ask_to_erase(scene: Scene) -> None:
    """Ask once more before everything is erased."""
    if await _planned_erasures(scene):
        await talk.say(scene, (Line("control.erasing"),))
    else:
        await menus.offer(scene, "control.erase")


async def erase(scene: Scene) -> None:
    """End everything, say goodbye, and plan that all of it is deleted."""
    await _end_all(scene)
    due_at = scene.now + ERASED_AFTER
    local = local_of(due_at, scene.person.zone)
    wanted = nudges.Wanted(
        kind="erase",
        occurrence=f"erase:{new_id()}",
        round=0,
        local_day=local.day,
        local_time=local.at,
        zone=scene.person.zone,
        due_at=due_at,
        exempt=True,
        priority=PRIORITY["erase"],
    )
    await nudges.insert(scene.tx, person=scene.person.id, enrolment=None, wanted=wanted)
    await talk.say(scene, (Line("control.erasing"),))


async def cancel(scene: Scene, state: State) -> None:
    """End one conversation half-way; what was written stays."""
    await nudges.cancel_of_dialogue(scene.tx, state.row.id, SILENCE_KINDS)
    row = replace(state.row, state="closed", closed_reason="cancelled", ended_at=scene.now)
    await dialogues.save(scene.tx, row)
    await talk.say(scene, (Line("control.cancelled"),))


async def restart(scene: Scene, state: State) -> None:
    """Begin one conversation anew; what it kept is replaced by what is answered now."""
    if not state.history.answers:
        await talk.ask_again(scene, state, Voice(REQUESTED))
        return
    fresh = History(kept=state.history.kept, requested=state.history.requested)
    row = replace(state.row, held=None)
    scene = await of_person(scene.tx, scene.person, scene.now, row.enrolment_id, row.subject)
    await talk.take(scene, replace(state, row=row, history=fresh), {}, Voice(REQUESTED))


async def start(scene: Scene, waiting: Sequence[State]) -> None:
    """Take up again: what was stopped, what was declined, or the question that waits."""
    for nudge in await _planned_erasures(scene):
        await nudges.mark(scene.tx, nudge.id, "dropped", "replanned")
        await talk.say(scene, (Line("control.not_erased"),))
    was_away = scene.person.quiet is not None or await has_been_away(scene)
    before = scene.enrolment
    scene = await _rejoined(await quieting.end(scene))
    enrolment = scene.enrolment
    if enrolment is not None and enrolment.status == "declined":
        await _invite_again(scene)
    elif was_away and enrolment is not None and await plans.current(scene.tx, enrolment.id):
        await menus.offer(scene, "control.back")
    else:
        is_back = was_away or enrolment != before or (not waiting and await _asleep(scene))
        lead = (Line("common.welcome_back"),) if is_back else ()
        await go_on(scene, waiting, lead)


async def go_on(scene: Scene, waiting: Sequence[State], lead: tuple[Line, ...]) -> None:
    """Ask the question that waits, or that a dialogue fell asleep with; else say only the lead."""
    state = in_focus(scene, waiting) if waiting else await _asleep(scene)
    if state is None:
        await talk.say(scene, lead or (Line("control.nothing_waits"),))
    else:
        await talk.ask_again(scene, state, Voice(REQUESTED, lead=lead))


async def new_plan(scene: Scene) -> None:
    """Begin a goal setting at its first question; its plan will take the old one's place."""
    ready = {"ready": Answer("start", language=scene.person.language, at=scene.now)}
    brief = Brief("goal_setting", has_manager=bool(scene.manager))
    await talk.begin(scene, "goal_setting", brief, Voice(REQUESTED), new_id(), given=ready)


async def has_been_away(scene: Scene) -> bool:
    """Tell whether the last answer is at least fourteen days old, and questions came since."""
    held = [load(row) for row in await dialogues.of_person(scene.tx, scene.person.id)]
    last = _last_answer(held)
    if last is None or scene.now - last < LONG_AWAY:
        return False
    unanswered = (each.row for each in held if each.row.closed_reason == "unanswered")
    return any(row.asked_at is not None and row.asked_at > last for row in unanswered)


def takes_part(scene: Scene) -> bool:
    """Tell whether the person joined, and did not stop since."""
    return scene.enrolment is not None and scene.enrolment.status == "joined"


def in_focus(scene: Scene, waiting: Sequence[State]) -> State:
    """Give the dialogue that the person acted in last, of those that wait."""
    focused = [state for state in waiting if state.row.id == scene.person.focus]
    return (focused or list(waiting))[-1]


async def _planned_erasures(scene: Scene) -> list[nudges.Nudge]:
    held = await nudges.of_person(scene.tx, scene.person.id)
    return [each for each in held if each.kind == "erase" and each.state == "planned"]


def _last_answer(held: Sequence[State]) -> datetime | None:
    spoken = [
        answer.at
        for state in held
        for answer in state.history.answers.values()
        if answer.at is not None and SILENT_MARK not in answer.marks
    ]
    return max(spoken, default=None)


async def _end_all(scene: Scene) -> None:
    await quieting.forget_return(scene)
    await pledging.leave(scene.tx, scene.person, scene.now)
    await observing.leave(scene.tx, scene.person, scene.now)
    for enrolment in await enrolments.of_person(scene.tx, scene.person.id):
        if enrolment.status in ("invited", "joined"):
            await enrolments.change(scene.tx, enrolment.id, status="stopped")
            its = await of_person(scene.tx, scene.person, scene.now, enrolment.id)
            await visits.replan(scene.tx, enrolment.id, its.spacing, scene.now)
    for row in await dialogues.of_person(scene.tx, scene.person.id, state="open"):
        await nudges.cancel_of_dialogue(scene.tx, row.id, SILENCE_KINDS)
        await dialogues.save(scene.tx, replace(row, state="closed", closed_reason="stopped"))


async def _rejoined(scene: Scene) -> Scene:
    """Undo a stop, and a pace that left out the questions."""
    enrolment = scene.enrolment
    if enrolment is None:
        return scene
    if enrolment.status == "stopped":
        back: Status = "joined" if enrolment.joined_at else "invited"
        await enrolments.change(scene.tx, enrolment.id, status=back)
    elif enrolment.pace == "quiz":
        await enrolments.change(scene.tx, enrolment.id, pace=None)
    else:
        return scene
    if enrolment.named_day is not None and enrolment.named_day < scene.today:
        # Its visit went by while they were away: the usual days hold again.
        await enrolments.change(scene.tx, enrolment.id, named_day=None, named_at=None)
    await visits.replan(scene.tx, enrolment.id, scene.spacing, scene.now)
    return await of_person(scene.tx, scene.person, scene.now, enrolment.id)


async def _asleep(scene: Scene) -> State | None:
    """Find what 'start' takes up: the last dialogue if it ended in silence, or its missing day."""
    held = await dialogues.of_enrolment(scene.tx, scene.enrolment.id) if scene.enrolment else ()
    if not held:
        return None
    state = load(held[-1])
    if state.row.closed_reason == GONE:
        return None
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
