"""`holdfast export`: a copy of all that is kept of one person, such as for who left the chat.

It is what the person gets by typing "my data", and never made unseen: they are told in their chat,
it stands on their page, and the audit trail has the reason.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from bot import exported, my_data
from bot.adapters.local.my_data import page_to_keep
from bot.cli.copies import check_free, named, names_of, written
from bot.cli.house import Desk, at_work, desk_of, record
from bot.cli.whom import NOBODY, Whom, Why, find, why
from bot.errors import BadContent
from bot.lexicon import TEXTS
from bot.words import Words
from storage import people
from storage.database import Database
from storage.failpoints import failpoint


@dataclass(frozen=True, slots=True)
class _Order:
    """What was asked for: whose copy, why, and under which names."""

    person: str
    reason: str
    files: tuple[Path, Path]


def export(
    person: Whom,
    to: Annotated[
        Path,
        typer.Option(help="Where to: FILE.json gets every row, FILE.html is a page to read."),
    ],
    reason: Why,
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
) -> None:
    """Write all that is kept of a person to two files, and let them know.

    Nobody is looked up by name. The person reads in their chat, in their own hours, that this was
    done and the reason you give; the audit trail keeps both.
    """
    order = _Order(person, why(reason), names_of(to))
    if not force:
        check_free(order.files)
    is_told = at_work(partial(_carried_out, order))
    rows, page = order.files
    typer.echo(f"{rows} holds every row, {page} is to be read. Only you can open them.")
    if is_told:
        typer.echo("The person is told in their chat, with your reason, in their own hours.")
    else:
        typer.echo("No message reaches this person, so they were not told: tell them yourself.")


async def _carried_out(order: _Order, database: Database) -> bool:
    async with database.write() as tx:
        desk = await desk_of(tx)
        found = await find(desk, order.person, order.reason)
        if found is None:
            raise BadContent(NOBODY)
        # First, so that the copy itself says that it was made.
        await record(tx, my_data.EXPORTED, subject=f"person:{found}", reason=order.reason)
        contents = await _contents(desk, found)
        with written(dict(zip(order.files, contents, strict=True))):
            failpoint("export.written")
            owner = await people.lock(tx, found)
            is_told = await exported.tell(tx, owner, order.reason, desk.now)
    await asyncio.to_thread(named, order.files)
    return is_told


async def _contents(desk: Desk, person: UUID) -> tuple[bytes, bytes]:
    """Give what the person themself would get: the file and the page."""
    words = Words.load(TEXTS)
    document = await my_data.document_of(desk.tx, words, person, person, desk.now)
    book = await my_data.book_of(desk.tx, words, person, person, desk.now)
    return my_data.written(document), page_to_keep(words, book)
