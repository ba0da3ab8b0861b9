"""Both confirm the same version of what they agreed (dialogues c, C4).

Whoever changes it says yes to the change; the other is asked anew.
"""

from __future__ import annotations

from bot.brief import Brief
from bot.deeds import HoldMe, Joint, Plan, Yes
from bot.dialogues.hold_me import joint_line
from bot.dialogues.if_then import PlanParts, if_then
from bot.engine.answers import Answer
from bot.engine.steps import Choose, Keep, Script, Seen, Tell, under
from bot.phrases import Lent, Named


def agree(brief: Brief) -> Script:
    """Show one of the two what they have together, and take a yes or a change."""
    names = {"name": Named(brief.learner), "buddy": Named(brief.colleague)}
    right: Answer = yield Choose(
        "right",
        ("yes", "edit"),
        values={
            **names,
            "plan": Lent(brief.subject, "plan"),
            "buddy_then": Lent(brief.subject, "theirs"),
        },
        seen=Seen.BOTH,
    )
    if right.value == "yes":
        yield Keep("yes", Yes(brief.version))
        yield Tell("agreed", values=names)
    elif brief.about == "colleague":
        changed: Joint = yield from under("new", joint_line(brief))
        yield Keep("joint", changed)
        yield Tell("changed", values={"buddy": Named(brief.learner)})
    elif right.value == "edit":
        parts: PlanParts = yield from under("plan", if_then(between=names))
        yield Keep(
            "plan",
            Plan(parts.line, reaction=parts.reaction, reaction_then=parts.reaction_then),
        )
        yield Keep("hold_me", HoldMe(brief.colleague, parts.line, ""))
        yield Tell("changed", values={"buddy": Named(brief.colleague)})
