"""Who works in shifts: told by tapping or by a roster, and visited within them only."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot import visits
from bot.engine.answers import Raw, Skip
from bot.lists.work_lists import read_leave, read_shifts
from bot.lists.work_times import BroughtIn, bring_in_leave, bring_in_shifts
from bot.port import Pressed
from scheduler.local import local_of
from scheduler.plan import Spacing
from storage import enrolments, nudges, organisations, people, shifts
from storage.nudges import Nudge
from storage.shifts import Span
from tests.chapters import chapter
from tests.people import Someone, Town, Turning
from tests.stories.beginnings import TUESDAY, invited
from tests.stories.steps import plans_in_dutch

pytestmark = [pytest.mark.slow, pytest.mark.every_chat]

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
JITTER = timedelta(minutes=10)
THURSDAY = date(2026, 11, 26)


def at(day: int, hour: int) -> datetime:
    """Give a moment of November 2026 as the wall in Amsterdam shows it."""
    return datetime(2026, 11, day, hour, tzinfo=AMSTERDAM)


@chapter(after=invited)
async def at_the_shifts(town: Town) -> None:
    """She was welcomed on a Monday, and said that she works in shifts."""
    learner = town["Sanne"]
    await learner.taps("Ik doe mee")
    await learner.taps("Prima")
    await learner.taps("Ik werk in diensten")
    learner.reads("welcome.known")


@chapter(after=at_the_shifts)
async def at_the_week(town: Town) -> None:
    """She is asked what she works in the week that began that Monday."""
    await town["Sanne"].taps("Tik mijn diensten aan")
    town["Sanne"].reads("shifts.week")


async def joins_in_shifts(learner: Someone, **week: Raw) -> None:
    """Let Sanne tap what she works, `day_1` being that Monday, and join."""
    await learner.fills(**week)
    learner.reads("shifts.until")
    await learner.taps("2 minuten")


@chapter(after=at_the_week)
async def planned_in_shifts(town: Town) -> None:
    """She is early on Tuesday, free on Thursday and late on Friday, and made a plan."""
    await joins_in_shifts(town["Sanne"], day_2="early", day_4="off", day_5="late")
    await plans_in_dutch(town["Sanne"], TUESDAY)


@chapter(after=at_the_shifts)
async def joined_untold(town: Town) -> None:
    """She joined without telling any shift, and made a plan for Thursday."""
    learner = town["Sanne"]
    await learner.taps("Ik open zelf")
    await learner.taps("2 minuten")
    learner.reads("welcome.joined_waits")
    await plans_in_dutch(learner, THURSDAY)


async def shifts_of(town: Town, someone: Someone) -> list[Span]:
    """Read somebody's shifts."""
    async with town.hands.database.read() as tx:
        return await shifts.of_person(tx, someone.id, at(1, 0))


async def waiting_for(town: Town, someone: Someone) -> list[Nudge]:
    """Read what waits for somebody to open it."""
    async with town.hands.database.read() as tx:
        return await nudges.waiting(tx, someone.id)


async def roster(town: Town, content: str, *, dry_run: bool = False) -> BroughtIn:
    """Bring in a roster, and let the house do what follows from it."""
    listed = read_shifts("roster.csv", f"person,start,end\n{content}".encode())
    async with town.hands.database.write() as tx:
        organisation = await organisations.first(tx)
        assert organisation is not None
        brought = await bring_in_shifts(
            tx, organisation, listed.rows, file="roster.csv", now=town.clock.now, dry_run=dry_run
        )
    await town.hands.look()
    return brought


async def moves_to(town: Town, someone: Someone, zone: str) -> None:
    """Let somebody's zone change."""
    async with town.hands.database.write() as tx:
        await people.set_zone(tx, someone.id, zone)
        (enrolment,) = await enrolments.of_person(tx, someone.id)
        await visits.replan(tx, enrolment.id, Spacing(), town.clock.now)


@pytest.mark.begins(planned_in_shifts)
async def test_a_nurse_is_visited_only_within_a_shift(learner: Someone, clock: Turning) -> None:
    await clock.goes_on_until(learner)

    learner.reads("check_in.went")
    # Nothing on Wednesday nor Thursday; the late shift of Friday begins at 15:00.
    assert at(27, 16) <= clock.now <= at(27, 16) + JITTER


