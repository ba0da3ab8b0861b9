"""The colleague's side of "hold me to this" (dialogues c): asked, and what the two will agree.

A buddy who is only informed is not enough: theirs is the second half of the plan
(docs/evidence.md E12).
"""

from __future__ import annotations

from bot.brief import Brief
from bot.deeds import Joint, Reply, Yes
from bot.dialogues.parts import VAGUE, Words, write
from bot.engine.answers import Answer
from bot.engine.steps import Choose, Forget, Keep, Part, Script, Seen, Tell, WorkingDays, Write
from bot.phrases import Label, Lent, Named

PROMISES = ("say", "nudge", "ask", "other")
PATIENCE = WorkingDays(3)  # then silence is an answer (dialogues c, C5)


def hold_me(brief: Brief) -> Script:
    """Ask a colleague to hold a learner to their plan."""
    reply = yield from _reply(brief)
    yield Keep("reply", Reply(reply))
    if reply == "declined":
        yield Tell("declined", values=_names(brief))
    if reply != "accepted":
        return
    promised: Joint = yield from joint_line(brief)
    yield Keep("joint", promised)
    yield Keep("yes", Yes(brief.version))
    yield Tell("waits", values=_names(brief))


def _reply(brief: Brief) -> Part:
    joins: Answer = yield Choose(
        "joins",
        ("yes", "not_now", "what"),
        values={**_names(brief), "plan": Lent(brief.subject, "plan")},
        silent_after=PATIENCE,
        seen=Seen.LEARNER,
    )
    if joins.value == "what":
        joins = yield Choose(
            "joins_after", ("yes", "not_now"), values=_names(brief), silent_after=PATIENCE,
            seen=Seen.LEARNER,
        )  # fmt: skip
    match joins.value:
        case "yes":
            return "accepted"
        case "not_now":
            return "declined"
        case _:
            return "unanswered"


def joint_line(brief: Brief) -> Part:
    """Ask what the colleague will do, until they say that the two lines are right."""
    names = _names(brief)
    chosen: Answer = yield Choose(
        "promise", PROMISES, text="hold_me.promise", values=names, seen=Seen.BOTH
    )
    text, shown = "", Label("hold_me.promise", chosen.text)
    own: Words | None = None
    if chosen.value == "other":
        question = Write(
            "own", text="hold_me.own", values=names, weak=VAGUE, skip=False, commands=("later",),
            seen=Seen.BOTH,
        )  # fmt: skip
        own = yield from write(question)
        text = own.text
    right: Answer = yield Choose(
        "right",
        ("yes", "edit"),
        text="agree.right",
        values={
            **names,
            "plan": Lent(brief.subject, "plan"),
            "buddy_then": own.answer if own else shown,
        },
        seen=Seen.BOTH,
        own_words=own is not None,
    )
    if right.value == "edit":
        yield Forget(("promise", "own", "right"))
    return Joint(chosen.text, text)


def _names(brief: Brief) -> dict[str, object]:
    return {"name": Named(brief.learner), "buddy": Named(brief.colleague)}
