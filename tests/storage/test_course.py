from datetime import UTC, date, datetime

import pytest

from storage import cohorts, enrolments, programmes
from storage.database import Database
from storage.errors import Missing, Taken
from storage.ids import new_id
from tests.storage.world import World

JOINED = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)


async def test_a_programme_imported_twice_is_there_once(database: Database, world: World) -> None:
    async with database.write() as tx:
        again = await programmes.save(
            tx,
            organisation=world.organisation,
            slug="feedback-geven",
            version="1.0",
            digest="d1",
            content={"title": "Feedback geven"},
        )
        everything = await programmes.all_in(tx, world.organisation)

    assert again.id == world.programme
    assert everything == [again]


async def test_a_changed_programme_is_another_and_the_latest(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        changed = await programmes.save(
            tx,
            organisation=world.organisation,
            slug="feedback-geven",
            version="1.1",
            digest="d2",
            content={"title": "Feedback geven", "days": [3, 10], "é": None},
        )
    async with database.read() as tx:
        latest = await programmes.latest(tx, world.organisation, "feedback-geven")
        before = await programmes.by_digest(tx, world.organisation, "feedback-geven", "d1")
        nothing = await programmes.latest(tx, world.organisation, "other")

    assert latest == changed
    assert before is not None
    assert before.id == world.programme
    assert nothing is None


async def test_a_cohort_is_found_by_its_name(database: Database, world: World) -> None:
    async with database.read() as tx:
        found = await cohorts.by_name(tx, world.organisation, "voorjaar")
        nothing = await cohorts.by_name(tx, world.organisation, "najaar")
        everything = await cohorts.all_in(tx, world.organisation)

    assert found is not None
    assert (found.id, found.state, found.training_day) == (
        world.cohort,
        "planned",
        date(2027, 3, 1),
    )
    assert nothing is None
    assert everything == [found]


async def test_a_cohort_has_a_name_of_its_own(database: Database, world: World) -> None:
    async with database.write() as tx:
        with pytest.raises(Taken, match="'voorjaar'"):
            await cohorts.add(
                tx,
                organisation=world.organisation,
                programme=world.programme,
                name="voorjaar",
                training_day=date(2027, 9, 1),
            )


async def test_a_cohort_changes(database: Database, world: World) -> None:
    async with database.write() as tx:
        await cohorts.change(tx, world.cohort, state="running", aim="meer feedback")
        read = await cohorts.get(tx, world.cohort)

    assert (read.state, read.aim, read.channel) == ("running", "meer feedback", None)


async def test_a_person_is_in_a_cohort_once(database: Database, world: World) -> None:
    async with database.write() as tx:
        with pytest.raises(Taken):
            await enrolments.add(
                tx,
                person=world.sanne,
                cohort=world.cohort,
                pack_digest="d1",
                enrolled_on=date(2027, 2, 21),
            )


async def test_an_enrolment_is_read_as_added_and_changed(database: Database, world: World) -> None:
    async with database.write() as tx:
        added = await enrolments.add(
            tx,
            person=world.milan,
            cohort=world.cohort,
            pack_digest="d1",
            enrolled_on=date(2027, 2, 21),
            training_day=date(2027, 3, 8),
            manager=world.sanne,
        )
        before = await enrolments.get(tx, added.id)
        await enrolments.change(
            tx,
            added.id,
            status="joined",
            joined_at=JOINED,
            pace="two",
            named_day=date(2027, 3, 9),
        )
        after = await enrolments.get(tx, added.id)

    assert before == added
    assert (after.status, after.joined_at, after.pace) == ("joined", JOINED, "two")
    assert (after.named_day, after.training_day) == (date(2027, 3, 9), date(2027, 3, 8))
    assert after.manager_id == world.sanne


async def test_enrolments_are_found_by_person_and_by_cohort(
    database: Database, world: World
) -> None:
    async with database.read() as tx:
        hers = await enrolments.of_person(tx, world.sanne)
        his = await enrolments.of_person(tx, world.milan)
        all_of_them = await enrolments.in_cohort(tx, world.cohort)

    assert [each.id for each in hers] == [world.enrolment]
    assert his == []
    assert all_of_them == hers


async def test_what_is_not_there_is_missing(database: Database, world: World) -> None:
    del world
    async with database.write() as tx:
        with pytest.raises(Missing):
            await programmes.get(tx, new_id())
        with pytest.raises(Missing):
            await cohorts.get(tx, new_id())
        with pytest.raises(Missing):
            await cohorts.change(tx, new_id(), state="held")
        with pytest.raises(Missing):
            await enrolments.get(tx, new_id())
        with pytest.raises(Missing):
            await enrolments.change(tx, new_id(), status="done")
