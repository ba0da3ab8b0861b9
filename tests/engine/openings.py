"""Every brief under which a dialogue of the registry is said to open."""

from __future__ import annotations

from bot.brief import Brief
from bot.dialogues.registry import DIALOGUES
from bot.engine.turn import History, turn

OPENINGS = tuple(brief for dialogue in DIALOGUES.values() for brief in dialogue.briefs)
# Some dialogues only say something: in those there is nothing to edit and nothing to rename.
ASKING = tuple(
    brief
    for brief in OPENINGS
    if turn(DIALOGUES[brief.kind].script, brief, History(), {}).question
)


def opening_name(brief: Brief) -> str:
    """Name an opening for the list of tests."""
    known = "-in-shifts" if brief.knows_shifts else ""
    about = f"-{brief.about}" if brief.about else ""
    asks = "-who-can-ask" if brief.can_ask else ""
    alone = "-alone" if brief.subject and not brief.colleague else ""
    number = f"-{brief.round}" if brief.round else ""
    posts = "-with-a-team" if brief.channel else ""
    buddy = "-with-a-buddy" if brief.round and brief.colleague else ""
    return f"{brief.kind}{number}{known}{about}{asks}{alone}{posts}{buddy}"
