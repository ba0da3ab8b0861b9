"""What holds in any life: whatever changes, the rules of docs/schedule sections 3 and 6 do."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.absence import days_in
from scheduler.caps import MOST, MOST_AFTER_TRAINING, WEEK
from scheduler.decide import BETWEEN_MESSAGES
from scheduler.hours import Rhythm
from scheduler.local import local_of
from scheduler.plan import EXEMPT_FOR
from tests.scheduler.lived import LAPSED, UNNAMED, Change, Life, Row, joined
from tests.scheduler.strategies import ZONES, absences, rhythms, shifts

pytestmark = pytest.mark.slow

TRAINING = date(2027, 3, 1)
START = datetime(2027, 3, 1, 12, tzinfo=UTC)
AFTER = st.timedeltas(timedelta(0), timedelta(days=80))
LIVES = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def chooses(rhythm: Rhythm) -> Change:
    """Take other hours."""

    def change(life: Life) -> None:
        life.rhythm = replace(rhythm, zone=life.rhythm.zone, closed=life.rhythm.closed)

    return change


def moves_to(zone: str) -> Change:
    """Move to another zone."""

    def change(life: Life) -> None:
        life.rhythm = replace(life.rhythm, zone=zone)

    return change


def is_away(away: tuple[tuple[date, date], ...]) -> Change:
    """Be on leave."""

    def change(life: Life) -> None:
        life.rhythm = replace(life.rhythm, closed=days_in(away))
        life.courses = {run: replace(one, away=away) for run, one in life.courses.items()}

    return change


def pauses(days: int) -> Change:
    """Ask for silence until a day."""

    def change(life: Life) -> None:
        life.quiet_until = local_of(life.now, life.rhythm.zone).day + timedelta(days=days)

    return change


def falls_silent(life: Life) -> None:
    """Ask for silence without an end."""
    life.is_quiet = True


def speaks_again(life: Life) -> None:
    """End every silence."""
    life.is_quiet, life.quiet_until = False, None
    life.wake()


def names(days: int) -> Change:
    """Name a day for the moment of the plan."""

    def change(life: Life) -> None:
        day = local_of(life.now, life.rhythm.zone).day + timedelta(days=days)
        life.courses["a"] = replace(life.courses["a"], named=day)

    return change


def clock_jumps(by: timedelta) -> Change:
    """Put the clock forward or back."""

    def change(life: Life) -> None:
        life.now += by

    return change


def is_down(for_: timedelta) -> Change:
    """Have nobody at work for a while."""

    def change(life: Life) -> None:
        life.down_until = life.now + for_

    return change


def works_in_shifts(roster: tuple[object, ...]) -> Change:
    """Get a roster, and be reached in its shifts only."""

    def change(life: Life) -> None:
        life.rhythm = replace(life.rhythm, mode="shifts", shifts=roster)  # type: ignore[arg-type]
        life.wake()

    return change


CHANGES = st.one_of(
    rhythms().map(chooses),
    ZONES.map(moves_to),
    absences(TRAINING).map(is_away),
    st.integers(0, 30).map(pauses),
    st.just(falls_silent),
    st.just(speaks_again),
    st.integers(0, 12).map(names),
    st.timedeltas(timedelta(days=-3), timedelta(days=3)).map(clock_jumps),
    st.timedeltas(timedelta(0), timedelta(days=12)).map(is_down),
    shifts(TRAINING, 90).map(works_in_shifts),
)


@st.composite
def lived(draw: st.DrawFn) -> Life:
    """Draw a life in one programme or two, and live it."""
    life = Life(
        START,
        draw(rhythms()),
        {
            run: joined(TRAINING + draw(st.integers(0, 6)) * timedelta(days=1), has_plan=plan)
            for run, plan in draw(st.sampled_from(([("a", True)], [("a", True), ("b", False)])))
        },
        draw(st.lists(st.booleans(), max_size=12)),
    )
    life.live(draw(st.lists(st.tuples(AFTER, CHANGES), max_size=6)))
    return life


@LIVES
@given(life=lived())
def test_never_two_within_twenty_hours_but_at_the_end_of_a_session(life: Life) -> None:
    gaps = [
        later.at - earlier.at for earlier, later in pairwise(life.sent) if not later.due.exempt
    ]

    assert all(gap >= BETWEEN_MESSAGES for gap in gaps)


@LIVES
@given(life=lived())
def test_never_outside_the_rhythm_but_at_the_end_of_a_session(life: Life) -> None:
    outside = [one for one in life.sent if not one.is_in_hours]

    assert all(one.due.exempt and one.at <= one.due.due_at + EXEMPT_FOR for one in outside)


@LIVES
@given(life=lived())
def test_never_more_than_three_messages_in_a_week(life: Life) -> None:
    moments = [one.at for one in life.sent]
    counts = {last: sum(last - WEEK < one <= last for one in moments) for last in moments}

    past = START + timedelta(days=15)  # the week of any day 0, in any zone
    assert all(count <= MOST_AFTER_TRAINING for count in counts.values())
    assert all(count <= MOST for last, count in counts.items() if last > past)


@LIVES
@given(life=lived())
def test_no_check_in_is_lost_for_lack_of_a_slot(life: Life) -> None:
    lost = [row for row in life.rows.values() if is_lost(life, row)]

    assert lost == []
    assert all(not row.is_ahead for row in life.rows.values() if row.state != "waiting")


def is_lost(life: Life, row: Row) -> bool:
    """Say whether a check-in went without one in its place, or for a reason that is none."""
    if row.due.kind != "check_in" or row.state == "opened":
        return False
    if row.reason == "overtaken":
        return not any(stands_for(row, other) for other in life.rows.values())
    return row.state != "waiting" and row.reason not in LAPSED - {UNNAMED}


def stands_for(row: Row, other: Row) -> bool:
    """Say whether a later check-in of the same programme opened, or waits to be."""
    mine, theirs = row.due, other.due
    is_same = (mine.kind, mine.run) == (theirs.kind, theirs.run)
    return is_same and other.state in ("opened", "waiting") and theirs.due_at >= mine.due_at
