"""`holdfast organisation`: whose people these are; a database has one."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.cli.house import named, opened, record
from bot.cli.places import keyring_of
from bot.errors import NotAllowed
from bot.lexicon import TEXTS
from bot.settings import read_settings
from bot.words import Words
from scheduler.local import known_zone
from storage import organisations


def build() -> typer.Typer:
    """Give the group of these commands."""
    group = typer.Typer(help="The organisation whose people take part.")

    @group.callback()
    def organisation() -> None:
        """Say whose people take part."""

    group.command("create")(create)
    return group


def create(
    name: Annotated[
        str, typer.Argument(callback=named, help="What it is called, as people will read it.")
    ],
    language: Annotated[str, typer.Option(help="The language of who has no other: nl or en.")],
    zone: Annotated[str, typer.Option(help="The time zone, such as Europe/Amsterdam.")],
) -> None:
    """Make the organisation; its language and zone hold for people who have no other."""
    languages = Words.load(TEXTS).rows.keys()
    if language not in languages:
        raise typer.BadParameter(f"Choose from: {', '.join(languages)}.", param_hint="--language")
    try:
        known_zone(zone)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--zone") from None
    asyncio.run(_create(name, language, zone))
    typer.echo(f"{name} is there. Next: holdfast programme import, and holdfast people import.")


async def _create(name: str, language: str, zone: str) -> None:
    settings = read_settings()
    async with opened(settings, keyring_of(settings)) as database, database.write() as tx:
        there = await organisations.first(tx)
        if there is not None:
            raise NotAllowed(
                f"This database is that of {there.name}; another organisation needs a database "
                "of its own."
            )
        made = await organisations.add(tx, name=name, language=language, zone=zone)
        await record(tx, "organisation.create", subject=f"organisation:{made.id}")
