"""`holdfast erase`: everything of one person goes, for good.

How much that is, is told in hundreds of rows: an exact number would show who takes part.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated, Final
from uuid import UUID

import typer

from bot.cli.house import Desk, at_work, desk_of, look, record
from bot.cli.whom import NOBODY, Whom, Why, find, id_in, normal, why
from bot.errors import BadContent, NotAllowed
from storage import erasing, erasures
from storage.database import Database
from storage.failpoints import failpoint

_STEP: Final = 100  # rows

_BUSY: Final = (
    "Something was reading the database meanwhile, so sealed remains may still stand in its "
    "write-ahead log: run this command once more to clear it."
)


def erase(
    person: Whom,
    reason: Why,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether this is meant.")] = False,
) -> None:
    """Erase a person: all rows, all words, and what is planned. Nothing brings them back.

    Nobody is looked up by name. Who was erased before is erased; running it again does no harm.
    """
    said = why(reason)
    rows = look(partial(_rows, person, said))
    if rows is not None and not yes:
        _ask(person, rows)
    is_new, is_tidy, ledger = at_work(partial(_carried_out, person, said))
    if is_new:
        _say_what_is_left(ledger)
    else:
        typer.echo("This person was erased before: nothing is kept of them here.")
    if not is_tidy:
        typer.echo(_BUSY)


def _ask(person: str, rows: int) -> None:
    """Raise NotAllowed unless it is typed again who is meant."""
    typer.echo(
        f"At most {rows} rows about this person go, and all that is planned with them. Nothing "
        "brings them back."
    )
    again = typer.prompt("Type the same address, id or code again to erase")
    if normal(again) != normal(person):
        raise NotAllowed("That is another one, so nobody was erased.")


def _say_what_is_left(ledger: str) -> None:
    typer.echo(
        "Erased. An import does not bring this person in again unawares.\n"
        "Backups made before now still hold them: throw those away as soon as you can. Where one "
        f"is put back, they are erased again by {ledger}: keep that file, apart from the backups."
    )


async def _rows(person: str, reason: str, desk: Desk) -> int | None:
    """Count the rows that go, upwards to hundreds; None when they are gone already."""
    found = await _find(desk, person, reason)
    if found is None:
        return None
    counted = await erasing.count_rows(desk.tx, found)
    return -(-counted // _STEP) * _STEP


async def _carried_out(person: str, reason: str, database: Database) -> tuple[bool, bool, str]:
    async with database.write() as tx:
        desk = await desk_of(tx)
        found = await _find(desk, person, reason)
        if found is not None:
            await record(tx, "erase", subject=f"person:{found}", reason=reason)
            await erasing.erase(tx, found, desk.now)
        failpoint("erase.before_commit")
    failpoint("erase.after_commit")
    ledger = str(database.ledger.file) if database.ledger else "nothing"
    return found is not None, await database.tidy(), ledger


async def _find(desk: Desk, person: str, reason: str) -> UUID | None:
    """Find who is meant; None when they were erased before.

    Raises:
        BadContent: nobody is meant, as far as anybody knows.

    """
    found = await find(desk, person, reason)
    if found is None and not await _is_erased(desk, person):
        raise BadContent(NOBODY)
    return found


async def _is_erased(desk: Desk, person: str) -> bool:
    """Say whether an address is marked, or an id stands in the ledger."""
    known = id_in(person)
    if known is None:
        email = person.strip() if "@" in person else None
        return await erasures.is_erased(desk.tx, desk.organisation.id, email=email)
    if desk.tx.ledger is None:
        return False
    held = await asyncio.to_thread(desk.tx.ledger.read)
    return any(each.person_id == known for each in held.erased)
