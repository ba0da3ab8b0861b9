"""The one question a buddy gets about a learner (dialogues g, G1-G4a).

"Not done" is told to nobody and kept nowhere; what was seen is previewed by whoever wrote it.
"""

from __future__ import annotations

from typing import Literal

from bot.brief import Brief
from bot.deeds import Seen as SeenFact
from bot.dialogues.parts import VAGUE, Words, write
from bot.engine.answers import Answer
from bot.engine.steps import Choose, Forget, Keep, Part, Script, Seen, Tell, Write
from bot.phrases import Lent, Named


def buddy_visit(brief: Brief) -> Script:
    """Ask whether the buddy saw the learner do it."""
    names = names_of(brief)
    was: Answer = yield Choose(
        "was_there",
        ("done", "not_done", "not_seen", "skip"),
        values={**names, "moment": Lent(brief.subject, "moment")},
        seen=Seen.NOT_TOLD,
    )
    match was.value:
        case "done":
            yield from sighting(brief, "sighting", "buddy_visit.sighting")
        case "not_done":
            yield from _not_done(brief)
        case _:
            yield Tell("thanks")


def sighting(brief: Brief, kind: Literal["sighting", "change"], row: str) -> Part:
    """Ask for one sentence in the words of a row, show what will be sent, and send it."""
    names = names_of(brief)
    words: Words = yield from write(
        Write("saw", text=row, values=names, weak=VAGUE, seen=Seen.LEARNER),
        deeper=f"{row}.deeper",
    )
    yield from sent_if_wanted(brief, words, SeenFact(kind, words.text))


def sent_if_wanted(brief: Brief, words: Words, fact: SeenFact) -> Part:
    """Show what will be sent, and send it if its writer wants (G3)."""
    names = names_of(brief)
    if not words.text:
        yield Tell("thanks", text="buddy_visit.thanks")
        return
    sends: Answer = yield Choose(
        "send",
        ("send", "edit", "dont"),
        text="buddy_visit.send",
        values={**names, "answer": words.answer},
        seen=Seen.LEARNER,
    )
    if sends.value == "edit":
        yield Forget(("saw", "send"))
    if sends.value == "send":
        yield Keep("seen", fact)
        yield Tell("sent", text="buddy_visit.sent", values=names)
    else:
        yield Tell("unsent", text="buddy_visit.unsent")


def _not_done(brief: Brief) -> Part:
    names = names_of(brief)
    will: Answer = yield Choose(
        "now_what",
        ("bring_up", "nudge", "practise", "nothing"),
        values={**names, "buddy_then": Lent(brief.subject, "theirs")},
        seen=Seen.NOT_TOLD,
    )
    if will.value == "bring_up":
        yield Tell("opening", alone=True)
    else:
        yield Tell("thanks")


def names_of(brief: Brief) -> dict[str, object]:
    """Give the names of the two."""
    return {"name": Named(brief.learner), "buddy": Named(brief.colleague)}
