"""One question to somebody who was there (dialogues d, D5); they need not answer.

A no, a "don't know" and silence leave nothing behind: in each case the question is taken back.
"""

from __future__ import annotations

from bot.brief import Brief
from bot.deeds import Witnessed
from bot.engine.answers import Answer
from bot.engine.steps import Choose, Keep, Script, Seen, Tell, WorkingDays
from bot.phrases import Lent, Named

CONFIRMED = ("yes", "partly")


def witness(brief: Brief) -> Script:
    """Ask whether the learner did it."""
    saw: Answer = yield Choose(
        "saw",
        ("yes", "partly", "no", "dont_know"),
        values={
            "buddy": Named(brief.colleague),
            "name": Named(brief.learner),
            "goal": Lent(brief.subject, "goal"),
            **({"date": brief.first_day} if brief.first_day else {}),
        },
        silent_after=WorkingDays(5),
        seen=Seen.NOT_TOLD,
    )
    yield Keep("witnessed", Witnessed(saw.text if saw.value in CONFIRMED else ""))
    if saw.value is not None:
        yield Tell("thanks")
