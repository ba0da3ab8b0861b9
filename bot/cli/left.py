"""`holdfast people left`: somebody does not work here any more, and nothing is sent to them."""

from __future__ import annotations

from functools import partial

import typer

from bot.cli.house import Desk, change, record
from bot.cli.whom import NOBODY, Whom, Why, find, why
from bot.errors import BadContent
from storage import parting, people


def left(person: Whom, reason: Why) -> None:
    """Say that a person left: nothing is sent to them, and what they read of others goes.

    Whoever asked them to hold them to a plan may choose somebody else. What is kept of them stays
    until its time; `holdfast erase` lets it go at once.
    """
    is_new = change(partial(_leave, person, why(reason)))
    if is_new:
        typer.echo("Noted. Nothing is sent to this person any more.")
    else:
        typer.echo("This person had left already: nothing has changed.")


async def _leave(person: str, reason: str, desk: Desk) -> bool:
    found = await find(desk, person, reason)
    if found is None:
        raise BadContent(NOBODY)
    if (await people.get(desk.tx, found)).status != "active":
        return False
    await record(desk.tx, "people.left", subject=f"person:{found}", reason=reason)
    await parting.leave(desk.tx, found, desk.now)
    return True
