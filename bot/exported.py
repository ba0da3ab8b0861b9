"""Telling somebody that the administrator made a copy of all that is kept of them, and why.

It is no visit and asks nothing, so it is planned by nothing: it waits in the outbox for the
person's own hours, and the same reason is not told twice while it waits.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot import letters
from bot.engine.answers import Answer
from bot.letters import Letter, Line
from bot.visits import rhythm_of
from scheduler.hours import has_known_shift, next_open
from storage import addresses, outbox
from storage.database import Transaction
from storage.people import Person

KIND: Final = "notice"
"""What such a row of the outbox is: delivery looks at the hours once more before it sends one."""

_TOMORROW: Final = timedelta(days=1)
_PRIORITY: Final = 9  # after all else: whoever waits for an answer does not wait for this


async def tell(tx: Transaction, person: Person, reason: str, now: datetime) -> bool:
    """Let a person know, in their own hours; False when no message reaches them."""
    address = await addresses.preferred(tx, person.id)
    if address is None or address.state != "reachable":
        return False
    letter = Letter((Line("my_data.exported", {"reason": Answer(reason)}),))
    body = letters.to_json(letter)
    waiting = await outbox.waiting_of(tx, person.id, KIND)
    if not any(each.body == body for each in waiting):
        await outbox.put(
            tx,
            person=person.id,
            conversation=str(person.id),
            priority=_PRIORITY,
            kind=KIND,
            body=body,
            due_at=may_go(person, now),
        )
    return True


def may_go(person: Person, now: datetime) -> datetime:
    """Give the moment from which it may be sent: now, or the next of the person's own hours."""
    rhythm = rhythm_of(person)
    if not has_known_shift(rhythm, now):
        return now + _TOMORROW  # a shift may be known by then
    return next_open(rhythm, now)
