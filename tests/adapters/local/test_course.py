"""What stands beside a chat: which visits come, wait or fell away, and why, in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.adapters.local import course
from bot.adapters.local.course import Course
from bot.adapters.local.markup import Pages
from bot.lexicon import TEXTS
from bot.words import Words
from scheduler.local import Local
from scheduler.reasons import REASONS
from storage import due_nudges, nudges, people
from storage.database import Transaction
from storage.nudges import Nudge
from storage.people import Quiet
from tests.adapters.local.house import START, House
from tests.chapters import Chapters
from tests.stories.beginnings import asked_how_it_went

PAGES = Pages(Words.load(TEXTS))
AMSTERDAM = "Europe/Amsterdam"


async def seen(house: House, name: str = "Sanne") -> Course:
    """Read somebody's course as the page shows it."""
    async with house.database.read() as tx:
        return await course.of_person(tx, PAGES, house.people[name], house.now)


async def a_nudge(
    tx: Transaction, house: House, kind: str, day: date, *, name: str = "Sanne"
) -> Nudge:
    """Plan something for a person at half past nine in Amsterdam."""
    wanted = nudges.Wanted(
        kind=kind,
        occurrence=f"{kind}:{day}",
        round=2,
        local_day=day,
        local_time=time(9, 30),
        zone=AMSTERDAM,
        due_at=datetime(day.year, day.month, day.day, 8, 34, tzinfo=UTC),
        exempt=False,
        priority=5,
    )
    person, enrolment = house.people[name], house.enrolments[name]
    await nudges.insert(tx, person=person, enrolment=enrolment, wanted=wanted)
    [made] = [
        each
        for each in await nudges.of_person(tx, house.people[name])
        if each.occurrence == wanted.occurrence
    ]
    return made


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_reason_has_its_words(reason: str, language: str) -> None:
    assert PAGES.text(f"page.reason.{reason}", language).endswith(".")


@pytest.mark.parametrize("kind", sorted(course.SHOWN))
def test_every_visit_that_is_shown_has_a_name(kind: str) -> None:
    assert PAGES.has(f"page.visit.{kind}")


async def test_a_visit_stands_at_the_time_of_its_slot_not_minutes_later(house: House) -> None:
    async with house.database.write() as tx:
        await a_nudge(tx, house, "check_in", date(2026, 12, 1))

    [visit] = (await seen(house)).coming

    assert (visit.on, visit.at, visit.name) == ("di 1 dec", "9:30", "check-in 2")
    assert (visit.first, visit.reason) == ("", "")


async def test_every_time_is_in_the_zone_of_the_reader(house: House) -> None:
    async with house.database.write() as tx:
        await a_nudge(tx, house, "check_in", date(2026, 12, 1), name="Inês")

    told = await seen(house, "Inês")

    assert (told.coming[0].on, told.coming[0].at) == ("Tue 1 Dec", "8:30")
    assert (told.zone, told.place) == ("Europe/Lisbon", "Lisbon")


async def test_a_moved_visit_says_when_it_was_to_be_and_why_it_moved(house: House) -> None:
    async with house.database.write() as tx:
        visit = await a_nudge(tx, house, "check_in", date(2026, 12, 1))
        later = Local(date(2026, 12, 3), time(13), AMSTERDAM)
        at = datetime(2026, 12, 3, 12, tzinfo=UTC)
        await due_nudges.move(tx, visit.id, later, at, "too_soon")

    [told] = (await seen(house)).coming

    assert (told.on, told.at) == ("do 3 dec", "13:00")
    assert told.first == "Eerst di 1 dec 9:34."
    assert told.reason == "Het vorige bericht was korter dan 20 uur geleden."


async def test_what_waits_to_be_opened_stands_apart_with_its_reason(house: House) -> None:
    async with house.database.write() as tx:
        visit = await a_nudge(tx, house, "check_in", date(2026, 12, 1))
        await nudges.wait(tx, visit.id, "opens_self")

    told = await seen(house)

    assert told.coming == ()
    [ready] = told.ready
    assert (ready.name, ready.reason) == ("check-in 2", "Wacht tot de persoon het zelf opent.")