@pytest.mark.own_chat
@pytest.mark.begins(joined_untold)
async def test_nobody_is_visited_in_the_eleven_hours_after_a_night_shift(
    town: Town, learner: Someone, clock: Turning
) -> None:
    # Two hours are too short to be visited in, but they are a night.
    await roster(town, "sanne,2026-11-27 05:00,07:00\nsanne,2026-11-27 15:00,23:00\n")

    await clock.goes_on_until(learner)

    learner.reads("check_in.went")
    # The late shift of Friday opens at 18:00, eleven hours after the night.
    assert at(27, 18) <= clock.now <= at(27, 18) + JITTER


@pytest.mark.begins(at_the_week)
async def test_a_night_shift_itself_is_a_time_to_be_visited(
    learner: Someone, clock: Turning
) -> None:
    await joins_in_shifts(learner, day_2="off", day_3="night")
    await plans_in_dutch(learner, TUESDAY)

    await clock.goes_on_until(learner)

    learner.reads("check_in.went")
    assert at(26, 0) <= clock.now <= at(26, 0) + JITTER


@pytest.mark.begins(joined_untold)
async def test_without_a_known_shift_the_visit_waits_to_be_opened(
    town: Town, learner: Someone, clock: Turning
) -> None:
    seen = len(learner.messages)

    await clock.passes(days=5)
    assert len(learner.messages) == seen
    assert [each.reason for each in await waiting_for(town, learner)] == ["no_shift"]

    await learner.types("plan")
    await learner.taps("Open nu")
    learner.reads("check_in.went")
    assert await waiting_for(town, learner) == []


