"""Home: what somebody finds about themselves in one place, without being asked anything.

A platform that has such a page shows it to its owner alone; whatever can be chosen there does what
the same word typed would do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from bot import menus, my_data
from bot import my_data_course as course
from bot import my_data_together as together
from bot.my_data import Item, Section
from bot.port import Choices, Day, Field, Option
from bot.telling import Teller
from bot.words import Words
from scheduler.local import local_of
from storage import dialogues, enrolments, nudges, people, plans
from storage.database import Transaction
from storage.enrolments import Enrolment
from storage.people import Person

NEWEST: Final = 5  # entries of the log


@dataclass(frozen=True, slots=True)
class Change:
    """An answer of a talk that can be changed from here, and what the button for it says."""

    dialogue: UUID
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Home:
    """What stands on Home in the reader's language, and what can be chosen there."""

    language: str
    title: str
    hint: str
    sections: tuple[Section, ...] = ()
    choices: tuple[Field, ...] = ()
    change_hours: Change | None = None


def of_nobody(words: Words, language: str) -> Home:
    """Give the Home of somebody whom nobody brought in."""
    title, hint = (words.render(f"home.{row}", language) for row in ("title", "nobody"))
    return Home(language, title, hint)


async def of_person(tx: Transaction, words: Words, person: UUID, now: datetime) -> Home:
    """Gather the Home of a person.

    Raises: Missing, Erased where there is no such person, or not any more.
    """
    found = await people.get(tx, person)
    teller = Teller(words, found.language, found.zone, person, person)
    held = await enrolments.of_person(tx, person)
    waits = bool(await nudges.waiting(tx, person))
    return Home(
        found.language,
        teller.text("home.title"),
        teller.text("home.only_you"),
        (
            await _plans(tx, teller, held),
            await _coming(tx, teller, found, held, waits=waits),
            _section(teller, "held_by", await together.held_by(tx, teller, person), "nobody_yet"),
            _section(teller, "holds", await together.holds(tx, teller, person), "nobody_yet"),
            *await _courses(tx, teller, held),
            my_data.hours_of(teller, found, title="home.hours"),
        ),
        _choices(teller, found, now, waits=waits),
        await _change_hours(tx, teller, held),
    )


def _section(teller: Teller, name: str, items: Sequence[Item], none: str) -> Section:
    told = tuple(items) or (Item("", teller.text(f"home.{none}")),)
    return Section(name, teller.text(f"home.{name}"), told)


async def _plans(tx: Transaction, teller: Teller, held: Sequence[Enrolment]) -> Section:
    found = [await plans.current(tx, each.id) for each in held]
    lines = [Item("", course.plan_line(plan, teller), plan.language) for plan in found if plan]
    return _section(teller, "plan", lines, "no_plan")


async def _coming(
    tx: Transaction, teller: Teller, person: Person, held: Sequence[Enrolment], *, waits: bool
) -> Section:
    """Tell when the next visit comes, unless its person wants silence."""
    told = [Item("", teller.text("home.waits"))] if waits else []
    if person.quiet is not None:
        told.append(Item("", my_data.quiet_of(teller, person)))
    else:
        visits = [await nudges.next_visit(tx, each.id) for each in held]
        coming = sorted(each.due_at for each in visits if each is not None)
        told += [Item("", teller.moment(coming[0]), at=coming[0])] if coming else []
    return _section(teller, "coming", told, "none_coming")


async def _courses(
    tx: Transaction, teller: Teller, held: Sequence[Enrolment]
) -> tuple[Section, ...]:
    told = course.Told()
    for each in held:
        told += await course.tell(tx, each, teller, teller.language)
    newest = sorted(told.log, key=lambda each: each.at.timestamp() if each.at else 0)[-NEWEST:]
    return (
        _section(teller, "log", newest[::-1], "no_log"),
        _section(teller, "programmes", told.about, "no_programme"),
    )


def _choices(teller: Teller, person: Person, now: datetime, *, waits: bool) -> tuple[Field, ...]:
    today = local_of(now, person.zone).day
    until = today + timedelta(days=menus.DAYS_AHEAD[menus.PAUSE_DATE])
    buttons = [each for each in menus.OPTIONS[menus.HOME] if waits or each != "open"]
    pauses = [each for each in menus.OPTIONS[menus.PAUSE] if each != "date"]
    languages = [each for each in menus.OPTIONS[menus.LANGUAGE] if each != person.language]
    return (
        _choice(teller, menus.HOME, buttons),
        _choice(teller, menus.PAUSE, pauses, text="home.pause"),
        _field(menus.PAUSE_DATE, teller.text("home.pause_until"), Day(today, until)),
        _choice(teller, menus.LANGUAGE, languages),
    )


def _choice(teller: Teller, row: str, options: Sequence[str], *, text: str = "") -> Field:
    shown = [Option(each, teller.words.label(row, each, teller.language)) for each in options]
    return _field(row, teller.text(text or row), Choices(tuple(shown)))


def _field(row: str, label: str, given: Choices | Day) -> Field:
    return Field(row, given, count=0, seen_by="", label=label)


async def _change_hours(
    tx: Transaction, teller: Teller, held: Sequence[Enrolment]
) -> Change | None:
    for each in reversed(held):
        talk = await dialogues.latest(tx, each.id, "welcome")
        if talk is not None and each.status == "joined":
            return Change(talk.id, "hours", teller.text("home.change_hours"))
    return None
