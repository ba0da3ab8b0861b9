"""The whole command line, put together; each group of commands is a module of its own."""

from __future__ import annotations

from typing import Final

import typer

from bot.cli import cohort, database, demo, draw, organisation, people, programme, serve, talk
from bot.cli.edge import Edge

_EPILOG: Final = (
    "Exit codes: 0 fine · 1 a problem was found, or nothing could be done · 2 the command was "
    "not typed right · 3 the settings, the key or the database are not ready · 4 refused. "
    "Settings come from HOLDFAST_* in the environment, from .env and from holdfast.toml."
)


def build() -> typer.Typer:
    """Put the command line together."""
    app = typer.Typer(
        name="holdfast",
        cls=Edge,
        help="Makes training stick: an if-then plan, spaced visits, short reflections.",
        epilog=_EPILOG,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
    app.command("demo", rich_help_panel="Try it")(demo.demo)
    app.command("talk", rich_help_panel="Try it")(talk.talk)
    app.command("serve", rich_help_panel="Run it")(serve.serve)
    groups = (
        (database.build(), "db", "Run it"),
        (organisation.build(), "organisation", "Fill it"),
        (programme.build(), "programme", "Fill it"),
        (people.build(), "people", "Fill it"),
        (cohort.build(), "cohort", "Fill it"),
    )
    for group, name, panel in groups:
        app.add_typer(group, name=name, rich_help_panel=panel, no_args_is_help=True)
    app.command("draw", rich_help_panel="Develop it")(draw.draw)
    return app


def main() -> None:
    """Run the command that was typed, and exit with its code."""
    build()()
