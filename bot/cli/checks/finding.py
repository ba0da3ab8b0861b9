"""What a check is, and what it finds: a verdict, a sentence and what mends it.

A sentence never holds a name, a secret or anybody's words: counts, ids, codes, places and moments.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from bot.cli.checks.neighbours import Around
from bot.settings import Settings
from storage.database import Database


class Verdict(StrEnum):
    """How something is."""

    FINE = "fine"
    WARNING = "warning"
    BROKEN = "broken"
    UNSEEN = "not looked at"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found; commands in `mend` stand between backquotes."""

    verdict: Verdict
    says: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Premises:
    """What can be looked at: `file` is that of a SQLite database, `now` the machine's moment.

    Of a demo less is asked: it takes any port that is free, and may be lost.
    """

    settings: Settings
    file: Path | None
    ledger: Path
    backups: Path
    database: Database
    around: Around
    is_demo: bool
    now: datetime

    @property
    def data_folder(self) -> Path:
        """Give the folder on whose disk the database, or our other files, are."""
        return self.file.parent if self.file else self.settings.data_dir


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is looked at, unless a check that it needs found something broken."""

    name: str
    looks_at: str
    look: Callable[[Premises], Awaitable[Finding]]
    needs: tuple[str, ...] = ()


def fine(says: str) -> Finding:
    """Find that something is as it should be."""
    return Finding(Verdict.FINE, says)


def warning(says: str, mend: str) -> Finding:
    """Find something that works, and may not for long."""
    return Finding(Verdict.WARNING, says, mend)


def broken(says: str, mend: str) -> Finding:
    """Find something that does not work."""
    return Finding(Verdict.BROKEN, says, mend)


def unseen(because: str) -> Finding:
    """Say why something was not looked at."""
    return Finding(Verdict.UNSEEN, because)


def counted(number: int, one: str, many: str) -> str:
    """Write a number with its noun.

    >>> counted(1, "event", "events"), counted(2, "event", "events")
    ('1 event', '2 events')
    """
    return f"{number} {one if number == 1 else many}"
