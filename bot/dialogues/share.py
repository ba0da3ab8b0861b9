"""Whom a learner asks to hold them to it, and what that person will read (dialogues b, B13-B15).

The learner chooses somebody whose opinion counts (docs/evidence.md E11), and sees the exact text.
"""

from __future__ import annotations

from dataclasses import replace

from bot.brief import Brief
from bot.deeds import AskLater, HoldMe, PostPlan
from bot.dialogues.parts import VAGUE, Words, write
from bot.engine.answers import Answer
from bot.engine.steps import (
    Choose,
    Forget,
    Keep,
    Late,
    Part,
    PickPerson,
    Script,
    Seen,
    Tell,
    Write,
)
from bot.phrases import Named, Place, PlanLine

NOBODY = ("nobody", "later", None)


def hold_me(brief: Brief, line: PlanLine, then: Answer, goal: str, back: tuple[str, ...]) -> Part:
    """Ask who may hold the learner to it, show what is sent, and keep what was sent.

    `then` is the answer whose words are in the line; `back` names what is forgotten when the
    learner wants another text.
    """
    colleague = yield from _colleague(brief)
    whom: str = yield from _with_whom(brief, colleague)
    if whom == "nobody":
        return
    if "identity" in then.marks:
        # Others' notice of who one wants to be makes one do less of it (docs/evidence.md E10).
        deed: Words = yield from write(Write("deed", text="common.concrete", weak=VAGUE))
        line = replace(line, then=deed.text or line.then)
    again = (*back, "deed", "send", "post")
    if colleague:
        sends: Answer = yield Choose(
            "send",
            ("send", "edit", "dont"),
            text="share.send",
            values={"plan": line, "buddy": Named(colleague)},
            seen=Seen.COLLEAGUE,
        )
        if sends.value == "edit":
            yield Forget(again)
        if sends.value == "send":
            yield Keep("hold_me", HoldMe(colleague, line, goal))
    if whom == "team":
        yield from _post(brief, line, again)


def _colleague(brief: Brief) -> Part:
    """Ask who may hold the learner to it; returns their id, empty where there is nobody (B13)."""
    if not brief.can_ask:
        return ""
    colleague: Answer = yield PickPerson("colleague", ("nobody", "later"), "share.colleague")
    if colleague.value == "later":
        yield Keep("later", AskLater())
    return "" if colleague.value in NOBODY else colleague.text


def _with_whom(brief: Brief, colleague: str) -> Part:
    """Ask with whom to share the plan, where there is a choice: buddy, team or nobody (B14)."""
    if not brief.channel:
        return "buddy" if colleague else "nobody"
    whom: Answer = yield Choose(
        "whom", (*(("buddy",) if colleague else ()), "team", "nobody"), text="share.whom",
        values={"channel": Place(brief.channel)},
    )  # fmt: skip
    return whom.text or "nobody"


def _post(brief: Brief, line: PlanLine, again: tuple[str, ...]) -> Part:
    """Show what everybody in the team's channel will read, and post it (C6)."""
    posts: Answer = yield Choose(
        "post",
        ("post", "edit", "dont"),
        text="share.post",
        values={"plan": line, "channel": Place(brief.channel)},
        seen=Seen.TEAM,
    )
    if posts.value == "edit":
        yield Forget(again)
    if posts.value == "post":
        yield Keep("post", PostPlan(line))


def share(brief: Brief) -> Script:
    """Ask once more who may hold the learner to it, for they said "later"."""
    if brief.can_ask:
        yield from another(("nobody",))


def another(options: tuple[str, ...]) -> Part:
    """Ask for a colleague, and show them the plan of today once the learner saw the text."""
    colleague: Answer = yield PickPerson("colleague", options, "share.colleague")
    if colleague.value in NOBODY:
        yield Tell("fine", text="ask_another.fine")
        return
    sends: Answer = yield Choose(
        "send",
        ("send", "dont"),
        text="ask_another.send",
        values={"plan": Late.PLAN, "buddy": Named(colleague.text)},
        seen=Seen.COLLEAGUE,
    )
    if sends.value == "send":
        yield Keep("hold_me", HoldMe(colleague.text, None, ""))
        yield Tell("sent", text="ask_another.sent", values={"buddy": Named(colleague.text)})
    else:
        yield Tell("fine", text="ask_another.fine")
