"""It did not work out with a colleague (dialogues c, C5): another one, later, or nobody.

A no and a silence look the same: the learner reads this at the same moment after either.
"""

from __future__ import annotations

from bot.brief import Brief
from bot.deeds import AskLater
from bot.dialogues.share import another
from bot.engine.answers import Answer
from bot.engine.steps import Choose, Keep, Script, Tell
from bot.phrases import Named


def ask_another(brief: Brief) -> Script:
    """Offer to ask somebody else."""
    known = bool(brief.colleague)
    wanted: Answer = yield Choose(
        "another",
        ("pick", "later", "without"),
        text="ask_another.another" if known else "ask_another.gone",
        values={"buddy": Named(brief.colleague)} if known else {},
    )
    if wanted.value == "pick" and brief.can_ask:
        yield from another(("nobody",))
        return
    if wanted.value == "later":
        yield Keep("later", AskLater())
    yield Tell("fine")
