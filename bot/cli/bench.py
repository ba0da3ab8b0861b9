"""`holdfast bench`: what Holdfast costs, measured beside what others do the same with.

It needs the peers, which nothing else does: `make bench` installs them, and this asks for them
only once it is called.
"""

from __future__ import annotations

import asyncio
import json
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Final

import structlog
import typer
from rich.console import Console

from bot.errors import BadContent
from bot.settings import SettingsError

_PEER: Final = ("botbuilder", "botbuilder.dialogs")
_WIDE: Final = 140


def bench(
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the results as JSON too, on the last line.")
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="A handful of everything: to see that it works.")
    ] = False,
    database: Annotated[
        str | None,
        typer.Option(help="A PostgreSQL database on whose server others may be made."),
    ] = None,
    write: Annotated[
        Path | None, typer.Option(help="A page, between whose marks the results are written.")
    ] = None,
) -> None:
    """Measure turns, planning, opening, claiming, memory and starting: about twelve minutes.

    Nothing of yours is touched: everything happens in databases made for it. A missed aim is
    named, and is no failure.
    """
    if not is_there():
        raise SettingsError(
            "What Holdfast is measured beside is not installed: `make bench` installs it and "
            "measures."
        )
    before = _read(write) if write else ""
    run, report, results, sizes = (
        import_module(f"bot.bench.{name}") for name in ("run", "report", "results", "sizes")
    )
    structlog.configure(processors=[_unsaid])
    measured: Any = asyncio.run(run.measure(sizes.QUICK if quick else sizes.FULL, database, _tell))
    report.show(measured, Console(width=_WIDE))
    if write:
        write.write_text(report.page(before, measured), "utf-8")
    if as_json:
        typer.echo(json.dumps(results.to_json(measured)))


def is_there() -> bool:
    """Say whether the peers are installed."""
    return all(find_spec(name) for name in _PEER)  # the first is missing: the second is not asked


def _read(page: Path) -> str:
    try:
        return page.read_text("utf-8")
    except OSError as error:
        raise BadContent(f"{page}: The page cannot be read ({error.strerror}).") from None


def _tell(what: str) -> None:
    typer.echo(f"Measuring {what}.", err=True)


def _unsaid(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Let no line of log stand between the results."""
    del event
    raise structlog.DropEvent
