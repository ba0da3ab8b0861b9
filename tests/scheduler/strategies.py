"""Any rhythm, any course, any moment: what Hypothesis plays the scheduler's rules with.

Rhythms here always have a slot: one that never opens is refused in words, and has its own tests.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import available_timezones

from hypothesis import strategies as st

from scheduler.hours import Rhythm
from scheduler.plan import Course, Spacing

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
    )


SPACINGS = st.builds(
    lambda check_ins, no_plan: Spacing(tuple(sorted(check_ins)), tuple(sorted(no_plan))),
    st.sets(st.integers(1, 90), max_size=7),
    st.sets(st.integers(1, 10), max_size=3),
)
