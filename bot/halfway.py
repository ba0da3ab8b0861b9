"""Answers that wait for a word: a text typed days later, one that names a colleague or a patient.

A text that waits for "carry on or start over?" is kept, sealed, with its dialogue; one that may
identify a patient is not kept at all, so its writer is asked to send it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot import layout, leaving, menus, talk
from bot.answering import ALLOWED, NAME_SEEN, Answering
from bot.letters import Line
from bot.scene import Scene, of_person
from bot.state import State, load
from bot.talk import Voice
from storage import dialogues

AFTER: Final = timedelta(hours=72)  # dialogues V11


def is_halfway(state: State, now: datetime) -> bool:
    """Tell whether a dialogue was begun, and its question sent too long ago to just go on."""
    asked_at = state.row.asked_at
    return bool(state.history.answers) and asked_at is not None and now - asked_at > AFTER


async def hold(scene: Scene, state: State, text: str) -> None:
    """Keep a text, with any that waits already, and ask whether to carry on or to start over."""
    texts = [each for each in (state.row.held, text) if each]
    await dialogues.save(scene.tx, replace(state.row, held="\n".join(texts)))
    await menus.offer(scene, "control.halfway")


async def go_on(scene: Scene, answering: Answering) -> None:
    """Take the text that was held as the answer it was meant to be."""
    state = await _held(scene)
    if state is None:
        await talk.say(scene, (Line("common.gone"),))
        return
    text = state.row.held or ""
    row = await dialogues.save(scene.tx, replace(state.row, held=None))
    where = await of_person(scene.tx, scene.person, scene.now, row.enrolment_id, row.subject)
    await answering.typed(where, replace(state, row=row), text)


async def restart(scene: Scene) -> None:
    """Let the text that was held go, and begin its dialogue anew."""
    state = await _held(scene)
    if state is None:
        await talk.say(scene, (Line("common.gone"),))
        return
    await leaving.restart(scene, state)


async def allow(scene: Scene, waiting: Sequence[State]) -> None:
    """Let the next answer to the waiting question pass as no patient's, and ask for it."""
    if not waiting:
        await talk.say(scene, (Line("common.gone"),))
        return
    state = leaving.in_focus(scene, waiting)
    told = (*state.row.told, f"{ALLOWED}{state.row.waiting}")
    await dialogues.save(scene.tx, replace(state.row, told=told))
    await talk.say(scene, (Line("control.send_again"),))


async def reopen(scene: Scene) -> None:
    """Open the answer that names somebody, to be changed."""
    for row in reversed(await dialogues.of_person(scene.tx, scene.person.id)):
        seen = next((mark for mark in row.told if mark.startswith(NAME_SEEN)), None)
        letter = layout.reopened(load(row), seen.removeprefix(NAME_SEEN)) if seen else None
        if letter is not None:
            cards = reversed(load(row).cards)
            card = next(card.id for card in cards if card.asks(letter.asked[0].key))
            shown = replace(letter, replaces=card)
            await talk.put(scene, shown, Voice(), kind="replace")
            return
    await talk.say(scene, (Line("common.gone"),))


async def _held(scene: Scene) -> State | None:
    rows = await dialogues.of_person(scene.tx, scene.person.id)
    return next((load(row) for row in reversed(rows) if row.held is not None), None)