@pytest.mark.begins(joined_untold)
async def test_telling_ones_shifts_later_brings_what_waited(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await clock.passes(days=4, hours=3)
    assert await waiting_for(town, learner)

    await learner.types("diensten")
    learner.reads("shifts.week")
    # It is Friday: the form begins today.
    await learner.fills(day_2="day")
    learner.reads("shifts.until")
    await clock.goes_on_until(learner)

    learner.reads("check_in.went")
    assert at(28, 10) <= clock.now <= at(28, 10) + JITTER


@pytest.mark.begins(at_the_week)
async def test_who_told_this_week_is_asked_for_the_next(town: Town, learner: Someone) -> None:
    await joins_in_shifts(learner, day_2="early", day_4="late")

    await learner.types("mijn diensten")
    await learner.fills(day_1="night")

    assert "tot vr 27 nov." in learner.text()
    assert (await shifts_of(town, learner))[-1] == (at(27, 23), at(28, 7))


@pytest.mark.begins(joined_untold)
async def test_a_second_form_takes_the_place_of_one_that_was_not_filled_in(
    town: Town, learner: Someone
) -> None:
    await learner.types("diensten")
    first = learner.last

    await learner.types("diensten")
    await learner.fills(day_1="day")

    assert first.dialogue is not None
    counts = {each.key: each.count for each in first.fields}
    open_days: dict[str, Raw] = dict.fromkeys(counts, Skip())
    await learner.does(Pressed(first.dialogue, open_days | {"day_1": "late"}, counts))
    # The older form is taken late all the same: what is told last holds.
    assert await shifts_of(town, learner) == [(at(23, 15), at(23, 23))]


@pytest.mark.begins(at_the_week)
async def test_a_shift_that_changes_is_changed_with_one_tap(town: Town, learner: Someone) -> None:
    await joins_in_shifts(learner, day_1="early", day_3="late")

    await learner.edits("known.day_1", "night")

    learner.reads("common.changed")
    assert "ma 23 nov: Nacht 23:00–7:00\ndi 24 nov: Overgeslagen" in learner.text()
    assert await shifts_of(town, learner) == [
        (at(23, 23), at(24, 7)), (at(25, 15), at(25, 23)),
    ]  # fmt: skip


@pytest.mark.begins(planned_in_shifts)
async def test_who_goes_over_to_fixed_days_is_visited_on_them(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await learner.edits("hours", "thursday")
    await clock.goes_on_until(learner)

    learner.reads("check_in.went")
    assert await shifts_of(town, learner) == []
    assert local_of(clock.now, "Europe/Amsterdam").at.hour == 13


@pytest.mark.begins(at_the_shifts)
async def test_who_goes_over_to_shifts_stays_in_them(town: Town, learner: Someone) -> None:
    await learner.edits("hours", "tuesday")
    await learner.taps("2 minuten")

    await learner.edits("hours", "shifts")
    await learner.taps("Ik open zelf")

    async with town.hands.database.read() as tx:
        person = await people.get(tx, learner.id)
    assert visits.rhythm_of(person).mode == "shifts"


@pytest.mark.begins(joined_untold)
async def test_a_roster_brings_the_visit_at_the_next_allowed_moment(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await clock.passes(days=4, hours=3)
    assert await waiting_for(town, learner)

    brought = await roster(town, "Sanne@example.org,2026-11-28 07:00,15:00\n")
    await clock.goes_on_until(learner)

    learner.reads("check_in.went")
    assert brought == BroughtIn(((2, "new"),), 0)
    assert at(28, 8) <= clock.now <= at(28, 8) + JITTER


@pytest.mark.own_chat
async def test_a_roster_may_be_brought_in_again(town: Town, learner: Someone) -> None:
    content = "sanne@example.org,2026-11-28 07:00,15:00\nsanne,2026-11-29 23:00,07:00\n"
    await roster(town, content)

    again = await roster(town, content)

    assert again == BroughtIn(((2, "as it was"), (3, "as it was")), 0)
    assert len(await shifts_of(town, learner)) == 2


@pytest.mark.begins(at_the_week)
async def test_a_roster_replaces_what_was_known_of_its_days(town: Town, learner: Someone) -> None:
    await joins_in_shifts(learner, day_3="early", day_4="early", day_7="late")

    brought = await roster(
        town,
        "sanne@example.org,2026-11-25 23:00,07:00\nemma@example.org,2026-11-26 07:00,15:00\n",
    )

    assert brought.gone == 2
    assert await shifts_of(town, learner) == [
        (at(25, 23), at(26, 7)), (at(29, 15), at(29, 23)),
    ]  # fmt: skip


@pytest.mark.own_chat
async def test_a_dry_run_says_what_would_be_and_changes_nothing(
    town: Town, learner: Someone
) -> None:
    brought = await roster(town, "sanne,2026-11-28 07:00,15:00\n", dry_run=True)

    assert brought == BroughtIn(((2, "new"),), 0)
    assert await shifts_of(town, learner) == []


@pytest.mark.own_chat
async def test_who_is_on_a_roster_before_joining_is_not_asked_for_shifts(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await roster(town, "sanne,2026-11-24 07:00,15:00\nsanne,2026-11-27 15:00,23:00\n")

    await clock.goes_on_until(learner)
    assert at(24, 8) <= clock.now <= at(24, 8) + JITTER
    await learner.taps("Ik doe mee")
    await learner.taps("Prima")
    await learner.taps("Ik werk in diensten")

    learner.reads("welcome.pace")


@pytest.mark.begins(at_the_week)
async def test_shifts_are_deleted_fourteen_days_after_they_ended(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await joins_in_shifts(learner, day_2="early", day_3="late")

    await clock.passes(days=15, hours=5)
    assert len(await shifts_of(town, learner)) == 2
    await clock.passes(hours=2)
    assert await shifts_of(town, learner) == [(at(25, 15), at(25, 23))]
    await clock.passes(days=2)
    assert await shifts_of(town, learner) == []


@pytest.mark.begins(planned_in_shifts)
async def test_a_shift_stays_when_its_person_moves_to_another_zone(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await moves_to(town, learner, "America/New_York")
    await clock.goes_on_until(learner)

    learner.reads("check_in.went")
    assert at(27, 16) <= clock.now <= at(27, 16) + JITTER


@pytest.mark.own_chat
@pytest.mark.begins(at_the_week)
async def test_leave_keeps_a_visit_away(town: Town, learner: Someone, clock: Turning) -> None:
    await joins_in_shifts(learner, day_5="late", day_6="late", day_7="late")
    await plans_in_dutch(learner, TUESDAY)
    listed = read_leave("leave.csv", b"person,first,last\nsanne,2026-11-27,2026-11-28\n")

    async with town.hands.database.write() as tx:
        organisation = await organisations.first(tx)
        assert organisation is not None
        brought = await bring_in_leave(
            tx, organisation, listed.rows, file="leave.csv", now=clock.now
        )
    await clock.goes_on_until(learner)

    assert brought == BroughtIn(((2, "new"),), 0)
    assert at(29, 16) <= clock.now <= at(29, 16) + JITTER


async def test_the_same_in_english(town: Town, emma: Someone, clock: Turning) -> None:
    await clock.goes_on_until(emma)
    await emma.taps("I'm in")
    await emma.taps("Fine")
    await emma.taps("I work shifts")
    await emma.taps("Tap my shifts")
    labels = [each.label for each in emma.last.fields]
    await emma.fills(day_3="night", day_4="off")

    assert labels[:2] == ["Mon 23 Nov", "Tue 24 Nov"]
    assert "until Thu 26 Nov." in emma.text()
    # The wall in London shows what UTC does in November.
    assert await shifts_of(town, emma) == [(at(26, 0), at(26, 8))]
