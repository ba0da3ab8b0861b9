"""After the job nothing is left that is older than the policy, and nothing younger is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from bot.state import load
from bot.tidying import EMPTY
from storage import audit, chat, dialogues, enrolments, inbox, outbox, people
from storage import retention as keeping
from storage.database import Database
from storage.outdated import parts
from storage.schema import metadata
from storage.tables import enrolments as enrolments_table
from tests.storage.ages import (
    LIMITS,
    NOW,
    TEXT,
    TODAY,
    Course,
    add_course,
    add_loose,
    add_message,
    ago,
    fill,
    purge,
)
from tests.storage.opened import contents
from tests.storage.world import KEYRING, World, add_person, build

# Codes go when the training was before this many days.
CODES = (TODAY - LIMITS.codes).days
DAYS = (1000, CODES + 1, CODES, 300, 211, 210, 91, 90, 31, 30, 15, 14, 1, 0)


COURSES = ("log", "attempts", "scores", "barriers", "choices")


def no_older_than(days: int) -> list[int]:
    """Give the ages that are kept."""
    return [each for each in DAYS if each <= days]


def twice(ages: list[int]) -> list[int]:
    """Give every age two times."""
    return sorted([*ages, *ages])[::-1]


@pytest.fixture
async def courses(database: Database, world: World) -> list[Course]:
    """Give courses of all ages, and as many rows of no course."""
    return await fill(database, world, DAYS)


async def ages(database: Database, table: str, column: str) -> list[int]:
    """Give the ages in days of a table's rows, by one of its moments."""
    found = metadata.tables[table]
    async with database.read() as tx:
        rows = await tx.rows(select(found.c[column].label("at")).order_by(found.c[column]))
    return [(NOW - row["at"]).days for row in rows]


async def test_nothing_older_is_left_and_nothing_younger_is_gone(
    database: Database, courses: list[Course]
) -> None:
    _ = courses
    texts, codes, shifts, trail, events = map(no_older_than, (210, CODES, 14, 730, 90))

    await purge(database)

    for_courses = {name: await ages(database, name, "at") for name in COURSES}
    assert for_courses == {"log": texts, **dict.fromkeys(COURSES[1:], codes)}
    assert await ages(database, "plans", "made_at") == texts
    # One of a course and one of none.
    assert await ages(database, "nudges", "due_at") == twice(codes)
    assert await ages(database, "dialogues", "opened_at") == [*twice(codes), 0]
    assert await ages(database, "outbox", "due_at") == sorted([*events, *events, *texts])[::-1]
    assert await ages(database, "inbox", "received_at") == twice(events)
    assert await ages(database, "chat", "at") == texts
    assert await ages(database, "shifts", "ends_at") == shifts
    assert await ages(database, "audit", "at") == [*trail, 0]  # the last says what went


async def test_words_of_failed_events_go_after_30_days(
    database: Database, courses: list[Course]
) -> None:
    _ = courses
    await purge(database)

    async with database.write() as tx:
        failed = await inbox.failed(tx)
        opened = [await inbox.open_failed(tx, each.id) for each in failed]
    assert [(NOW - each.received_at).days for each in failed] == no_older_than(30)
    assert set(opened) == {"words"}


async def test_a_dialogue_whose_words_went_still_loads_with_nothing_answered(
    database: Database, courses: list[Course]
) -> None:
    await purge(database)

    async with database.read() as tx:
        held = {each.days: await dialogues.load(tx, each.dialogue) for each in courses}
    assert [held[1000], held[CODES + 1]] == [None, None]
    emptied, whole = held[211], held[210]
    assert emptied
    assert whole
    assert load(emptied).history.answers == {}
    assert load(emptied).history.kept == {}
    assert (emptied.held, emptied.state, emptied.brief) == (None, "ended", {"round": 1})
    assert (whole.answers, whole.held) == (TEXT, "half")


async def test_a_dialogue_that_was_left_open_is_closed(database: Database, world: World) -> None:
    async with database.write() as tx:
        course = await add_course(tx, world, 211, "open")
        held = await dialogues.load(tx, course.dialogue)
        assert held
        table = metadata.tables["dialogues"]
        still = {"state": "open", "waiting": "did", "waiting_shape": "write", "ended_at": None}
        await tx.run(update(table).where(table.c.id == held.id).values(still))
        await people.set_focus(tx, course.person, held.id)

    await purge(database)

    async with database.read() as tx:
        closed = await dialogues.load(tx, course.dialogue)
        person = await people.get(tx, course.person)
    assert closed
    assert (closed.state, closed.closed_reason, closed.waiting) == (
        "closed",
        "kept_no_longer",
        None,
    )
    assert closed.ended_at == NOW
    assert person.focus is None


async def test_what_somebody_chose_for_a_course_goes_and_their_place_in_it_stays(
    database: Database, courses: list[Course]
) -> None:
    await purge(database)

    async with database.read() as tx:
        old = await enrolments.get(tx, courses[0].enrolment)
        young = await enrolments.get(tx, courses[2].enrolment)
    assert (old.pace, old.named_day, old.named_at) == (None, None, None)
    assert (young.pace, young.named_day) == ("short", TODAY)


