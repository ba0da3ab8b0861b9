"""`holdfast db`: the tables of the database, and its backups."""

from __future__ import annotations

import asyncio

import typer

from bot.cli import backup, restore
from bot.cli.upgrading import by_hand
from bot.settings import read_settings


def build() -> typer.Typer:
    """Give the group of these commands."""
    group = typer.Typer(help="The tables of the database, and its backups.")

    @group.callback()
    def database() -> None:
        """Look after the tables of the database, and its backups."""

    group.command("upgrade")(upgrade)
    group.command("backup")(backup.backup)
    group.command("restore")(restore.restore)
    return group


def upgrade() -> None:
    """Make the tables, or bring them to this release after a backup of the older ones."""
    revision, file = asyncio.run(by_hand(read_settings()))
    typer.echo(f"The tables are those of this release (revision {revision}).")
    if file:
        typer.echo(f"The database as it was is in {file}.")
