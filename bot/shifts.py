"""Asking for somebody's shifts, whenever they want to tell them.

One form stands open at a time: an unanswered one of another day would ask for days that are over.
"""

from __future__ import annotations

from dataclasses import replace

from bot import talk
from bot.brief import Brief
from bot.dialogues.shifts import first_day_of
from bot.scene import Scene
from bot.state import load
from bot.talk import REQUESTED, SILENCE_KINDS, Voice
from storage import dialogues, nudges
from storage.ids import new_id

KIND = "shifts"


async def ask(scene: Scene) -> None:
    """Ask for the shifts of the week whose shifts are not known yet, in place of an open form."""
    await _end_unanswered(scene)
    person = scene.person
    first = first_day_of(person.shifts, scene.today, person.zone)
    brief = Brief(KIND, first_day=first, zone=person.zone)
    await talk.begin(scene, KIND, brief, Voice(REQUESTED), new_id())


async def _end_unanswered(scene: Scene) -> None:
    for row in await dialogues.of_person(scene.tx, scene.person.id, state="open"):
        if row.kind == KIND and not load(row).history.answers:
            await nudges.cancel_of_dialogue(scene.tx, row.id, SILENCE_KINDS)
            gone = replace(row, state="closed", closed_reason="overtaken", ended_at=scene.now)
            await dialogues.save(scene.tx, gone)
