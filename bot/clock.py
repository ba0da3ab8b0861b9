"""The application's clock: days, slots, hours and silence go by it.

Leases, signatures and pace go by the machine's clock instead (`storage.database`). Only the demo's
clock can be turned; how far stands in its database.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the application's time."""

    def now(self) -> datetime:
        """Give the moment, aware, in UTC."""
        ...


class MachineClock:
    """The clock of `serve`: the machine's own."""

    def now(self) -> datetime:
        """Give the machine's moment."""
        return datetime.now(UTC)  # noqa: TID251 - this is the one place that reads it


class TurnedClock:
    """The clock of the demo: the machine's, turned forward by an offset."""

    def __init__(self, offset: timedelta) -> None:
        """Start with the offset that the demo's database holds."""
        self.offset = offset

    def now(self) -> datetime:
        """Give the machine's moment plus the offset."""
        return MachineClock().now() + self.offset

    def set_to(self, moment: datetime) -> None:
        """Turn the clock to a moment.

        Raises: ValueError for a moment that lies before the one it shows.
        """
        ahead = moment - self.now()
        if ahead < timedelta(0):
            message = "The clock of the demo only goes forward."
            raise ValueError(message)
        self.offset += ahead


class StandingClock(TurnedClock):
    """Turned like the demo's, but it does not run on by itself: whoever turns it says when."""

    def __init__(self, start: datetime) -> None:
        """Start at a moment."""
        super().__init__(timedelta(0))
        self._moment = start

    def now(self) -> datetime:
        """Give the moment at which it stands."""
        return self._moment

    def set_to(self, moment: datetime) -> None:
        """Turn the clock to a moment, forward or, as no demo can, back."""
        self._moment = moment
