"""What the world outside a killed process still knows: what was begun, sent and answered.

It is the platform's memory: an event that it sent and got no answer to is sent again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot import events
from bot.port import Event


@dataclass(frozen=True, slots=True)
class Past:
    """How far it came: acts begun, the moment on the clock, and the event that got no answer."""

    begun: int
    now: datetime | None
    unanswered: Event | None


@dataclass(frozen=True, slots=True)
class Journal:
    """A file to which a line is added for each thing that happened; a kill leaves it whole."""

    file: Path

    def begins(self, act: int, now: datetime) -> None:
        """Note that an act is begun, at this moment."""
        self._add(begun=act + 1, now=now.isoformat())

    def turned(self, now: datetime) -> None:
        """Note that the clock was turned."""
        self._add(now=now.isoformat())

    def sent(self, event: Event) -> None:
        """Note that an event is on its way to us."""
        self._add(unanswered=events.to_json(event))

    def answered(self) -> None:
        """Note that we answered it."""
        self._add(unanswered=None)

    def read(self) -> Past:
        """Read how far it came."""
        known: dict[str, object] = {}
        if self.file.exists():
            for line in self.file.read_text(encoding="utf-8").splitlines():
                known |= json.loads(line)
        now, event = known.get("now"), known.get("unanswered")
        return Past(
            begun=int(str(known.get("begun", 0))),
            now=datetime.fromisoformat(str(now)) if now else None,
            unanswered=events.from_json(event) if isinstance(event, dict) else None,
        )

    def _add(self, **known: object) -> None:
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(known) + "\n")
