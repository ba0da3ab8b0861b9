"""What people asked for themselves: to be left alone for so long, or for good.

It is kept by what they did, whatever the rows say came of it. Whatever somebody does next may end
a pause, so only who does nothing more is judged by it; a stop lasts until they tap or begin again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from bot.port import Chosen, Typed, What

VISITS: Final = frozenset({"welcome", "goal_setting", "check_in", "eve"})
"""What comes to a learner by itself, and to nobody who stopped."""

_STOP: Final = "stop"
_BEGIN: Final = "start"
_WHAT_NOW: Final = "control.stop"
_PAUSE: Final = "control.pause"
_PAUSE_DATE: Final = "control.pause_date"
_WEEKS: Final[Mapping[str, timedelta]] = {
    "week": timedelta(weeks=1),
    "weeks": timedelta(weeks=2),
}
_OPEN: Final = "open"
_FOR_EVER: Final = datetime.max.replace(tzinfo=UTC)
_TODAY: Final = timedelta(days=1)  # it counts from the day on which it was asked for
_EARLIER: Final = timedelta(hours=14)  # a day begins that much earlier in New Zealand
_STOPPED: Final = (_FOR_EVER, "a visit came after they stopped")


@dataclass(slots=True)
class Wishes:
    """Until when each person wants nothing, and why."""

    _until: dict[UUID, tuple[datetime, str]] = field(default_factory=dict)
    _left: set[UUID] = field(default_factory=set)

    def leaves(self, person: UUID) -> None:
        """Note that somebody left, and gets nothing any more."""
        self._left.add(person)

    def add(self, person: UUID, what: What, now: datetime) -> None:
        """Note what somebody does, which ends what they wished before."""
        if isinstance(what, Chosen) and what.key == _WHAT_NOW:
            return  # what is to become of what was kept, now that they stopped
        until, why = _wish(what, now)
        if self._until.get(person) == _STOPPED and isinstance(what, Typed) and not _begins(what):
            return  # whoever stopped has stopped, whatever else they type
        if until is None:
            self._until.pop(person, None)
        else:
            self._until[person] = (until, why)

    def refused(self, person: UUID) -> None:
        """Note that what somebody just did was refused in words, and so is no wish."""
        self._until.pop(person, None)

    def against(self, person: UUID, kind: str | None, at: datetime) -> str:
        """Say why something should not have come; empty where nothing is against it.

        `kind` is that of the visit, or None for what is none.
        """
        if person in self._left:
            return "it came after they left"
        until, why = self._until.get(person, (at, ""))
        return why if kind in VISITS and at < until else ""


def _begins(what: Typed) -> bool:
    return _word(what.text) == _BEGIN


def _word(text: str) -> str:
    return text.strip().casefold()


def _wish(what: What, now: datetime) -> tuple[datetime | None, str]:
    match what:
        case Typed(text) if _word(text) == _STOP:
            return _STOPPED
        case Chosen(_, key, str(option)) if key == _PAUSE and option in _WEEKS:
            return now + _WEEKS[option] - _TODAY, "a visit came in their pause"
        case Chosen(_, key, str(option)) if key == _PAUSE and option == _OPEN:
            return _FOR_EVER, "a visit came in their pause"
        case Chosen(_, key, date() as day) if key == _PAUSE_DATE:
            midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
            return midnight - _EARLIER, "a visit came in their pause"
        case _:
            return None, ""
