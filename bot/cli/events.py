"""`holdfast events`: what people did and Holdfast could not take in, and having it heard again.

An event that failed is kept sealed and tried again by itself a few times; what was said in it is
shown to nobody here.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from bot import logs
from bot.app import shipped
from bot.cli.edge import Ended
from bot.cli.house import Desk, actor, look, moment, opened
from bot.cli.places import keyring_of
from bot.conversation import Conversation, next_try
from bot.errors import BadContent
from bot.scene import House
from bot.settings import Settings, read_settings
from storage import audit, inbox, workspaces
from storage.database import Database, Transaction

ACTION: Final = "events.retry"
_WHAT_NEXT: Final = "The log says where it goes wrong; what failed stays kept."


@dataclass(frozen=True, slots=True)
class Failed:
    """An event that failed; `platform` is where it came from, `next_try` None when no more."""

    id: UUID
    at: datetime
    kind: str
    platform: str
    tries: int
    next_try: datetime | None


def build() -> typer.Typer:
    """Give the group of these commands."""
    group = typer.Typer(help="What people did and Holdfast could not take in.")
    group.command("list")(list_)
    group.command("retry")(retry)
    return group


def list_(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,  # noqa: FBT002
) -> None:
    """List the events that failed, the oldest first: what kind, when and how often, never what."""
    found = look(_failed)
    if as_json:
        typer.echo(json.dumps({"events": [_plain(each) for each in found]}, indent=2))
    elif found:
        _show(found)
    else:
        typer.echo("No event waits to be heard again.")


def retry(
    event: Annotated[
        UUID | None, typer.Argument(help="The id of an event, as `holdfast events list` shows.")
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All that failed.")] = False,
) -> None:
    """Hear failed events again now, however often they failed; what fails again stays kept.

    It may be run beside a Holdfast at work, which then sends the answers.
    """
    if (event is None) is not everything:
        raise typer.BadParameter("Give the id of one event, or --all.", param_hint="EVENT")
    settings = read_settings()
    logs.set_up(settings.log_level, settings.log_format, sys.stderr)
    failed = asyncio.run(_retry(settings, event))
    raise typer.Exit(Ended.PROBLEM if failed else Ended.FINE)


async def _retry(settings: Settings, only: UUID | None) -> int:
    """Hear one event or all again, a transaction each; count those that failed again."""
    async with opened(settings, keyring_of(settings)) as database:
        async with database.read() as tx:
            wanted = [row.id for row in await inbox.failed(tx) if only in (None, row.id)]
        if only and not wanted:
            raise BadContent(
                f"No failed event has the id {only}: it was heard after all, or never failed. "
                "`holdfast events list` shows those that wait."
            )
        conversation = conversation_of(settings, database)
        worked = [await _retry_one(database, conversation, row) for row in wanted]
    _sum_up(worked)
    return worked.count(False)


async def _retry_one(database: Database, conversation: Conversation, row: UUID) -> bool:
    async with database.read() as tx:
        now = await moment(tx)

    async def note(tx: Transaction) -> None:
        await audit.note(tx, actor=actor(), action=ACTION, subject=f"event:{row}", now=now)

    worked = await conversation.hear_now(row, now, note)
    if not worked:
        async with database.read() as tx:
            worked = row not in {each.id for each in await inbox.failed(tx)}
    typer.echo(f"{row}: {'heard' if worked else 'failed again, and stays kept'}.")
    return worked


def conversation_of(settings: Settings, database: Database) -> Conversation:
    """Give the ear of `serve`; whoever is at work looks soon by itself, so nobody is woken."""
    words, care = shipped()
    link = settings.public_link
    house = House(f"{link}/privacy", f"{link}/my-data", settings.help_blocks)
    return Conversation(database, words, care, house=house, wake=lambda: None)


def _sum_up(worked: Sequence[bool]) -> None:
    if not worked:
        typer.echo("No event waits to be heard again.")
    elif all(worked):
        typer.echo(f"All {len(worked)} were heard; a Holdfast at work sends the answers.")
    else:
        typer.echo(f"{worked.count(False)} of {len(worked)} failed again. {_WHAT_NEXT}")


async def _failed(desk: Desk) -> Sequence[Failed]:
    rows = await inbox.failed(desk.tx)
    platforms = {
        each: (await workspaces.get(desk.tx, each)).platform
        for each in {row.workspace_id for row in rows}
    }
    return [
        Failed(
            row.id, row.received_at, row.kind, platforms[row.workspace_id], row.tries,
            next_try(row),
        )
        for row in rows
    ]  # fmt: skip


def _plain(failed: Failed) -> dict[str, object]:
    return {
        "id": str(failed.id),
        "at": failed.at.isoformat(timespec="seconds"),
        "kind": failed.kind,
        "platform": failed.platform,
        "tries": failed.tries,
        "next_try": failed.next_try and failed.next_try.isoformat(timespec="seconds"),
    }


def _show(found: Sequence[Failed]) -> None:
    table = Table("Id", "When (UTC)", "Kind", "From", "Tries", "Next try (UTC)")
    for each in found:
        coming = f"{each.next_try:%Y-%m-%d %H:%M}" if each.next_try else "none by itself"
        when = f"{each.at:%Y-%m-%d %H:%M}"
        table.add_row(str(each.id), when, each.kind, each.platform, str(each.tries), coming)
    console = Console(highlight=False)
    console.print(table)
    console.print("To have them heard again now: holdfast events retry --all")
