"""My data: everything that is kept of a person, as a document and as a page to read.

Only its owner gets it: every word passes `visibility.show` on the way, and there is no grant for
this. The document holds every row to the letter; the page tells what a person would look for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from bot import my_data_course as course
from bot import my_data_together as together
from bot.my_data_course import Item
from bot.telling import Teller
from bot.visibility import PublicName, plain
from bot.visits import rhythm_of
from bot.words import Words
from scheduler.local import local_of
from storage import (
    addresses,
    audit,
    chat,
    enrolments,
    exporting,
    nudges,
    organisations,
    people,
    workspaces,
)
from storage.database import Transaction
from storage.exporting import LEFT_OUT, Row
from storage.people import Person

FORMAT: Final = 1
YOURS: Final = "my_data.yours"
EXPORTED: Final = "export"
"""The action of the audit trail by which an administrator made a copy."""

_COUNTED: Final = ("addresses", "enrolments", "dialogues", "inbox", "outbox")
_SENT_SILENTLY: Final = frozenset({"close"})  # an end without a message is no visit
_ONLY_IF_NEEDED: Final = frozenset({"remind"})  # dropped, it is nothing that was missed

__all__ = ["Book", "Item", "Section", "book_of", "document_of", "written"]


@dataclass(frozen=True, slots=True)
class Section:
    """What is told under one heading."""

    id: str
    title: str
    items: tuple[Item, ...]
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """Everything there is to read, in the reader's language."""

    language: str
    yours: str
    made: str
    sections: tuple[Section, ...]


async def document_of(
    tx: Transaction, words: Words, person: UUID, viewer: UUID, now: datetime
) -> Mapping[str, object]:
    """Give every row of a person as plain values, with what was left out and who saw it.

    Raises:
        NotAllowed: the viewer is somebody else.
        Missing, Erased: there is no such person, or not any more.

    """
    found = await people.get(tx, person)
    teller = Teller(words, found.language, found.zone, person, viewer)
    teller.own(found.name)  # the gate: nobody else gets any further
    return {
        "yours": teller.text(YOURS),
        "format": FORMAT,
        "made_at": now.isoformat(),
        "language": found.language,
        "seen_by": await _seen_by(tx, teller, person),
        "left_out": dict(LEFT_OUT),
        "tables": await exporting.of_person(tx, person),
    }


