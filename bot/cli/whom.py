"""PERSON of a command: somebody by e-mail address, id or support code, and never by name.

A name finds whoever is called so, also when they did not ask for anything; an address or a code
is given by the person themself, or by who has a duty to act.
"""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias
from uuid import UUID

import typer

from bot import support
from bot.cli.again import check_names, check_reason
from bot.cli.house import Desk
from bot.errors import BadContent
from storage import people, reach

Whom: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="PERSON",
        help="An e-mail address, an id, or the support code that 'help' in the chat shows.",
    ),
]
Why: TypeAlias = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why, without names: it is kept.")
]

NOBODY: Final = (
    "There is no such person here. Look at the address or id again; a support code holds until "
    "the end of the day after it was made."
)


def why(reason: str) -> str:
    """Give a reason that can be kept. Raises typer.BadParameter when it cannot."""
    return check_reason(reason, "--reason") or ""


def normal(person: str) -> str:
    """Give what names a person as it is compared, however it is typed."""
    typed = person.strip()
    return typed.casefold() if "@" in typed or id_in(typed) else support.normal(typed)


def id_in(person: str) -> UUID | None:
    """Read a person's id; None where it is something else."""
    try:
        return UUID(person.strip())
    except ValueError:
        return None


async def find(desk: Desk, person: str, reason: str) -> UUID | None:
    """Find who is meant; None when nobody is, with a reason that names nobody.

    Raises:
        BadContent: it is nothing that finds a person, or the reason names somebody.

    """
    await check_names(desk, reason)
    tx, organisation = desk.tx, desk.organisation
    if "@" in person:
        found = await people.by_email(tx, organisation.id, person.strip())
        return found.id if found else None
    if (known := id_in(person)) is not None:
        return known if await reach.of_person(tx, known) else None
    code = support.normal(person)
    if not support.is_code(code):
        raise BadContent(
            "This is no e-mail address, id or support code. Nobody is looked up by name: ask for "
            "the code that 'help' in the chat shows, or take the address."
        )
    return await support.whose(tx, organisation, code, desk.now)
