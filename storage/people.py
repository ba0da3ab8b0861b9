"""People: one human each, whatever chats they use; name and e-mail sealed under their own key.

`lock` the person's row before changing what is theirs: it is the one lock of a transaction. What
is done for others is an insert, which waits for no lock.
"""

import json
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import bindparam, select, update

from storage.database import Transaction
from storage.errors import Missing, Taken
from storage.ids import new_id
from storage.statements import Statement
from storage.tables import people, shifts

Status = Literal["active", "left", "channel"]
"""A channel stands among people, for it has hours, a language and limits of its own as they do."""
HERE: Final = ("active", "channel")
_FOUND: Final = select(people).where(people.c.id == bindparam("person"))
_GET: Final = Statement(_FOUND)
# Not the full lock: a foreign key of another transaction may point here meanwhile.
_LOCK: Final = Statement(_FOUND.with_for_update(key_share=True))
_SET: Final = Statement(update(people).where(people.c.id == bindparam("person")))
_SHIFTS: Final = Statement(
    select(shifts.c.starts_at, shifts.c.ends_at)
    .where(shifts.c.person_id == bindparam("person"))
    .order_by(shifts.c.starts_at)
)
QUIET_BYTES: Final = 128  # what is sealed of everybody's silence, whether there is one or not


@dataclass(frozen=True, slots=True)
class Quiet:
    """A person's wish for silence, of all roles and programmes.

    A `pause` ends the day after `until`, or when the person types "start" if there is no such day.
    In `self` mode nothing is pushed, but what is due can be opened by the person.
    """

    mode: Literal["pause", "self"]
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A person; `focus` is the dialogue that takes typed text, `rhythm` None the default hours.

    `leave` holds first and last days of absence, `shifts` starts and ends of those who work in
    shifts, soonest first. `country` (ISO 3166) is None where the zone tells it.
    """

    id: UUID
    organisation_id: UUID
    name: str = field(repr=False)
    email: str | None = field(repr=False)
    language: str
    zone: str
    rhythm: Mapping[str, Any] | None
    status: Status
    roles: tuple[str, ...]
    focus: UUID | None
    quiet: Quiet | None = None
    country: str | None = None
    leave: tuple[tuple[date, date], ...] = ()
    shifts: tuple[tuple[datetime, datetime], ...] = ()


async def add(
    tx: Transaction,
    *,
    organisation: UUID,
    name: str,
    email: str | None,
    language: str,
    zone: str,
    roles: Sequence[str] = (),
    id: UUID | None = None,  # noqa: A002 - the column's name
) -> Person:
    """Add a person with a data key of their own, under a new id unless one is given.

    Raises:
        Taken: somebody of this organisation has that e-mail address.

    """
    if email and await by_email(tx, organisation, email):
        raise Taken("Somebody with this e-mail address is there already.")
    person = Person(
        id or new_id(),
        organisation,
        name,
        email,
        language,
        zone,
        None,
        "active",
        tuple(roles),
        None,
    )
    if not await tx.insert_new(people, **await new_row(tx, person)):
        raise Taken("Somebody with this e-mail address is there already.")
    return person


async def add_channel(
    tx: Transaction, *, organisation: UUID, name: str, language: str, zone: str
) -> Person:
    """Add a channel that several people read, with a data key of its own."""
    channel = Person(new_id(), organisation, name, None, language, zone, None, "channel", (), None)
    await tx.insert_new(people, **await new_row(tx, channel))
    return channel


async def new_row(tx: Transaction, person: Person) -> dict[str, object]:
    """Give the row of somebody new, sealed under a data key of their own."""
    data_key = tx.vault.new_person_key(person.id)
    tx.vault.know(person.id, data_key)
    return {
        "id": person.id,
        "organisation_id": person.organisation_id,
        "language": person.language,
        "zone": person.zone,
        "rhythm": None if person.rhythm is None else dict(person.rhythm),
        "status": person.status,
        "roles": list(person.roles),
        "focus": None,
        "data_key": data_key,
        "quiet": await _sealed_quiet(tx, person.id, None),
        **await called(tx, person.id, person.name, person.email),
    }


async def called(tx: Transaction, person: UUID, name: str, email: str | None) -> dict[str, object]:
    """Give the columns of a name and an e-mail address: sealed, and to be found blindly."""
    return {
        "name": await tx.vault.seal(person, "people", "name", person, name),
        "email": await _sealed_email(tx, person, email),
        **found_by(tx, name, email),
    }


def found_by(tx: Transaction, name: str, email: str | None) -> dict[str, bytes | None]:
    """Give the columns by which somebody is found blindly, under the current master key."""
    return {
        "name_index": _name_index(tx, name),
        "email_index": tx.vault.keyring.index(email) if email else None,
    }


async def get(tx: Transaction, person: UUID) -> Person:
    """Read a person.

    Raises:
        Missing: there is no such person.
        Erased: there was one.

    """
    locked: Person | None = tx.locked.get(person)
    return locked or await _read(tx, person, lock=False)


async def lock(tx: Transaction, person: UUID) -> Person:
    """Read a person and keep other transactions off what is theirs. Raises as `get` does."""
    locked = await _read(tx, person, lock=True)
    tx.locked[person] = locked
    return locked


async def by_email(tx: Transaction, organisation: UUID, email: str) -> Person | None:
    """Find a person by e-mail address, however it is capitalised."""
    row = await tx.row(
        select(people).where(
            people.c.organisation_id == organisation,
            people.c.email_index.in_(tx.vault.keyring.indexes(email)),
        )
    )
    return await _person(tx, row) if row else None


async def all_in(tx: Transaction, organisation: UUID) -> list[Person]:
    """Read the people of an organisation, in the order they were added, without their shifts."""
    rows = await tx.rows(
        select(people)
        .where(people.c.organisation_id == organisation, people.c.data_key.is_not(None))
        .order_by(people.c.id)
    )
    return [await _person(tx, row) for row in rows]


async def set_focus(tx: Transaction, person: UUID, dialogue: UUID | None) -> None:
    """Say which dialogue takes what this person types."""
    locked: Person | None = tx.locked.get(person)
    if locked is None or locked.focus != dialogue:
        await _set(tx, person, focus=dialogue)
    if locked is not None:
        tx.locked[person] = replace(locked, focus=dialogue)


async def set_language(tx: Transaction, person: UUID, language: str) -> None:
    """Say which language this person is spoken to in."""
    await _set(tx, person, language=language)


async def set_zone(tx: Transaction, person: UUID, zone: str) -> None:
    """Say in which time zone (IANA name) this person lives."""
    await _set(tx, person, zone=zone)


async def set_rhythm(tx: Transaction, person: UUID, rhythm: Mapping[str, object] | None) -> None:
    """Say when this person may be reached; None for the default hours."""
    await _set(tx, person, rhythm=None if rhythm is None else dict(rhythm))


async def set_status(tx: Transaction, person: UUID, status: Status) -> None:
    """Say whether this person is still with the organisation."""
    await _set(tx, person, status=status)


async def set_roles(tx: Transaction, person: UUID, roles: Sequence[str]) -> None:
    """Say what this person is besides a learner."""
    await _set(tx, person, roles=list(roles))


async def rename(tx: Transaction, person: UUID, name: str) -> None:
    """Change the name that this person is called by."""
    sealed = await tx.vault.seal(person, "people", "name", person, name)
    await _set(tx, person, name=sealed, name_index=_name_index(tx, name))


async def set_quiet(tx: Transaction, person: UUID, quiet: Quiet | None) -> None:
    """Say whether this person wants silence; nobody can tell by the row which it is."""
    await _set(tx, person, quiet=await _sealed_quiet(tx, person, quiet))


async def set_country(tx: Transaction, person: UUID, country: str | None) -> None:
    """Say whose public holidays hold (ISO 3166); None for the country of the zone."""
    await _set(tx, person, country=country)


async def set_leave(tx: Transaction, person: UUID, leave: Collection[tuple[date, date]]) -> None:
    """Say when this person is away: first and last days, without a reason."""
    days = [[first.isoformat(), last.isoformat()] for first, last in sorted(leave)]
    await _set(tx, person, leave=days or None)


async def is_anybodys_name(tx: Transaction, organisation: UUID, names: Collection[str]) -> bool:
    """Say whether one of these is the full name of somebody in the organisation."""
    return bool(await named(tx, organisation, names, 1))


async def named(
    tx: Transaction, organisation: UUID, names: Collection[str], limit: int
) -> list[UUID]:
    """Find so many people of an organisation whose full name is one of these."""
    marks = [mark for name in names for mark in tx.vault.keyring.indexes(_plain(name))]
    if not marks:
        return []
    size = 1 << (len(marks) - 1).bit_length()
    given = dict(zip(_marks(size), marks + marks[-1:] * size, strict=False))
    rows = await tx.rows(_named(size), organisation=organisation, most=limit, **given)
    return [row["id"] for row in rows]


def _marks(size: int) -> list[str]:
    return [f"mark_{number}" for number in range(size)]


@cache
def _named(size: int) -> Statement:
    """Build the search for so many marks: a power of two, so that few are ever built."""
    theirs = people.c.name_index.in_([bindparam(each) for each in _marks(size)])
    found = select(people.c.id).where(people.c.organisation_id == bindparam("organisation"))
    return Statement(found.where(theirs).limit(bindparam("most")))


async def erase_key(tx: Transaction, person: UUID) -> None:
    """Delete a person's data key: nothing sealed under it can be read ever again."""
    gone = {"data_key": None, "email": None, "email_index": None, "name_index": None}
    await _set(tx, person, **gone)
    tx.vault.forget()  # else this transaction alone could still read it


