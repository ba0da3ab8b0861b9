"""What a buddy reads now and then (dialogues g, G5-G8): a card, two questions, and the end."""

from __future__ import annotations

from bot.brief import Brief
from bot.deeds import StillFine
from bot.dialogues.buddy_visit import names_of, sighting
from bot.engine.answers import Answer
from bot.engine.steps import Choose, Keep, Script, Seen, Tell


def talk_card(brief: Brief) -> Script:
    """Give a card for five minutes together."""
    yield Tell("card", values=names_of(brief))


def still_fine(brief: Brief) -> Script:
    """Ask a buddy whether it still can be done."""
    answer: Answer = yield Choose(
        "fine", ("fine", "less", "out"), values=names_of(brief), seen=Seen.ONLY_YOU
    )
    if answer.value is not None:
        yield Keep("fine", StillFine(answer.text))
        yield Tell(f"said_{answer.text}", values=names_of(brief))


def looking_back(brief: Brief) -> Script:
    """Ask what the learner does differently from two months ago."""
    yield from sighting(brief, "change", "buddy_visit.change")


def ending(brief: Brief) -> Script:
    """End it, in the same words whatever the cause."""
    yield Keep("over", StillFine("over"))
    yield Tell("over", values=names_of(brief))
