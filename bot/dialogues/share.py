"""Whom a learner asks to hold them to it, and what that person will read (dialogues b, B13-B15).

The learner chooses somebody whose opinion counts (docs/evidence.md E11), and sees the exact text.
"""

from __future__ import annotations

from dataclasses import replace

from bot.brief import Brief
from bot.deeds import HoldMe
from bot.dialogues.parts import VAGUE, Words, write
from bot.engine.answers import Answer
from bot.engine.steps import Choose, Forget, Keep, Part, PickPerson, Seen, Write
from bot.phrases import Named, PlanLine

NOBODY = ("nobody", None)


def hold_me(brief: Brief, line: PlanLine, then: Answer, goal: str, back: tuple[str, ...]) -> Part:
    """Ask who may hold the learner to it, show what is sent, and keep what was sent.

    `then` is the answer whose words are in the line; `back` names what is forgotten when the
    learner wants another text.
    """
    if not brief.can_ask:
        return
    colleague: Answer = yield PickPerson(
        "colleague", options=("nobody",), text="share.colleague", seen=Seen.ONLY_YOU
    )
    if colleague.value in NOBODY:
        return
    if "identity" in then.marks:
        # Others' notice of who one wants to be makes one do less of it (docs/evidence.md E10).
        deed: Words = yield from write(Write("deed", text="common.concrete", weak=VAGUE))
        line = replace(line, then=deed.text or line.then)
    sends: Answer = yield Choose(
        "send",
        ("send", "edit", "dont"),
        text="share.send",
        values={"plan": line, "buddy": Named(colleague.text)},
        seen=Seen.COLLEAGUE,
    )
    if sends.value == "edit":
        yield Forget((*back, "deed", "send"))
    if sends.value == "send":
        yield Keep("hold_me", HoldMe(colleague.text, line, goal))
