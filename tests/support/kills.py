"""Counts the kills of a run, and what they cost, in one line of the summary.

A test that kills says so with the fixture `killed`; workers hand it on with their reports.
"""

from collections.abc import Callable
from typing import Any

import pytest

Killed = Callable[..., None]
_WHAT = ("kills", "lost", "doubled")


@pytest.fixture
def killed(record_property: Callable[[str, object], None]) -> Killed:
    """Note a kill, and how many rows it lost and doubled."""

    def note(*, lost: int, doubled: int) -> None:
        for what, number in zip(_WHAT, (1, lost, doubled), strict=True):
            record_property(what, number)

    return note


def pytest_terminal_summary(terminalreporter: Any) -> None:  # noqa: ANN401 - pytest keeps the type to itself
    """Add it up."""
    reports = [each for found in terminalreporter.stats.values() for each in found]
    noted = [
        noted
        for report in reports
        if getattr(report, "when", "") == "call"
        for noted in report.user_properties
    ]
    counts = {what: sum(number for name, number in noted if name == what) for what in _WHAT}
    if counts["kills"]:
        line = ", ".join(f"{what} {counts[what]}" for what in _WHAT)
        terminalreporter.write_line(line.replace(" ", ": ", 1))
