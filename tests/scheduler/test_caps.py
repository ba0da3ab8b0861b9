"""The limits on messages that nobody asked for; most tests stand on Tuesday 2 March 2027."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.caps import (
    BETWEEN_POSTS,
    LIMITS,
    LONGEST_SPAN,
    MOST,
    MOST_AFTER_TRAINING,
    UNCOUNTED,
    WEEK,
    Budget,
    Unasked,
    first_with_room,
    fits,
    has_room,
)
from scheduler.priority import PRIORITY

ZONE = "Europe/Amsterdam"
NOW = datetime(2027, 3, 2, 8, 30, tzinfo=UTC)
DAY = timedelta(days=1)
NAIVE = datetime(2027, 3, 2, 9, 30)  # noqa: DTZ001 - naive on purpose


def message(days: float, kind: str = "check_in") -> Unasked:
    return Unasked(kind, NOW + days * DAY, PRIORITY[kind])


def sent(*days: float, kind: str = "check_in") -> Budget:
    return Budget(ZONE, tuple(message(each, kind) for each in days))


def room(budget: Budget, kind: str = "check_in", days: float = 0) -> bool:
    return has_room(budget, kind, PRIORITY[kind], NOW + days * DAY)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((), True),
        ((-6, -3), True),
        ((-6, -3, -1), False),
        ((-7, -3, -1), True),  # a week ago is out of this week
        ((-6.999, -3, -1), False),
        ((-20, -19, -18, -3, -1), True),
        ((1, 2, 3), False),  # the clock was put back
    ],
)
def test_three_messages_come_in_any_week(days: tuple[float, ...], *, expected: bool) -> None:
    assert room(sent(*days)) is expected


@pytest.mark.parametrize(
    ("day_0", "expected"),
    [
        (date(2027, 3, 3), False),
        (date(2027, 3, 2), True),
        (date(2027, 2, 24), True),
        (date(2027, 2, 23), False),
    ],
)
def test_in_the_week_of_day_0_there_may_be_four(day_0: date, *, expected: bool) -> None:
    three, days = sent(-6, -3, -1), frozenset({day_0, date(2026, 1, 1)})

    assert room(replace(three, training_days=days)) is expected
    assert not room(replace(sent(-6, -5, -3, -1), training_days=days))


def test_the_week_of_day_0_is_counted_in_the_persons_own_zone() -> None:
    late = datetime(2027, 3, 2, 23, 30, tzinfo=UTC)  # the third in Amsterdam
    three = Budget("UTC", sent(-5, -3, -1).sent, training_days=frozenset({date(2027, 3, 3)}))

    assert not has_room(three, "check_in", 50, late)
    assert has_room(replace(three, zone=ZONE), "check_in", 50, late)


@pytest.mark.parametrize("kind", sorted(UNCOUNTED))
def test_what_was_asked_for_is_not_counted_and_needs_no_room(kind: str) -> None:
    assert room(sent(-6, -3, -1), kind)
    assert room(replace(sent(-6, -3), coming=(message(1, kind),)), "remind")
    assert room(sent(-6, -5, -3, -1, kind=kind))


@pytest.mark.parametrize(
    ("kind", "coming", "expected"),
    [
        ("remind", message(1), False),
        ("remind", message(1, "quiz"), True),
        ("check_in", message(1), True),  # not before one of its own rank
        ("check_in", message(1, "goal_setting"), False),
        ("remind", message(6.9), True),  # by then the oldest of these is out of the week
        ("remind", message(5), False),
    ],
)
def test_room_is_kept_for_what_goes_before(kind: str, coming: Unasked, *, expected: bool) -> None:
    assert room(replace(sent(-1.5, -1), coming=(coming,)), kind) is expected


def test_what_comes_a_week_later_needs_no_room_kept() -> None:
    assert room(replace(sent(-2, -1), coming=(message(7),)), "remind")


def test_the_first_moment_with_room_is_given() -> None:
    days = (NOW + n * DAY for n in count())

    found = first_with_room(sent(-4, -3, -1), "check_in", PRIORITY["check_in"], days)

    assert found == NOW + 3 * DAY


# Roles that nothing plans for yet.


@pytest.mark.parametrize(
    ("kind", "days", "expected"),
    [
        ("buddy_visit", (-7,), True),
        ("buddy_visit", (-6.9,), False),
        ("coach", (-6,), False),
        ("appreciation", (-6,), False),
        ("witness", (-6,), False),
        ("witness", (-60, -40, -20), True),
        ("witness", (-80, -60, -40, -20), False),
        ("witness", (-91, -60, -40, -20), True),
    ],
)
def test_a_role_has_limits_of_its_own(
    kind: str, days: tuple[float, ...], *, expected: bool
) -> None:
    before = Budget(ZONE, tuple(Unasked(kind, NOW + each * DAY, 70) for each in days))

    assert has_room(before, kind, 70, NOW) is expected
    assert has_room(before, "check_in", PRIORITY["check_in"], NOW)


def test_a_channel_gets_two_posts_a_week_and_one_of_a_learner_in_two_weeks() -> None:
    assert fits(LIMITS["post"], [NOW - DAY], NOW)
    assert not fits(LIMITS["post"], [NOW - 2 * DAY, NOW - DAY], NOW)
    assert BETWEEN_POSTS == 14 * DAY


def test_one_looks_back_as_far_as_the_longest_limit() -> None:
    assert timedelta(days=91) == LONGEST_SPAN


def test_naive_moments_are_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        Unasked("check_in", NAIVE, 50)
    with pytest.raises(ValueError, match="no time zone"):
        has_room(sent(), "check_in", 50, NAIVE)


# Whatever is sent and comes.

KINDS = st.sampled_from(("goal_setting", "check_in", "remind", "buddy_visit", "quiz", "resume"))
MESSAGES = st.builds(message, st.floats(-10, 10), KINDS)
BUDGETS = st.builds(
    Budget,
    st.sampled_from((ZONE, "Pacific/Apia", "America/St_Johns")),
    st.lists(MESSAGES.filter(lambda one: one.at <= NOW), max_size=6).map(tuple),
    st.lists(MESSAGES.filter(lambda one: one.at >= NOW), max_size=4).map(tuple),
    st.sets(st.dates(date(2027, 2, 20), date(2027, 3, 10)), max_size=1).map(frozenset),
)


@given(budget=BUDGETS, kind=KINDS)
def test_somewhere_in_the_next_weeks_there_is_room_for_everything(
    budget: Budget, kind: str
) -> None:
    hours = (NOW + n * timedelta(hours=1) for n in range(24 * 18))

    assert first_with_room(budget, kind, PRIORITY[kind], hours) <= NOW + 18 * DAY


@given(budget=BUDGETS, kind=KINDS.filter(lambda kind: kind not in UNCOUNTED))
def test_what_has_room_may_be_sent_and_so_may_all_that_goes_before(
    budget: Budget, kind: str
) -> None:
    has = has_room(budget, kind, PRIORITY[kind], NOW)

    after = [one.at for one in budget.sent if one.kind not in UNCOUNTED] + [NOW]
    assert not has or _in_week(after, NOW) <= MOST_AFTER_TRAINING
    assert has or _in_week(after, NOW) > MOST or budget.coming or kind == "buddy_visit"


@given(budget=BUDGETS, kind=KINDS, less=st.integers(0, 5))
def test_who_was_sent_less_has_no_less_room(budget: Budget, kind: str, less: int) -> None:
    fewer = replace(budget, sent=budget.sent[less:], coming=budget.coming[less:])

    assert room(fewer, kind) >= room(budget, kind)


def _in_week(moments: list[datetime], last: datetime) -> int:
    return sum(last - WEEK < one <= last for one in moments)
