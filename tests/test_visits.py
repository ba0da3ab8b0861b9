"""When somebody may be visited, put together from what is known of them; and rows of visits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from bot.visits import plan_eve, replan, rhythm_of, silent_until
from scheduler.hours import is_open, jitter, slot_for, with_slot, works_on
from scheduler.local import Local, to_utc
from scheduler.plan import Spacing
from scheduler.rhythm import Rhythm
from storage import enrolments, nudges, people
from storage.enrolments import Enrolment
from storage.people import Person, Quiet
from tests.people import Someone, Town
from tests.towns import START

SANNE = Person(
    id=UUID(int=1),
    organisation_id=UUID(int=2),
    name="Sanne",
    email=None,
    language="nl",
    zone="Europe/Amsterdam",
    rhythm=None,
    status="active",
    roles=(),
    focus=None,
)
ENROLMENT = Enrolment(UUID(int=3), SANNE.id, UUID(int=4), "joined", "digest", date(2026, 11, 23))
KINGS_DAY = date(2027, 4, 27)
BOXING_DAY = date(2027, 12, 27)  # what England has for a Christmas on Saturday
NIGHT = (datetime(2027, 4, 26, 20, tzinfo=UTC), datetime(2027, 4, 27, 4, tzinfo=UTC))
IN_SHIFTS = replace(Rhythm(SANNE.zone), mode="shifts").to_json()


@pytest.mark.parametrize(
    ("known", "holiday", "works"),
    [
        ({}, KINGS_DAY, False),
        ({}, BOXING_DAY, True),
        ({"zone": "Europe/London"}, KINGS_DAY, True),
        ({"zone": "Europe/London"}, BOXING_DAY, False),
        # What is said of the country goes before what the zone tells.
        ({"country": "GB"}, KINGS_DAY, True),
        ({"country": "GB"}, BOXING_DAY, False),
        ({"country": "XX"}, KINGS_DAY, True),
        ({"zone": "UTC"}, KINGS_DAY, True),
        ({"leave": ((date(2027, 12, 20), date(2027, 12, 31)),)}, BOXING_DAY, False),
    ],
)
def test_nobody_is_visited_on_a_holiday_or_in_leave(
    known: dict[str, Any], holiday: date, *, works: bool
) -> None:
    assert works_on(rhythm_of(replace(SANNE, **known)), holiday) is works


def test_who_works_in_shifts_is_visited_in_them_on_holidays_too() -> None:
    nurse = rhythm_of(replace(SANNE, rhythm=IN_SHIFTS, shifts=(NIGHT,)))

    assert slot_for(nurse, date(2027, 4, 20)) == Local(date(2027, 4, 26), time(23), SANNE.zone)
    assert is_open(nurse, to_utc(Local(KINGS_DAY, time(3), SANNE.zone)))


def test_leave_holds_in_shifts_as_well() -> None:
    away = ((KINGS_DAY, KINGS_DAY),)
    nurse = rhythm_of(replace(SANNE, rhythm=IN_SHIFTS, shifts=(NIGHT,), leave=away))

    assert not is_open(nurse, to_utc(Local(KINGS_DAY, time(3), SANNE.zone)))


def test_what_was_chosen_is_read_in_the_zone_of_now() -> None:
    chosen = with_slot(Rhythm(SANNE.zone), 4, time(13)).to_json()

    moved = rhythm_of(replace(SANNE, rhythm=chosen, zone="Asia/Tokyo"))

    assert (moved.slot_weekday, moved.slot_time, moved.zone) == (4, time(13), "Asia/Tokyo")


@pytest.mark.parametrize(
    ("quiet", "until", "expected"),
    [
        (None, None, None),
        (None, date(2027, 3, 1), date(2027, 3, 1)),
        (Quiet("pause", date(2027, 3, 8)), date(2027, 3, 1), date(2027, 3, 8)),
        (Quiet("pause", date(2027, 2, 8)), date(2027, 3, 1), date(2027, 3, 1)),
        (Quiet("pause", date(2027, 3, 8)), None, date(2027, 3, 8)),
        (Quiet("pause"), None, None),  # without an end: what is due waits
        (Quiet("self"), date(2027, 3, 1), date(2027, 3, 1)),
    ],
)
def test_the_longest_silence_holds(
    quiet: Quiet | None, until: date | None, expected: date | None
) -> None:
    enrolment = replace(ENROLMENT, quiet_until=until)

    assert silent_until(replace(SANNE, quiet=quiet), enrolment) == expected


# Rows.


async def test_the_row_of_a_visit_on_the_hour_keeps_its_wall_time(
    town: Town, learner: Someone
) -> None:
    chosen = with_slot(Rhythm("Europe/Amsterdam"), 3, time(10)).to_json()
    await _joins(town, learner, rhythm=chosen)

    visits = await _planned(town, learner, "goal_setting")

    after = visits[-1]
    on_the_hour = to_utc(Local(after.local_day, time(10), after.zone))
    assert after.local_time == time(10)
    assert after.due_at == on_the_hour + jitter(learner.id)
    # The one that follows the session comes when the session ends.
    assert visits[0].due_at == to_utc(Local(START.date(), time(17), "Europe/Amsterdam"))


async def test_who_moves_to_another_zone_is_visited_at_the_same_time_there(
    town: Town, learner: Someone
) -> None:
    await _joins(town, learner, named=date(2026, 11, 27))
    before = await _planned(town, learner, "goal_setting", "eve")

    await _joins(town, learner, named=date(2026, 11, 27), zone="Europe/London")

    after = await _planned(town, learner, "goal_setting", "eve")
    assert len(after) == 4
    assert {each.kind for each in after} == {"goal_setting", "eve"}
    assert _walls(after) == _walls(before)
    assert {each.zone for each in after} == {"Europe/London"}
    assert all(
        later.due_at - earlier.due_at == timedelta(hours=1)
        for earlier, later in zip(before, after, strict=True)
    )


async def test_a_word_for_the_day_before_is_not_said_on_the_day_itself(
    town: Town, learner: Someone
) -> None:
    # Nothing is known of the shifts before that of the named day.
    shift = (datetime(2026, 11, 27, 7, tzinfo=UTC), datetime(2026, 11, 27, 15, tzinfo=UTC))
    async with town.hands.database.write() as tx:
        person = await people.get(tx, learner.id)
        enrolment = (await enrolments.of_person(tx, learner.id))[0]
        nurse = replace(person, rhythm=IN_SHIFTS, shifts=(shift,))
        await plan_eve(tx, nurse, enrolment.id, date(2026, 11, 27), START)

    assert await _planned(town, learner, "eve") == []


async def _joins(
    town: Town,
    learner: Someone,
    *,
    rhythm: dict[str, object] | None = None,
    zone: str = "Europe/Amsterdam",
    named: date | None = None,
) -> None:
    """Let somebody have joined before the training, and plan."""
    async with town.hands.database.write() as tx:
        enrolment = (await enrolments.of_person(tx, learner.id))[0]
        await people.set_rhythm(tx, learner.id, rhythm)
        await people.set_zone(tx, learner.id, zone)
        await enrolments.change(
            tx, enrolment.id, status="joined", joined_at=START - timedelta(days=3), named_day=named
        )
        if named:
            await plan_eve(tx, await people.get(tx, learner.id), enrolment.id, named, START)
        await replan(tx, enrolment.id, Spacing(), START)


async def _planned(town: Town, learner: Someone, *kinds: str) -> list[nudges.Nudge]:
    async with town.hands.database.read() as tx:
        coming = await nudges.coming(tx, learner.id)
    return [each for each in coming if each.kind in kinds]


def _walls(planned: list[nudges.Nudge]) -> list[tuple[str, date, time]]:
    return [(each.occurrence, each.local_day, each.local_time) for each in planned]
