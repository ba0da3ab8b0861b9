"""`holdfast shifts` and `holdfast leave`: when people work, and when they are away.

What is printed names lines and never people: it may end up in a log.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.house import Desk, change, look, record
from bot.errors import BadContent
from bot.lists.work_lists import LEAVE_COLUMNS, SHIFT_COLUMNS, Listed, R, read_leave, read_shifts
from bot.lists.work_times import BroughtIn, bring_in_leave, bring_in_shifts

_PERSON: str = "person is an e-mail address, or what the chat calls somebody."
_SHIFTS_HELP: str = (
    f"A CSV or XLSX file with the columns {', '.join(SHIFT_COLUMNS)}; {_PERSON} Times are those "
    "of the clock where the person lives, unless they carry an offset."
)
_LEAVE_HELP: str = f"A CSV or XLSX file with the columns {', '.join(LEAVE_COLUMNS)}; {_PERSON}"

_ShiftsFile = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, readable=True, help=_SHIFTS_HELP)
]
_LeaveFile = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, readable=True, help=_LEAVE_HELP)
]
_DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would become of each row, and change nothing.")
]


def build() -> typer.Typer:
    """Give the group of the commands about shifts."""
    group = typer.Typer(help="When people work who work in shifts.")

    @group.callback()
    def shifts() -> None:
        """Bring shifts in."""

    group.command("import")(import_shifts)
    return group


def build_leave() -> typer.Typer:
    """Give the group of the commands about leave."""
    group = typer.Typer(help="When people are away, without a reason.")

    @group.callback()
    def leave() -> None:
        """Bring absences in."""

    group.command("import")(import_leave)
    return group


def import_shifts(file: _ShiftsFile, *, dry_run: _DryRun = False) -> None:
    """Bring in a roster, or nothing of it when a row is not right.

    From its first day to its last it takes the place of what was known of everybody on it, so the
    same roster may be imported again. Whoever is on it is visited only within their shifts. Shifts
    are deleted 14 days after they ended.
    """
    listed = read_shifts(file.name, file.read_bytes())
    rows = _rows(listed)

    async def _bring(desk: Desk) -> BroughtIn:
        brought = await bring_in_shifts(
            desk.tx, desk.organisation, rows, file=file.name, now=desk.now, dry_run=dry_run
        )
        return brought if dry_run else await _recorded(desk, "shifts.import", brought)

    _report(file, listed.how, (look if dry_run else change)(_bring), dry_run=dry_run)


def import_leave(file: _LeaveFile, *, dry_run: _DryRun = False) -> None:
    """Bring in absences, or nothing of them when a row is not right.

    From its first day to its last the list takes the place of what was known of everybody on it.
    Nobody is visited on a day between the first and the last of an absence, these two included.
    """
    listed = read_leave(file.name, file.read_bytes())
    rows = _rows(listed)

    async def _bring(desk: Desk) -> BroughtIn:
        brought = await bring_in_leave(
            desk.tx, desk.organisation, rows, file=file.name, now=desk.now, dry_run=dry_run
        )
        return brought if dry_run else await _recorded(desk, "leave.import", brought)

    _report(file, listed.how, (look if dry_run else change)(_bring), dry_run=dry_run)


async def _recorded(desk: Desk, action: str, brought: BroughtIn) -> BroughtIn:
    new = sum(became == "new" for _, became in brought.rows)
    if new or brought.gone:
        await record(desk.tx, action, subject=f"rows:new {new}, gone {brought.gone}")
    return brought


def _rows(listed: Listed[R]) -> tuple[R, ...]:
    """Give what was read. Raises BadContent with every problem instead, if there is one."""
    if listed.problems:
        raise BadContent("\n".join(map(str, listed.problems)))
    return listed.rows


def _report(file: Path, how: str, brought: BroughtIn, *, dry_run: bool) -> None:
    typer.echo(f"{file.name} was read as {how}.")
    if dry_run:
        for line, became in brought.rows:
            typer.echo(f"{file.name}:{line}: {became}")
    counts = Counter(became for _, became in brought.rows)
    typer.echo(
        f"New: {counts['new']}. As they were: {counts['as it was']}. "
        f"Over and left out: {counts['over']}. Before, and not on the list: {brought.gone}."
    )
    if dry_run:
        typer.echo("Nothing was changed: this was a dry run.")
