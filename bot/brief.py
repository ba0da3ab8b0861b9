"""What a dialogue knows when it opens: codes, counts and ids, frozen and stored with it.

Never another person's words, and never what may change while the dialogue is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields


@dataclass(frozen=True, slots=True)
class Brief:
    """The facts of one opening. `round` counts check-ins from 1; `barrier` is last time's code."""

    kind: str
    round: int = 0
    has_manager: bool = False
    has_obstacle: bool = False
    barrier: str = ""
    comp: str = ""


def to_json(brief: Brief) -> dict[str, object]:
    """Turn a brief into plain values for storage."""
    return asdict(brief)


def from_json(stored: Mapping[str, object]) -> Brief:
    """Read a stored brief; a field that a release dropped is ignored, a new one has its default.

    >>> from_json({"kind": "check_in", "round": 2, "mood": "gone"}).round
    2
    """
    known = {field.name for field in fields(Brief)}
    return Brief(**{key: value for key, value in stored.items() if key in known})  # type: ignore[arg-type]
