"""Never more than three messages in a week, over whole stories and whatever a person does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from bot import visits
from scheduler.caps import MOST, MOST_AFTER_TRAINING, UNCOUNTED, WEEK
from scheduler.decide import BETWEEN_MESSAGES
from scheduler.local import local_of
from scheduler.plan import Spacing
from storage import cohorts, enrolments
from storage.pushed import pushed
from tests.people import Someone, Town
from tests.stories.beginnings import planned_for_tuesday
from tests.towns import START

pytestmark = [pytest.mark.slow, pytest.mark.every_chat]

DAYS = 60
Does = Callable[[Town, Someone], Awaitable[None]]


async def says_nothing(town: Town, learner: Someone) -> None:
    """Leave everything unanswered."""
    del town, learner


async def puts_off(town: Town, learner: Someone) -> None:
    """Ask for everything later, which comes although nobody counts it."""
    del town
    await learner.types("morgen")


async def names_days(town: Town, learner: Someone) -> None:
    """Forget each time, and name a day for the next chance."""
    await learner.types("Vergeten")
    await learner.types("Briefje in beeld")
    soon = local_of(town.clock.now, "Europe/Amsterdam").day + timedelta(days=5)
    await learner.types(f"{soon.day}-{soon.month}")


async def pauses(town: Town, learner: Someone) -> None:
    """Pause for a week at every message."""
    del town
    await learner.types("pauze")
    await learner.taps("1 week")


async def follows_another_programme(town: Town, learner: Someone, training: date) -> None:
    """Enrol somebody in a second cohort."""
    async with town.hands.database.write() as tx:
        (first,) = await enrolments.of_person(tx, learner.id)
        cohort = await cohorts.get(tx, first.cohort_id)
        other = await cohorts.add(
            tx,
            organisation=cohort.organisation_id,
            programme=cohort.programme_id,
            name="voorjaar",
            training_day=training,
        )
        enrolment = await enrolments.add(
            tx,
            person=learner.id,
            cohort=other.id,
            pack_digest=first.pack_digest,
            enrolled_on=START.date(),
            training_day=training,
        )
        now = town.clock.now
        await enrolments.change(tx, enrolment.id, status="joined", joined_at=now)
        await visits.replan(tx, enrolment.id, Spacing(), now)


async def lives(town: Town, learner: Someone, does: Does) -> None:
    """Let sixty days pass, and somebody do the same at every message that comes by itself."""
    until = town.clock.now + timedelta(days=DAYS)
    while town.clock.now < until and await town.hands.to_next_event():
        await does(town, learner)


async def counted(town: Town, learner: Someone) -> list[datetime]:
    """Give when the messages were sent that nobody asked for, and that limits count."""
    async with town.hands.database.read() as tx:
        rows = await pushed(tx, learner.id)
    return [each.at for each in rows if each.state == "sent" and each.kind not in UNCOUNTED]


def too_many(sent: list[datetime], training_days: tuple[date, ...]) -> list[datetime]:
    """Give the messages that were one too many for the week they ended."""
    return [
        last
        for last in sent
        if sum(last - WEEK < each <= last for each in sent) > most_on(last, training_days)
    ]


def most_on(moment: datetime, training_days: tuple[date, ...]) -> int:
    """Give how many there may be in the week that ends at a moment."""
    day = local_of(moment, "Europe/Amsterdam").day
    is_first_week = any(first <= day < first + WEEK for first in training_days)
    return MOST_AFTER_TRAINING if is_first_week else MOST


@pytest.mark.parametrize("does", [says_nothing, puts_off, names_days, pauses])
@pytest.mark.begins(planned_for_tuesday)
async def test_nobody_gets_more_than_three_messages_in_any_week(
    town: Town, learner: Someone, does: Does
) -> None:
    training = START.date() + timedelta(days=4)
    await follows_another_programme(town, learner, training)

    await lives(town, learner, does)

    sent = await counted(town, learner)
    assert len(sent) >= 4
    assert too_many(sent, (START.date(), training)) == []
    assert too_close(sent, training) == []


def too_close(sent: list[datetime], training: date) -> list[datetime]:
    """Give the messages that came within twenty hours of another; day 0 is exempt."""
    return [
        later
        for earlier, later in pairwise(sent)
        if later - earlier < BETWEEN_MESSAGES
        and local_of(later, "Europe/Amsterdam").day not in (START.date(), training)
    ]
