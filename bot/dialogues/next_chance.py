"""Making the next chance at a check-in: why there was none, a better reminder, another plan.

A miss is normal and sets nobody back (docs/evidence.md E49).
"""

from __future__ import annotations

from datetime import date

from bot.brief import Brief
from bot.deeds import Barriers, Choice, Log, NamedDay, Plan
from bot.dialogues import tell_buddy
from bot.dialogues.if_then import PlanParts, if_then
from bot.dialogues.parts import NO_CUE, Words, form
from bot.engine.answers import Answer
from bot.engine.steps import Choose, Keep, Late, Part, PickDate, Seen, Write, under


def no_chance(brief: Brief) -> Part:
    """Ask why there was no chance, and look for one."""
    why: Answer = yield Choose(
        "why_not", ("no_occasion", "priority", "blocked", "late"), seen=Seen.FIGURES
    )
    codes = {"no_occasion": "OPP", "priority": "TIME", "blocked": "OPP", "late": "FORG"}
    if why.text in codes:
        yield Keep("why_not", Choice("why_not", why.codes))
        yield Keep("barrier", Barriers((codes[why.text],)))
    if why.value == "late":
        yield from better_cue(brief)
    else:
        yield from make_a_chance()


def make_a_chance() -> Part:
    """Ask for a moment in the coming week (D21)."""
    question = Write("chance", weak=NO_CUE)
    words, day = yield from form(
        question,
        PickDate("chance_day", within=7, skip=True),
        deeper={"chance": "check_in.chance.deeper"},
    )
    yield from keep_as("chance_log", words)
    if isinstance(day.value, date):
        yield Keep("chance_day", NamedDay(day.value))


def better_cue(brief: Brief) -> Part:
    """Look for a better reminder after a miss; tell whether the plan got a new moment (D30)."""
    buddy = ("buddy",) if brief.colleague else ()
    remember: Answer = yield Choose(
        "remember", ("calendar", "note", *buddy, "another_moment"), seen=Seen.FIGURES
    )
    if remember.value is not None:
        yield Keep("remember", Choice("remember", remember.codes))
    if remember.value == "another_moment":
        yield from new_plan(brief, prefix="moment")
        return True
    chance: Answer = yield PickDate("next_chance", skip=True)
    if isinstance(chance.value, date):
        yield Keep("next_chance", NamedDay(chance.value, remind=True))
        if remember.value == "buddy":
            yield from tell_buddy.ask_signal(brief, chance.value)
    return False


def new_plan(brief: Brief, prefix: str = "plan") -> Part:
    """Ask for the two parts of a plan anew, and offer to show them to the buddy."""
    obstacle = Late.OBSTACLE if brief.has_obstacle else None
    parts: PlanParts = yield from under(prefix, if_then(obstacle))
    yield Keep(
        prefix,
        Plan(
            line=parts.line,
            obstacle_then=parts.obstacle_then,
            reaction=parts.reaction,
            reaction_then=parts.reaction_then,
        ),
    )
    yield from tell_buddy.new_plan(brief, parts.line)


def keep_as(key: str, *words: Words) -> Part:
    """Keep what was written as an entry of the log, if anything was."""
    texts = tuple(pair for each in words for pair in each.all)
    if texts:
        yield Keep(key, Log(texts, tuple(each.key for each in words if each.low)))
