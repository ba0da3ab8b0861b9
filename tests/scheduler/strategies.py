"""Any rhythm, any course, any moment: what Hypothesis plays the scheduler's rules with.

Rhythms here always have a slot: one that never opens is refused in words, and has its own tests.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import available_timezones

from hypothesis import strategies as st

from scheduler.course import MONTHLY, QUIZ
from scheduler.hours import Rhythm
from scheduler.plan import Course, Spacing
from scheduler.shifts import Shift

ZONES = st.sampled_from(sorted(available_timezones()))
DAYS = st.dates(date(2026, 1, 1), date(2036, 12, 31))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2036, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone
WALL_TIMES = st.times()


@st.composite
def rhythms(draw: st.DrawFn) -> Rhythm:
    """Draw a rhythm whose slot lies in its hours on a weekday other than Friday."""
    at, opens, closes = (
        time(draw(st.integers(low, high)), draw(st.sampled_from((0, 15, 30))))
        for low, high in ((8, 16), (0, 7), (17, 23))
    )
    days = draw(st.sets(st.integers(1, 7))) | {draw(st.sampled_from((1, 2, 3, 4, 6, 7)))}
    return Rhythm(
        zone=draw(ZONES),
        slot_weekday=draw(st.integers(1, 7)),
        slot_time=at,
        days=frozenset(days),
        opens=opens,
        closes=closes,
        friday_closes=draw(st.sampled_from((time(0), time(12), time(18)))),
        closed=draw(st.frozensets(DAYS, max_size=5)),
    )


@st.composite
def shifts(draw: st.DrawFn, around: date, days: int = 60) -> tuple[Shift, ...]:
    """Draw shifts that start in so many days, of any hour and length; they may overlap."""
    start = datetime(around.year, around.month, around.day, tzinfo=UTC)
    minutes = st.integers(0, days * 24 * 4).map(lambda quarters: quarters * timedelta(minutes=15))
    lengths = st.integers(1, 4 * 14).map(lambda quarters: quarters * timedelta(minutes=15))
    drawn = draw(st.lists(st.tuples(minutes, lengths), max_size=20))
    return tuple(Shift(start + after, start + after + length) for after, length in drawn)


@st.composite
def shift_rhythms(draw: st.DrawFn, around: st.SearchStrategy[date] = DAYS) -> Rhythm:
    """Draw the rhythm of somebody who works in shifts, some of them in leave."""
    first = draw(around)
    near = st.integers(-5, 60).map(lambda days: first + timedelta(days=days))
    return replace(
        draw(rhythms()),
        mode="shifts",
        shifts=draw(shifts(first)),
        closed=draw(st.frozensets(near, max_size=8)),
    )


def any_rhythms(around: st.SearchStrategy[date] = DAYS) -> st.SearchStrategy[Rhythm]:
    """Draw a rhythm of fixed hours or of shifts."""
    return rhythms() | shift_rhythms(around)


def absences(around: date) -> st.SearchStrategy[tuple[tuple[date, date], ...]]:
    """Draw absences of a day to a month, which may overlap."""
    spans = st.tuples(st.integers(-40, 90), st.integers(0, 30))
    days = st.lists(spans, max_size=4)
    return days.map(
        lambda drawn: tuple(
            (around + timedelta(days=after), around + timedelta(days=after + length))
            for after, length in drawn
        )
    )


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """Draw an enrolment around a training in 2027."""
    training = date(2027, 3, 1) + timedelta(days=draw(st.integers(0, 40)))
    near = st.integers(-20, 70).map(lambda days: training + timedelta(days=days))
    joined = datetime(2027, 3, 1, tzinfo=UTC) + draw(
        st.timedeltas(timedelta(days=-20), timedelta(days=60))
    )
    return Course(
        status=draw(st.sampled_from(("invited", "joined", "declined", "stopped", "done"))),
        enrolled_on=training - timedelta(days=draw(st.integers(-30, 30))),
        training_day=draw(st.sampled_from((training, training, training, None))),
        joined_at=draw(st.sampled_from((joined, None))),
        has_plan=draw(st.booleans()),
        invited=draw(st.booleans()),
        goal_settings=draw(st.integers(0, 3)),
        rounds_done=draw(st.frozensets(st.integers(1, 5))),
        named=draw(st.none() | near),
        quiet_until=draw(st.none() | near),
        visited_on=draw(st.none() | near),
        away=draw(absences(training)),
        pace=draw(st.sampled_from((None, "two", MONTHLY, QUIZ))),
    )


SPACINGS = st.builds(
    lambda check_ins, no_plan: Spacing(tuple(sorted(check_ins)), tuple(sorted(no_plan))),
    st.sets(st.integers(1, 90), max_size=7),
    st.sets(st.integers(1, 10), max_size=3),
)