async def _read(tx: Transaction, person: UUID, *, lock: bool) -> Person:
    row = await tx.row(_LOCK if lock else _GET, person=person)
    if row is None:
        raise Missing
    return await _person(tx, row, await _shifts(tx, row))


async def _set(tx: Transaction, person: UUID, **values: object) -> None:
    tx.locked.pop(person, None)
    if await tx.run(_SET, person=person, **values) == 0:
        raise Missing


async def _shifts(
    tx: Transaction, row: Mapping[str, Any]
) -> tuple[tuple[datetime, datetime], ...]:
    """Read a person's shifts, if that is how they work."""
    if (row["rhythm"] or {}).get("mode") != "shifts":
        return ()
    rows = await tx.rows(_SHIFTS, person=row["id"])
    return tuple((each["starts_at"], each["ends_at"]) for each in rows)


def _name_index(tx: Transaction, name: str) -> bytes | None:
    """Give the blind mark of a full name; a first name alone would be found in any text."""
    plain = _plain(name)
    return tx.vault.keyring.index(plain) if " " in plain else None


def _plain(name: str) -> str:
    bare = re.sub(r"[^\w\s'-]", " ", unicodedata.normalize("NFKC", name)).casefold()
    return "name:" + " ".join(bare.split())


async def _sealed_quiet(tx: Transaction, person: UUID, quiet: Quiet | None) -> bytes:
    wish = {"mode": quiet.mode, "until": str(quiet.until or "")} if quiet else {}
    return await tx.vault.seal_values(person, "people", "quiet", person, wish, block=QUIET_BYTES)


