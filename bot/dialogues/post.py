"""A plan in the team's channel, and what a colleague who reads it may say (dialogues c, C6-C8).

What they write goes to the learner alone, after they read it over; nothing is counted as a like.
"""

from __future__ import annotations

from bot.brief import Brief
from bot.deeds import Seen as SeenFact
from bot.deeds import Yes
from bot.dialogues.buddy_visit import names_of, sent_if_wanted, sighting
from bot.dialogues.hold_me import joint_line
from bot.dialogues.parts import Words, write
from bot.engine.steps import Choose, Keep, Script, Seen, Tell, Write
from bot.phrases import Lent, Named

SAW, HELP, TIP = "saw", "help", "tip"


def post(brief: Brief) -> Script:
    """Show a plan to everybody in a channel; it asks for ever, and each reader answers alone."""
    yield Choose(
        "see",
        (SAW, HELP, TIP),
        values={"name": Named(brief.learner), "plan": Lent(brief.subject, "plan")},
        seen=Seen.LEARNER,
    )


def saw_it(brief: Brief) -> Script:
    """Ask a reader what they saw (C7)."""
    yield from sighting(brief, "sighting", "post.saw")


def tip(brief: Brief) -> Script:
    """Ask a reader for one sentence of advice (C8)."""
    names = names_of(brief)
    words: Words = yield from write(Write("saw", text="post.tip", values=names, seen=Seen.LEARNER))
    yield from sent_if_wanted(brief, words, SeenFact("tip", words.text))


def help_out(brief: Brief) -> Script:
    """Ask a reader who offered to help what they will do; the learner is asked to agree."""
    promised = yield from joint_line(brief)
    yield Keep("joint", promised)
    yield Keep("yes", Yes(brief.version))
    yield Tell("waits", text="hold_me.waits", values=names_of(brief))
