"""`holdfast programme`: what trainers write."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.edge import Ended, say_why
from bot.cli.house import Desk, change, record
from bot.programme import Programme, check, read
from storage import programmes

Pack = Annotated[Path, typer.Argument(help="The folder with programme.toml.", show_default=False)]


def build() -> typer.Typer:
    """Give the group of these commands."""
    group = typer.Typer(help="Programme packs: what trainers write.")

    @group.callback()
    def programme() -> None:
        """Check and import programme packs."""

    group.command("check")(check_pack)
    group.command("import")(import_pack)
    return group


def check_pack(path: Pack) -> None:
    """Name every fault of a pack, with its file, line and remedy; exit with 1 if there is one."""
    problems = check(path)
    if not problems:
        pack = read(path)
        languages = ", ".join(pack.languages)
        typer.echo(f"{pack.slug} {pack.version}: fine, in {languages}.")
        return
    say_why("\n".join(map(str, problems)))
    raise typer.Exit(Ended.PROBLEM)


def import_pack(path: Pack) -> None:
    """Import a pack; who is enrolled already keeps the content they began with."""
    pack = read(path)

    async def _save(desk: Desk) -> bool:
        is_new = await keep(desk, pack)
        if is_new:
            subject = f"programme:{pack.slug}@{pack.version}"
            await record(desk.tx, "programme.import", subject=subject)
        return is_new

    is_new = change(_save)
    what = "imported" if is_new else "was imported before, and has not changed since"
    typer.echo(f"{pack.slug} {pack.version}: {what}.")


async def keep(desk: Desk, pack: Programme) -> bool:
    """Keep a pack's content; say whether it is new."""
    organisation = desk.organisation.id
    known = await programmes.by_digest(desk.tx, organisation, pack.slug, pack.digest)
    await programmes.save(
        desk.tx,
        organisation=organisation,
        slug=pack.slug,
        version=pack.version,
        digest=pack.digest,
        content=pack.to_json(),
    )
    return known is None
