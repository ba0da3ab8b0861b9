"""Which visits are still to come; the training of most tests ends on Monday 1 March 2027."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.absence import days_in
from scheduler.hours import Rhythm, has_known_shift, is_open
from scheduler.local import Local, local_of, to_utc
from scheduler.plan import Course, Planned, Spacing, Status, lapsed, plan, session_end, stands
from scheduler.priority import PRIORITY
from scheduler.reasons import REASONS
from scheduler.shifts import Shift
from tests.scheduler.strategies import (
    SPACINGS,
    ZONES,
    absences,
    any_rhythms,
    courses,
    rhythms,
)

ZONE = "Europe/Amsterdam"
OFFICE = Rhythm(ZONE)
SPACING = Spacing()
TRAINING = date(2027, 3, 1)
NAIVE = datetime(2027, 3, 1, 9, 30)  # noqa: DTZ001 - naive on purpose


def at(text: str) -> datetime:
    wall = datetime.fromisoformat(text)
    return to_utc(Local(wall.date(), wall.time(), ZONE))


def shown(visits: tuple[Planned, ...]) -> list[tuple[str, str]]:
    return [(each.occurrence, f"{each.local.day:%m-%d} {each.local.at:%H:%M}") for each in visits]


INVITED = Course(
    status="invited",
    enrolled_on=date(2027, 2, 1),
    training_day=TRAINING,
    joined_at=None,
    has_plan=False,
    invited=False,
    goal_settings=0,
    rounds_done=frozenset(),
    named=None,
    quiet_until=None,
)
JOINED = replace(INVITED, status="joined", joined_at=at("2027-02-23 10:00"), invited=True)
PLANNED = replace(JOINED, has_plan=True, goal_settings=1)
AFTER_SESSION = at("2027-03-01 17:10")


# Invited: the welcome, and nothing else.


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2027-02-01 10:00", "02-22 08:30"),  # a week ahead, when that Monday opens
        ("2027-02-24 10:07", "02-24 10:07"),  # within hours: at once
        ("2027-02-26 14:00", "03-01 08:30"),  # Friday afternoon: Monday
        ("2027-03-20 10:00", "03-22 08:30"),  # also long after the training
    ],
)
def test_the_invited_get_the_welcome_a_week_ahead(now: str, expected: str) -> None:
    assert shown(plan(INVITED, OFFICE, SPACING, at(now))) == [("welcome", expected)]


def test_a_welcome_is_for_the_open_day_when_a_week_ahead_is_none() -> None:
    sunday = replace(INVITED, training_day=date(2027, 2, 28))

    visits = plan(sunday, OFFICE, SPACING, at("2027-02-01 10:00"))

    assert shown(visits) == [("welcome", "02-22 08:30")]


def test_a_welcome_never_comes_before_enrolment_or_in_silence() -> None:
    late = replace(INVITED, enrolled_on=date(2027, 2, 24))
    silent = replace(INVITED, quiet_until=date(2027, 2, 25))

    assert shown(plan(late, OFFICE, SPACING, at("2027-02-01 10:00")))[0][1] == "02-24 08:30"
    assert shown(plan(silent, OFFICE, SPACING, at("2027-02-01 10:00")))[0][1] == "02-26 08:30"


def test_an_opened_welcome_is_not_planned_again() -> None:
    assert plan(replace(INVITED, invited=True), OFFICE, SPACING, AFTER_SESSION) == ()


@pytest.mark.parametrize("status", ["declined", "stopped", "done"])
def test_who_is_out_gets_nothing(status: Status) -> None:
    out = replace(PLANNED, status=status)

    assert plan(out, OFFICE, SPACING, AFTER_SESSION) == ()
    assert lapsed(out, OFFICE, SPACING) == ()
    assert not stands(out, OFFICE, SPACING, "check_in:1")


@pytest.mark.parametrize("course", [INVITED, JOINED, PLANNED])
def test_without_a_training_day_nothing_is_planned(course: Course) -> None:
    absent = replace(course, training_day=None)

    assert plan(absent, OFFICE, SPACING, AFTER_SESSION) == ()
    assert lapsed(absent, OFFICE, SPACING) == ()
    assert not stands(absent, OFFICE, SPACING, "welcome")


# Joined without a plan: goal setting, three times at most.


def test_who_joined_before_gets_goal_setting_at_the_end_of_the_session() -> None:
    visits = plan(JOINED, OFFICE, SPACING, at("2027-02-23 10:01"))

    assert shown(visits) == [
        ("goal_setting:0", "03-01 17:00"),
        ("goal_setting:1", "03-02 09:30"),
        ("goal_setting:2", "03-05 09:30"),
    ]
    assert [each.exempt for each in visits] == [True, False, False]


def test_planning_again_during_the_session_does_not_break_into_it() -> None:
    visits = plan(JOINED, OFFICE, SPACING, at("2027-03-01 11:00"))

    assert shown(visits)[0] == ("goal_setting:0", "03-01 17:00")


@pytest.mark.parametrize("now", ["2027-03-01 09:00", "2027-03-02 21:45", "2027-03-06 23:00"])
def test_who_joins_on_the_day_or_later_gets_goal_setting_at_once(now: str) -> None:
    course = replace(JOINED, joined_at=at(now))

    first = plan(course, OFFICE, SPACING, at(now))[0]

    assert (first.occurrence, first.due_at, first.exempt) == ("goal_setting:0", at(now), True)
    assert first.local == local_of(at(now), ZONE)


def test_goal_setting_follows_up_on_working_days_after_joining_late() -> None:
    course = replace(JOINED, joined_at=at("2027-03-10 10:00"), goal_settings=1)

    visits = plan(course, OFFICE, SPACING, at("2027-03-10 10:00"))

    assert shown(visits) == [("goal_setting:1", "03-11 09:30"), ("goal_setting:2", "03-16 09:30")]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2027-03-01 20:59", ("03-01 20:59", True)),
        ("2027-03-01 21:01", ("03-02 08:30", False)),
        ("2027-03-03 03:00", ("03-03 08:30", False)),
    ],
)
def test_hours_after_the_session_goal_setting_waits_for_own_hours(
    now: str, expected: tuple[str, bool]
) -> None:
    first = plan(JOINED, OFFICE, SPACING, at(now))[0]

    assert (shown((first,))[0][1], first.exempt) == expected


def test_enrolment_stands_in_for_a_joining_that_nobody_noted() -> None:
    unknown = replace(JOINED, joined_at=None)

    assert shown(plan(unknown, OFFICE, SPACING, AFTER_SESSION))[0][0] == "goal_setting:0"
    assert plan(unknown, OFFICE, SPACING, at("2027-02-23 10:00"))[0].exempt


@pytest.mark.parametrize(("opened", "left"), [(1, [1, 2]), (2, [2]), (3, [])])
def test_goal_setting_comes_back_twice_and_then_no_more(opened: int, left: list[int]) -> None:
    course = replace(JOINED, goal_settings=opened)

    visits = plan(course, OFFICE, SPACING, AFTER_SESSION)

    assert [each.round for each in visits] == left


def test_who_was_not_there_starts_again_on_the_new_day() -> None:
    course = replace(
        JOINED, training_day=date(2027, 3, 15), goal_settings=1, goal_settings_earlier=1
    )

    visits = plan(course, OFFICE, SPACING, at("2027-03-02 10:00"))

    assert shown(visits) == [
        ("goal_setting:1", "03-15 17:00"),
        ("goal_setting:2", "03-16 09:30"),
        ("goal_setting:3", "03-19 09:30"),
    ]
    assert visits[0].exempt


@pytest.mark.parametrize(
    ("opened", "expected"),
    [
        (0, ["03-12 08:30", "03-16 09:30", "03-18 09:30"]),
        (1, ["03-12 09:30", "03-17 09:30"]),
    ],
)
def test_goal_setting_waits_for_the_end_of_silence(opened: int, expected: list[str]) -> None:
    silent = replace(JOINED, quiet_until=date(2027, 3, 11), goal_settings=opened)

    visits = plan(silent, OFFICE, SPACING, AFTER_SESSION)

    assert [when for _, when in shown(visits)] == expected
    assert not any(each.exempt for each in visits)


def test_silence_up_to_the_day_before_leaves_goal_setting_where_it_was() -> None:
    silent = replace(JOINED, quiet_until=date(2027, 2, 28))

    visits = plan(silent, OFFICE, SPACING, at("2027-02-23 10:00"))

    assert shown(visits)[0] == ("goal_setting:0", "03-01 17:00")


# Joined with a plan: check-ins.


def test_check_ins_come_on_their_fixed_days_by_the_slot_rule() -> None:
    visits = plan(PLANNED, OFFICE, SPACING, AFTER_SESSION)

    assert shown(visits) == [
        ("check_in:1", "03-04 09:30"),
        ("check_in:2", "03-11 09:30"),
        ("check_in:3", "03-23 09:30"),
        ("check_in:4", "04-06 09:30"),
        ("check_in:5", "04-27 09:30"),
    ]
    assert {each.priority for each in visits} == {PRIORITY["check_in"]}
    assert lapsed(PLANNED, OFFICE, SPACING, AFTER_SESSION) == ()


def test_summer_time_keeps_the_wall_time_and_moves_the_moment() -> None:
    third, fourth = plan(PLANNED, OFFICE, SPACING, AFTER_SESSION)[2:4]

    assert third.due_at == datetime(2027, 3, 23, 8, 30, tzinfo=UTC)
    assert fourth.due_at == datetime(2027, 4, 6, 7, 30, tzinfo=UTC)


def test_rounds_that_are_done_do_not_come_back() -> None:
    course = replace(PLANNED, rounds_done=frozenset({1, 3}))

    assert [each.round for each in plan(course, OFFICE, SPACING, AFTER_SESSION)] == [2, 4, 5]


def test_all_rounds_done_leaves_nothing_even_after_a_named_day() -> None:
    course = replace(PLANNED, rounds_done=frozenset(range(1, 6)), named=date(2027, 3, 8))

    assert plan(course, OFFICE, SPACING, AFTER_SESSION) == ()


def test_a_plan_made_late_has_only_what_lies_ahead() -> None:
    late = at("2027-03-13 10:00")

    assert [each.round for each in plan(PLANNED, OFFICE, SPACING, late)] == [3, 4, 5]
    assert lapsed(PLANNED, OFFICE, SPACING, late) == (
        ("check_in:1", "past"),
        ("check_in:2", "past"),
    )


def test_an_overdue_visit_still_stands() -> None:
    assert stands(PLANNED, OFFICE, SPACING, "check_in:1")
    assert not stands(replace(PLANNED, rounds_done=frozenset({1})), OFFICE, SPACING, "check_in:1")


@pytest.mark.parametrize(
    ("joined", "enrolled", "left"),
    [
        ("2027-03-11 23:00", date(2027, 2, 1), [2, 3, 4, 5]),
        ("2027-03-12 00:30", date(2027, 2, 1), [3, 4, 5]),
        ("2027-02-23 10:00", date(2027, 3, 12), [3, 4, 5]),
    ],
)
def test_no_check_in_is_for_a_day_before_the_person_was_there(
    joined: str, enrolled: date, left: list[int]
) -> None:
    course = replace(PLANNED, joined_at=at(joined), enrolled_on=enrolled)

    gone = lapsed(course, OFFICE, SPACING)

    assert [each.round for each in plan(course, OFFICE, SPACING, AFTER_SESSION)] == left
    assert set(gone) == {
        (f"check_in:{n}", "before_joining") for n in {1, 2, 3, 4, 5}.difference(left)
    }
    assert not any(stands(course, OFFICE, SPACING, occurrence) for occurrence, _ in gone)


@pytest.mark.parametrize(
    ("named", "expected", "gone"),
    [
        (date(2027, 3, 1), ["1 03-02", "2 03-11", "3 03-23", "4 04-06", "5 04-27"], []),
        (date(2027, 3, 5), ["1 03-08", "2 03-11", "3 03-23", "4 04-06", "5 04-27"], []),
        (date(2027, 3, 10), ["1 03-11", "3 03-23", "4 04-06", "5 04-27"], [2]),
        (date(2027, 3, 19), ["1 03-22", "4 04-06", "5 04-27"], [2, 3]),
        (date(2027, 6, 1), ["1 06-02"], [2, 3, 4, 5]),
    ],
)
def test_a_named_day_moves_the_next_check_in_to_the_working_day_after_it(
    named: date, expected: list[str], gone: list[int]
) -> None:
    course = replace(PLANNED, named=named)

    visits = plan(course, OFFICE, SPACING, AFTER_SESSION)

    assert [f"{each.round} {each.local.day:%m-%d}" for each in visits] == expected
    assert {each.local.at for each in visits} == {time(9, 30)}
    assert lapsed(course, OFFICE, SPACING) == tuple(
        (f"check_in:{n}", "named_moment") for n in gone
    )


def test_the_lowest_round_not_done_is_the_one_that_moves() -> None:
    course = replace(PLANNED, named=date(2027, 3, 16), rounds_done=frozenset({1}))

    assert shown(plan(course, OFFICE, SPACING, at("2027-03-12 10:00")))[0] == (
        "check_in:2",
        "03-17 09:30",
    )


def test_a_named_day_brings_a_visit_also_where_fixed_days_are_past() -> None:
    made_late = replace(PLANNED, named=date(2027, 3, 15))

    visits = plan(made_late, OFFICE, SPACING, at("2027-03-13 10:00"))

    assert shown(visits)[:2] == [("check_in:1", "03-16 09:30"), ("check_in:3", "03-23 09:30")]
    assert lapsed(made_late, OFFICE, SPACING) == (("check_in:2", "named_moment"),)


def test_fixed_days_that_a_visit_has_passed_do_not_come_back_after_it() -> None:
    # Day 10 of a Friday's training is a Monday, its slot a Tuesday: the visit came in between.
    course = replace(
        PLANNED,
        training_day=date(2027, 3, 5),
        rounds_done=frozenset({1}),
        visited_on=date(2027, 3, 15),
    )

    visits = plan(course, OFFICE, SPACING, at("2027-03-15 09:31"))

    assert [each.round for each in visits] == [3, 4, 5]
    assert lapsed(course, OFFICE, SPACING) == (("check_in:2", "visited"),)


def test_a_named_day_that_a_visit_has_followed_moves_nothing_any_more() -> None:
    course = replace(
        PLANNED,
        named=date(2027, 3, 3),
        rounds_done=frozenset({1}),
        visited_on=date(2027, 3, 4),
    )

    assert shown(plan(course, OFFICE, SPACING, at("2027-03-04 09:31")))[0] == (
        "check_in:2",
        "03-11 09:30",
    )


def test_a_day_named_before_the_training_was_moved_moves_nothing() -> None:
    course = replace(PLANNED, training_day=date(2027, 3, 15), named=date(2027, 3, 3))

    assert shown(plan(course, OFFICE, SPACING, AFTER_SESSION))[0] == ("check_in:1", "03-18 09:30")


def test_after_silence_one_check_in_stands_for_those_in_it() -> None:
    silent = replace(PLANNED, quiet_until=date(2027, 3, 12))

    visits = plan(silent, OFFICE, SPACING, AFTER_SESSION)

    assert shown(visits)[:2] == [("check_in:1", "03-15 09:30"), ("check_in:3", "03-23 09:30")]
    assert lapsed(silent, OFFICE, SPACING) == (("check_in:2", "quiet"),)


def test_silence_holds_for_a_named_day_too() -> None:
    silent = replace(PLANNED, quiet_until=date(2027, 3, 12), named=date(2027, 3, 8))

    assert shown(plan(silent, OFFICE, SPACING, AFTER_SESSION))[0] == ("check_in:1", "03-15 09:30")
    assert lapsed(silent, OFFICE, SPACING) == (("check_in:2", "named_moment"),)


def test_silence_that_ends_before_the_next_check_in_changes_nothing() -> None:
    silent = replace(PLANNED, quiet_until=date(2027, 3, 3))

    assert plan(silent, OFFICE, SPACING, AFTER_SESSION) == plan(
        PLANNED, OFFICE, SPACING, AFTER_SESSION
    )


def test_a_closure_loses_no_check_in_and_gives_each_its_own_day() -> None:
    fortnight = frozenset(date(2027, 3, 2) + timedelta(days=n) for n in range(14))

    visits = plan(PLANNED, replace(OFFICE, closed=fortnight), SPACING, AFTER_SESSION)

    assert shown(visits)[:2] == [("check_in:1", "03-16 09:30"), ("check_in:2", "03-17 09:30")]


def test_spacing_is_the_programmes_own() -> None:
    weekly = Spacing(checkin_days=(7, 14), no_plan_days=(2,))

    assert shown(plan(PLANNED, OFFICE, weekly, AFTER_SESSION)) == [
        ("check_in:1", "03-09 09:30"),
        ("check_in:2", "03-16 09:30"),
    ]
    assert shown(plan(replace(JOINED, goal_settings=1), OFFICE, weekly, AFTER_SESSION)) == [
        ("goal_setting:1", "03-03 09:30")
    ]


# Absence, and another pace.


def away_for(first: date, last: date) -> Rhythm:
    """Make the office rhythm of somebody in leave."""
    return replace(OFFICE, closed=days_in([(first, last)]))


def test_leave_of_five_working_days_stops_the_clock() -> None:
    leave = (date(2027, 3, 8), date(2027, 3, 14))
    absent = replace(PLANNED, away=(leave,))

    visits = plan(absent, away_for(*leave), SPACING, AFTER_SESSION)

    # Days 10, 21, 35 and 56 come a week later each.
    assert shown(visits) == [
        ("check_in:1", "03-04 09:30"),
        ("check_in:2", "03-18 09:30"),
        ("check_in:3", "03-30 09:30"),
        ("check_in:4", "04-13 09:30"),
        ("check_in:5", "05-04 09:30"),
    ]
    assert lapsed(absent, away_for(*leave), SPACING) == ()


def test_shorter_leave_only_moves_the_visit_in_it() -> None:
    leave = (date(2027, 3, 9), date(2027, 3, 12))

    visits = plan(replace(PLANNED, away=(leave,)), away_for(*leave), SPACING, AFTER_SESSION)

    assert shown(visits) == [
        ("check_in:1", "03-04 09:30"),
        ("check_in:2", "03-15 09:30"),
        ("check_in:3", "03-23 09:30"),
        ("check_in:4", "04-06 09:30"),
        ("check_in:5", "04-27 09:30"),
    ]


def test_a_part_timers_week_is_no_five_days() -> None:
    leave = (date(2027, 3, 8), date(2027, 3, 14))
    part_time = replace(away_for(*leave), days=frozenset({1, 2, 3}))

    visits = plan(replace(PLANNED, away=(leave,)), part_time, SPACING, AFTER_SESSION)

    assert shown(visits)[1:3] == [("check_in:2", "03-16 09:30"), ("check_in:3", "03-23 09:30")]


def test_goal_setting_waits_for_working_days_after_leave() -> None:
    leave = (date(2027, 3, 2), date(2027, 3, 8))
    absent = replace(JOINED, goal_settings=1, away=(leave,))

    visits = plan(absent, away_for(*leave), SPACING, AFTER_SESSION)

    assert shown(visits) == [("goal_setting:1", "03-09 09:30"), ("goal_setting:2", "03-12 09:30")]


def test_an_absence_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="An absence from 2027-03-09 cannot end on 2027-03-08"):
        replace(PLANNED, away=((date(2027, 3, 9), date(2027, 3, 8)),))


@pytest.mark.parametrize(
    ("change", "expected", "gone"),
    [
        ({}, ["1 03-04", "4 04-06"], [2, 3, 5]),
        ({"rounds_done": frozenset({1}), "visited_on": date(2027, 3, 4)}, ["4 04-06"], [2, 3, 5]),
        # Visited late: the fourth lies 26 days after it, and the fifth takes its place.
        (
            {"rounds_done": frozenset({1, 2}), "visited_on": date(2027, 3, 10)},
            ["5 04-27"],
            [3, 4],
        ),
        ({"visited_on": date(2027, 4, 20), "rounds_done": frozenset({1, 2, 3, 4})}, [], [5]),
        # A named day is kept, but not within four weeks.
        ({"named": date(2027, 3, 9)}, ["1 03-10", "5 04-27"], [2, 3, 4]),
        (
            {
                "named": date(2027, 3, 9),
                "rounds_done": frozenset({1}),
                "visited_on": date(2027, 3, 4),
            },
            ["2 04-01"],
            [4, 5],
        ),
    ],
)
def test_once_a_month_is_four_weeks_apart(
    change: dict[str, Any], expected: list[str], gone: list[int]
) -> None:
    monthly = replace(PLANNED, pace="monthly", **change)

    visits = plan(monthly, OFFICE, SPACING, AFTER_SESSION)

    assert [f"{each.round} {each.local.day:%m-%d}" for each in visits] == expected
    too_soon = [(f"check_in:{n}", "pace") for n in gone]
    assert [each for each in lapsed(monthly, OFFICE, SPACING) if each[1] == "pace"] == too_soon


def test_quiz_only_leaves_out_the_check_ins_and_not_the_plan() -> None:
    quiz = replace(PLANNED, pace="quiz", named=date(2027, 3, 9))

    assert plan(quiz, OFFICE, SPACING, AFTER_SESSION) == ()
    assert {reason for _, reason in lapsed(quiz, OFFICE, SPACING)} == {"pace"}
    assert plan(replace(JOINED, pace="quiz"), OFFICE, SPACING, AFTER_SESSION)


# In shifts.


def test_in_shifts_check_ins_come_when_the_shift_of_that_day_opens() -> None:
    held = [
        Shift(at(f"2027-03-{day} {since}"), at(f"2027-03-{day} {until}"))
        for day, since, until in (("05", "07:00", "15:00"), ("13", "15:00", "23:00"))
    ]
    nurse = Rhythm(ZONE, mode="shifts", shifts=tuple(held))

    visits = plan(PLANNED, nurse, SPACING, AFTER_SESSION)

    assert shown(visits) == [
        ("check_in:1", "03-05 08:00"),
        ("check_in:2", "03-13 16:00"),  # a Saturday
        # No shift is known yet: provisional.
        ("check_in:3", "03-23 09:30"),
        ("check_in:4", "04-06 09:30"),
        ("check_in:5", "04-27 09:30"),
    ]
    assert not has_known_shift(nurse, visits[2].due_at)


def test_the_welcome_of_who_works_at_night_comes_at_night() -> None:
    night = Shift(at("2027-02-22 22:00"), at("2027-02-23 06:00"))
    nurse = Rhythm(ZONE, mode="shifts", shifts=(night,))

    assert shown(plan(INVITED, nurse, SPACING, at("2027-02-01 10:00"))) == [
        ("welcome", "02-22 23:00")
    ]


# What still stands.


@pytest.mark.parametrize(
    ("course", "standing"),
    [
        (INVITED, {"welcome"}),
        (replace(INVITED, invited=True), set()),
        (JOINED, {"goal_setting:0", "goal_setting:1", "goal_setting:2"}),
        (replace(JOINED, goal_settings=2), {"goal_setting:2"}),
        (replace(JOINED, goal_settings=3), set()),
        (PLANNED, {"check_in:1", "check_in:2"}),
        (replace(PLANNED, named=date(2027, 3, 20)), {"check_in:1"}),
    ],
)
def test_only_what_is_still_wanted_stands(course: Course, standing: set[str]) -> None:
    kinds = ["welcome", "goal_setting:0", "goal_setting:1", "goal_setting:2", "goal_setting:3"]
    asked = [*kinds, "check_in:1", "check_in:2", "check_in:6", "quiz:1", "check_in"]

    assert {one for one in asked if stands(course, OFFICE, SPACING, one)} == standing


# Values that are refused.


@pytest.mark.parametrize("days", [(3, 3), (10, 3), (0, 3), (-1,)])
def test_days_that_do_not_rise_are_refused(days: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="must rise"):
        Spacing(checkin_days=days)
    with pytest.raises(ValueError, match="must rise"):
        Spacing(no_plan_days=days)


def test_naive_moments_are_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        plan(PLANNED, OFFICE, SPACING, NAIVE)
    with pytest.raises(ValueError, match="no time zone"):
        lapsed(PLANNED, OFFICE, SPACING, NAIVE)
    with pytest.raises(ValueError, match="no time zone"):
        replace(PLANNED, joined_at=NAIVE)


def test_the_session_ends_at_five() -> None:
    assert session_end(OFFICE, TRAINING) == Local(TRAINING, time(17), ZONE)


def test_the_order_is_that_of_the_caps() -> None:
    order = [
        "goal_setting", "follow_up", "check_in", "written_for", "rehearsal", "buddy_visit", "quiz",
    ]  # fmt: skip
    ranks = [PRIORITY[kind] for kind in order]

    assert ranks == sorted(ranks)
    assert PRIORITY["challenge"] < PRIORITY["digest"]


# Whatever the course, the rhythm and the moment.

NOW = st.datetimes(
    datetime(2027, 2, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    datetime(2027, 7, 1),  # noqa: DTZ001 - the same
    timezones=st.just(UTC),
)


RHYTHMS = any_rhythms(around=st.just(date(2027, 2, 25)))


@given(course=courses(), rhythm=RHYTHMS, spacing=SPACINGS, now=NOW)
def test_every_planned_moment_lies_ahead_and_in_own_hours(
    course: Course, rhythm: Rhythm, spacing: Spacing, now: datetime
) -> None:
    visits = plan(course, rhythm, spacing, now)

    assert all(each.due_at >= now for each in visits)
    assert all(
        each.exempt
        or is_open(rhythm, each.due_at)
        or not has_known_shift(rhythm, each.due_at)  # provisional: nobody is disturbed at it
        for each in visits
    )
    assert [each.due_at for each in visits] == sorted(each.due_at for each in visits)
    assert sum(each.exempt for each in visits) <= 1


@given(course=courses(), rhythm=RHYTHMS, spacing=SPACINGS, now=NOW)
def test_no_two_visits_share_a_day_or_a_name(
    course: Course, rhythm: Rhythm, spacing: Spacing, now: datetime
) -> None:
    visits = plan(course, rhythm, spacing, now)

    assert len({each.local.day for each in visits}) == len(visits)
    assert len({each.occurrence for each in visits}) == len(visits)
    assert all(stands(course, rhythm, spacing, each.occurrence) for each in visits)


@pytest.mark.slow
@given(course=courses(), rhythm=RHYTHMS, spacing=SPACINGS, now=NOW)
def test_every_round_is_done_planned_or_lapsed_with_a_reason(
    course: Course, rhythm: Rhythm, spacing: Spacing, now: datetime
) -> None:
    joined = replace(course, status="joined", has_plan=True, training_day=TRAINING)

    coming = {each.occurrence for each in plan(joined, rhythm, spacing, now)}
    gone = dict(lapsed(joined, rhythm, spacing, now))

    rounds = {f"check_in:{n}" for n in range(1, len(spacing.checkin_days) + 1)}
    done = {f"check_in:{n}" for n in course.rounds_done}
    assert coming | gone.keys() | (done & rounds) == rounds
    assert not coming & gone.keys()
    assert set(gone.values()) <= set(REASONS)


@pytest.mark.slow
@given(course=courses(), rhythm=RHYTHMS, spacing=SPACINGS, now=NOW)
def test_silence_is_kept(course: Course, rhythm: Rhythm, spacing: Spacing, now: datetime) -> None:
    until = date(2027, 4, 1)
    silent = replace(course, quiet_until=until)

    assert all(each.local.day > until for each in plan(silent, rhythm, spacing, now))


@pytest.mark.slow
@given(course=courses(), rhythm=RHYTHMS, spacing=SPACINGS, now=NOW)
def test_without_a_plan_nobody_is_asked_how_it_went(
    course: Course, rhythm: Rhythm, spacing: Spacing, now: datetime
) -> None:
    kinds = {each.kind for each in plan(replace(course, has_plan=False), rhythm, spacing, now)}

    assert kinds <= {"welcome", "goal_setting"}
    assert "goal_setting" not in kinds or course.status == "joined"


@given(course=courses(), rhythm=RHYTHMS, spacing=SPACINGS, now=NOW)
def test_no_check_in_is_planned_for_a_day_before_enrolment_or_training(
    course: Course, rhythm: Rhythm, spacing: Spacing, now: datetime
) -> None:
    joined = replace(course, status="joined", has_plan=True, training_day=TRAINING)
    since = max(TRAINING, course.enrolled_on)

    assert all(each.local.day >= since for each in plan(joined, rhythm, spacing, now))


@pytest.mark.slow
@given(course=courses(), rhythm=RHYTHMS, spacing=SPACINGS, now=NOW)
def test_once_a_month_means_four_weeks_between_all_check_ins(
    course: Course, rhythm: Rhythm, spacing: Spacing, now: datetime
) -> None:
    monthly = replace(course, pace="monthly", status="joined", has_plan=True)

    visits = plan(monthly, rhythm, spacing, now)

    days = [each.local.day for each in visits]
    before = [course.visited_on] if course.visited_on else []
    assert all(
        later - earlier >= timedelta(days=28) for earlier, later in pairwise([*before, *days])
    )


@pytest.mark.slow
@given(course=courses(), rhythm=rhythms(), now=NOW, away=absences(TRAINING))
def test_no_absence_loses_a_check_in_or_brings_one_sooner(
    course: Course, rhythm: Rhythm, now: datetime, away: tuple[tuple[date, date], ...]
) -> None:
    there = replace(
        course, status="joined", has_plan=True, training_day=TRAINING, named=None, pace=None,
        visited_on=None, quiet_until=None, enrolled_on=TRAINING, joined_at=None, away=(),
    )  # fmt: skip
    absent = replace(there, away=away)
    in_leave = replace(rhythm, closed=rhythm.closed | days_in(away))

    before = {each.occurrence: each for each in plan(there, rhythm, SPACING, now)}
    after = {each.occurrence: each for each in plan(absent, in_leave, SPACING, now)}

    assert before.keys() <= after.keys()
    assert all(after[each].local.day >= before[each].local.day for each in before)
    assert not days_in(away) & {each.local.day for each in after.values()}
    assert {reason for _, reason in lapsed(absent, in_leave, SPACING)} == set()


@given(course=courses(), rhythm=rhythms(), spacing=SPACINGS, zone=ZONES)
def test_in_another_zone_each_visit_keeps_its_day_and_its_time(
    course: Course, rhythm: Rhythm, spacing: Spacing, zone: str
) -> None:
    planned = replace(
        course, status="joined", has_plan=True, training_day=TRAINING, joined_at=None
    )
    long_before = at("2027-01-01 10:00")

    here = plan(planned, rhythm, spacing, long_before)
    there = plan(planned, replace(rhythm, zone=zone), spacing, long_before)

    assert shown(here) == shown(there)
    assert {each.local.zone for each in there} <= {zone}
    assert all(each.due_at == to_utc(each.local) for each in there)
