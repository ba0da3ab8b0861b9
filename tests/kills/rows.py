"""All rows of a database as plain lines, without what differs between any two runs.

Ids are made anew in every run, so each stands for what it points to: two databases are the same
when their lines are, whatever their ids.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Self
from uuid import UUID

from sqlalchemy import Table, select

from storage import theirs
from storage.database import Transaction
from storage.schema import metadata

# The machine's clock, and how often something had to be claimed because somebody died.
_OF_THE_RUN: Final = frozenset({"created_at", "started_at", "claimed_until", "offset_seconds"})
_TRIES: Final = frozenset({"nudges.tries"})
_OF_CHANCE: Final = frozenset({"people.data_key", "secrets.value", "erasures.mark"})
_SEALED: Final = b"H1p"
_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# A moment to the second, and the port of a demo.
_NOW: Final = re.compile(
    r"(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d[.\d]*(?:[+]\d\d:\d\d)?|(?<=127\.0\.0\.1):\d+"
)
_ROUNDS: Final = 4  # so far an id is followed: a message, its dialogue, its nudge, its person

Lines = Sequence[tuple[str, str]]  # how a row reads, and what tells it from all others


async def read_rows(tx: Transaction) -> Lines:
    """Read every row of every table; sealed words are opened."""
    return sorted(_lines(await _found(tx)))


async def read_rows_of_a_demo(tx: Transaction) -> Lines:
    """Read every row where the clock runs: what happened, and on which day, but not when."""
    found = await _found(tx)
    return sorted(_lines({own: (name, _NOW.sub("", row)) for own, (name, row) in found.items()}))


async def _found(tx: Transaction) -> Mapping[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    # Not the audit trail: a restart that finishes an erasure says so there.
    for table in (each for each in metadata.sorted_tables if each.name != "audit"):
        for number, row in enumerate(await tx.rows(select(table))):
            own = str(row.pop("id", f"{table.name} {number}"))
            found[own] = (table.name, await _written(tx, table, own, row))
    return found


async def _written(tx: Transaction, table: Table, own: str, row: dict[str, Any]) -> str:
    shown: dict[str, object] = {}
    for column, value in row.items():
        if column in _OF_THE_RUN or f"{table.name}.{column}" in _TRIES | _OF_CHANCE:
            continue
        shown[column] = await _opened(tx, table, own, row, column) if value else value
    return json.dumps(shown, default=str, ensure_ascii=False)


async def _opened(
    tx: Transaction, table: Table, own: str, row: Mapping[str, Any], column: str
) -> object:
    value = row[column]
    if not isinstance(value, bytes) or not value.startswith(_SEALED):
        return value.hex() if isinstance(value, bytes) else value
    whose = theirs.SEALED_FOR.get(f"{table.name}.{column}", "person_id")
    person = row.get(whose, UUID(own) if table.name == "people" else None)
    return await tx.vault.open(person, table.name, column, UUID(own), value)


def _lines(found: Mapping[str, tuple[str, str]]) -> Lines:
    names = {own: table for own, (table, _) in found.items()}
    labels = names
    for _ in range(_ROUNDS):
        labels = {
            own: f"{table} {sha256(_labelled(written, labels).encode()).hexdigest()[:12]}"
            for own, (table, written) in found.items()
        }
    return [
        (f"{table} {_labelled(written, names)}", _labelled(written, labels))
        for table, written in found.values()
    ]


def _labelled(written: str, labels: Mapping[str, str]) -> str:
    return _ID.sub(lambda found: f"<{labels.get(found[0], 'id')}>", written)


@dataclass(frozen=True, slots=True)
class Difference:
    """What stands in one database and not in the other; `elsewhere` points to another row."""

    lost: Counter[str]
    doubled: Counter[str]
    elsewhere: int

    @classmethod
    def between(cls, expected: Lines, found: Lines) -> Self:
        """Compare what should be there with what is there."""
        whole = Counter(map(tuple, expected)), Counter(map(tuple, found))
        reads = [Counter(line[0] for line in lines) for lines in (expected, found)]
        return cls(reads[0] - reads[1], reads[1] - reads[0], (whole[0] - whole[1]).total())

    def __bool__(self) -> bool:
        """Say whether there is any."""
        return bool(self.lost or self.doubled or self.elsewhere)

    def __str__(self) -> str:
        """Name every row."""
        lost = [f"lost:    {line}" for line in self.lost.elements()]
        doubled = [f"doubled: {line}" for line in self.doubled.elements()]
        return "\n".join([*lost, *doubled, f"{self.elsewhere} rows differ"])
