"""What a person answered, as it is stored.

An answer is a value with marks; the marks were made once, at the door, and scripts branch on
them. Nothing here ever reads the text again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

Value = str | int | date | tuple[str, ...] | None

SKIPPED_MARK = "skipped"
SILENT_MARK = "silent"
UNASKED_MARK = "unasked"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its value, what was noticed when it was read, its language and when it came."""

    value: Value
    marks: frozenset[str] = frozenset()
    language: str = ""
    at: datetime | None = None

    @property
    def text(self) -> str:
        """The words of a written answer; empty when it was skipped, silent or not asked."""
        return self.value if isinstance(self.value, str) else ""

    @property
    def codes(self) -> tuple[str, ...]:
        """The chosen option ids, one or several; empty when nothing was chosen."""
        if isinstance(self.value, tuple):
            return self.value
        return (self.value,) if isinstance(self.value, str) else ()


SKIPPED = Answer(None, frozenset({SKIPPED_MARK}))
SILENT = Answer(None, frozenset({SILENT_MARK}))
UNASKED = Answer(None, frozenset({UNASKED_MARK}))


@dataclass(frozen=True, slots=True)
class Skip:
    """The raw input of somebody who tapped *Skip*."""


Raw = str | int | date | tuple[str, ...] | Skip


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an input cannot be an answer: the key of the text that says so, and its values."""

    text: str
    values: Mapping[str, date | int]


def to_json(answer: Answer) -> dict[str, object]:
    """Turn an answer into plain values for storage.

    >>> to_json(Answer(date(2026, 11, 24), frozenset({"cue"}), "nl"))
    {'value': {'date': '2026-11-24'}, 'marks': ['cue'], 'language': 'nl', 'at': None}
    """
    return {
        "value": _plain(answer.value),
        "marks": sorted(answer.marks),
        "language": answer.language,
        "at": answer.at.isoformat() if answer.at else None,
    }


def from_json(stored: Mapping[str, object]) -> Answer:
    """Turn what `to_json` made back into an answer.

    >>> from_json(to_json(Answer(("TIME", "CONF")))).value
    ('TIME', 'CONF')
    """
    at = stored.get("at")
    marks = stored.get("marks")
    return Answer(
        value=_rich(stored.get("value")),
        marks=frozenset(str(mark) for mark in marks) if isinstance(marks, list) else frozenset(),
        language=str(stored.get("language") or ""),
        at=datetime.fromisoformat(at) if isinstance(at, str) else None,
    )


def _plain(value: Value) -> object:
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return list(value) if isinstance(value, tuple) else value


def _rich(value: object) -> Value:
    match value:
        case {"date": str(day)}:
            return date.fromisoformat(day)
        case list(items):
            return tuple(str(item) for item in items)
        case str() | int():
            return value
        case _:
            return None
