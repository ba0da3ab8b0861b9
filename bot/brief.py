"""What a dialogue knows when it opens: codes, counts and ids, frozen and stored with it.

Never another person's words, and never what may change while the dialogue is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date


@dataclass(frozen=True, slots=True)
class Brief:
    """The facts of one opening. `round` counts check-ins from 1; `barrier` is last time's code.

    `first_day` is the first day whose shift is asked for, `zone` where the person's days begin,
    `knows_shifts` says that their shifts were brought in from elsewhere. `can_ask` says that there
    is somebody to ask. What two people have together: `subject` is the pledge or observation,
    `learner` and `colleague` are who they are by id, `version` is that of the agreement, and
    `about` says which role the person has, or of which kind an observation is; at a check-in
    `colleague` is the buddy. `is_first_success` says that nothing has worked yet, `has_goal` that
    there is one to name, `channel` names the team's where a plan may be posted.
    """

    kind: str
    round: int = 0
    has_manager: bool = False
    has_obstacle: bool = False
    barrier: str = ""
    comp: str = ""
    first_day: date | None = None
    zone: str = ""
    knows_shifts: bool = False
    can_ask: bool = False
    subject: str = ""
    version: int = 0
    learner: str = ""
    colleague: str = ""
    about: str = ""
    is_first_success: bool = False
    has_goal: bool = False
    channel: str = ""


def to_json(brief: Brief) -> dict[str, object]:
    """Turn a brief into plain values for storage.

    >>> to_json(Brief("shifts", first_day=date(2026, 11, 23)))["first_day"]
    '2026-11-23'
    """
    day = brief.first_day
    return {**asdict(brief), "first_day": day.isoformat() if day else None}


def from_json(stored: Mapping[str, object]) -> Brief:
    """Read a stored brief; a field that a release dropped is ignored, a new one has its default.

    >>> from_json({"kind": "check_in", "round": 2, "mood": "gone"}).round
    2
    """
    known = {field.name for field in fields(Brief)}
    values = {key: value for key, value in stored.items() if key in known}
    day = values.pop("first_day", None)
    first_day = date.fromisoformat(day) if isinstance(day, str) else None
    return Brief(**values, first_day=first_day)  # type: ignore[arg-type]