async def test_what_was_dropped_is_told_with_its_reason_and_reminders_are_not(
    house: House,
) -> None:
    async with house.database.write() as tx:
        dropped = await a_nudge(tx, house, "check_in", date(2026, 12, 1))
        reminder = await a_nudge(tx, house, "remind", date(2026, 12, 2))
        ours = await a_nudge(tx, house, "goal_setting", date(2026, 12, 3))
        await nudges.mark(tx, dropped.id, "dropped", "overtaken")
        await nudges.mark(tx, reminder.id, "dropped", "overtaken")
        await nudges.mark(tx, ours.id, "dropped", nudges.REPLANNED)

    [told] = (await seen(house)).gone

    assert (told.on, told.name) == ("di 1 dec", "check-in 2")
    assert told.reason == "Een ander bezoek kwam ervoor in de plaats."


async def test_what_came_stays_to_be_seen_and_what_nobody_notices_is_not_shown(
    house: House,
) -> None:
    async with house.database.write() as tx:
        came = await a_nudge(tx, house, "welcome", date(2026, 11, 24))
        await nudges.mark(tx, came.id, "opened")
        await a_nudge(tx, house, "close", date(2026, 12, 1))
        await a_nudge(tx, house, "erase", date(2026, 12, 1))

    told = await seen(house)

    assert [each.name for each in told.been] == ["welkom"]
    assert told.coming == ()


@pytest.mark.parametrize(
    ("quiet", "said"),
    [
        (None, ""),
        (Quiet("pause", START.date() + timedelta(days=6)), "Stil tot di 1 dec."),
        (Quiet("pause"), "Stil tot Sanne 'start' typt."),
        (Quiet("self"), "Holdfast stuurt niets: Sanne opent zelf wat klaarstaat."),
    ],
)
async def test_silence_is_told_until_when_it_lasts(
    house: House, quiet: Quiet | None, said: str
) -> None:
    async with house.database.write() as tx:
        await people.set_quiet(tx, house.people["Sanne"], quiet)

    assert (await seen(house)).quiet == said


@pytest.mark.parametrize(
    ("quiet", "coming"),
    [
        (None, ["check-in 2", "terug na de pauze", "check-in 2"]),
        (Quiet("pause", date(2026, 12, 5)), ["terug na de pauze", "check-in 2"]),
        (Quiet("pause"), ["terug na de pauze"]),
        (Quiet("self"), ["terug na de pauze"]),
    ],
)
async def test_what_falls_into_a_silence_is_not_told_as_coming(
    house: House, quiet: Quiet | None, coming: list[str]
) -> None:
    async with house.database.write() as tx:
        await a_nudge(tx, house, "check_in", date(2026, 12, 1))
        await a_nudge(tx, house, "back", date(2026, 12, 6))
        await a_nudge(tx, house, "check_in", date(2026, 12, 8))
        await people.set_quiet(tx, house.people["Sanne"], quiet)

    assert [each.name for each in (await seen(house)).coming] == coming


async def test_whoever_is_in_no_programme_has_an_empty_page_beside_the_chat(house: House) -> None:
    async with house.database.write() as tx:
        alone = await people.add(
            tx, organisation=(await people.get(tx, house.people["Emma"])).organisation_id,
            name="Alleen", email=None, language="nl", zone="UTC",
        )  # fmt: skip
    async with house.database.read() as tx:
        told = await course.of_person(tx, PAGES, alone.id, house.now)

    assert (told.plan, told.coming, told.gone, told.log) == ("", (), (), ())


async def test_beside_the_plan_stands_what_it_was_made_of_and_in_the_log_what_came_of_it(
    sqlite_chapters: Chapters,
) -> None:
    async with sqlite_chapters.begin(asked_how_it_went) as town:
        learner = town["Sanne"]
        await learner.taps("Vergeten")
        async with town.hands.database.read() as tx:
            told = await course.of_person(tx, PAGES, learner.id, town.clock.now)

    assert ("Wat je kan tegenhouden", "Ik vind het kinderachtig") in told.around
    assert [(each.name, each.chosen, each.texts) for each in told.log] == [
        ("check-in 1", ("Vergeten",), ())
    ]
