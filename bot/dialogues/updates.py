"""What a buddy reads of a learner because the learner wanted it (dialogues d, D6b and D9)."""

from __future__ import annotations

from bot.brief import Brief
from bot.engine.steps import Script, Tell
from bot.phrases import Lent, Named


def update(brief: Brief) -> Script:
    """Tell a buddy that it worked, that it was tried, or what comes next."""
    # "It worked" shows no goal; that it is lent all the same takes the message back with it.
    lent = {"goal": Lent(brief.subject, "goal"), "answer": Lent(brief.subject, "text")}
    values = {"name": Named(brief.learner), **lent}
    yield Tell("told", text=f"updates.{brief.about}", values=values)
