"""What one person wrote for another: never lost over the cap, it rides along to the next room.

On its last day it goes before the visits, so that all that comes by then keeps room for it: seven
days is how long it waits, and the cap holds all the same (docs/schedule section 6).
"""

from datetime import datetime, timedelta
from typing import Final

from scheduler.facts import Due
from scheduler.local import utc
from scheduler.priority import CARRIED_TO_THE_END

CARRIED: Final = frozenset({"written_for", "seen", "update", "rehearsal_on"})
CARRIED_AT_MOST: Final = timedelta(days=7)  # docs/schedule section 6


def last_moment(due: Due) -> datetime:
    """Give the moment until which it may wait for room; UTC."""
    return utc(due.since or due.due_at) + CARRIED_AT_MOST


def priority_at(due: Due, moment: datetime) -> int:
    """Give the priority of a nudge at a moment, which is its own but for what has waited so long.

    Raises:
        ValueError: naive moment.
    """
    has_waited = due.kind in CARRIED and utc(moment) >= last_moment(due)
    return min(due.priority, CARRIED_TO_THE_END) if has_waited else due.priority
