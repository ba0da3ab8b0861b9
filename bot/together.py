"""Opening and taking back what two people have together: what a dialogue knows, and its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from bot import colleagues, talk
from bot.brief import Brief
from bot.letters import Letter, Line
from bot.scene import Scene
from bot.state import EMPTY_ANSWERS, EMPTY_KEPT, load
from scheduler.local import local_of
from storage import dialogues, nudges, observations, outbox, people, pledges
from storage.dialogues import Dialogue
from storage.nudges import Nudge

OF_A_DAY = ("rehearse", "signal", "rehearsal_on")  # their number is the day that they are about


async def brief_of(where: Scene, nudge: Nudge) -> Brief:
    """Gather what a dialogue about a subject knows: ids, codes and a version."""
    subject = UUID(nudge.subject or "")
    seen = await observations.get(where.tx, subject)
    brief = Brief(nudge.kind, round=nudge.round, subject=str(subject))
    if seen is not None:
        learner, author = str(seen.person_id), str(seen.author_id or "")
        day = local_of(seen.at, where.person.zone).day
        return replace(brief, learner=learner, colleague=author, about=seen.kind, first_day=day)
    pledge = await pledges.get(where.tx, subject)
    if pledge is None:
        return brief
    if nudge.kind in OF_A_DAY:
        brief = replace(brief, first_day=date.fromordinal(nudge.round))
    return replace(
        brief,
        can_ask=nudge.kind == "ask_another" and await colleagues.any_of(where),
        version=pledge.version,
        learner=str(pledge.person_id),
        colleague=str(pledge.colleague_id or ""),
        about="learner" if pledge.person_id == where.person.id else "colleague",
    )


async def retract(where: Scene, nudge: Nudge) -> None:
    """Take back what was shown of a subject: its messages, its questions, and what was written."""
    subject = nudge.subject or ""
    for row in await outbox.about(where.tx, where.person.id, subject):
        if row.state == "pending":
            await outbox.mark_never_sent(where.tx, row.id, "no_longer_shared")
        else:
            gone = Letter((Line("common.no_longer_shared"),), replaces=row.id)
            await talk.put(where, gone, talk.Voice(talk.REQUESTED), kind="replace")
    for held in await dialogues.about(where.tx, where.person.id, subject):
        await _empty(where, held)
    await nudges.mark(where.tx, nudge.id, "opened")


async def shown_anew(where: Scene, nudge: Nudge) -> bool:
    """Show what was posted in a channel as it reads now; False where it was not posted yet."""
    for held in await dialogues.about(where.tx, where.person.id, nudge.subject or ""):
        if held.state == "open":
            await talk.refresh(where, load(held))
            await nudges.mark(where.tx, nudge.id, "opened", dialogue=held.id)
            return True
    return False


async def _empty(where: Scene, held: Dialogue) -> None:
    await nudges.cancel_of_dialogue(where.tx, held.id, talk.SILENCE_KINDS)
    gone = replace(
        held, state="closed", closed_reason="withdrawn", ended_at=where.now, waiting=None,
        waiting_shape=None, answers=EMPTY_ANSWERS, kept=EMPTY_KEPT, held=None,
    )  # fmt: skip
    await dialogues.save(where.tx, gone)
    if where.person.focus == held.id:
        await people.set_focus(where.tx, where.person.id, None)
