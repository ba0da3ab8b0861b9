"""When a buddy is asked: days after the training, each at a slot of their own, up to the end.

The clocks of Amsterdam go forward on 28 March 2027 and back on 31 October 2027.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.buddy import LASTS, Asking, askings
from scheduler.caps import WEEK
from scheduler.hours import slot_for
from scheduler.local import Local, local_of, to_utc
from scheduler.rhythm import Rhythm
from tests.scheduler.strategies import DAYS, MOMENTS, rhythms

TRAINING = date(2027, 3, 2)  # a Tuesday, the day of the default slot
AMSTERDAM = Rhythm("Europe/Amsterdam")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
QUESTIONS = {"buddy_visit", "still_fine", "looking_back"}


def told(found: list[Asking]) -> list[tuple[str, int, str]]:
    """Give what is asked, the how manieth, and when in UTC."""
    return [(each.kind, each.number, f"{each.due_at:%d %b %H:%M}") for each in found]


def test_all_that_a_buddy_is_asked_comes_at_the_slot_across_a_clock_change() -> None:
    assert told(list(askings(AMSTERDAM, TRAINING, LONG_AGO))) == [
        ("talk_card", 1, "09 Mar 08:30"),
        ("buddy_visit", 1, "11 Mar 08:30"),
        ("buddy_visit", 2, "25 Mar 08:30"),
        ("still_fine", 1, "01 Apr 07:30"),
        ("buddy_visit", 3, "08 Apr 07:30"),
        ("talk_card", 2, "13 Apr 07:30"),
        ("buddy_visit", 4, "22 Apr 07:30"),
        ("looking_back", 1, "03 May 07:30"),
        ("ending", 1, "04 May 07:30"),
    ]


@pytest.mark.parametrize(
    ("training", "first", "second"),
    [
        (date(2027, 3, 15), "24 Mar 08:30", "07 Apr 07:30"),
        (date(2027, 10, 18), "27 Oct 07:30", "10 Nov 08:30"),
    ],
)
def test_a_clock_that_changes_moves_no_question_on_the_wall(
    training: date, first: str, second: str
) -> None:
    found = [each for each in askings(AMSTERDAM, training, LONG_AGO) if each.kind == "buddy_visit"]

    assert [f"{each.due_at:%d %b %H:%M}" for each in found[:2]] == [first, second]
    assert {each.local.at for each in found} == {time(9, 30)}


@pytest.mark.parametrize(
    ("now", "kinds"),
    [
        (datetime(2027, 3, 11, 8, 29, tzinfo=UTC), ["buddy_visit", "buddy_visit"]),
        (datetime(2027, 3, 11, 8, 30, tzinfo=UTC), ["buddy_visit", "still_fine"]),
        (datetime(2027, 4, 22, 8, 0, tzinfo=UTC), ["looking_back", "ending"]),
        (datetime(2027, 5, 3, 8, 0, tzinfo=UTC), ["ending"]),
        (datetime(2029, 1, 1, tzinfo=UTC), ["ending"]),
    ],
)
def test_who_agrees_late_is_asked_what_is_still_to_come(now: datetime, kinds: list[str]) -> None:
    assert [each.kind for each in askings(AMSTERDAM, TRAINING, now)][:2] == kinds


def test_the_end_of_what_is_over_already_comes_now() -> None:
    now = datetime(2029, 1, 1, tzinfo=UTC)

    [end] = askings(AMSTERDAM, TRAINING, now)

    assert end.due_at == now


def test_what_is_asked_next_keeps_its_number_whenever_they_agree() -> None:
    late = datetime(2027, 4, 1, 12, 0, tzinfo=UTC)

    found = told(list(askings(AMSTERDAM, TRAINING, late)))

    assert found == told(list(askings(AMSTERDAM, TRAINING, LONG_AGO)))[4:]


def test_questions_at_the_default_slot_are_at_least_a_week_apart() -> None:
    asked = [each for each in askings(AMSTERDAM, TRAINING, LONG_AGO) if each.kind in QUESTIONS]

    assert all(b.local.day - a.local.day >= WEEK for a, b in pairwise(asked))


@given(rhythms(), DAYS, MOMENTS)
def test_whatever_the_rhythm_each_is_at_a_slot_of_their_own_and_the_end_is_always_there(
    rhythm: Rhythm, training: date, now: datetime
) -> None:
    found = list(askings(rhythm, training, now))

    *others, end = found
    assert end.kind == "ending"
    assert end.local == slot_for(rhythm, training + LASTS)
    assert end.due_at == max(to_utc(end.local), now)
    assert all(each.due_at == to_utc(each.local) > now for each in others)
    assert all(each.local.day.isoweekday() in rhythm.days for each in found)
    assert len({(each.kind, each.number) for each in found}) == len(found)
    assert [each.due_at for each in found] == sorted(each.due_at for each in found)


@given(rhythms(), DAYS, st.timedeltas(timedelta(0), LASTS))
def test_time_that_passes_only_leaves_out_what_was(
    rhythm: Rhythm, training: date, passed: timedelta
) -> None:
    begins = to_utc(Local(training, time(0), rhythm.zone))
    before = list(askings(rhythm, training, begins))

    after = list(askings(rhythm, training, begins + passed))

    assert after[:-1] == [each for each in before[:-1] if each.due_at > begins + passed]
    assert local_of(after[-1].due_at, rhythm.zone).day >= before[-1].local.day
