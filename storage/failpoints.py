"""Named places where a test may kill the process, to prove that nothing is lost or doubled.

Without HOLDFAST_FAILPOINTS in the environment at import, `failpoint` is an empty function. With
it, even empty, places can be armed: "delivery.claimed:3" kills at the third passage of that
place, several are separated by commas, and a forked child may `arm` itself.
"""

import os
import signal
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Final

VARIABLE: Final = "HOLDFAST_FAILPOINTS"

NAMES: Final = (
    # in: one event
    "hear.received",  # the inbox has the event's id, nothing else happened
    "hear.before_commit",
    "hear.after_commit",
    "hear.failed",  # a turn raised and was rolled back, the event is not kept yet
    "hear.kept",  # it is kept, but the platform has no answer
    "hear.again",  # it was heard after all, which is not committed
    # out: one nudge
    "nudges.claimed",
    "nudges.before_commit",
    "nudges.after_commit",
    # out: one message
    "delivery.claimed",
    "delivery.before_send",
    "delivery.after_send",
    "delivery.before_mark",
    "delivery.after_mark",
    # out for good: one person, in a transaction that ends later
    "erase.noted",  # the ledger knows of it, the database does not
    "erase.key_gone",
    "erase.rows_gone",
    # a backup, into a file
    "backup.copied",
    "backup.before_rename",  # all of it is on the disk, under another name
    # a backup, put back
    "restore.loaded",
    "restore.upgraded",
    "restore.before_replace",  # whoever was erased is erased again
    "restore.after_replace",
    # in: a list of people
    "import.batch_written",  # of a batch, be it all there is, the rows are written
    "import.before_commit",
    "import.after_commit",
    # out: a copy for one person
    "export.written",  # the copy is on the disk, the database knows nothing of it
    "export.before_rename",  # the database knows of it, the copy has no name yet
    # out for good: by an administrator
    "erase.before_commit",
    "erase.after_commit",
    # a new master key
    "rotate.batch_written",  # not committed
    "rotate.batch_committed",
    "rotate.before_commit",  # the old key has left, which is not committed
    "rotate.after_commit",
    # what is kept no longer
    "retention.batch_written",  # not committed
    "retention.batch_committed",
    # the tables
    "migrate.before_commit",
    "migrate.after_commit",
)


def read(text: str) -> Mapping[str, int]:
    """Read which places kill, and at which passage.

    >>> dict(read("hear.received, delivery.claimed:3"))
    {'hear.received': 1, 'delivery.claimed': 3}

    Raises:
        ValueError: a place is unknown, or the passage is not a number from 1.

    """
    return dict(_read_one(part.strip()) for part in text.split(",") if part.strip())


def _read_one(part: str) -> tuple[str, int]:
    name, _, passage = part.partition(":")
    if name not in NAMES:
        near = get_close_matches(name, NAMES, n=1)
        meant = f" Did you mean '{near[0]}'?" if near else ""
        message = f"{VARIABLE}: there is no failpoint '{name}'.{meant}"
        raise ValueError(message)
    if passage and not (passage.isdecimal() and int(passage)):
        message = f"{VARIABLE}: after '{name}:' comes a number from 1, not '{passage}'."
        raise ValueError(message)
    return name, int(passage or 1)


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Failpoints:
    """Places that count how often they are passed, and kill when it is their turn."""

    def __init__(self, text: str, kill: Callable[[], None] = _kill) -> None:
        """Arm the places that `text` names."""
        self._left = dict(read(text))
        self._kill = kill

    def arm(self, text: str) -> None:
        """Arm these places instead, counting from now."""
        self._left = dict(read(text))

    def passes(self, name: str) -> None:
        """Count this passage. Raises ValueError for a place that `NAMES` does not have."""
        if name not in NAMES:
            message = f"'{name}' is no failpoint: add it to storage.failpoints.NAMES."
            raise ValueError(message)
        if name not in self._left:
            return
        self._left[name] -= 1
        if self._left[name] == 0:
            self._kill()


def _nowhere(_: str) -> None:
    """Do nothing: failpoints are switched off."""


def _cannot_arm(_: str) -> None:
    message = f"Failpoints are switched off: set {VARIABLE}, to nothing if need be, at the start."
    raise RuntimeError(message)


_live = Failpoints(os.environ[VARIABLE]) if VARIABLE in os.environ else None

failpoint: Callable[[str], None] = _live.passes if _live else _nowhere
arm: Callable[[str], None] = _live.arm if _live else _cannot_arm