async def test_a_course_without_a_training_day_counts_from_the_day_of_enrolling(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        for days in (211, 210):
            course = await add_course(tx, world, 0, f"missed{days}")
            missed = {"training_day": None, "enrolled_on": TODAY - timedelta(days=days)}
            mine = enrolments_table.c.id == course.enrolment
            await tx.run(update(enrolments_table).where(mine).values(missed))

    await purge(database)

    assert await ages(database, "plans", "made_at") == [0]


async def test_the_local_chat_goes_with_the_last_course_of_its_person(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        over = await add_course(tx, world, 250, "over")
        runs = await add_course(tx, world, 100, "runs")
        for person in (over.person, runs.person):
            for days in (240, 100, 41, 40, 39, 1):
                await chat.add(tx, person, "person", {"text": "hi"}, ago(days))

    await purge(database)

    async with database.read() as tx:
        left = [
            [(NOW - each.at).days for each in await chat.of_person(tx, person)]
            for person in (over.person, runs.person)
        ]
    # Day 210 of the first course was 40 days ago.
    assert left == [[39, 1], [240, 100, 41, 40, 39, 1]]


async def test_a_message_that_never_went_out_is_given_up_with_its_course(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        course = await add_course(tx, world, 211, "late")
        row = await add_message(tx, course.person, 3, dialogue=course.dialogue, state="pending")
        sending = await add_message(
            tx, course.person, 3, dialogue=course.dialogue, state="sending"
        )

    await purge(database)

    async with database.read() as tx:
        given_up, going = await outbox.get(tx, row), await outbox.get(tx, sending)
    assert given_up
    assert (given_up.state, given_up.reason, given_up.body) == (
        "never_sent",
        "kept_no_longer",
        None,
    )
    assert going
    assert going.body == {"text": "hello"}


async def test_what_is_being_sent_is_left_and_goes_the_next_time(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        course = await add_course(tx, world, 1000, "sending")
        row = await add_message(tx, course.person, 1, dialogue=course.dialogue, state="sending")
    await purge(database)
    assert len(await ages(database, "dialogues", "opened_at")) == 2

    async with database.write() as tx:
        await outbox.mark_sent(tx, row, "1", NOW)
    await purge(database)

    assert await ages(database, "dialogues", "opened_at") == [0]


async def test_whoever_is_at_work_is_not_waited_for(
    postgresql_url: str,
) -> None:
    database = await Database.open(postgresql_url, KEYRING)
    world = await build(database)
    async with database.write() as tx:
        course = await add_course(tx, world, 211, "busy")
    async with database.write() as busy:
        await people.lock(busy, course.person)
        await purge(database)
        held = await dialogues.load(busy, course.dialogue)
        assert held
        assert held.answers == TEXT

    await purge(database)

    async with database.read() as tx:
        held = await dialogues.load(tx, course.dialogue)
    await database.close()
    assert held
    assert held.answers == EMPTY.answers


async def test_a_dry_run_counts_what_goes_and_changes_nothing(
    database: Database, courses: list[Course]
) -> None:
    _ = courses
    before = await contents(database)
    async with database.read() as tx:
        wanted = {each.name: each for each in await keeping.due(tx, LIMITS, EMPTY)}

    assert await contents(database) == before
    assert (wanted["plans"].rows, wanted["attempts"].rows, wanted["shifts"].rows) == (5, 2, 11)
    assert wanted["plans"].oldest == ago(1000).date()
    assert wanted["plans"].before == LIMITS.texts


async def test_nothing_is_left_to_do_after_it(database: Database, courses: list[Course]) -> None:
    _ = courses
    gone = await purge(database)
    once = await contents(database)
    async with database.read() as tx:
        left = [each for each in await keeping.due(tx, LIMITS, EMPTY) if each.rows]

    assert gone > 0
    assert left == []
    assert await purge(database) == 0
    assert await contents(database) == once


async def test_the_audit_trail_stays_whole_and_says_what_went(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        for days in (1000, 900, 800):
            await add_loose(tx, world, days)

    await purge(database)

    async with database.read() as tx:
        verdict = await audit.verify(tx)
        said = [each.subject async for each in audit.entries(tx) if each.action == audit.PRUNED]
    assert (verdict.entries, verdict.broken, verdict.is_cut) == (2, None, False)
    assert said == ["entry:2", "entry:3"]


async def test_people_of_whom_nothing_is_left_stay_in_the_roster(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        course = await add_course(tx, world, 1000, "gone")

    await purge(database)

    async with database.read() as tx:
        assert (await people.get(tx, course.person)).name == "gone"
        assert (await enrolments.get(tx, course.enrolment)).status == "invited"


async def test_more_than_a_batch_goes_too(database: Database, world: World) -> None:
    async with database.write() as tx:
        for number in range(keeping.BATCH + 3):
            await inbox.receive(tx, world.workspace, f"e{number}", "typed", None, ago(91))
        await add_person(tx, world.organisation, "somebody")

    assert await purge(database) == keeping.BATCH + 3


async def test_every_table_of_somebodys_rows_is_thought_of(database: Database) -> None:
    async with database.read() as tx:
        thought_of = {each.table.name for each in parts(LIMITS, EMPTY, tx.dialect)}
        counted = await tx.row(select(func.count()).select_from(metadata.tables["people"]))

    # Who may take part, and where they are reached, is the roster's to keep.
    stay = {"organisations", "workspaces", "programmes", "cohorts", "people", "addresses"}
    house = {"keys", "clock", "secrets", "erasures"}
    assert counted
    assert {*metadata.tables} - thought_of == stay | house
