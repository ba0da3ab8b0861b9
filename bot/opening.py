"""Opening a visit and taking it back: the dialogue of a nudge begins, or is asked again.

A visit comes by itself, or its person opens it: then it answers a wish, so nothing decides about
it once more and it counts as no message of ours.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from bot import colleagues, facts, pledged, pledging, scene, silence, talk, together
from bot.brief import Brief
from bot.scene import Scene
from bot.state import State, load
from bot.talk import NUDGE, Voice
from bot.visits import replan
from scheduler.decide import BETWEEN_MESSAGES, Drop, Move, Wait
from scheduler.local import local_of
from storage import (
    attempts,
    barriers,
    dialogues,
    due_nudges,
    nudges,
    outbox,
    people,
    plans,
    pledges,
)
from storage.database import Transaction
from storage.ids import new_id
from storage.nudges import Nudge
from storage.outbox import Row
from storage.people import Person


async def open_visit(where: Scene, nudge: Nudge, *, priority: int) -> None:
    """Open the dialogue of a nudge; `priority` is that of the outbox, `NUDGE` or `REQUESTED`."""
    voice = Voice(priority, nudge=nudge.id if priority == NUDGE else None)
    started = await _started(where, nudge)
    if started is not None:
        await nudges.mark(where.tx, nudge.id, "opened", dialogue=started.row.id)
        if not await _was_just_asked(where, started):
            await talk.ask_again(where, started, voice)
        return
    dialogue = new_id()
    brief = await _brief(where, nudge)
    voice = replace(voice, footer=await footer_of(where))
    await nudges.mark(where.tx, nudge.id, "opened")
    await talk.begin(where, nudge.kind, brief, voice, dialogue)
    await nudges.mark(where.tx, nudge.id, "opened", dialogue=dialogue)
    if nudge.kind == "check_in" and where.enrolment:
        await facts.visited(where.tx, where.enrolment.id)
        await replan(where.tx, where.enrolment.id, where.spacing, where.now)


async def open_waiting(where: Scene) -> bool:
    """Open the first visit that stands ready and still is of use; False when there is none."""
    ready = await nudges.waiting(where.tx, where.person.id)
    for nudge in sorted(ready, key=lambda each: (each.priority, each.due_at)):
        if nudge.subject and not await pledged.is_wanted(where.tx, nudge, where.person, where.now):
            await put_off(where.tx, where.person, nudge, Drop("overtaken"), where.now)
            continue
        its = await scene.of_person(
            where.tx, where.person, where.now, nudge.enrolment_id, nudge.subject
        )
        await open_visit(its, nudge, priority=talk.REQUESTED)
        return True
    return False


async def footer_of(where: Scene) -> str:
    """Name what stands below: at first where the data is, once a month where help is (L6)."""
    if where.person.status == "channel":
        return ""  # nobody can stop what a colleague posts there by typing in a channel
    last = await outbox.last_proactive_sent_at(where.tx, where.person.id)
    if last is None:
        return "common.footer"
    days = [local_of(moment, where.person.zone).day for moment in (last, where.now)]
    return "control.help_line" if days[0].month != days[1].month else ""


async def put_off(
    tx: Transaction, person: Person, nudge: Nudge, found: Drop | Move | Wait, now: datetime
) -> None:
    """Let a nudge that does not open now wait or go, as was decided.

    What falls into a pause is planned again: one visit stands for all of them. What somebody is
    not asked any more keeps no place with them.
    """
    match found:
        case Drop(reason):
            await nudges.mark(tx, nudge.id, "dropped", reason)
            if nudge.kind == "hold_me" and nudge.subject:
                await pledging.let_go_unasked(tx, UUID(nudge.subject), now)
            await _let_end(tx, person, nudge, now)
        case Wait(reason):
            await nudges.wait(tx, nudge.id, reason)
        case Move(local, due_at, reason):
            await due_nudges.move(tx, nudge.id, local, due_at, reason)
            if reason == "quiet" and nudge.enrolment_id is not None:
                where = await scene.of_person(tx, person, now, nudge.enrolment_id)
                await replan(tx, nudge.enrolment_id, where.spacing, now)


async def _let_end(tx: Transaction, person: Person, nudge: Nudge, now: datetime) -> None:
    """Let a question that is not asked again after all end by itself, instead of never."""
    row = None
    if nudge.kind == "resume" and nudge.dialogue_id is not None:
        row = await dialogues.load(tx, nudge.dialogue_id)
    if row is not None:
        await silence.let_end(tx, person, row, now)


async def take_back(
    tx: Transaction, person: Person, nudge: Nudge, row: Row, found: Drop | Move | Wait,
    now: datetime,
) -> None:  # fmt: skip
    """Undo an opening whose first message is not to be sent, so that the nudge may open anew.

    A dialogue that was there before the nudge stays as it is, with the answers in it.
    """
    await outbox.mark_never_sent(tx, row.id, found.reason)
    opened = await dialogues.load(tx, row.dialogue_id) if row.dialogue_id else None
    if opened is not None and opened.nudge_id == nudge.id and opened.state == "open":
        await _close(tx, person, opened, found.reason, now)
    if nudge.kind not in talk.SILENCE_KINDS:
        await nudges.unopen(tx, nudge.id)
    await put_off(tx, person, nudge, found, now)


async def end_unasked(
    tx: Transaction, person: Person, row: Row, reason: str, now: datetime
) -> None:
    """End the dialogue whose question is not sent after all, and is not asked again."""
    await outbox.mark_never_sent(tx, row.id, reason)
    asking = await dialogues.load(tx, row.dialogue_id) if row.dialogue_id else None
    if asking is not None and asking.asked_row == row.id and asking.state == "open":
        await _close(tx, person, asking, reason, now)


async def _close(
    tx: Transaction, person: Person, row: dialogues.Dialogue, reason: str, now: datetime
) -> None:
    await outbox.recall(tx, row.id, reason)
    closed = replace(row, state="closed", closed_reason="never_sent", ended_at=now)
    await dialogues.save(tx, closed)
    if person.focus == row.id:
        await people.set_focus(tx, person.id, None)


async def _started(where: Scene, nudge: Nudge) -> State | None:
    """Find the goal setting that is under way: it is asked again, and none is begun beside it.

    An unanswered check-in gives way to this one; its buttons stay alive.
    """
    open_ = await dialogues.of_person(where.tx, where.person.id, state="open")
    same = [
        row
        for row in open_
        if (row.kind, row.subject) == (nudge.kind, nudge.subject)
        and (nudge.subject or row.enrolment_id == nudge.enrolment_id)
    ]
    if nudge.kind == "goal_setting":
        return load(same[-1]) if same else None
    for row in same:
        if nudge.subject or not load(row).history.answers:
            await nudges.cancel_of_dialogue(where.tx, row.id, talk.SILENCE_KINDS)
            gone = replace(row, state="closed", closed_reason="overtaken", ended_at=where.now)
            await dialogues.save(where.tx, gone)
    return None


async def _was_just_asked(where: Scene, started: State) -> bool:
    """Say whether the question stands there already: "tomorrow" may be this very day."""
    asked_at = started.row.asked_at
    if asked_at is not None and where.now < asked_at + BETWEEN_MESSAGES:
        return True
    return await talk.is_on_its_way(where, started)


async def _brief(where: Scene, nudge: Nudge) -> Brief:
    """Gather what a dialogue knows when it opens: codes and counts only."""
    brief = Brief(nudge.kind, round=nudge.round, has_manager=bool(where.manager))
    if nudge.subject:
        return await together.brief_of(where, nudge)
    if nudge.kind in ("goal_setting", "share"):
        channel = await colleagues.channel_of(where)
        return replace(brief, can_ask=await colleagues.any_of(where), channel=channel)
    if nudge.kind == "welcome":
        person = where.person
        known = any(end > where.now for _, end in person.shifts)
        return replace(brief, first_day=where.today, zone=person.zone, knows_shifts=known)
    if nudge.kind != "check_in" or where.enrolment is None:
        return brief
    enrolment = where.enrolment.id
    plan = await plans.current(where.tx, enrolment)
    points = where.programme.comp_keys if where.programme else ()
    pledge = await pledges.active_of(where.tx, enrolment)
    if pledge is not None:
        brief = replace(brief, subject=str(pledge.id), colleague=str(pledge.colleague_id or ""))
    held = await attempts.of_enrolment(where.tx, enrolment)
    return replace(
        brief,
        is_first_success=all(each.outcome != "worked" for each in held),
        has_goal=bool(plan and plan.words.get("goal")),
        has_obstacle=bool(plan and plan.words.get("obstacle")),
        can_ask=bool(plan and plan.words.get("goal")) and await colleagues.any_of(where),
        barrier=await _open_barrier(where.tx, enrolment),
        comp=points[(nudge.round // 2) % len(points)] if points else "",
    )


async def _open_barrier(tx: Transaction, enrolment: UUID) -> str:
    """Name what got in the way last time, unless it was something that has no name."""
    held = await attempts.of_enrolment(tx, enrolment)
    codes = await barriers.of_enrolment(tx, enrolment)
    if not held:
        return ""
    last = held[-1].dialogue_id
    found = [each.code for each in codes if each.dialogue_id == last and each.code != "OTH"]
    return found[0] if found else ""
