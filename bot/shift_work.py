"""What somebody said of their shifts becomes rows, and what waited for that is decided again.

Whoever works in shifts keeps the slot they chose before: it holds again when they no longer do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.deeds import Shifts
from bot.dialogues.shifts import hours_of
from bot.visits import rhythm_of
from scheduler.local import start_of
from storage import nudges, people, shifts
from storage.database import Transaction
from storage.people import Person

Span = tuple[datetime, datetime]


async def begin(tx: Transaction, person: Person) -> None:
    """Note that a person works in shifts."""
    await people.set_rhythm(tx, person.id, replace(rhythm_of(person), mode="shifts").to_json())


async def end(tx: Transaction, person: Person) -> None:
    """Note that a person works on fixed days again."""
    await people.set_rhythm(tx, person.id, replace(rhythm_of(person), mode="fixed").to_json())


async def keep(tx: Transaction, person: Person, tapped: Shifts, now: datetime) -> None:
    """Make the shifts of some days what was tapped; a day without a word loses what was before.

    Only what was tapped before: a roster stands until something is said of that day.
    """
    await begin(tx, person)
    for day, code, since, until in _days(tapped, person.zone):
        if not code:
            await shifts.forget(tx, person.id, since=since, until=until, source="tapped")
            continue
        span = hours_of(code, day, person.zone)
        wanted = [span] if span else []
        await shifts.replace(tx, person.id, wanted, since=since, until=until, source="tapped")
    await nudges.wake(tx, person.id, now)


async def withdraw(tx: Transaction, person: Person, tapped: Shifts) -> None:
    """Take back what was tapped of these days."""
    for _, _, since, until in _days(tapped, person.zone):
        await shifts.forget(tx, person.id, since=since, until=until, source="tapped")


def _days(tapped: Shifts, zone: str) -> Iterator[tuple[date, str, datetime, datetime]]:
    """Give each day with its code, its start and its end."""
    for number, code in enumerate(tapped.codes):
        day = tapped.first + timedelta(days=number)
        yield day, code, start_of(day, zone), start_of(day + timedelta(days=1), zone)
