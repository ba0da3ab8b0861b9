"""`holdfast db`: the tables of the database, and its backups."""

from __future__ import annotations

import asyncio

import typer

from bot.cli import backup, restore
from bot.cli.house import actor, upgraded
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
    """Make the tables, or bring them to this release; nothing happens when they are."""
    revision = asyncio.run(upgraded(read_settings(), by=actor()))
    typer.echo(f"The tables are those of this release (revision {revision}).")
