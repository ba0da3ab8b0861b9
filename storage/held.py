"""The hold on a SQLite file: only one `serve` or `demo` works on it, commands beside it may.

It is a lock of the operating system, so a killed process lets go by dying; the file that stays
behind means nothing by itself.
"""

import fcntl
import os
from pathlib import Path

from storage.errors import DatabaseAway, Held


class Hold:
    """A lock on a database file, held until `release`."""

    def __init__(self, database: Path) -> None:
        """Take the lock.

        Raises:
            Held: another process has it.
            DatabaseAway: the folder of the file cannot be written.

        """
        try:
            self._file = Path(f"{database}.lock").open("a+", encoding="ascii")  # noqa: SIM115
        except OSError as error:
            raise DatabaseAway(
                f"The folder of {database} cannot be written: {error.strerror}."
            ) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.seek(0)
            who = self._file.read().strip()
            self._file.close()
            raise Held(
                f"Another Holdfast (process {who or 'unknown'}) is at work on {database}: "
                "stop that one first, or give this one a database of its own."
            ) from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Let the next one in."""
        self._file.close()


def holder(database: Path) -> str | None:
    """Give the process that is at work on a database file, "unknown" if it did not say; or None.

    Looking takes the lock for a moment, but changes nothing in the file.
    """
    try:
        with Path(f"{database}.lock").open(encoding="ascii", errors="replace") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return file.read().strip() or "unknown"
    except OSError:
        return None  # no lock: nobody ever held it
    return None
