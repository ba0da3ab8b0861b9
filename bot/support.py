"""Support: a code of one day with which somebody shows their technical state, and nothing else.

A code is made, never stored, and names nobody. What it opens must not tell joined, paused, silent
or stopped people apart: before you add a line, ask whose it would be missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, get_args
from uuid import UUID

from scheduler.local import local_of
from scheduler.plan import Kind
from storage import nudges, people, reach
from storage.database import Transaction
from storage.keyring import Keyring
from storage.organisations import Organisation
from storage.reach import Reach

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""What codes are written with: nothing that looks or sounds like something else."""

LENGTH: Final = 8
_DAY: Final = timedelta(days=1)
_VISITS: Final = get_args(Kind)

AHEAD: Final = timedelta(days=7)
"""How far ahead a planned slot is told. Visits lie further apart than this soon enough, so that no
slot in sight is as ordinary for somebody who takes part as for somebody who paused or stopped."""


@dataclass(frozen=True, slots=True)
class State:
    """What an administrator may see of a person: how they are reached, and when, never whether.

    `slot` is the planned slot within `AHEAD`, on the wall in `zone`; a slot that a pause will move
    is told as it stands until its moment comes, as is one that will be dropped.
    """

    ways: tuple[Reach, ...]
    zone: str
    rhythm_set: bool
    slot: datetime | None


def code_of(keyring: Keyring, person: UUID, day: date) -> str:
    """Give a person's support code of a day, which is a day where that person is.

    >>> code_of(Keyring.of({"k1": bytes(32)}, current="k1"), UUID(int=7), date(2026, 11, 24))
    '6CEHHCW6'
    """
    number = int.from_bytes(keyring.code(f"support|{person}|{day.isoformat()}"))
    signs = []
    for _ in range(LENGTH):
        number, sign = divmod(number, len(LETTERS))
        signs.append(LETTERS[sign])
    return "".join(signs)


def normal(code: str) -> str:
    """Give a code as it was made, however it was read out or typed.

    >>> normal(" 2abc-7xyz ")
    '2ABC7XYZ'
    """
    return "".join(each for each in code.upper() if each.isalnum())


def is_code(code: str) -> bool:
    """Say whether a normal code looks like one of ours.

    >>> is_code("2ABC7XYZ"), is_code("2ABC7XY"), is_code("OABC7XYZ")
    (True, False, False)
    """
    return len(code) == LENGTH and set(code) <= set(LETTERS)


async def whose(
    tx: Transaction, organisation: Organisation, code: str, now: datetime
) -> UUID | None:
    """Find whose code this is: of today, or of yesterday for whoever asked late in the evening."""
    keyring, wanted = tx.vault.keyring, normal(code)
    for person, zone in (await reach.zones(tx, organisation.id)).items():
        today = local_of(now, zone).day
        if wanted in {code_of(keyring, person, day) for day in (today, today - _DAY)}:
            return person
    return None


async def state_of(tx: Transaction, person: UUID, now: datetime) -> State:
    """Read a person's technical state. Raises Missing when there is no such person."""
    found = await people.get(tx, person)
    return State(
        ways=tuple(await reach.of_person(tx, person)),
        zone=found.zone,
        rhythm_set=found.rhythm is not None,
        slot=_slot(await nudges.coming(tx, person), found.zone, now),
    )


async def unreachable(
    tx: Transaction, organisation: Organisation
) -> Sequence[tuple[str, Sequence[Reach]]]:
    """Read whom no message reaches, by name, with the ways to them: mending those is work."""
    ways: dict[UUID, list[Reach]] = {}
    for each in await reach.unreachable(tx, organisation.id):
        ways.setdefault(each.person_id, []).append(each)
    return [((await people.get(tx, person)).name, found) for person, found in ways.items()]


def _slot(coming: Sequence[nudges.Nudge], zone: str, now: datetime) -> datetime | None:
    visits = (each.due_at for each in coming if each.kind in _VISITS)
    soon = min((due for due in visits if now <= due <= now + AHEAD), default=None)
    if soon is None:
        return None
    local = local_of(soon, zone)
    return datetime.combine(local.day, local.at)
