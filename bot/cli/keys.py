"""`holdfast keys`: the master keys, which open everything; they are made, listed and replaced.

Only `new` ever prints a key, and nothing here writes one down: where keys are kept is for whoever
keeps them, and never beside the database and its backups.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.again import check_reason
from bot.cli.house import actor, at_work, moment
from bot.cli.progress import progress
from bot.errors import BadContent
from storage import audit, keys, rotating
from storage.database import Database, Transaction
from storage.errors import BadKey
from storage.keyring import Keyring, new_key, write_key
from storage.rotating import Sealed

_ACTION: Final = "rotate"


@dataclass(frozen=True, slots=True)
class Listed:
    """What may be told of a master key: never the key itself."""

    name: str
    current: bool
    given: bool
    known: bool
    people: int
    values: int


def build() -> typer.Typer:
    """Give the group of these commands."""
    group = typer.Typer(help="The master keys, which open everything.")

    @group.callback()
    def of_keys() -> None:
        """Make, list and replace the master keys."""

    group.command("new")(new)
    group.command("list")(list_)
    group.command("rotate")(rotate)
    return group


def new(
    name: Annotated[str, typer.Argument(help="A name for it: a-z, 0-9, '.' and '-', such as k2.")],
) -> None:
    """Print a new master key, to be put in front of the others; nothing is written.

    The key is on the line that is printed: let it go to a file that only Holdfast can read, away
    from the database and its backups.
    """
    key = new_key()
    try:
        Keyring.of({name: key}, current=name)
    except BadKey as error:
        raise typer.BadParameter(error.message, param_hint="NAME") from None
    typer.echo(write_key(name, key))


def list_(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,  # noqa: FBT002
) -> None:
    """List which keys are given, which the database knows, and what each still opens."""
    found, others = at_work(_listed)
    if as_json:
        told = {"keys": [asdict(each) for each in found], "people_under_other_keys": others}
        typer.echo(json.dumps(told, indent=2))
        return
    table = Table("Key", "Current", "Given", "Known", "People", "Other values")
    for each in found:
        marks = ("yes" if mark else "no" for mark in (each.current, each.given, each.known))
        table.add_row(each.name, *marks, str(each.people), str(each.values))
    Console().print(table)
    if others:
        typer.echo(f"The data keys of {others} people are under none of these: give that key too.")


def rotate(
    *,
    reason: Annotated[
        str | None, typer.Option("--reason", help="Why, for the audit trail: without names.")
    ] = None,
) -> None:
    """Seal everything anew under the key that stands first, so that the others can go.

    Holdfast may serve meanwhile, if it was started with all these keys. Stopped half-way, run it
    again: it goes on with what is left.
    """
    why = check_reason(reason, "--reason")
    done, current, left = at_work(partial(_rotate, why))
    typer.echo(f"Everything was looked at: {_counted(done)} sealed anew under '{current}'.")
    for kid in (kid for kid, still in left.items() if not still):
        typer.echo(
            f"Nothing is sealed with '{kid}' any more. Restart a Holdfast that was started "
            f"before '{current}' stood in front; then '{kid}' may be taken out of the settings. "
            "Backups made before now still need it: keep it with them as long as they are kept."
        )
    still = {kid: rest for kid, rest in left.items() if rest}
    if still:
        raise BadContent("\n".join(_why_not(kid, rest, current) for kid, rest in still.items()))
    if not left:
        typer.echo("No older key is known here. To replace this one: holdfast keys new NAME")


async def _listed(database: Database) -> tuple[Sequence[Listed], int]:
    async with database.read() as tx:
        keyring = tx.vault.keyring
        known = await keys.known(tx.connection)
        names = [*keyring.ids, *(kid for kid in known if kid not in keyring.ids)]
        sealed = {name: await rotating.sealed_with(tx, name) for name in names}
        everybody = await rotating.people_in(tx)
    found = [
        Listed(
            name, name == keyring.current, name in keyring.ids, name in known, each.people,
            each.values,
        )
        for name, each in sealed.items()
    ]  # fmt: skip
    return found, everybody - sum(each.people for each in found)


async def _rotate(
    reason: str | None, database: Database
) -> tuple[Sealed, str, Mapping[str, Sealed]]:
    async with database.write() as tx:
        current, total = tx.vault.keyring.current, await rotating.people_in(tx)
        old = [kid for kid in await keys.known(tx.connection) if kid != current]
        begin = sum([await rotating.sealed_with(tx, kid) for kid in old], Sealed())
        told = f"begin: {_counted(begin)} under {len(old)} older keys"
        await _note(tx, current, f"{told}; {reason}" if reason else told)
    with progress("Rotating") as shown:
        shown.begin(total)
        done = await rotating.rotate(database, shown.advance)
    left = await rotating.end(database, lambda tx, left: _note_end(tx, done, left))
    await database.tidy()
    return done, current, left


async def _note(tx: Transaction, current: str, what: str) -> None:
    await audit.note(
        tx, actor=actor(), action=_ACTION, subject=f"key:{current}", reason=what,
        now=await moment(tx),
    )  # fmt: skip


async def _note_end(tx: Transaction, done: Sealed, left: Mapping[str, Sealed]) -> None:
    rest = sum(left.values(), Sealed())
    told = f"end: {_counted(done)} sealed anew, {_counted(rest)} left"
    await _note(tx, tx.vault.keyring.current, told)


def _counted(sealed: Sealed) -> str:
    return f"{sealed.people} people's keys and {sealed.values} other values"


def _why_not(kid: str, rest: Sealed, current: str) -> str:
    return (
        f"'{kid}' cannot go yet: it still opens {_counted(rest)}. Most likely a Holdfast that was "
        f"started before '{current}' stood in front still seals with '{kid}': restart it, then "
        "run `holdfast keys rotate` again. If the number stays, those rows are damaged: put them "
        "back from a backup, or keep the key."
    )
