"""`holdfast people admin`: who may administer Holdfast from a chat."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from bot.administering import ADMIN
from bot.cli.house import Desk, change, record
from bot.cli.whom import NOBODY, Whom, Why, find, why
from bot.errors import BadContent
from storage import people

_NoLonger = Annotated[bool, typer.Option("--no-longer", help="Take it back instead.")]


def admin(person: Whom, reason: Why, *, no_longer: _NoLonger = False) -> None:
    """Let somebody administer Holdfast from a chat, such as by `/holdfast admin` in Slack.

    They may choose the channels of a cohort there. They read nothing of anybody.
    """
    is_new = change(partial(_set, person, why(reason), no_longer))
    if not is_new:
        typer.echo("It was so already: nothing has changed.")
    elif no_longer:
        typer.echo("Noted. This person does not administer Holdfast any more.")
    else:
        typer.echo("Noted. This person may use `/holdfast admin` in Slack now.")


async def _set(person: str, reason: str, no_longer: bool, desk: Desk) -> bool:  # noqa: FBT001
    found = await find(desk, person, reason)
    if found is None:
        raise BadContent(NOBODY)
    roles = (await people.lock(desk.tx, found)).roles
    if (ADMIN in roles) is not no_longer:
        return False
    wanted = [each for each in roles if each != ADMIN] if no_longer else [*roles, ADMIN]
    await people.set_roles(desk.tx, found, wanted)
    action = "people.no_admin" if no_longer else "people.admin"
    await record(desk.tx, action, subject=f"person:{found}", reason=reason)
    return True