async def _quiet(tx: Transaction, row: Mapping[str, Any]) -> Quiet | None:
    if row["quiet"] is None:
        return None
    wish = await tx.vault.open(row["id"], "people", "quiet", row["id"], row["quiet"])
    match json.loads(wish):
        case {"mode": ("pause" | "self") as mode, "until": str(until)}:
            return Quiet(mode, date.fromisoformat(until) if until else None)
        case _:
            return None


async def _sealed_email(tx: Transaction, person: UUID, email: str | None) -> bytes | None:
    return await tx.vault.seal(person, "people", "email", person, email) if email else None


async def _person(
    tx: Transaction,
    row: Mapping[str, Any],
    shifts: tuple[tuple[datetime, datetime], ...] = (),
) -> Person:
    person: UUID = row["id"]
    tx.vault.know(person, row["data_key"])
    sealed = row["email"]
    return Person(
        id=person,
        organisation_id=row["organisation_id"],
        name=await tx.vault.open(person, "people", "name", person, row["name"]),
        email=await tx.vault.open(person, "people", "email", person, sealed) if sealed else None,
        language=row["language"],
        zone=row["zone"],
        rhythm=row["rhythm"],
        status=row["status"],
        roles=tuple(row["roles"]),
        focus=row["focus"],
        quiet=await _quiet(tx, row),
        country=row["country"],
        leave=tuple((date.fromisoformat(a), date.fromisoformat(b)) for a, b in row["leave"] or ()),
        shifts=shifts,
    )
