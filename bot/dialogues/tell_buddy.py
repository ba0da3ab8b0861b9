"""What a learner lets their buddy know at a check-in, each after reading the exact text.

That it worked, two lines, or a new plan (dialogues d, D6 and D9; b, B15). All of it is by choice.
"""

from __future__ import annotations

from datetime import date

from bot.brief import Brief
from bot.deeds import AskBuddy, NewPlan, Update
from bot.dialogues.parts import VAGUE, Words, write
from bot.engine.answers import Answer
from bot.engine.steps import Choose, Forget, Keep, Late, Part, Seen, Write
from bot.phrases import Lent, Named, PlanLine

ROUNDS_WITH_UPDATE = (2, 4)


def it_worked(brief: Brief) -> Part:
    """Offer to let the buddy know of the first success (D6)."""
    if not (brief.colleague and brief.is_first_success):
        return
    tells: Answer = yield Choose(
        "tell_worked", ("yes", "no"), text="tell_buddy.worked", values=_buddy(brief),
        seen=Seen.COLLEAGUE,
    )  # fmt: skip
    if tells.value == "yes":
        yield Keep("told_worked", Update("worked"))


def update(brief: Brief, following: Words | None) -> Part:
    """Offer to tell the buddy in two lines; `following` is what the learner does next time (D9).

    Where nothing was said of a next time it is one line.
    """
    if not (brief.colleague and brief.has_goal and brief.round in ROUNDS_WITH_UPDATE):
        return
    if following is None or not following.text:
        tells: Answer = yield Choose(
            "update", ("send", "dont"), text="tell_buddy.tried",
            values={**_buddy(brief), "goal": Late.GOAL}, seen=Seen.COLLEAGUE,
        )  # fmt: skip
        if tells.value == "send":
            yield Keep("told", Update("tried"))
        return
    sent: Words | None = yield from _previewed(brief, following)
    if sent is not None:
        yield Keep("told", Update("update", sent.text))


def _previewed(brief: Brief, following: Words) -> Part:
    """Show what is sent until it is sent, or not; returns the Words that were, or None."""
    sends: Answer = yield _preview(brief, "update", following)
    if sends.value == "edit":
        question = Write(
            "update_own", text="tell_buddy.own", weak=VAGUE, skip=False, commands=("later",),
            seen=Seen.COLLEAGUE, values=_buddy(brief),
        )  # fmt: skip
        following = yield from write(question)
        sends = yield _preview(brief, "update_again", following)
        if sends.value == "edit":
            yield Forget(("update_own", "update_own.deeper", "update_again"))
    return following if sends.value == "send" else None


def _preview(brief: Brief, key: str, following: Words) -> Choose:
    return Choose(
        key, ("send", "edit", "dont"), text="tell_buddy.update",
        values={**_buddy(brief), "goal": Late.GOAL, "answer": following.answer},
        seen=Seen.COLLEAGUE,
    )  # fmt: skip


def new_plan(brief: Brief, line: PlanLine) -> Part:
    """Offer to show the buddy what the plan says now; it holds when they say yes to it again."""
    if not brief.colleague:
        return
    sends: Answer = yield Choose(
        "send_plan", ("send", "dont"), text="tell_buddy.new_plan",
        values={**_buddy(brief), "plan": line}, seen=Seen.COLLEAGUE,
    )  # fmt: skip
    if sends.value == "send":
        yield Keep("new_plan", NewPlan(line))


def ask_signal(brief: Brief, day: date) -> Part:
    """Offer to ask the buddy for a signal on the working day before a day (D30)."""
    sends: Answer = yield Choose(
        "ask_signal", ("send", "dont"), text="tell_buddy.signal",
        values={**_buddy(brief), "date": day, "moment": Lent(brief.subject, "moment")},
        seen=Seen.COLLEAGUE,
    )  # fmt: skip
    if sends.value == "send":
        yield Keep("ask_signal", AskBuddy("signal", day))


def _buddy(brief: Brief) -> dict[str, object]:
    return {"buddy": Named(brief.colleague)}
