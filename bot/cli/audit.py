"""`holdfast audit`: what administrators did, and whether the trail of it is whole.

The trail cannot tell by itself that its end was cut off: that shows beside a head that was noted
elsewhere, which `serve` puts into its log once a day.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer

from bot.cli.edge import Ended, say_why
from bot.cli.house import at_work
from storage import audit
from storage.audit import Entry, Head, Verdict
from storage.database import Database


def build() -> typer.Typer:
    """Give the group of these commands."""
    group = typer.Typer(help="The audit trail: what administrators did, when and why.")

    @group.callback()
    def audit_trail() -> None:
        """Read the audit trail, and check that it is whole."""

    group.command("list")(list_entries)
    group.command("verify")(verify)
    return group


def list_entries(
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only from this day on, in UTC."),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List what administrators did, the oldest first. It holds ids and reasons, never words."""
    found = at_work(partial(_entries, since.replace(tzinfo=UTC) if since else None))
    if as_json:
        typer.echo(json.dumps({"entries": [_plain(each) for each in found]}, indent=2))
    elif found:
        typer.echo("\n".join(map(_line, found)))
    else:
        typer.echo("Nothing stands in the audit trail of that time.")


def verify(
    head: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER:HASH",
            help="A head that was noted before, such as in the log: check that it still stands.",
        ),
    ] = None,
) -> None:
    """Check that nothing in the audit trail was changed or taken out, and print its head.

    Note the head elsewhere: with it, an end that was cut off shows too.
    """
    noted = _head_in(head)
    found = at_work(partial(_verdict, noted))
    typer.echo(f"{found.entries} entries, head {Head(found.number, found.head)}")
    why = problem(found, noted)
    if why:
        say_why(why)
        raise typer.Exit(Ended.PROBLEM)
    typer.echo("Each entry follows the one before it. Note this head where others keep it.")


def _head_in(text: str | None) -> Head | None:
    """Read a head. Raises typer.BadParameter where it is none."""
    try:
        return Head.read(text) if text is not None else None
    except ValueError as error:
        raise typer.BadParameter(
            f"Copy it as it was printed: {error}.", param_hint="--head"
        ) from None


def problem(found: Verdict, noted: Head | None = None) -> str:
    """Say what is wrong with the trail, and what to do; empty when nothing is."""
    remedy = (
        "Somebody changed the database beside Holdfast. Leave it as it is, make a copy, and "
        "compare it with a backup: `holdfast audit list --json` on both shows what differs."
    )
    if not found.entries:
        return f"The trail is empty, and it never is: it begins with the tables. {remedy}"
    if found.broken is not None:
        return f"Entry {found.broken} does not follow the one before it. {remedy}"
    oldest = found.number - found.entries + 1
    if found.is_cut:
        return (
            f"The trail begins at entry {oldest}, and no entry says that older ones went in their "
            f"time. {remedy}"
        )
    if noted is not None and noted.number < oldest:
        return (
            f"Entry {noted.number} cannot be checked: the trail begins at {oldest}, for what is "
            "older was deleted in its time. Give a head that was noted later."
        )
    if found.stands is False and noted is not None:
        return f"Entry {noted.number} is not there any more as it was noted. {remedy}"
    return ""


async def _entries(since: datetime | None, database: Database) -> Sequence[Entry]:
    async with database.read() as tx:
        return [each async for each in audit.entries(tx) if since is None or each.at >= since]


async def _verdict(noted: Head | None, database: Database) -> Verdict:
    async with database.read() as tx:
        return await audit.verify(tx, noted)


def _line(entry: Entry) -> str:
    """Write an entry in one line, whole: it may be searched."""
    at = f"{entry.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    said = (str(entry.number), at, entry.actor, entry.action, entry.subject, entry.reason)
    return "  ".join(each for each in said if each)


def _plain(entry: Entry) -> dict[str, object]:
    return {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "reason": entry.reason,
        "hash": entry.chained.hex(),
    }
