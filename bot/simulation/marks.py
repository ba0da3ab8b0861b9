"""Marks in what simulated people write: by its mark a text is found again, whoever shows it.

A mark is letters only, so that it passes for a word; it names who wrote it. The rule: nobody reads
somebody else's mark, unless that person saw it on a card that names the reader, and tapped.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

_LETTERS: Final = "abcdefghijklmnoprstu"
_MARK: Final = re.compile(f"qx([{_LETTERS}]+)v([{_LETTERS}]+)xq", re.IGNORECASE)
_DIGITS: Final = 4


def mark(number: int, count: int) -> str:
    """Make the mark of the so-manieth text that somebody writes.

    >>> [each for each in found_in(f"Dat {mark(41, 7)} doe ik")] == [(41, mark(41, 7))]
    True
    """
    return f"qx{_letters(number)}v{_letters(count)}xq"


def found_in(text: str) -> Iterator[tuple[int, str]]:
    """Yield the marks in a text, each with the number of who wrote it."""
    for each in _MARK.finditer(text):
        yield _number(each[1].casefold()), each[0].casefold()


def marks_in(text: str) -> frozenset[str]:
    """Give the marks in a text, whoever wrote it."""
    return frozenset(each for _, each in found_in(text))


@dataclass
class Released:
    """Which marks were released to whom, by the reader's name, and when that was in each talk."""

    to: dict[str, dict[str, dict[UUID | None, datetime]]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def tapped(
        self, number: int, text: str, names: Iterable[str], talk: UUID, now: datetime
    ) -> None:
        """Note that somebody acted on a card with this text: what is theirs on it is released.

        To those it names, of these.
        """
        readers = {name for name in names if name in text}
        for owner, each in found_in(text) if readers else ():
            if owner == number:
                for reader in readers:
                    self.to[each].setdefault(reader, {})[talk] = now

    def taken_back(
        self, marks: Iterable[str], name: str, talks: AbstractSet[UUID | None], at: datetime
    ) -> None:
        """Note that what was released in some talks until then is not any more."""
        for each in marks:
            lent = self.to.get(each, {})
            kept = {
                t: when for t, when in lent.get(name, {}).items() if t not in talks or when > at
            }
            lent[name] = kept

    def leaked(self, number: int | None, names: AbstractSet[str], text: str) -> list[str]:
        """Give the marks of others in a text that were never released to its reader.

        `names` are the reader's: their own, and that of the channel they read.
        """
        return [
            each
            for owner, each in found_in(text)
            if owner != number and not self._may_read(names, each)
        ]

    def _may_read(self, names: AbstractSet[str], mark: str) -> bool:
        lent = self.to.get(mark, {})
        return any(lent.get(name) for name in names)


def _letters(number: int) -> str:
    base = len(_LETTERS)
    return "".join(_LETTERS[number // base**place % base] for place in range(_DIGITS))


def _number(letters: str) -> int:
    return sum(
        _LETTERS.index(letter) * len(_LETTERS) ** place for place, letter in enumerate(letters)
    )
