"""What a buddy reads of a learner because the learner wanted it (dialogues d, D6b and D9)."""

from __future__ import annotations

from bot.brief import Brief
from bot.engine.steps import Script, Tell
from bot.phrases import Lent, Named


def update(brief: Brief) -> Script:
    """Tell a buddy that it worked, that it was tried, or what comes next."""
    values: dict[str, object] = {"name": Named(brief.learner)}
    if brief.about != "worked":
        values["goal"] = Lent(brief.subject, "goal")
    if brief.about == "update":
        values["answer"] = Lent(brief.subject, "text")
    yield Tell("told", text=f"updates.{brief.about}", values=values)
