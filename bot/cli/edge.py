"""The edge of the command line: what goes wrong becomes one paragraph and an exit code.

The only place that catches everything. Of an unexpected error the trace goes to a file, without
its message and without values: both may hold what somebody wrote.
"""

from __future__ import annotations

import secrets
import sys
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

import typer
from rich.console import Console
from typer.core import TyperGroup

from bot.errors import HoldfastError, NotAllowed, TryLater
from bot.logs import told
from bot.settings import SettingsError
from storage.errors import StorageError, Taken

TRY: Final = "Try it"
FILL: Final = "Fill it"
RUN: Final = "Run it"
DEVELOP: Final = "Develop it"
PANELS: Final = (TRY, FILL, RUN, DEVELOP)
"""What the commands are for, in the order in which the help shows them."""

ERRORS: Final = Path(".holdfast/errors.log")
"""Where traces go: in the folder of the settings' default, for it may be they that are wrong."""


class Ended(IntEnum):
    """How a command ended; `holdfast --help` explains these to people."""

    FINE = 0
    PROBLEM = 1
    USAGE = 2
    NOT_READY = 3
    REFUSED = 4


class Edge(TyperGroup):
    """The group of all commands, which lets no stack trace through."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """List the commands by what they are for."""
        return sorted(super().list_commands(ctx), key=self._panel_of)

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]  # noqa: ANN401 - as its base
        """Run a command; raise typer.Exit with the code of what went wrong."""
        try:
            return super().invoke(ctx)
        except (HoldfastError, StorageError) as error:
            say_why(error.message)
            raise typer.Exit(_code_of(error)) from None
        except (typer.Exit, typer.Abort, typer.TyperException, BrokenPipeError):
            raise  # Typer's own ways to end
        except Exception as error:  # noqa: BLE001 - the edge: a person never sees a stack trace
            say_why(_unexpected(error))
            raise typer.Exit(Ended.PROBLEM) from None

    def _panel_of(self, name: str) -> int:
        panel = getattr(self.commands[name], "rich_help_panel", None)
        return PANELS.index(panel) if panel in PANELS else len(PANELS)


def say_why(paragraph: str) -> None:
    """Print a paragraph where errors go, as it is."""
    console = Console(file=sys.stderr, highlight=False, soft_wrap=True)
    console.print(paragraph, markup=False, emoji=False)


def _code_of(error: HoldfastError | StorageError) -> Ended:
    match error:
        case NotAllowed() | Taken():
            return Ended.REFUSED
        case SettingsError() | TryLater() | StorageError():
            return Ended.NOT_READY
        case _:
            return Ended.PROBLEM


def _unexpected(error: Exception) -> str:
    """Note an error under an id, and say so."""
    name = secrets.token_hex(4)
    what = f"Something went wrong that Holdfast did not expect ({type(error).__name__}, {name})."
    try:
        _note(name, error)
    except OSError:
        return f"{what} It could not be noted in {ERRORS}: look at the rights of that folder."
    return (
        f"{what} Where it happened stands in {ERRORS} under {name}, without anybody's words: "
        "send those lines along when you report it."
    )


def _note(name: str, error: Exception) -> None:
    ERRORS.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    at = datetime.now(UTC).isoformat(timespec="seconds")  # noqa: TID251 - a note, no logic
    lines = (f"{at} {name}", *(f"  {line}" for line in told(error)))
    with ERRORS.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
