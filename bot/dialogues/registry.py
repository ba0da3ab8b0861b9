"""Every dialogue under its kind: the literal name that is stored, so a function may be renamed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.brief import Brief
from bot.dialogues.agree import agree
from bot.dialogues.ask_another import ask_another
from bot.dialogues.buddy_cards import ending, looking_back, still_fine, talk_card
from bot.dialogues.buddy_visit import buddy_visit
from bot.dialogues.check_in import BARRIERS, check_in
from bot.dialogues.eve import eve
from bot.dialogues.goal_setting import goal_setting
from bot.dialogues.hold_me import hold_me
from bot.dialogues.post import help_out, post, saw_it, tip
from bot.dialogues.practise import rehearsal_on, rehearse, signal
from bot.dialogues.seen import seen
from bot.dialogues.share import share
from bot.dialogues.shifts import shifts
from bot.dialogues.updates import update
from bot.dialogues.welcome import welcome
from bot.dialogues.witness import witness
from bot.engine.steps import Script


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One conversation: its kind, its script, and the briefs under which it can open.

    `briefs` are examples that together reach every branch; drawing and tests walk them all.
    """

    kind: str
    script: Callable[[Brief], Script]
    briefs: tuple[Brief, ...]


def _check_in(number: int, barrier: str = "", comp: str = "", *, buddy: bool = False) -> Brief:
    return Brief(
        "check_in", round=number, has_obstacle=bool(number % 2), barrier=barrier, comp=comp,
        can_ask=buddy, has_goal=buddy, is_first_success=buddy and number == 1,
        subject="pledge" if buddy else "", colleague="colleague" if buddy else "",
    )  # fmt: skip


_CHECK_INS = (
    _check_in(1),
    _check_in(2, BARRIERS[1], buddy=True),
    _check_in(3, comp="c1"),
    _check_in(4, buddy=True),
    _check_in(5, BARRIERS[4], "c2"),
    _check_in(1, buddy=True),
)

_MONDAY = date(2026, 11, 23)


def _between(kind: str, about: str = "") -> Brief:
    """Give the brief of something that a learner has with a colleague."""
    return Brief(
        kind, subject="pledge", version=1, learner="learner", colleague="colleague", about=about
    )


def _on_a_day(kind: str) -> Brief:
    return replace(_between(kind), first_day=_MONDAY)


DIALOGUES: Mapping[str, Dialogue] = {
    "welcome": Dialogue(
        "welcome",
        welcome,
        (Brief("welcome", first_day=_MONDAY), Brief("welcome", knows_shifts=True)),
    ),
    "goal_setting": Dialogue(
        "goal_setting",
        goal_setting,
        (
            Brief("goal_setting"),
            Brief("goal_setting", can_ask=True),
            Brief("goal_setting", can_ask=True, channel="#team"),
            Brief("goal_setting", channel="#team"),
        ),
    ),
    "check_in": Dialogue("check_in", check_in, _CHECK_INS),
    "eve": Dialogue("eve", eve, (Brief("eve"),)),
    "shifts": Dialogue("shifts", shifts, (Brief("shifts", first_day=_MONDAY),)),
    "hold_me": Dialogue("hold_me", hold_me, (_between("hold_me"),)),
    "agree": Dialogue(
        "agree", agree, (_between("agree", "learner"), _between("agree", "colleague"))
    ),
    "ask_another": Dialogue(
        "ask_another",
        ask_another,
        (
            _between("ask_another"),
            replace(_between("ask_another"), can_ask=True),
            replace(_between("ask_another"), colleague=""),
        ),
    ),
    "seen": Dialogue(
        "seen", seen, tuple(_between("seen", kind) for kind in ("sighting", "tip", "change"))
    ),
    "share": Dialogue("share", share, (Brief("share", can_ask=True),)),
    "update": Dialogue(
        "update", update, tuple(_between("update", kind) for kind in ("worked", "tried", "update"))
    ),
    "rehearse": Dialogue("rehearse", rehearse, (_on_a_day("rehearse"),)),
    "rehearsal_on": Dialogue("rehearsal_on", rehearsal_on, (_on_a_day("rehearsal_on"),)),
    "signal": Dialogue("signal", signal, (_on_a_day("signal"),)),
    "post": Dialogue("post", post, (_between("post"),)),
    "saw_it": Dialogue("saw_it", saw_it, (_between("saw_it", "colleague"),)),
    "tip": Dialogue("tip", tip, (_between("tip", "colleague"),)),
    "help_out": Dialogue("help_out", help_out, (_between("help_out", "colleague"),)),
    "witness": Dialogue("witness", witness, (_on_a_day("witness"),)),
    "buddy_visit": Dialogue("buddy_visit", buddy_visit, (_between("buddy_visit"),)),
    "talk_card": Dialogue("talk_card", talk_card, (_between("talk_card"),)),
    "still_fine": Dialogue("still_fine", still_fine, (_between("still_fine"),)),
    "looking_back": Dialogue("looking_back", looking_back, (_between("looking_back"),)),
    "ending": Dialogue("ending", ending, (_between("ending"),)),
}
