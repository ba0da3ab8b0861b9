"""`holdfast simulate`: thousands of people who do not exist, to find what must never happen."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from bot import logs
from bot.cli.edge import Ended, say_why
from bot.errors import NotAllowed
from bot.simulation.checking import ALOUD
from bot.simulation.limits import KINDS
from bot.simulation.lives import Day, Wanted, empty_file
from bot.simulation.running import Outcome
from bot.simulation.running import simulate as simulated
from bot.simulation.shrinking import History, shortest_history
from storage import migrate

TOLD_EVERY: Final = 10.0  # seconds between two lines, where there is no terminal
MOST_TOLD: Final = 20  # violations besides the one whose history is told
_MEANT: Final = {
    "duplicates": "the same came twice",
    "outside_rhythm": "came outside hours, on a holiday or in silence",
    "over_cap": "more came than a week may bring",
    "too_close": "came less than 20 hours after the last",
    "one_sided": "an agreement that one did not agree to",
    "leaks": "words read by somebody they were not shown to",
    "stuck": "neither ended nor waiting for anything",
}


def simulate(
    *,
    people: Annotated[int, typer.Option(min=1, max=60_000, help="How many people.")] = 200,
    days: Annotated[int, typer.Option(min=1, max=1_000, help="How many days they live.")] = 100,
    seed: Annotated[int, typer.Option(help="The same seed gives the same lives.")] = 1,
    database: Annotated[
        str | None, typer.Option(help="An empty database instead of a file in memory.")
    ] = None,
    kill_every: Annotated[
        int, typer.Option(min=0, help="Kill the bot's process every so many turns.")
    ] = 0,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="How many processes share them; else one a core."),
    ] = None,
    only_json: Annotated[
        bool, typer.Option("--json", help="Print the last line only, one JSON object.")
    ] = False,
) -> None:
    """Let people who do not exist live with Holdfast, and count what must never happen.

    Exits with 1 when something did, with the shortest history that shows it.
    """
    logs.set_up("error", "console")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was made in memory goes too
    if database is not None:
        asyncio.run(_refuse_used(database))
        if jobs is not None and jobs > 1:
            raise NotAllowed("In a database that is given one process lives: leave out --jobs.")
    shares = jobs or (1 if database else os.cpu_count() or 1)
    wanted = Wanted(people, days, seed, database or "", kill_every, shares)
    outcome, history = asyncio.run(_simulate(wanted))
    if not only_json:
        _show(outcome)
    if history is not None:
        _tell(history, seed)
    elif not outcome.is_well:
        say_why("Its team alone does not show it: it takes the others too.")
    typer.echo(json.dumps(outcome.figures))
    if not outcome.is_well:
        raise typer.Exit(Ended.PROBLEM)


async def _simulate(wanted: Wanted) -> tuple[Outcome, History | None]:
    async with _place(wanted.url) as url:
        with _progress(wanted.days) as told:
            outcome = await simulated(replace(wanted, url=url), told)
    if outcome.is_well:
        return outcome, None
    first, *others = outcome.first
    for each in others[:MOST_TOLD]:
        what = " ".join(each.what.split())[:ALOUD]
        say_why(f"{each.kind} at {each.at:%Y-%m-%d %H:%M} UTC, team {each.team}: {what}")
    say_why(
        f"seed {wanted.seed}: {first.kind} at {first.at:%Y-%m-%d %H:%M} UTC. Looking for the "
        "shortest history that shows it."
    )
    return outcome, await shortest_history(wanted, first)


@asynccontextmanager
async def _place(database: str) -> AsyncIterator[str]:
    """Give the address to simulate at; a given database is left as empty as it was."""
    if not database:
        async with empty_file() as url:
            yield url
        return
    try:
        yield database
    finally:
        await migrate.downgrade(database, "base")


async def _refuse_used(database: str) -> None:
    if await migrate.current(database) is not None:
        raise NotAllowed(
            "This database has tables of Holdfast: a simulation would fill them. Give it an empty "
            "one, such as `createdb holdfast_simulation` makes."
        )


@contextmanager
def _progress(days: int) -> Iterator[Callable[[Day], None]]:
    """Show how far it is: a bar on a terminal, a line now and then everywhere else."""
    console = Console(file=sys.stderr)
    if not console.is_terminal:
        yield _Lines(days)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task("days", total=days)
        yield lambda day: bar.update(task, completed=day.number, description=_how(day))


def _how(day: Day) -> str:
    """Say beforehand what the end will: that something went wrong."""
    return f"days, {day.wrong.total()} wrong" if day.wrong else "days"


class _Lines:
    """Prints a line now and then."""

    def __init__(self, days: int) -> None:
        self._days = days
        self._last = time.monotonic()

    def __call__(self, day: Day) -> None:
        if time.monotonic() - self._last >= TOLD_EVERY:
            self._last = time.monotonic()
            far = f"day {day.number} of {self._days}, {day.turns} turns"
            typer.echo(f"{far}{_how(day).removeprefix('days')}", err=True)


def _show(outcome: Outcome) -> None:
    figures = outcome.figures
    table = Table("what must never happen", "times")
    for kind in KINDS:
        table.add_row(_MEANT[kind], str(figures[kind]))
    console = Console()
    console.print(table)
    console.print(
        f"{figures['people']} people, {figures['days']} days, seed {figures['seed']}: "
        f"{figures['turns']} turns and {figures['messages']} messages in {figures['wall_s']} s, "
        f"{figures['peak_rss_mb']} MB at most."
    )


def _tell(history: History, seed: int) -> None:
    violation = history.violation
    lines = [
        f"seed {seed}, team {violation.team}: {violation.kind}, {violation.what}",
        *history.who,
        f"{history.steps} of {history.of} steps are left:",
        *history.lines,
    ]
    for line in lines:
        typer.echo(line, err=True)
