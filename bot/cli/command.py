"""The whole command line, put together; each group of commands is a module of its own."""

from __future__ import annotations

from importlib.metadata import version as version_of
from typing import Annotated, Final

import typer

from bot.cli import (
    audit,
    bench,
    cohort,
    database,
    demo,
    doctor,
    draw,
    erase,
    events,
    export,
    keys,
    manifest,
    organisation,
    people,
    programme,
    retention,
    serve,
    shifts,
    simulate,
    support,
    talk,
)
from bot.cli.edge import DEVELOP, FILL, RUN, TRY, Edge

_EPILOG: Final = (
    "Exit codes: 0 fine · 1 a problem was found, or nothing could be done · 2 the command was "
    "not typed right · 3 the settings, the key or the database are not ready · 4 refused. "
    "Settings come from HOLDFAST_* in the environment, from .env and from holdfast.toml."
)


def _say_version(wanted: bool) -> None:  # noqa: FBT001 - Typer gives it so
    if wanted:
        typer.echo(f"holdfast {version_of('holdfast')}")
        raise typer.Exit


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
        rich_markup_mode="markdown",
    )
    app.callback()(_holdfast)
    app.command("demo", rich_help_panel=TRY)(demo.demo)
    app.command("talk", rich_help_panel=TRY)(talk.talk)
    app.command("serve", rich_help_panel=RUN)(serve.serve)
    app.command("retention", rich_help_panel=RUN)(retention.retention)
    app.command("doctor", rich_help_panel=RUN)(doctor.doctor)
    app.command("support", rich_help_panel=RUN)(support.support)
    app.command("export", rich_help_panel=RUN)(export.export)
    app.command("erase", rich_help_panel=RUN)(erase.erase)
    app.command("bench", rich_help_panel=DEVELOP)(bench.bench)
    app.command("draw", rich_help_panel=DEVELOP)(draw.draw)
    app.command("simulate", rich_help_panel=DEVELOP)(simulate.simulate)
    for name, group in (
        ("organisation", organisation.build()),
        ("programme", programme.build()),
        ("people", people.build()),
        ("cohort", cohort.build()),
        ("shifts", shifts.build()),
        ("leave", shifts.build_leave()),
    ):
        app.add_typer(group, name=name, rich_help_panel=FILL, no_args_is_help=True)
    for name, group in (
        ("audit", audit.build()),
        ("db", database.build()),
        ("events", events.build()),
        ("keys", keys.build()),
        ("manifest", manifest.build()),
    ):
        app.add_typer(group, name=name, rich_help_panel=RUN, no_args_is_help=True)
    return app


def _holdfast(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which.")
    ] = False,
) -> None:
    """Take what stands before every command."""


def main() -> None:
    """Run the command that was typed, and exit with its code."""
    build()(prog_name="holdfast")
