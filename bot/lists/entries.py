"""Who is on a list: one entry a person, and all of them packed so that 100,000 take little room.

An entry is made anew each time that it is looked at: compare entries, never their identity.
"""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import Final, overload
from uuid import UUID

_BETWEEN: Final = "\0"  # which no value of an entry has


@dataclass(frozen=True, slots=True)
class Entry:
    """One person of the list; `line` is where they stand, and "" what the list does not say.

    `hours` are written "08:30-17:00", `days` "1,2,4"; `says` names the columns that were there.
    """

    line: int
    name: str = field(repr=False)
    email: str = field(default="", repr=False)
    language: str = ""
    zone: str = ""
    manager_email: str = field(default="", repr=False)
    coach_email: str = field(default="", repr=False)
    hours: str = ""
    days: str = ""
    slack_id: str = field(default="", repr=False)
    teams_id: str = field(default="", repr=False)
    says: frozenset[str] = field(default=frozenset(), repr=False, compare=False)


_TEXTS: Final = tuple(each.name for each in fields(Entry))[1:-1]


class Entries(Sequence[Entry]):
    """The entries of one list, in its order; all of them say the same columns."""

    def __init__(self, entries: Sequence[Entry] = ()) -> None:
        """Take entries, which `add` may follow."""
        self._lines = array("l")
        self._packed: list[bytes] = []
        self._says: frozenset[str] = frozenset()
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        """Add an entry at the end."""
        self._says = entry.says
        self._lines.append(entry.line)
        texts = _BETWEEN.join(getattr(entry, name) for name in _TEXTS)
        self._packed.append(texts.encode())

    def without(self, lines: set[int]) -> Entries:
        """Give these entries without those on some lines."""
        kept = Entries()
        kept._says = self._says
        for line, packed in zip(self._lines, self._packed, strict=True):
            if line not in lines:
                kept._lines.append(line)
                kept._packed.append(packed)
        return kept

    def batches(self, size: int) -> Iterator[Sequence[Entry]]:
        """Give the entries in their order, so many at a time."""
        for start in range(0, len(self), size):
            yield self[start : start + size]

    def __len__(self) -> int:
        return len(self._packed)

    @overload
    def __getitem__(self, at: int) -> Entry: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Entry]: ...

    def __getitem__(self, at: int | slice) -> Entry | Sequence[Entry]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        texts = self._packed[at].decode().split(_BETWEEN)
        name, email, language, zone, manager, coach, hours, days, slack, teams = texts
        return Entry(
            self._lines[at], name, email, language, zone, manager, coach, hours, days, slack,
            teams, self._says,
        )  # fmt: skip

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # it grows


class Marks:
    """What stood on which line, by hash only: enough to find what stands there twice."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._hashes = array("q")
        self._lines = array("l")

    def add(self, value: str, line: int) -> None:
        """Note a value."""
        self._hashes.append(hash(value))
        self._lines.append(line)

    def twice(self) -> Iterator[tuple[int, int]]:
        """Give every line on which a value stands again, with the line that had it first."""
        order = sorted(range(len(self._hashes)), key=self._hashes.__getitem__)
        first = -1
        for before, at in pairwise(order):  # the sort is stable, so lines ascend
            if self._hashes[before] != self._hashes[at]:
                first = -1
                continue
            first = before if first < 0 else first
            yield self._lines[at], self._lines[first]


class Users:
    """Who has which user of a chat, by hash only; filled first, then asked.

    A dict of 200,000 would take three times the room.
    """

    def __init__(self) -> None:
        """Begin with nobody."""
        self._hashes = array("q")
        self._people = bytearray()
        self._slots = array("l")  # one more than a place in the others; 0 where nothing stands

    def add(self, user: str, person: UUID) -> None:
        """Note whose a user is."""
        self._hashes.append(hash(user))
        self._people += person.bytes
        self._slots = array("l")

    def get(self, user: str) -> UUID | None:
        """Say whose a user is; None when it is nobody's that we know."""
        if not self._slots:
            self._fill()
        for slot in self._slots_from(hash(user)):
            at = self._slots[slot] - 1
            if at < 0:
                return None
            if self._hashes[at] == hash(user):
                return UUID(bytes=bytes(self._people[16 * at : 16 * at + 16]))
        return None

    def _fill(self) -> None:
        self._slots = array("l", [0]) * (1 << (2 * len(self._hashes)).bit_length())
        for at, hashed in enumerate(self._hashes, start=1):
            free = next(slot for slot in self._slots_from(hashed) if not self._slots[slot])
            self._slots[free] = at

    def _slots_from(self, hashed: int) -> Iterator[int]:
        """Yield the slots in which something may stand, the likeliest first."""
        size = len(self._slots)
        return ((hashed + step) % size for step in range(size))


def normal(email: str) -> str:
    """Return an e-mail address as it is compared: capitals do not count."""
    return unicodedata.normalize("NFKC", email.strip()).casefold()
