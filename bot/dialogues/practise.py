"""What a learner asks of their buddy before a day: to practise, or for a signal (e, E7b; d, D30).

The buddy plays the other person, not the judge. A no and a silence are told to nobody.
"""

from __future__ import annotations

from bot.brief import Brief
from bot.deeds import Rehearses
from bot.dialogues.buddy_visit import names_of
from bot.engine.answers import Answer
from bot.engine.steps import Choose, Keep, Script, Seen, Tell
from bot.phrases import Lent


def rehearse(brief: Brief) -> Script:
    """Ask a buddy for five minutes before a day."""
    can: Answer = yield Choose(
        "can", ("yes", "not_now"), values={**names_of(brief), **_day(brief)}, seen=Seen.LEARNER
    )
    if can.value == "yes" and brief.first_day:
        yield Keep("rehearses", Rehearses(brief.first_day))
        yield Tell("told", values=names_of(brief))
    else:
        yield Tell("not_told")


def rehearsal_on(brief: Brief) -> Script:
    """Tell the learner that their buddy has time."""
    yield Tell("on", text="rehearse.on", values={**names_of(brief), **_day(brief)})


def signal(brief: Brief) -> Script:
    """Ask a buddy to remind the learner before a day; what was agreed is said once more."""
    moment = {"moment": Lent(brief.subject, "moment")}
    yield Tell("signal", values={**names_of(brief), **_day(brief), **moment})


def _day(brief: Brief) -> dict[str, object]:
    return {"date": brief.first_day} if brief.first_day else {}
