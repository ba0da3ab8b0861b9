"""Keeping a message that a learner wrote elsewhere, as a moment at which they applied something.

They chose to keep it after it was written, so it can be taken out again as long as its menu holds.
"""

from __future__ import annotations

from uuid import UUID

from bot import menus, talk
from bot.engine.answers import Answer, Refusal
from bot.engine.reading import Hearing, read
from bot.engine.steps import Write
from bot.letters import Line
from bot.scene import Scene
from storage import dialogues, log

ROW = "saved.wrote"
_WRITTEN = Write("wrote", text=ROW, skip=False)


def read_as(text: str, hearing: Hearing) -> Answer | Refusal:
    """Read a message as what may stand in a log."""
    return read(_WRITTEN, text, hearing)


async def save(scene: Scene, text: str) -> bool:
    """Keep a text in the log, and say so; False for who takes part in nothing."""
    joined = await _joined(scene)
    if scene.enrolment is None or joined is None or scene.enrolment.status != "joined":
        await talk.say(scene, (Line("saved.nowhere"),))
        return False
    menu = await menus.offer(scene, menus.SAVED)
    await log.keep(
        scene.tx, scene.person.id, scene.enrolment.id, joined, _key(menu),
        words={"texts": [(ROW, text)], "low": []}, at=scene.now,
    )  # fmt: skip
    return True


async def undo(scene: Scene, menu: UUID) -> None:
    """Take out what the menu said was kept."""
    joined = await _joined(scene)
    if joined is not None:
        await log.withdraw(scene.tx, joined, _key(menu))
    await talk.say(scene, (Line("saved.undone"),))


async def _joined(scene: Scene) -> UUID | None:
    """Give the talk in which they said that they take part, to which such an entry belongs."""
    if scene.enrolment is None:
        return None
    found = await dialogues.latest(scene.tx, scene.enrolment.id, "welcome")
    return found.id if found else None


def _key(menu: UUID) -> str:
    return f"saved.{menu.hex}"