def written(document: Mapping[str, object]) -> bytes:
    """Write a document as JSON that people can read too."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    # Half a surrogate pair has no bytes of its own, but JSON can name it.
    return text.encode(errors="backslashreplace") + b"\n"


async def book_of(
    tx: Transaction,
    words: Words,
    person: UUID,
    viewer: UUID,
    now: datetime,
    language: str | None = None,
) -> Book:
    """Tell a person what is kept of them, in their language unless another is named.

    Raises as `document_of` does.
    """
    found = await people.get(tx, person)
    teller = Teller(words, language or found.language, found.zone, person, viewer)
    teller.own(found.name)  # the gate, before anything is gathered
    tables = await exporting.of_person(tx, person)
    sections = [
        await _who(tx, teller, found),
        *await _courses(tx, teller, found),
        _section(teller, "together", await together.agreed(tx, teller, person)),
        await _observed(tx, teller, person),
        await _visits(tx, teller, person),
        hours_of(teller, found, tables["shifts"]),
        await _chat(tx, teller, person),
        _seen(teller, await _readers(tx, teller, person)),
        _rest(teller, tables),
    ]
    local = local_of(now, found.zone)
    made = teller.text("my_data.made", date=plain(local.day), time=plain(local.at))
    return Book(teller.language, teller.text(YOURS), made, tuple(sections))


def _section(teller: Teller, name: str, items: Sequence[Item], hint: str = "") -> Section:
    return Section(name, teller.text(f"my_data.{name}"), tuple(items), hint)


async def _observed(tx: Transaction, teller: Teller, person: UUID) -> Section:
    seen = await together.seen(tx, teller, person)
    return _section(teller, "observed", seen, await together.confirmed(tx, teller, person))


async def _who(tx: Transaction, teller: Teller, person: Person) -> Section:
    house = await organisations.get(tx, person.organisation_id)
    accounts = [
        f"{(await workspaces.get(tx, each.workspace_id)).platform}: {each.user}"
        for each in await addresses.of_person(tx, person.id)
    ]
    facts = [
        ("name", teller.own(person.name)),
        ("email", teller.own(person.email) if person.email else teller.text("my_data.no")),
        ("organisation", house.name),
        ("language", teller.language_name(person.language)),
        ("zone", person.zone),
        *([("country", person.country)] if person.country else []),
        *(("address", account) for account in accounts),
    ]
    return _section(teller, "who", [Item(teller.fact(name), text) for name, text in facts])


async def _courses(tx: Transaction, teller: Teller, person: Person) -> tuple[Section, ...]:
    """Tell of each programme: its plans, what was written and what was chosen."""
    told = course.Told()
    for enrolment in await enrolments.of_person(tx, person.id):
        told += await course.tell(tx, enrolment, teller, person.language)
    parts = {"course": told.about, "plans": told.plans, "log": told.log, "scores": told.scores}
    return tuple(_section(teller, name, items) for name, items in parts.items())


async def _visits(tx: Transaction, teller: Teller, person: UUID) -> Section:
    found = [
        _visit(teller, each)
        for each in await nudges.of_person(tx, person)
        if each.kind not in _SENT_SILENTLY
        and not (each.kind in _ONLY_IF_NEEDED and each.state == "dropped")
    ]
    return _section(teller, "visits", found)


def _visit(teller: Teller, nudge: nudges.Nudge) -> Item:
    notes = [teller.code("my_data.visit_state", nudge.state)]
    if nudge.was_due_at and nudge.was_due_at != nudge.due_at:
        day = plain(local_of(nudge.was_due_at, nudge.zone).day)
        notes.append(teller.text("my_data.was_planned", date=day))
    if nudge.reason:
        notes.append(teller.code("my_data.reason", nudge.reason))
    return Item(
        label=teller.code("my_data.visit", nudge.kind),
        text=" · ".join(notes),
        when=f"{teller.day(nudge.local_day)} {teller.at(nudge.local_time)}",
        at=nudge.due_at,
    )


def hours_of(
    teller: Teller, person: Person, shifts: Sequence[Row] = (), *, title: str = "my_data.hours"
) -> Section:
    """Tell when somebody may be reached: their hours, their silence, leave and shifts."""
    rhythm = rhythm_of(person)
    hours = f"{teller.at(rhythm.opens)}–{teller.at(rhythm.closes)}"
    friday = f"{teller.at(rhythm.opens)}–{teller.at(rhythm.friday_closes)}"
    slot = f"{teller.weekdays([rhythm.slot_weekday])} {teller.at(rhythm.slot_time)}"
    default = "" if person.rhythm else f" ({teller.text('my_data.default_hours')})"
    fixed = [("slot", slot + default), ("days", teller.weekdays(rhythm.days)), ("open", hours),
             ("friday", friday)]  # fmt: skip
    facts = [("slot", teller.text("my_data.shift_hours"))] if rhythm.mode == "shifts" else fixed
    facts += [("quiet", quiet_of(teller, person))]
    facts += [("leave", f"{teller.day(a)} – {teller.day(b)}") for a, b in person.leave]
    for shift in shifts:
        ends = [datetime.fromisoformat(str(shift[name])) for name in ("starts_at", "ends_at")]
        facts.append(("shift", " – ".join(map(teller.moment, ends))))
    told = tuple(Item(teller.fact(name), text) for name, text in facts)
    return Section("hours", teller.text(title), told)


def quiet_of(teller: Teller, person: Person) -> str:
    """Tell for how long somebody wants silence."""
    quiet = person.quiet
    if quiet and quiet.until:
        return teller.text("my_data.quiet_until", date=plain(quiet.until))
    return teller.code("my_data.quiet_mode", quiet.mode if quiet else "none")


async def _chat(tx: Transaction, teller: Teller, person: UUID) -> Section:
    said = []
    for each in await chat.of_person(tx, person):
        lines = each.body.get("paragraphs") or [each.body.get("text", "")]
        sender = teller.fact("bot" if each.sender == "bot" else "you")
        text = teller.own("\n".join(map(str, lines))) or teller.text("my_data.not_kept")
        language = str(each.body.get("language", ""))
        said.append(Item(sender, text, language, teller.moment(each.at), each.at))
    return _section(teller, "chat", said)


def _seen(teller: Teller, readers: Sequence[str]) -> Section:
    told = readers or [teller.text("my_data.seen_nobody")]
    items = [Item("", each) for each in (*told, teller.text("my_data.seen_keeper"))]
    return _section(teller, "seen", items)


async def _seen_by(tx: Transaction, teller: Teller, person: UUID) -> Mapping[str, object]:
    copies = await _copies(tx, teller, person)
    told = " ".join(await _readers(tx, teller, person)) or teller.text("my_data.seen_nobody")
    return {"told": told, "people": [], "copies": len(copies)}


async def _readers(tx: Transaction, teller: Teller, person: UUID) -> list[str]:
    """Tell to whom something of this was shown: what they sent themselves, and each copy."""
    sent = await together.shared(tx, teller, person)
    return [*sent, *await _copies(tx, teller, person)]


async def _copies(tx: Transaction, teller: Teller, person: UUID) -> list[str]:
    """Tell of each copy that an administrator made: when, and why."""
    return [
        teller.text(
            "my_data.seen_copied",
            full_date=plain(local_of(each.at, teller.zone).day),
            reason=plain(PublicName(each.reason or "")),
        )
        for each in await audit.about(tx, EXPORTED, f"person:{person}")
    ]


def _rest(teller: Teller, tables: Mapping[str, Sequence[Row]]) -> Section:
    counts = [
        Item(teller.code("my_data.table", name), str(len(tables[name]))) for name in _COUNTED
    ]
    return _section(teller, "rest", counts, teller.text("my_data.rest_hint"))
