"""`holdfast people`: who takes part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final

import typer

from bot.cli.admins import admin
from bot.cli.again import check_names, check_reason, note_reason, record_again
from bot.cli.edge import Ended, say_why
from bot.cli.house import Desk, at_work, desk_of, record
from bot.cli.left import left
from bot.cli.list_file import problems_said, roster_in
from bot.cli.progress import Progress, progress
from bot.cli.report import check_place, write_report
from bot.lexicon import TEXTS
from bot.lists.comparing import PLATFORMS, Frame, Outcome, compare, framed, refused
from bot.lists.people import BATCH, carry_out, counted
from bot.lists.roster import COLUMNS, Entry, Roster
from bot.words import Words
from storage.database import Database, Transaction
from storage.failpoints import failpoint

MOST_SHOWN: Final = 50
_FILE_HELP: Final = (
    f"CSV or XLSX, with the columns {', '.join(COLUMNS)}, in any order, also by their Dutch "
    "names. Only name and one of email, slack_id and teams_id must be there. See docs/import.md."
)
_SPOKEN: Final = {"slack": "Slack", "teams": "Teams"}


def build() -> typer.Typer:
    """Give the group of these commands."""
    group = typer.Typer(help="The people who take part.")

    @group.callback()
    def people() -> None:
        """Bring people in, say who left, and who administers from a chat."""

    group.command("import")(import_people)
    group.command("left")(left)
    group.command("admin")(admin)
    return group


@dataclass(frozen=True, slots=True)
class _Order:
    """What was asked for: the list, and how to bring it in."""

    file: Path
    roster: Roster
    partial: bool
    dry_run: bool
    again: str | None


@dataclass(slots=True)
class _Done:
    """What came of it, row by row, and what else there is to say."""

    outcomes: list[Outcome] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_written: bool = False
    language: str = "en"

    @property
    def refused(self) -> list[Outcome]:
        """Give the rows that cannot be brought in."""
        return [each for each in self.outcomes if each.problem]


class _NothingWritten(Exception):
    """Not all of the list can be brought in, so nothing of it is."""


def import_people(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help=_FILE_HELP)
    ],
    *,
    partial: Annotated[
        bool, typer.Option("--partial", help="Bring in the rows that are right, without the rest.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and write nothing.")
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="Write what became of each row to this CSV file."),
    ] = None,
    invite_again: Annotated[
        str | None,
        typer.Option(
            metavar="REASON",
            help="Bring in also who had themselves erased. The reason, without names, is logged.",
        ),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="The encoding of a text file that is not Unicode.")
    ] = None,
) -> None:
    """Bring in everybody on a list, or nobody when a row is not right.

    People are told apart by their e-mail address, so the same list may be imported again: what
    changed is changed, and nobody comes twice. What somebody chose themselves stands. Nothing is
    sent to anybody.
    """
    if report:
        check_place(report)
    roster = roster_in(file, Words.load(TEXTS), encoding=encoding)
    order = _Order(file, roster, partial, dry_run, check_reason(invite_again))
    with progress(f"Comparing {file.name}" if dry_run else f"Importing {file.name}") as shown:
        done = at_work(lambda database: _carried_out(database, order, shown))
    if report:
        write_report(report, roster, done.outcomes, done.is_written, done.language)
    _say(order, done, report)
    if done.refused:
        raise typer.Exit(Ended.PROBLEM)


async def _carried_out(database: Database, order: _Order, shown: Progress) -> _Done:
    roster = order.roster
    done = _Done(refused(roster.problems), list(roster.notes))
    shown.begin(len(roster.entries))
    if order.dry_run or (roster.problems and not order.partial):
        await _compare(database, order, done, shown)
    elif order.partial:
        await _write_by_batches(database, order, done, shown)
    else:
        await _write_all(database, order, done, shown)
    done.outcomes.sort(key=lambda each: each.line)
    return done


async def _compare(database: Database, order: _Order, done: _Done, shown: Progress) -> None:
    async with database.read() as tx:
        desk = await desk_of(tx)
        frame = await _frame(desk, order, done)
        for start in range(0, len(order.roster.entries), BATCH):
            steps = await compare(tx, frame, order.roster.entries[start : start + BATCH])
            tx.vault.forget()
            done.outcomes += [step.outcome for step in steps]
            shown.advance(len(steps))


async def _write_all(database: Database, order: _Order, done: _Done, shown: Progress) -> None:
    """Write everything in one transaction: until it ends, nobody else can write on SQLite."""
    try:
        async with database.write() as tx:
            desk = await desk_of(tx)
            frame = await _frame(desk, order, done)
            async for outcome in carry_out(tx, frame, order.roster.entries, desk.now):
                done.outcomes.append(outcome)
                shown.advance(1)
            _check_all(done)
            await _record(tx, done.outcomes, order.again)
            failpoint("import.before_commit")
        failpoint("import.after_commit")
    except _NothingWritten:
        return
    done.is_written = True
    note_reason(order.again)


def _check_all(done: _Done) -> None:
    if done.refused:
        raise _NothingWritten


async def _write_by_batches(
    database: Database, order: _Order, done: _Done, shown: Progress
) -> None:
    """Write what can be, a transaction a batch: what was written stands, whatever comes after."""
    async with database.read() as tx:
        frame = await _frame(await desk_of(tx), order, done)
    for start in range(0, len(order.roster.entries), BATCH):
        batch: Sequence[Entry] = order.roster.entries[start : start + BATCH]
        async with database.write() as tx:
            now = (await desk_of(tx)).now
            outcomes = [each async for each in carry_out(tx, frame, batch, now)]
            await _record(tx, outcomes, order.again if start == 0 else None)
            failpoint("import.before_commit")
        failpoint("import.after_commit")
        done.outcomes += outcomes
        shown.advance(len(batch))
    done.is_written = True
    note_reason(order.again)


async def _record(tx: Transaction, outcomes: Sequence[Outcome], again: str | None) -> None:
    """Add to the audit trail how many people changed, and none of who they are."""
    counts = counted(outcomes)
    if counts.new or counts.changed:
        subject = f"people:new {counts.new}, changed {counts.changed}"
        await record(tx, "people.import", subject=subject)
    await record_again(tx, again)


async def _frame(desk: Desk, order: _Order, done: _Done) -> Frame:
    """Gather what is true around the list, and what is to be told of it."""
    entries = order.roster.entries
    await check_names(desk, order.again)
    frame = await framed(
        desk.tx, desk.organisation, entries, file=order.file.name, invite_again=bool(order.again)
    )
    done.language = desk.organisation.language
    for platform, column in PLATFORMS.items():
        if platform not in frame.homes and any(getattr(each, column) for each in entries):
            name = _SPOKEN[platform]
            done.notes.append(f"The ids of {name} are kept until one {name} workspace is here.")
    if any(each.coach_email for each in entries):
        done.notes.append("Who coaches whom is kept; nothing is asked of coaches yet.")
    return frame


def _say(order: _Order, done: _Done, report: Path | None) -> None:
    for note in done.notes:
        typer.echo(note)
    if order.dry_run:
        _say_differences(order.file.name, done)
    if done.refused:
        say_why(problems_said([each.problem for each in done.refused if each.problem]))
    counts = counted(done.outcomes)
    right = counts.new + counts.changed + counts.unchanged
    wrong = len({each.line for each in done.refused})
    typer.echo(
        (f"{wrong} of {right + wrong} rows were refused. The others: " if wrong else "")
        + f"{right} people: {counts.new} new, {counts.changed} changed, "
        f"{counts.unchanged} as they were."
    )
    if order.dry_run:
        typer.echo("Nothing was written: this was a dry run.")
    elif not done.is_written:
        typer.echo("Nothing was written: mend those rows, or import the others with --partial.")
    if report:
        typer.echo(f"What became of each row stands in {report}.")


def _say_differences(file: str, done: _Done) -> None:
    """Say which rows are new or differ, in which columns; the list says who that is."""
    told = [each for each in done.outcomes if each.kind in {"new", "changed"}]
    for each in told[:MOST_SHOWN]:
        columns = f": {', '.join(each.changed)}" if each.changed else ""
        typer.echo(f"{file}:{each.line}: {each.kind}{columns}")
    if len(told) > MOST_SHOWN:
        typer.echo(f"… and {len(told) - MOST_SHOWN} more; --report FILE.csv has them all.")
