"""Opening what is due: claimed, decided with the facts of this moment, opened, moved or dropped.

A nudge that raises is tried again and never holds up the rest. Deciding here is not the last word:
delivery decides once more before anything is sent.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot import facts, menus, quieting, scene, talk, together
from bot.engine.answers import SILENT
from bot.engine.steps import Choose, parts_of
from bot.engine.turn import turn
from bot.letters import Line
from bot.opening import open_visit, put_off
from bot.scene import Scene
from bot.state import State, load
from bot.talk import NUDGE, REQUESTED, Voice
from bot.traces import trace_of
from bot.visits import replan
from scheduler.decide import Open
from storage import dialogues, due_nudges, erasing, nudges, people
from storage.database import Database, Transaction
from storage.errors import DatabaseAway, Erased, Missing
from storage.failpoints import failpoint
from storage.nudges import Nudge

_log = structlog.get_logger(__name__)

AT_ONCE = 20  # nudges a transaction
WAIT_AFTER_TROUBLE = timedelta(minutes=5)


class Nudges:
    """The hands that open what is due."""

    def __init__(self, database: Database, *, lease: timedelta) -> None:
        """Take the database, and how long a claim holds if its process dies."""
        self._database = database
        self._lease = lease
        self._claimed: list[Nudge] = []

    async def open_due(self, now: datetime, most: int | None = None) -> int:
        """Open or put off everything that is due, or so much of it; return how many were seen."""
        await self.give_back()
        seen = 0
        while True:
            at_once = AT_ONCE if most is None else min(AT_ONCE, most - seen)
            if at_once == 0:
                return seen
            async with self._database.write() as tx:
                machine_now = await tx.now()
                claimed = await due_nudges.claim(tx, now, machine_now, at_once, self._lease)
            if not claimed:
                return seen
            failpoint("nudges.claimed")
            seen += len(claimed)
            self._claimed = claimed
            await self._open(claimed, now)
            self._claimed = []

    async def give_back(self) -> None:
        """Give back what was claimed and not opened: the database went away, or we stop.

        It would otherwise wait for its lease, and count as tried. Raises: DatabaseAway.
        """
        if self._claimed:
            async with self._database.write() as tx:
                await due_nudges.give_back(tx, self._claimed)
            self._claimed = []

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
                await due_nudges.fail(tx, nudge.id, "error", again_at)
            failpoint("nudges.before_commit")
        failpoint("nudges.after_commit")
        if any(nudge.kind == "erase" for nudge in claimed):
            await self._database.tidy()


async def _handle(tx: Transaction, nudge: Nudge, now: datetime) -> None:
    try:
        person = await people.lock(tx, nudge.person_id)
    except (Missing, Erased):
        if await nudges.get(tx, nudge.id) is None:
            return  # its person was erased while it was claimed
        raise
    current = await nudges.get(tx, nudge.id)
    if current is None or current.state != "claimed":
        return  # its plan changed while it was claimed, or another hand took it
    match await facts.decided(tx, nudge, person, now):
        case Open():
            where = await scene.of_person(tx, person, now, nudge.enrolment_id, nudge.subject)
            await _open_one(where, nudge)
        case found:
            await put_off(tx, person, nudge, found, now)


async def _open_one(where: Scene, nudge: Nudge) -> None:
    match nudge.kind:
        case "remind" | "close" | "resume":
            await _of_dialogue(where, nudge)
        case "back":
            await _come_back(where, nudge)
        case "retract":
            await together.retract(where, nudge)
        case "post" if await together.shown_anew(where, nudge):
            pass
        case "erase":
            await erasing.erase(where.tx, where.person.id, where.now)
        case _:
            await open_visit(where, nudge, priority=NUDGE)


async def _come_back(where: Scene, nudge: Nudge) -> None:
    """End a pause with its one message, which asks how to go on."""
    await nudges.mark(where.tx, nudge.id, "opened")
    where = await quieting.end(where)
    await menus.offer(where, "control.back", Voice(NUDGE, nudge=nudge.id))


async def _of_dialogue(where: Scene, nudge: Nudge) -> None:
    """Remind, resume or close the dialogue a nudge belongs to, if it still waits for this."""
    row = await dialogues.load(where.tx, nudge.dialogue_id) if nudge.dialogue_id else None
    if row is None or row.state != "open" or row.waiting != nudge.question:
        await nudges.mark(where.tx, nudge.id, "dropped", "answered")
        return
    await nudges.mark(where.tx, nudge.id, "opened")
    where, state = await scene.of_talk(where, row), load(row)
    match nudge.kind:
        case "close":
            await _close(where, state)
        case "remind":
            lead = (Line("common.reminder"),)
            await talk.remind(where, state, Voice(NUDGE, nudge=nudge.id, lead=lead))
        case _:
            if not await talk.is_on_its_way(where, state):
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
