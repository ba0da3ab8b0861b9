"""People as a list names them, many at a time: what is known of them, and what a list said last.

What the last list said is kept apart from what holds: where the two differ, the person chose
otherwise since then, and that stands until a list says something new.
"""

import json
import unicodedata
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage import people as persons
from storage.database import Transaction
from storage.errors import Taken
from storage.people import Person
from storage.tables import people

PAGE: Final = 1_000

_SAID: Final = select(people.c.id, people.c.data_key, people.c.listed).where(
    people.c.listed.is_not(None)
)
_TAKEN: Final = "Somebody else brought these people in meanwhile: run this again."


@dataclass(frozen=True, slots=True)
class Listed:
    """A person, as far as a list can tell; `said` is what the last list said, by its columns."""

    id: UUID
    name: str = field(repr=False)
    email: str | None = field(repr=False)
    language: str
    zone: str
    rhythm: Mapping[str, Any] | None
    said: Mapping[str, str] = field(repr=False)


def normal(email: str) -> str:
    """Give an e-mail address as it is compared, which is how its blind index is made."""
    return unicodedata.normalize("NFKC", email.strip()).casefold()


async def ids_of(tx: Transaction, organisation: UUID, emails: Collection[str]) -> dict[str, UUID]:
    """Say who has these e-mail addresses, by the address as it is compared."""
    found: dict[str, UUID] = {}
    for some in _pages([*emails]):
        marks = _marks(tx, some)
        theirs = (people.c.organisation_id == organisation) & people.c.email_index.in_(marks)
        for row in await tx.rows(select(people.c.id, people.c.email_index).where(theirs)):
            found[marks[row["email_index"]]] = row["id"]
    return found


async def by_emails(
    tx: Transaction, organisation: UUID, emails: Collection[str], *, lock: bool = False
) -> dict[str, Listed]:
    """Find people by e-mail address, as it is compared; `lock` keeps others off them."""
    marks = _marks(tx, emails)
    theirs = (people.c.organisation_id == organisation) & people.c.email_index.in_(marks)
    found = select(people).where(theirs).order_by(people.c.id)
    rows = await tx.rows(found.with_for_update(key_share=True) if lock else found)
    return {marks[row["email_index"]]: await _listed(tx, row) for row in rows}


async def by_ids(
    tx: Transaction, ids: Collection[UUID], *, lock: bool = False
) -> dict[UUID, Listed]:
    """Find people by id; `lock` keeps others off them."""
    found = select(people).where(people.c.id.in_(ids)).order_by(people.c.id)
    rows = await tx.rows(found.with_for_update(key_share=True) if lock else found)
    return {row["id"]: await _listed(tx, row) for row in rows}


async def said_of(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Mapping[str, str]]:
    """Tell what lists said of these people; those whom no list named are left out."""
    found = {}
    for some in _pages(ids):
        rows = await tx.rows(_SAID.where(people.c.id.in_(some)))
        found.update({row["id"]: await _said(tx, row) for row in rows})
    return found


async def all_said(
    tx: Transaction, organisation: UUID
) -> AsyncIterator[tuple[UUID, Mapping[str, str]]]:
    """Tell what lists said of everybody whom one named, a page of people at a time."""
    ours = _SAID.where(people.c.organisation_id == organisation).order_by(people.c.id).limit(PAGE)
    page = await tx.rows(ours)
    while page:
        for row in page:
            yield row["id"], await _said(tx, row)
        tx.vault.forget()
        page = await tx.rows(ours.where(people.c.id > page[-1]["id"]))


async def add_all(tx: Transaction, organisation: UUID, new: Sequence[Listed]) -> None:
    """Add people, with what a list said of them.

    Raises:
        Taken: somebody of this organisation has one of the e-mail addresses.

    """
    rows = [await _new_row(tx, organisation, each) for each in new]
    try:
        if rows:
            await tx.connection.execute(insert(people), rows)
    except IntegrityError:
        raise Taken(_TAKEN) from None


async def change_all(tx: Transaction, changed: Sequence[Listed]) -> None:
    """Make people what is given here. Raises Taken as `add_all` does."""
    columns = ("name", "name_index", "email", "email_index", "language", "zone", "rhythm")
    # Named apart: a parameter may not be called as a column that it sets.
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in (*columns, "listed")}
    rows = [
        {f"new_{name}": value for name, value in (await _changed_row(tx, each)).items()}
        | {"whose": each.id}
        for each in changed
    ]
    try:
        if rows:
            tx.locked.clear()
            one = update(people).where(people.c.id == bindparam("whose")).values(values)
            await tx.connection.execute(one, rows)
    except IntegrityError:
        raise Taken(_TAKEN) from None


async def _new_row(tx: Transaction, organisation: UUID, new: Listed) -> dict[str, object]:
    person = Person(
        new.id, organisation, new.name, new.email, new.language, new.zone, new.rhythm, "active",
        (), None,
    )  # fmt: skip
    return {**await persons.new_row(tx, person), "listed": await _sealed(tx, new)}


async def _changed_row(tx: Transaction, each: Listed) -> dict[str, object]:
    return {
        "language": each.language,
        "zone": each.zone,
        "rhythm": None if each.rhythm is None else dict(each.rhythm),
        "listed": await _sealed(tx, each),
        **await persons.called(tx, each.id, each.name, each.email),
    }


async def _sealed(tx: Transaction, each: Listed) -> bytes:
    return await tx.vault.seal_values(each.id, "people", "listed", each.id, each.said)


async def _listed(tx: Transaction, row: Mapping[str, Any]) -> Listed:
    person: UUID = row["id"]
    tx.vault.know(person, row["data_key"])
    sealed = row["email"]
    return Listed(
        id=person,
        name=await tx.vault.open(person, "people", "name", person, row["name"]),
        email=await tx.vault.open(person, "people", "email", person, sealed) if sealed else None,
        language=row["language"],
        zone=row["zone"],
        rhythm=row["rhythm"],
        said=await _said(tx, row),
    )


async def _said(tx: Transaction, row: Mapping[str, Any]) -> Mapping[str, str]:
    if row["listed"] is None:
        return {}
    tx.vault.know(row["id"], row["data_key"])
    said = await tx.vault.open(row["id"], "people", "listed", row["id"], row["listed"])
    values: dict[str, str] = json.loads(said)
    return values


def _marks(tx: Transaction, emails: Collection[str]) -> dict[bytes, str]:
    """Give the blind index of each address, under every key present."""
    index = tx.vault.keyring.indexes
    return {mark: normal(email) for email in emails for mark in index(email)}


def _pages(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[start : start + PAGE] for start in range(0, len(values), PAGE))
