"""`holdfast retention`: what is kept no longer goes now; a process at work does so every hour.

The numbers are of rows, never of people, and nothing is shown of anybody.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.house import actor, at_work, moment
from bot.cli.places import policy_of
from bot.retention import Policy, limits
from bot.settings import read_settings
from bot.tidying import EMPTY, tidy_up
from storage import audit
from storage import retention as keeping
from storage.database import Database
from storage.retention import Due

_ACTION: Final = "retention"


def retention(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would go: nothing is changed.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Delete what is kept no longer: texts, then codes, and old messages, events and shifts.

    `serve` does the same every hour. How long: HOLDFAST_KEEP_TEXTS_DAYS (210 days after the
    training) and HOLDFAST_KEEP_CODES_MONTHS (12 months after day 90).
    """
    policy = policy_of(read_settings())
    found = at_work(partial(_dry if dry_run else _retain, policy))
    if as_json:
        told = {"dry_run": dry_run, "parts": [asdict(each) for each in found]}
        typer.echo(json.dumps(told, indent=2, default=str))
    else:
        _show(found, "Would go" if dry_run else "Went")


async def _dry(policy: Policy, database: Database) -> list[Due]:
    async with database.read() as tx:
        return await keeping.due(tx, limits(policy, await moment(tx)), EMPTY)


async def _retain(policy: Policy, database: Database) -> list[Due]:
    """Let it go; it is noted first, for a process that is stopped half-way has begun."""
    async with database.write() as tx:
        now = await moment(tx)
        wanted = await keeping.due(tx, limits(policy, now), EMPTY)
        await audit.note(tx, actor=actor(), action=_ACTION, reason=_reason(wanted), now=now)
    gone = {each.name: each.rows for each in await tidy_up(database, policy, now)}
    return [replace(each, rows=gone.get(each.name, 0)) for each in wanted]


def _reason(wanted: Sequence[Due]) -> str:
    kinds = dict.fromkeys(each.kind for each in wanted)
    rows = {kind: sum(each.rows for each in wanted if each.kind == kind) for kind in kinds}
    return "rows to go: " + ", ".join(f"{kind} {number}" for kind, number in rows.items())


def _show(found: Sequence[Due], rows: str) -> None:
    table = Table("Class", "What", rows, "Oldest", "Kept from")
    for each in found:
        table.add_row(
            each.kind, each.name, str(each.rows), str(each.oldest or ""), str(each.before)
        )
    Console().print(table)
