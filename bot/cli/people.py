"""`holdfast people`: who takes part."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.house import Desk, change, read_roster
from bot.lexicon import TEXTS
from bot.people import BroughtIn, bring_in
from bot.roster import COLUMNS
from bot.words import Words

_FILE_HELP = (
    f"A CSV file in UTF-8 with the columns {', '.join(COLUMNS)}; only name and email must be "
    "there, and the organisation's language and zone hold where a row has none."
)


def build() -> typer.Typer:
    """Give the group of these commands."""
    group = typer.Typer(help="The people who take part.")

    @group.callback()
    def people() -> None:
        """Bring people in."""

    group.command("import")(import_people)
    return group


def import_people(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help=_FILE_HELP)
    ],
) -> None:
    """Bring in everybody on a list, or nobody when a row is not right.

    People are told apart by their e-mail address, so the same list may be imported again: what
    changed is changed, and nobody comes twice. Nothing is sent to anybody.
    """
    words = Words.load(TEXTS)

    async def bring(desk: Desk) -> tuple[BroughtIn, bool]:
        entries = read_roster(file, desk.organisation, words)
        brought = await bring_in(desk.tx, desk.organisation, entries, file=file.name, now=desk.now)
        return brought, any(entry.manager_email for entry in entries)

    brought, has_managers = change(bring)
    number = brought.new + brought.changed + brought.unchanged
    typer.echo(
        f"{number} people: {brought.new} new, {brought.changed} changed, "
        f"{brought.unchanged} as they were."
    )
    if has_managers:
        typer.echo(
            f"Who manages whom is noted when a cohort is made from this list: "
            f"holdfast cohort create NAME … --people {file}"
        )
