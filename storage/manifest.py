"""What a backup says of itself: where it comes from, what opens it, and what must be in it.

It stands first in the file, so that whatever is wrong is known before anything is touched. It
holds no key and nobody's words, and carries its own check: a changed one is a damaged one.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Literal, Self

from storage.errors import StorageError

FORMAT: Final = 1
"""Which form of backup this release writes, and the newest that it reads."""

_CHECK: Final = "check"


class BadBackup(StorageError):
    """This file is no backup of Holdfast, or is damaged: take another copy of it."""


class NewerBackup(StorageError):
    """A newer Holdfast made this backup: restore it with that release or a later one."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that a backup says of itself.

    `at` is the application's moment, `machine_at` the machine's; `keys` are check values in hex by
    the id of a master key, `rows` counts by table, and `size` and `sha256` are of the content.
    """

    release: str
    revision: str
    dialect: Literal["sqlite", "postgresql"]
    at: datetime
    machine_at: datetime
    keys: Mapping[str, str]
    rows: Mapping[str, int]
    size: int
    sha256: str

    @property
    def people(self) -> int:
        """How many people are in it."""
        return self.rows.get("people", 0)

    def to_bytes(self) -> bytes:
        """Write it as JSON that people can read too."""
        told = {"format": FORMAT, **asdict(self)}
        told |= {"at": self.at.isoformat(), "machine_at": self.machine_at.isoformat()}
        return json.dumps({**told, _CHECK: _check(told)}, indent=1).encode() + b"\n"

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Read one.

        Raises:
            BadBackup: it cannot be read, or somebody or something changed it.
            NewerBackup: its form is one that this release does not know.

        """
        try:
            told: dict[str, Any] = json.loads(content)
            number, check = int(told["format"]), told.pop(_CHECK)
            if check != _check(told):
                raise BadBackup
            if number > FORMAT:
                raise NewerBackup
            del told["format"]
            moments = {name: datetime.fromisoformat(told[name]) for name in ("at", "machine_at")}
            return cls(**{**told, **moments})
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BadBackup from None


def _check(told: Mapping[str, object]) -> str:
    plain = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return sha256(plain.encode()).hexdigest()
