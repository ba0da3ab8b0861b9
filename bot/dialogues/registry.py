"""Every dialogue under its kind: the literal name that is stored, so a function may be renamed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.brief import Brief
from bot.dialogues.check_in import BARRIERS, check_in
from bot.dialogues.eve import eve
from bot.dialogues.goal_setting import goal_setting
from bot.dialogues.shifts import shifts
from bot.dialogues.welcome import welcome
from bot.engine.steps import Script


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One conversation: its kind, its script, and the briefs under which it can open.

    `briefs` are examples that together reach every branch; drawing and tests walk them all.
    """

    kind: str
    script: Callable[[Brief], Script]
    briefs: tuple[Brief, ...]


_CHECK_INS = tuple(
    Brief("check_in", round=number, has_obstacle=bool(number % 2), barrier=barrier, comp=comp)
    for number, barrier, comp in (
        (1, "", ""),
        (2, BARRIERS[1], ""),
        (3, "", "c1"),
        (4, "", ""),
        (5, BARRIERS[4], "c2"),
    )
)

_MONDAY = date(2026, 11, 23)

DIALOGUES: Mapping[str, Dialogue] = {
    "welcome": Dialogue(
        "welcome",
        welcome,
        (Brief("welcome", first_day=_MONDAY), Brief("welcome", knows_shifts=True)),
    ),
    "goal_setting": Dialogue("goal_setting", goal_setting, (Brief("goal_setting"),)),
    "check_in": Dialogue("check_in", check_in, _CHECK_INS),
    "eve": Dialogue("eve", eve, (Brief("eve"),)),
    "shifts": Dialogue("shifts", shifts, (Brief("shifts", first_day=_MONDAY),)),
}
