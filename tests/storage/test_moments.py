from datetime import UTC, datetime, timedelta, timezone

import pytest

from storage import enrolments
from storage.database import Database
from storage.moments import check_aware
from tests.storage.world import World

HALF_PAST = timezone(timedelta(hours=10, minutes=30))
MOMENTS = [
    datetime(2027, 3, 2, 8, 30, tzinfo=UTC),
    datetime(2027, 3, 2, 19, 0, 0, 1, tzinfo=HALF_PAST),
    datetime(1970, 1, 1, tzinfo=UTC),
]


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_moment_comes_back_as_the_same_moment_in_utc(
    database: Database, world: World, moment: datetime
) -> None:
    async with database.write() as tx:
        await enrolments.change(tx, world.enrolment, joined_at=moment)
    async with database.read() as tx:
        read = (await enrolments.get(tx, world.enrolment)).joined_at

    assert read is not None
    assert read == moment
    assert read.tzinfo is UTC


async def test_a_naive_moment_is_refused(database: Database, world: World) -> None:
    naive = datetime(2027, 3, 2, 8, 30)  # noqa: DTZ001 - that is the point

    async with database.write() as tx:
        with pytest.raises(ValueError, match="does not say when"):
            await enrolments.change(tx, world.enrolment, joined_at=naive)


def test_a_naive_moment_is_no_argument_either() -> None:
    with pytest.raises(ValueError, match="does not say when"):
        check_aware(datetime(2027, 3, 2, 8, 30))  # noqa: DTZ001 - that is the point
