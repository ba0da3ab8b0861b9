"""`holdfast support`: what an administrator may know of somebody who asks for help.

Whoever types "help" in the chat reads a code to give to the administrator. No command finds a
person by name: that would show one's state without them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot import support as desk_support
from bot.cli.house import Desk, change, record
from bot.errors import BadContent
from bot.support import AHEAD, LENGTH, State
from storage.reach import Reach

_IN_WORDS = {
    "reachable": "reachable",
    "unmatched": "not matched to an account yet",
    "not_installed": "not installed",
    "blocked": "blocked",
    "left": "no account any more",
}
_NO_WAY = "no address: give this person one with holdfast people import"


def support(
    code: Annotated[
        str | None,
        typer.Argument(help="The code that somebody reads after typing 'help' in the chat."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,  # noqa: FBT002
) -> None:
    """Show a person's technical state by their support code; without one, who is unreachable.

    A code holds until the end of the day after it was made. It never shows whether somebody
    joined, paused, is silent or stopped.
    """
    if code is None:
        _show_unreachable(change(_unreachable), as_json=as_json)
        return
    _show_state(change(partial(_state, code)), as_json=as_json)


async def _state(code: str, desk: Desk) -> State:
    if not desk_support.is_code(desk_support.normal(code)):
        raise BadContent(
            f"'{code[:40]}' is no support code: it has {LENGTH} letters and digits, and never "
            "0, 1, I, L, O or U. Ask for it again: 'help' in the chat shows it."
        )
    person = await desk_support.whose(desk.tx, desk.organisation, code, desk.now)
    if person is None:
        raise BadContent(
            "Nobody has this code. A code holds until the end of the day after it was made: ask "
            "for today's, which 'help' in the chat shows."
        )
    await record(desk.tx, "support", subject=f"person:{person}")
    return await desk_support.state_of(desk.tx, person, desk.now)


async def _unreachable(desk: Desk) -> Sequence[tuple[str, Sequence[Reach]]]:
    await record(desk.tx, "support.unreachable")
    return await desk_support.unreachable(desk.tx, desk.organisation)


def _show_state(state: State, *, as_json: bool) -> None:
    if as_json:
        slot = state.slot.isoformat(timespec="minutes") if state.slot else None
        told = {
            "ways": _plain(state.ways),
            "zone": state.zone,
            "rhythm_set": state.rhythm_set,
            "next_slot": slot,
            "days_ahead": AHEAD.days,
        }
        typer.echo(json.dumps(told, indent=2))
        return
    table = Table(show_header=False)
    for way in state.ways:
        table.add_row(way.platform or "Chat", _in_words(way))
    table.add_row("Zone", state.zone)
    table.add_row("Rhythm", "set" if state.rhythm_set else "not set: the default hours hold")
    none = f"none in the next {AHEAD.days} days"
    slot_ = f"{state.slot:%Y-%m-%d %H:%M} in {state.zone}" if state.slot else none
    table.add_row("Next slot", slot_)
    Console().print(table)


def _show_unreachable(found: Sequence[tuple[str, Sequence[Reach]]], *, as_json: bool) -> None:
    if as_json:
        told = [{"name": name, "ways": _plain(ways)} for name, ways in found]
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
    elif found:
        table = Table("Name", "Where", "Why not")
        for name, ways in found:
            for way in ways:
                table.add_row(name, way.platform or "nowhere", _in_words(way))
        Console().print(table)
    else:
        typer.echo("Everybody can be reached.")


def _plain(ways: Sequence[Reach]) -> list[dict[str, str | None]]:
    return [
        {"platform": way.platform, "state": way.state, "reason": way.reason}
        for way in ways
        if way.platform
    ]


def _in_words(way: Reach) -> str:
    if way.state is None:
        return _NO_WAY
    return _IN_WORDS[way.state] + (f" ({way.reason})" if way.reason else "")
