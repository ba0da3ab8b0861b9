"""How far a long command is: a bar on a terminal, and a line now and then everywhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

EVERY: Final = 10_000  # rows
FEW: Final = 1_000  # rows that are done before a bar is read


class Progress:
    """Tells how many rows are done; rows that are few are told nothing of."""

    def __init__(self, what: str, bar: Bar | None) -> None:
        """Show it on a bar, or else on lines where errors go."""
        self._what = what
        self._bar = bar
        self._total = self._done = 0

    def begin(self, total: int) -> None:
        """Say how many rows there are."""
        self._total = total
        if self._bar and total > FEW:
            self._bar.add_task(self._what, total=total)

    def advance(self, rows: int) -> None:
        """Say that more rows are done."""
        before, self._done = self._done, self._done + rows
        if self._bar:
            for task in self._bar.task_ids:
                self._bar.advance(task, rows)
        elif before // EVERY < self._done // EVERY:
            print(f"{self._what}: {self._done} of {self._total} rows.", file=sys.stderr)


@contextmanager
def progress(what: str) -> Iterator[Progress]:
    """Show the progress of what happens in this block."""
    console = Console(file=sys.stderr)
    if not console.is_terminal:
        yield Progress(what, None)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bar(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        yield Progress(what, bar)
