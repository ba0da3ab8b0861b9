"""What a colleague wrote reaches the learner alone, who says whether it counts (c, C8b and C9)."""

from __future__ import annotations

from bot.brief import Brief
from bot.deeds import Judged
from bot.engine.answers import Answer
from bot.engine.steps import Choose, Keep, Script
from bot.phrases import Lent, Named


def seen(brief: Brief) -> Script:
    """Show what was seen, and keep it only if the learner wants."""
    values = {"buddy": Named(brief.colleague), "answer": Lent(brief.subject, "text")}
    judged: Answer = yield Choose("keep", ("yes", "no"), text=f"seen.{brief.about}", values=values)
    yield Keep("judged", Judged("kept" if judged.value == "yes" else "refused"))
