"""The ledger of erasures: a file outside the database, by which a restored copy erases them again.

An erasure is noted here before it is committed, so the ledger may know of one that did not happen
yet; it is then carried out at the next start. It holds ids and blind marks, never a name.
"""

import json
import os
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from errno import ENOSPC
from pathlib import Path
from typing import Any
from uuid import UUID

from storage.errors import DatabaseAway, StorageError


class BadLedger(StorageError):
    """The ledger of erasures is damaged: put a good copy of it back."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """That somebody was erased, when, and by which marks an import finds them."""

    person_id: UUID
    organisation_id: UUID
    marks: tuple[bytes, ...] = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """What a ledger says: who was erased, and which marks hold now, by organisation."""

    erased: tuple[Erasure, ...] = ()
    marks: frozenset[tuple[UUID, bytes]] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger in a file, which is made when somebody is erased for the first time."""

    file: Path

    def note_erased(self, erasure: Erasure) -> None:
        """Write down that somebody is erased; it is on the disk when this returns.

        Raises:
            DatabaseAway: the file cannot be written.
            BadLedger: it is damaged; what would be added behind that could not be read again.

        """
        try:
            self.read()
        except DatabaseAway as error:
            raise DatabaseAway(f"{error.message} Nobody is erased until it can.") from error
        self._append(
            {
                "erased": str(erasure.person_id),
                "organisation": str(erasure.organisation_id),
                "marks": [mark.hex() for mark in erasure.marks],
                "at": erasure.at.isoformat(),
            }
        )

    def note_let_in(self, organisation: UUID, marks: Collection[bytes]) -> None:
        """Write down that marks do not hold any more. Raises as `note_erased` does."""
        told = sorted(mark.hex() for mark in marks)
        self._append({"let_in": told, "organisation": str(organisation)})

    def take_in(self, other: Held) -> None:
        """Write down whom another ledger knows to be erased and this one does not.

        Only marks that still hold there come along. Raises as `note_erased` does.
        """
        known = {each.person_id for each in self.read().erased}
        for erasure in other.erased:
            if erasure.person_id not in known:
                organisation = erasure.organisation_id
                held = [each for each in erasure.marks if (organisation, each) in other.marks]
                self.note_erased(replace(erasure, marks=tuple(held)))

    def read(self) -> Held:
        """Read what it says; a last line that was cut off by a crash was never committed.

        Raises:
            BadLedger: another line cannot be read.
            DatabaseAway: the file cannot be read.

        """
        erased: list[Erasure] = []
        marks: set[tuple[UUID, bytes]] = set()
        for number, line in enumerate(self._lines(), start=1):
            try:
                _take(line, erased, marks)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise BadLedger(
                    f"{self.file}: Line {number} cannot be read, so it is not known who is to "
                    "stay erased. Put a good copy back, with the lines that came after it."
                ) from error
        return Held(tuple(erased), frozenset(marks))

    def _lines(self) -> list[bytes]:
        try:
            return self.file.read_bytes().split(b"\n")[:-1]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise DatabaseAway(f"{self.file} cannot be read: {error.strerror}.") from error

    def _append(self, told: dict[str, object]) -> None:
        try:
            self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._mend()
            opened = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                line = json.dumps(told).encode() + b"\n"
                if os.write(opened, line) < len(line):
                    raise OSError(ENOSPC, os.strerror(ENOSPC))
                os.fsync(opened)
            finally:
                os.close(opened)
        except OSError as error:
            raise DatabaseAway(
                f"{self.file} cannot be written: {error.strerror}. Nobody is erased until it can."
            ) from error

    def _mend(self) -> None:
        """Cut off a last line that a crash left unfinished, or the next would be read with it."""
        if not self.file.exists():
            return
        content = self.file.read_bytes()
        if content and not content.endswith(b"\n"):
            os.truncate(self.file, content.rfind(b"\n") + 1)


def _take(line: bytes, erased: list[Erasure], marks: set[tuple[UUID, bytes]]) -> None:
    """Take in one line: somebody who was erased, or marks that hold no more."""
    told: dict[str, Any] = json.loads(line)
    organisation = UUID(told["organisation"])
    if "let_in" in told:
        marks.difference_update((organisation, bytes.fromhex(mark)) for mark in told["let_in"])
        return
    theirs = tuple(bytes.fromhex(mark) for mark in told["marks"])
    at = datetime.fromisoformat(told["at"])
    erased.append(Erasure(UUID(told["erased"]), organisation, theirs, at))
    marks.update((organisation, mark) for mark in theirs)
