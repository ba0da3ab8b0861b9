"""`holdfast doctor`: looks at everything that may be wrong, and says what mends it.

It changes nothing, takes no key in and prints no name: it may be run beside a Holdfast at work,
and what it prints may be sent along with a question.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.checks import SETTINGS, examine
from bot.cli.checks.finding import Finding, Verdict
from bot.cli.edge import Ended

GROUND: Final = frozenset({SETTINGS, "database", "tables", "keys"})
"""Without these, Holdfast cannot start at all."""

_STYLES: Final = {
    Verdict.FINE: "green",
    Verdict.WARNING: "yellow",
    Verdict.BROKEN: "bold red",
    Verdict.UNSEEN: "dim",
}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,  # noqa: FBT002
) -> None:
    """Look at the settings, the database, the process and the work, and say what mends them.

    It changes nothing. Exit code 0: fine, or warnings only; 1: something is broken; 3: the
    settings, the database, its tables or its keys are not ready.
    """
    found = asyncio.run(examine())
    if as_json:
        typer.echo(json.dumps(plain(found), indent=2))
    else:
        _show(found)
    raise typer.Exit(ended(found))


def ended(found: Mapping[str, Finding]) -> Ended:
    """Give the exit code of what was found."""
    broken = {name for name, each in found.items() if each.verdict is Verdict.BROKEN}
    if broken & GROUND:
        return Ended.NOT_READY
    return Ended.PROBLEM if broken else Ended.FINE


def plain(found: Mapping[str, Finding]) -> dict[str, object]:
    """Give what was found as plain values."""
    checks = [
        {"name": name, "verdict": each.verdict.value, "says": each.says, "mend": each.mend or None}
        for name, each in found.items()
    ]
    return {"exit_code": int(ended(found)), "checks": checks}


def _show(found: Mapping[str, Finding]) -> None:
    table = Table("Check", "", "What was found, and what mends it", show_lines=False)
    for name, each in found.items():
        said = Text(each.says)
        if each.mend:
            said.append(f"\n→ {each.mend}", style="bold")
        table.add_row(name, Text(each.verdict.value, _STYLES[each.verdict]), said)
    console = Console(highlight=False)
    console.print(table)
    console.print(_summed(found))


def _summed(found: Mapping[str, Finding]) -> str:
    verdicts = Counter(each.verdict for each in found.values())
    parts = [f"{verdicts[each]} {each.value}" for each in Verdict if verdicts[each]]
    return ", ".join(parts) + "."
