"""It did not work out with a colleague (dialogues c, C5): another one, or nobody.

A no and a silence look the same: the learner reads this at the same moment after either.
"""

from __future__ import annotations

from bot.brief import Brief
from bot.deeds import HoldMe
from bot.engine.answers import Answer
from bot.engine.steps import Choose, Keep, Late, PickPerson, Script, Seen, Tell
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
    if wanted.value != "pick" or not brief.can_ask:
        yield Tell("fine")
        return
    colleague: Answer = yield PickPerson("colleague", options=("nobody",), text="share.colleague")
    if colleague.value in ("nobody", None):
        yield Tell("fine")
        return
    sends: Answer = yield Choose(
        "send",
        ("send", "dont"),
        values={"plan": Late.PLAN, "buddy": Named(colleague.text)},
        seen=Seen.COLLEAGUE,
    )
    if sends.value == "send":
        yield Keep("hold_me", HoldMe(colleague.text, None, ""))
        yield Tell("sent", values={"buddy": Named(colleague.text)})
    else:
        yield Tell("fine")
