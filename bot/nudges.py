"""Opening what is due: claimed, decided with the facts of this moment, opened, moved or dropped.

A nudge that raises is tried again and never holds up the rest. Deciding here is not the last word:
delivery decides once more before anything is sent.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from bot import facts, scene, talk
from bot.brief import Brief
from bot.engine.answers import SILENT
from bot.engine.steps import Choose, parts_of
from bot.engine.turn import turn
from bot.letters import Line
from bot.scene import Scene
from bot.state import State, load
from bot.talk import NUDGE, REQUESTED, Voice
from bot.traces import trace_of
from bot.visits import replan
from scheduler.decide import Drop, Move, Open
from storage import attempts, barriers, dialogues, nudges, outbox, people, plans
from storage.database import Database, Transaction
from storage.errors import DatabaseAway
from storage.failpoints import failpoint
from storage.ids import new_id
from storage.nudges import Nudge

_log = structlog.get_logger(__name__)

AT_ONCE = 20  # nudges a transaction
WAIT_AFTER_TROUBLE = timedelta(minutes=5)
APPLIED = ("worked", "tough")


class Nudges:
    """The hands that open what is due."""

    def __init__(self, database: Database, *, lease: timedelta) -> None:
        """Take the database, and how long a claim holds if its process dies."""
        self._database = database
        self._lease = lease

    async def open_due(self, now: datetime) -> int:
        """Open, move or drop everything that is due; return how many were looked at."""
        seen = 0
        while True:
            async with self._database.write() as tx:
                machine_now = await tx.now()
                claimed = await nudges.claim_due(tx, now, machine_now, AT_ONCE, self._lease)
            if not claimed:
                return seen
            failpoint("nudges.claimed")
            seen += len(claimed)
            await self._open(claimed, now)

    async def _open(self, claimed: list[Nudge], now: datetime) -> None:
        """Open claimed nudges in one transaction, a savepoint each."""
        broken: list[Nudge] = []
        async with self._database.write() as tx:
            for nudge in claimed:
                try:
                    async with tx.savepoint():
                        await _handle(tx, nudge, now)
                except DatabaseAway:
                    raise
                except Exception as error:  # noqa: BLE001  the edge: one never holds up the rest
                    _log.error("nudge_failed", nudge=str(nudge.id), trace=trace_of(error))
                    broken.append(nudge)
            for nudge in broken:
                again_at = now + WAIT_AFTER_TROUBLE * 2**nudge.tries
                await nudges.fail(tx, nudge.id, "error", again_at)
            failpoint("nudges.before_commit")
        failpoint("nudges.after_commit")


async def _handle(tx: Transaction, nudge: Nudge, now: datetime) -> None:
    person = await people.lock(tx, nudge.person_id)
    current = await nudges.get(tx, nudge.id)
    if current is None or current.state != "claimed":
        return  # its plan changed while it was claimed, or another hand took it
    decision = await facts.decided(tx, nudge, person, now)
    match decision:
        case Drop(reason):
            await nudges.mark(tx, nudge.id, "dropped", reason)
        case Move(local, due_at, reason):
            await nudges.move(tx, nudge.id, local, due_at, reason)
        case Open():
            where = await scene.of_person(tx, person, now, nudge.enrolment_id)
            await _open_one(where, nudge)


async def _open_one(where: Scene, nudge: Nudge) -> None:
    match nudge.kind:
        case "remind" | "close" | "resume":
            await _of_dialogue(where, nudge)
        case _:
            await _visit(where, nudge)


async def _visit(where: Scene, nudge: Nudge) -> None:
    started = await _started(where, nudge)
    if started is not None:
        await nudges.mark(where.tx, nudge.id, "opened", dialogue=started.row.id)
        await talk.ask_again(where, started, Voice(NUDGE, nudge=nudge.id))
        return
    dialogue = new_id()
    brief = await _brief(where, nudge)
    first = await outbox.last_proactive_sent_at(where.tx, where.person.id) is None
    voice = Voice(NUDGE, nudge=nudge.id, footer=first)
    await nudges.mark(where.tx, nudge.id, "opened")
    await talk.begin(where, nudge.kind, brief, voice, dialogue)
    await nudges.mark(where.tx, nudge.id, "opened", dialogue=dialogue)
    if nudge.kind == "check_in" and where.enrolment:
        await facts.visited(where.tx, where.enrolment.id)
        await replan(where.tx, where.enrolment.id, where.spacing, where.now)


async def _started(where: Scene, nudge: Nudge) -> State | None:
    """Find the goal setting that is under way: it is asked again, and none is begun beside it.

    An unanswered check-in gives way to this one; its buttons stay alive.
    """
    open_ = await dialogues.of_person(where.tx, where.person.id, state="open")
    same = [
        row for row in open_ if (row.kind, row.enrolment_id) == (nudge.kind, nudge.enrolment_id)
    ]
    if nudge.kind == "goal_setting":
        return load(same[-1]) if same else None
    for row in same:
        if not load(row).history.answers:
            await nudges.cancel_of_dialogue(where.tx, row.id, talk.SILENCE_KINDS)
            gone = replace(row, state="closed", closed_reason="overtaken", ended_at=where.now)
            await dialogues.save(where.tx, gone)
    return None


async def _brief(where: Scene, nudge: Nudge) -> Brief:
    """Gather what a dialogue knows when it opens: codes and counts only."""
    brief = Brief(nudge.kind, round=nudge.round, has_manager=bool(where.manager))
    if nudge.kind != "check_in" or where.enrolment is None:
        return brief
    enrolment = where.enrolment.id
    plan = await plans.current(where.tx, enrolment)
    points = where.programme.comp_keys if where.programme else ()
    return replace(
        brief,
        has_obstacle=bool(plan and plan.words.get("obstacle")),
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


async def _of_dialogue(where: Scene, nudge: Nudge) -> None:
    """Remind, resume or close the dialogue a nudge belongs to, if it still waits for this."""
    row = await dialogues.load(where.tx, nudge.dialogue_id) if nudge.dialogue_id else None
    if row is None or row.state != "open" or row.waiting != nudge.question:
        await nudges.mark(where.tx, nudge.id, "dropped", "answered")
        return
    await nudges.mark(where.tx, nudge.id, "opened")
    state = load(row)
    match nudge.kind:
        case "close":
            await _close(where, state)
        case "remind":
            lead = (Line("common.reminder"),)
            await talk.remind(where, state, Voice(NUDGE, nudge=nudge.id, lead=lead))
        case _:
            await talk.ask_again(where, state, Voice(REQUESTED, nudge=nudge.id))


async def _close(where: Scene, state: State) -> None:
    """End an unanswered dialogue without a word; a live button is still taken."""
    question = turn(state.dialogue.script, state.brief, state.history, {}).question
    parts = parts_of(question) if question else ()
    silent = [part for part in parts if isinstance(part, Choose) and part.silent_after]
    if silent:
        state = await talk.take(where, state, {silent[0].key: SILENT}, Voice())
    row = replace(state.row, state="closed", closed_reason="unanswered", ended_at=where.now)
    await dialogues.save(where.tx, row)
    if where.person.focus == state.row.id:
        await people.set_focus(where.tx, where.person.id, None)
    if where.enrolment:
        await replan(where.tx, where.enrolment.id, where.spacing, where.now)
