"""A course read in one go says what its rows say."""

import pytest

from storage import cohorts, courses, enrolments, organisations, programmes
from storage.database import Database
from storage.errors import Missing
from storage.ids import new_id
from tests.storage.world import World


async def test_a_course_is_what_its_rows_say(database: Database, world: World) -> None:
    async with database.read() as tx:
        course = await courses.latest(tx, world.sanne)
        assert course is not None
        cohort = await cohorts.get(tx, course.enrolment.cohort_id)
        programme = await programmes.get(tx, cohort.programme_id)
        organisation = await organisations.get(tx, world.organisation)

        assert course == await courses.get(tx, course.enrolment.id)
        assert course.enrolment == (await enrolments.of_person(tx, world.sanne))[-1]
        assert (course.organisation, course.content) == (organisation.name, programme.content)


async def test_without_a_course_there_is_none(database: Database, world: World) -> None:
    _ = world
    async with database.read() as tx:
        assert await courses.latest(tx, new_id()) is None
        with pytest.raises(Missing):
            await courses.get(tx, new_id())
