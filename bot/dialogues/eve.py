"""A word on the working day before the next chance (dialogues d, D31): one line, no question.

The day itself is named, for the working day before a Monday is a Friday.
"""

from __future__ import annotations

from bot.brief import Brief
from bot.engine.steps import Late, Script, Tell


def eve(_brief: Brief) -> Script:
    """Say the plan once more before the day that the learner named."""
    yield Tell("eve", text="check_in.eve", values={"date": Late.NAMED_DAY, "plan": Late.PLAN})
