"""Every brief under which a dialogue of the registry is said to open."""

from __future__ import annotations

from bot.brief import Brief
from bot.dialogues.registry import DIALOGUES

OPENINGS = tuple(brief for dialogue in DIALOGUES.values() for brief in dialogue.briefs)


def opening_name(brief: Brief) -> str:
    """Name an opening for the list of tests."""
    return f"{brief.kind}-{brief.round}" if brief.round else brief.kind
