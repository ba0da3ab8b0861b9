"""Where an error came from, without a word of what it was about.

An exception's message and its local variables may hold what somebody wrote; logs get neither.
"""

from __future__ import annotations

import traceback
from pathlib import PurePath


def trace_of(error: BaseException) -> str:
    """Name the class of an error and the last places it passed, as `file:line`, inner first."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = [f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in reversed(frames)]
    return " < ".join([type(error).__name__, *places])
