"""Keeps the tests' own files in memory, where a machine lets us.

SQLite waits for the disk at every commit. What is tested is that our process may die at any
moment, not the machine, so nothing need reach a disk; the same holds for the PostgreSQL server.
"""

import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder there that is only ours
ROOM = 2 * 1024**3  # bytes; what passed is removed at once, so a run needs far less
VARIABLE = "PYTEST_DEBUG_TEMPROOT"


def pytest_configure() -> None:
    """Say where pytest is to make its folder for temporary files, unless somebody did."""
    if VARIABLE not in os.environ and _has_room():
        os.environ[VARIABLE] = str(MEMORY)


def _has_room() -> bool:
    return os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
