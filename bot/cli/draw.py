"""`holdfast draw`: every dialogue as a diagram, drawn from the code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from bot.cli.edge import Ended, say_why
from bot.dialogues.registry import DIALOGUES
from bot.engine.draw import document

DRAWN: Final = Path("docs/drawn.md")


def draw(
    out: Annotated[Path, typer.Option(help="The file to write.")] = DRAWN,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 if the file is stale.")
    ] = False,
) -> None:
    """Draw every dialogue as a Mermaid diagram, from what its code does."""
    put(document(DIALOGUES), out, check=check)


def put(drawn: str, out: Path, *, check: bool) -> None:
    """Write a drawing where it differs from the file, or only say that it does.

    Raises:
        typer.Exit: it differs, and was only to be checked.

    """
    there = out.read_text("utf-8") if out.exists() else ""
    if there == drawn:
        typer.echo(f"{out} is as the dialogues are.")
    elif check:
        say_why(f"{out} is not as the dialogues are: run `holdfast draw` and see what changed.")
        raise typer.Exit(Ended.PROBLEM)
    else:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(drawn, "utf-8")
        typer.echo(f"{out} is drawn anew.")
