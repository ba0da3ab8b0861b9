"""What becomes of a due nudge; most tests stand on Tuesday 2 March 2027, 09:30."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal, get_args
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scheduler.caps import (
    MOST,
    MOST_AFTER_TRAINING,
    UNCOUNTED,
    WEEK,
    Budget,
    Limit,
    Unasked,
    fits,
)
from scheduler.carried import CARRIED_AT_MOST
from scheduler.decide import BETWEEN_MESSAGES, Decision, Drop, Move, Open, Wait, decide
from scheduler.facts import Due, Facts
from scheduler.hours import Rhythm, is_open, jitter
from scheduler.local import Local, local_of, to_utc
from scheduler.plan import Course, Spacing, Status, plan
from scheduler.priority import PRIORITY
from scheduler.reasons import REASONS, DropReason, MoveReason, WaitReason
from scheduler.shifts import Shift
from tests.scheduler.played import play
from tests.scheduler.strategies import SPACINGS, courses, rhythms

ZONE = "Europe/Amsterdam"
OFFICE = Rhythm(ZONE)
NAIVE = datetime(2027, 3, 1, 9, 30)  # noqa: DTZ001 - naive on purpose


def at(text: str) -> datetime:
    wall = datetime.fromisoformat(text)
    return to_utc(Local(wall.date(), wall.time(), ZONE))


def due(kind: str, when: str = "2027-03-02 09:30", *, number: int = 1) -> Due:
    return Due(
        kind=kind,
        occurrence=f"{kind}:{number}",
        due_at=at(when),
        exempt=False,
        priority=PRIORITY[kind],
    )


def moved(when: str, reason: MoveReason) -> Move:
    return Move(local_of(at(when), ZONE), at(when), reason)


def sent(*whens: str, kind: str = "check_in") -> Budget:
    return Budget(ZONE, tuple(Unasked(kind, at(when), PRIORITY[kind]) for when in whens))


TUESDAY = at("2027-03-02 09:30")
REFLECTING = Facts(
    now=TUESDAY,
    rhythm=OFFICE,
    status="joined",
    person_active=True,
    has_plan=True,
    training_day=date(2027, 2, 22),
    budget=Budget(ZONE),
)
WITHOUT_PLAN = replace(REFLECTING, has_plan=False)
INVITED = replace(WITHOUT_PLAN, status="invited")
A_WEEK = (Limit(MOST, WEEK),)
BOUND = ["remind", "close", "resume"]


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("welcome", INVITED),
        ("remind", INVITED),
        ("close", INVITED),
        ("resume", INVITED),
        ("goal_setting", WITHOUT_PLAN),
        ("check_in", REFLECTING),
        ("remind", REFLECTING),
        ("close", REFLECTING),
        ("resume", REFLECTING),
        ("quiz", REFLECTING),
    ],
)
def test_what_is_wanted_and_in_hours_opens(kind: str, facts: Facts) -> None:
    assert decide(due(kind), facts) == Open()


# Not wanted any more.


@pytest.mark.parametrize("kind", ["welcome", "goal_setting", "check_in", *BOUND])
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"person_active": False}, "left"),
        ({"person_active": False, "status": "stopped"}, "left"),
        ({"status": "stopped"}, "stopped"),
        ({"status": "declined"}, "declined"),
    ],
)
def test_nobody_who_is_out_gets_anything(
    kind: str, change: dict[str, object], reason: DropReason
) -> None:
    facts = replace(REFLECTING, **change)  # type: ignore[arg-type]
    # The end of a question says nothing, and who is out may have answered an old card; whoever
    # takes a no back may ask for one "later".
    may_come = {"left": (), "stopped": ("close",), "declined": ("close", "resume")}
    expected = Open() if kind in may_come[reason] else Drop(reason)

    assert decide(due(kind), facts) == expected
    assert decide(replace(due(kind), exempt=True), facts) == expected


@pytest.mark.parametrize(
    ("kind", "facts", "reason"),
    [
        ("welcome", REFLECTING, "joined"),
        ("welcome", replace(REFLECTING, status="done"), "done"),
        ("check_in", replace(REFLECTING, status="done"), "done"),
        ("check_in", WITHOUT_PLAN, "no_plan"),
        ("check_in", INVITED, "not_joined"),
        ("goal_setting", INVITED, "not_joined"),
        ("quiz", INVITED, "not_joined"),
        ("goal_setting", REFLECTING, "has_plan"),
        ("goal_setting", replace(WITHOUT_PLAN, training_day=None), "no_training_day"),
        ("check_in", replace(REFLECTING, training_day=None), "no_training_day"),
    ],
)
def test_what_is_not_wanted_any_more_is_dropped_with_the_reason(
    kind: str, facts: Facts, reason: DropReason
) -> None:
    assert decide(due(kind), facts) == Drop(reason)


@pytest.mark.parametrize("kind", BOUND)
def test_what_belongs_to_a_dialogue_outlives_the_programme(kind: str) -> None:
    assert decide(due(kind), replace(REFLECTING, status="done")) == Open()


# Silence.


@pytest.mark.parametrize(
    ("kind", "facts", "expected"),
    [
        ("welcome", INVITED, "2027-03-08 08:30"),
        ("check_in", REFLECTING, "2027-03-08 09:30"),
        ("goal_setting", WITHOUT_PLAN, "2027-03-08 09:30"),
        ("remind", REFLECTING, "2027-03-08 08:30"),
    ],
)
def test_a_pause_moves_what_is_due_to_after_it(kind: str, facts: Facts, expected: str) -> None:
    paused = replace(facts, quiet_until=date(2027, 3, 5))

    assert decide(due(kind), paused) == moved(expected, "quiet")


def test_what_was_put_off_into_a_pause_is_not_asked_beside_the_return() -> None:
    assert decide(due("resume"), _quiet_until(date(2027, 3, 5))) == Drop("quiet")


def test_the_last_day_of_a_pause_is_silent_and_the_next_is_not() -> None:
    assert isinstance(decide(due("check_in"), _quiet_until(date(2027, 3, 2))), Move)
    assert decide(due("check_in"), _quiet_until(date(2027, 3, 1))) == Open()


def _quiet_until(day: date) -> Facts:
    return replace(REFLECTING, quiet_until=day)


def test_a_pause_holds_for_goal_setting_at_the_end_of_the_session_too() -> None:
    paused = replace(WITHOUT_PLAN, quiet_until=date(2027, 3, 2))

    assert decide(replace(due("goal_setting"), exempt=True), paused) == moved(
        "2027-03-03 09:30", "quiet"
    )


def test_a_dialogue_closes_in_silence() -> None:
    night = replace(
        REFLECTING, now=at("2027-03-07 03:00"), quiet_until=date(2027, 3, 9), busy=True
    )

    assert decide(due("close"), night) == Open()


@pytest.mark.parametrize(
    ("kind", "facts", "expected"),
    [
        ("goal_setting", WITHOUT_PLAN, "2027-03-09 17:00"),
        ("check_in", REFLECTING, "2027-03-10 09:30"),
    ],
)
def test_a_training_that_was_moved_takes_its_visits_along(
    kind: str, facts: Facts, expected: str
) -> None:
    later = replace(facts, training_day=date(2027, 3, 9))

    assert decide(due(kind), later) == moved(expected, "training_ahead")


# Goal setting at the end of the session.


@pytest.mark.parametrize("now", ["2027-03-05 17:00", "2027-03-06 23:00"])
def test_goal_setting_at_the_end_of_the_session_comes_whatever_the_hour(now: str) -> None:
    facts = replace(
        WITHOUT_PLAN,
        now=at(now),
        budget=Budget(ZONE, (Unasked("quiz", at(now) - timedelta(hours=1), 80),)),
        busy=True,
        others_due=(due("goal_setting", now),),
    )

    assert decide(replace(due("goal_setting", now), exempt=True), facts) == Open()


def test_hours_later_goal_setting_is_a_visit_like_any_other() -> None:
    session = replace(due("goal_setting", "2027-03-01 17:00"), exempt=True)

    evening, night = at("2027-03-01 21:00"), at("2027-03-02 03:00")

    assert decide(session, replace(WITHOUT_PLAN, now=evening)) == Open()
    assert decide(session, replace(WITHOUT_PLAN, now=night)) == moved(
        "2027-03-02 09:30", "outside_hours"
    )


# Own hours.


@pytest.mark.parametrize(
    ("kind", "facts", "now", "expected"),
    [
        ("check_in", REFLECTING, "2027-03-02 18:00", "2027-03-03 09:30"),
        ("check_in", REFLECTING, "2027-03-02 06:00", "2027-03-02 09:30"),
        ("check_in", REFLECTING, "2027-03-05 13:00", "2027-03-08 09:30"),
        ("goal_setting", WITHOUT_PLAN, "2027-03-06 10:00", "2027-03-08 09:30"),
        ("welcome", INVITED, "2027-03-06 10:00", "2027-03-08 08:30"),
        ("remind", REFLECTING, "2027-03-05 13:00", "2027-03-08 08:30"),
        ("resume", REFLECTING, "2027-03-02 19:00", "2027-03-03 08:30"),
    ],
)
def test_outside_own_hours_everything_waits(
    kind: str, facts: Facts, now: str, expected: str
) -> None:
    assert decide(due(kind), replace(facts, now=at(now))) == moved(expected, "outside_hours")


def test_hours_are_those_of_now_not_of_planning() -> None:
    moved_house = replace(REFLECTING, rhythm=Rhythm("America/New_York"))

    decision = decide(due("check_in"), moved_house)

    assert isinstance(decision, Move)
    assert decision.local == Local(date(2027, 3, 2), OFFICE.slot_time, "America/New_York")


# Room between messages.


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("2027-03-01 13:30", Open()),
        ("2027-03-01 13:31", moved("2027-03-03 09:30", "too_soon")),
        ("2027-03-02 09:29", moved("2027-03-03 09:30", "too_soon")),
        ("2027-03-02 15:00", moved("2027-03-04 09:30", "too_soon")),  # the clock was put back
    ],
)
@pytest.mark.parametrize("kind", ["check_in", "remind"])
def test_twenty_hours_lie_between_two_messages(kind: str, last: str, expected: Decision) -> None:
    assert decide(due(kind), replace(REFLECTING, budget=sent(last))) == expected


def test_the_welcome_waits_for_room_too() -> None:
    recent = replace(INVITED, budget=sent("2027-03-02 09:00"))

    assert decide(due("welcome"), recent) == moved("2027-03-03 09:30", "too_soon")


def test_later_was_asked_for_so_it_needs_no_room() -> None:
    recent = replace(
        REFLECTING,
        budget=sent("2027-03-02 09:00"),
        busy=True,
        others_due=(due("check_in"),),
    )

    assert decide(due("resume"), recent) == Open()


def test_a_conversation_of_today_is_finished_first() -> None:
    busy = replace(REFLECTING, busy=True)

    assert decide(due("check_in"), busy) == moved("2027-03-03 09:30", "busy")
    assert decide(due("remind"), busy) == Open()


# Several at once.


def decided(these: list[Due], facts: Facts) -> list[Decision]:
    return [
        decide(one, replace(facts, others_due=tuple(each for each in these if each is not one)))
        for one in these
    ]


def test_of_two_on_one_day_the_higher_opens_and_the_other_waits_a_day() -> None:
    both = [due("check_in"), due("quiz")]

    assert decided(both, REFLECTING) == [Open(), moved("2027-03-03 09:30", "another_first")]


def test_a_reminder_lets_a_visit_go_first() -> None:
    both = [due("check_in"), due("remind", "2027-03-02 08:30")]

    assert decided(both, REFLECTING) == [Open(), moved("2027-03-03 09:30", "another_first")]


def test_after_downtime_the_latest_check_in_opens_and_older_ones_are_overtaken() -> None:
    several = [
        due("check_in", "2027-02-23 09:30", number=1),
        due("check_in", "2027-02-26 09:30", number=2),
        due("check_in", "2027-03-01 09:30", number=3),
    ]

    assert decided(several, REFLECTING) == [Drop("overtaken"), Drop("overtaken"), Open()]


def test_after_downtime_in_the_night_the_latest_waits_and_the_rest_are_overtaken() -> None:
    several = [
        due("check_in", "2027-02-26 09:30", number=1),
        due("check_in", "2027-03-01 09:30", number=2),
    ]
    night = replace(REFLECTING, now=at("2027-03-02 02:00"))

    assert decided(several, night) == [
        Drop("overtaken"),
        moved("2027-03-02 09:30", "outside_hours"),
    ]


def test_older_goal_settings_are_overtaken_by_the_latest() -> None:
    several = [
        due("goal_setting", "2027-02-23 09:30", number=1),
        due("goal_setting", "2027-03-01 09:30", number=2),
    ]

    assert decided(several, WITHOUT_PLAN) == [Drop("overtaken"), Open()]


def test_a_check_in_of_today_waits_for_an_older_higher_visit() -> None:
    both = [due("follow_up", "2027-03-01 09:30"), due("check_in")]

    assert decided(both, REFLECTING) == [Open(), moved("2027-03-03 09:30", "another_first")]


def test_what_is_older_than_four_days_gives_way_to_what_is_not() -> None:
    both = [due("follow_up", "2027-02-26 09:29"), due("check_in")]

    assert decided(both, REFLECTING) == [moved("2027-03-03 09:30", "another_first"), Open()]


def test_four_days_overdue_is_not_older_than_four_days() -> None:
    both = [due("follow_up", "2027-02-26 09:30"), due("check_in")]

    assert decided(both, REFLECTING)[0] == Open()


def test_a_single_check_in_is_never_lost_however_old() -> None:
    assert decide(due("check_in", "2026-12-01 09:30"), REFLECTING) == Open()


def test_of_check_ins_that_are_all_too_old_the_latest_still_opens() -> None:
    several = [
        due("check_in", "2027-02-01 09:30", number=1),
        due("check_in", "2027-02-10 09:30", number=2),
    ]

    assert decided(several, REFLECTING) == [Drop("overtaken"), Open()]


def test_two_check_ins_of_one_moment_open_on_two_days() -> None:
    both = [due("check_in", number=1), due("check_in", number=2)]

    assert decided(both, REFLECTING) == [Open(), moved("2027-03-03 09:30", "another_first")]


def test_what_is_not_wanted_itself_overtakes_nothing() -> None:
    old = due("check_in", "2027-02-23 09:30")

    facts = replace(REFLECTING, others_due=(due("goal_setting"), due("welcome")))

    assert decide(old, facts) == Open()


@pytest.mark.parametrize("kind", BOUND)
def test_what_belongs_to_a_dialogue_takes_no_visits_place(kind: str) -> None:
    old = due("check_in", "2027-02-23 09:30")

    assert decide(old, replace(REFLECTING, others_due=(due(kind),))) == Open()


@pytest.mark.parametrize(
    "kind", ["remind", "quiz", "challenge", "rehearsal", "eve", "buddy_visit"]
)
def test_after_downtime_what_may_be_missed_is_overtaken_by_a_visit(kind: str) -> None:
    both = [due("check_in"), due(kind, "2027-03-01 09:30")]

    assert decided(both, REFLECTING) == [Open(), Drop("overtaken")]


@pytest.mark.parametrize(
    "kind", ["remind", "quiz", "challenge", "rehearsal", "eve", "buddy_visit"]
)
def test_what_may_be_missed_is_of_no_use_more_than_four_days_late(kind: str) -> None:
    assert decide(due(kind, "2027-02-26 09:30"), REFLECTING) == Open()
    assert decide(due(kind, "2027-02-26 09:29"), REFLECTING) == Drop("overtaken")


@pytest.mark.parametrize("kind", ["check_in", "follow_up", "written_for", "resume", "back"])
def test_what_is_never_lost_opens_however_late(kind: str) -> None:
    assert decide(due(kind, "2026-12-01 09:30"), REFLECTING) == Open()


def test_a_check_in_of_one_programme_stands_for_none_of_another() -> None:
    there = replace(due("check_in"), run="feedback")
    here = replace(due("check_in", "2027-03-01 09:30"), run="bellen")

    assert decided([there, here], REFLECTING) == [
        Open(),
        moved("2027-03-03 09:30", "another_first"),
    ]


def test_what_one_wrote_for_another_is_overtaken_by_nothing() -> None:
    both = [due("check_in"), due("written_for", "2027-03-01 09:30")]

    assert decided(both, REFLECTING) == [Open(), moved("2027-03-03 09:30", "another_first")]


# Erasing and coming back.


@pytest.mark.parametrize("change", [{"status": "stopped"}, {"person_active": False}])
def test_erasing_is_done_whatever_is_true(change: dict[str, object]) -> None:
    night = replace(REFLECTING, now=at("2027-03-07 03:00"), quiet="pause", **change)  # type: ignore[arg-type]

    assert decide(due("erase"), night) == Open()


def test_erasing_lets_the_last_word_go_first() -> None:
    assert decide(due("erase"), replace(REFLECTING, busy=True)) == moved(
        "2027-03-02 09:31", "busy"
    )


def test_a_pause_ends_with_one_message_at_any_own_hour() -> None:
    early = replace(REFLECTING, now=at("2027-03-02 06:00"), quiet_until=date(2027, 3, 1))

    assert decide(due("back"), REFLECTING) == Open()
    assert decide(due("back"), early) == moved("2027-03-02 08:30", "outside_hours")
    assert decided([due("check_in"), due("back")], REFLECTING) == [
        moved("2027-03-03 09:30", "another_first"),
        Open(),
    ]


# Silence without an end, and shifts that nobody knows.

UNKNOWN_SHIFTS = replace(OFFICE, mode="shifts")


NOT_PUSHED: list[tuple[dict[str, object], WaitReason]] = [
    ({"quiet": "pause"}, "quiet"),
    ({"quiet": "self"}, "opens_self"),
    ({"rhythm": UNKNOWN_SHIFTS}, "no_shift"),
]


@pytest.mark.parametrize("kind", ["check_in", "quiz"])
@pytest.mark.parametrize(("change", "reason"), NOT_PUSHED)
def test_a_visit_that_may_not_be_pushed_waits(
    kind: str, change: dict[str, object], reason: WaitReason
) -> None:
    assert decide(due(kind), replace(REFLECTING, **change)) == Wait(reason)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["remind", "eve", "back"])
@pytest.mark.parametrize(("change", "reason"), NOT_PUSHED)
def test_what_belongs_to_its_moment_waits_for_no_other(
    kind: str, change: dict[str, object], reason: WaitReason
) -> None:
    assert decide(due(kind), replace(REFLECTING, **change)) == Drop(reason)  # type: ignore[arg-type]


@pytest.mark.parametrize("change", [change for change, _ in NOT_PUSHED])
def test_an_unanswered_dialogue_ends_in_silence_all_the_same(change: dict[str, object]) -> None:
    assert decide(due("close"), replace(REFLECTING, **change)) == Open()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("quiet", "expected"), [("pause", Drop("quiet")), ("self", Open()), (None, Open())]
)
def test_later_comes_to_who_opens_visits_oneself_but_not_into_a_pause(
    quiet: Literal["pause", "self"] | None, expected: Decision
) -> None:
    assert decide(due("resume"), replace(REFLECTING, quiet=quiet)) == expected


def test_goal_setting_at_the_end_of_the_session_needs_no_shift() -> None:
    facts = replace(WITHOUT_PLAN, rhythm=UNKNOWN_SHIFTS)

    assert decide(replace(due("goal_setting"), exempt=True), facts) == Open()


def test_in_a_shift_what_is_due_opens_and_outside_it_waits_for_the_next() -> None:
    shifts = (Shift(at("2027-03-02 07:00"), at("2027-03-02 15:00")),)
    facts = replace(REFLECTING, rhythm=replace(UNKNOWN_SHIFTS, shifts=shifts))

    assert decide(due("check_in"), facts) == Open()
    assert decide(due("check_in"), replace(facts, now=at("2027-03-02 05:00"))) == moved(
        "2027-03-02 08:00", "outside_hours"
    )
    assert decide(due("check_in"), replace(facts, now=at("2027-03-02 14:30"))) == Wait("no_shift")


# The caps.

FULL = sent("2027-02-24 09:30", "2027-02-26 09:30", "2027-03-01 09:30")


def test_with_three_messages_in_a_week_a_check_in_moves_to_the_next_slot_with_room() -> None:
    facts = replace(REFLECTING, budget=FULL, training_day=date(2027, 2, 1))

    assert decide(due("check_in"), facts) == moved("2027-03-03 09:30", "capped")


@pytest.mark.parametrize(
    "kind", ["remind", "eve", "rehearsal", "buddy_visit", "quiz", "challenge"]
)
def test_with_three_messages_in_a_week_what_is_below_a_check_in_is_dropped(kind: str) -> None:
    assert decide(due(kind), replace(REFLECTING, budget=FULL)) == Drop("capped")


@pytest.mark.parametrize("kind", ["resume", "close", "erase"])
def test_what_was_asked_for_or_says_nothing_knows_no_cap(kind: str) -> None:
    assert decide(due(kind), replace(REFLECTING, budget=FULL)) == Open()


def test_the_caps_hold_at_the_end_of_the_session_too() -> None:
    full = sent("2027-02-24 09:30", "2027-02-26 09:30", "2027-03-01 09:30", "2027-03-01 12:00")
    facts = replace(
        WITHOUT_PLAN, budget=replace(full, training_days=frozenset({date(2027, 3, 2)}))
    )

    assert decide(replace(due("goal_setting"), exempt=True), facts) == moved(
        "2027-03-03 09:30", "capped"
    )


def test_a_reminder_leaves_room_for_a_check_in_of_this_week() -> None:
    two = sent("2027-02-26 09:30", "2027-03-01 09:30")
    check_in = Unasked("check_in", at("2027-03-04 09:30"), PRIORITY["check_in"])

    assert decide(due("remind"), replace(REFLECTING, budget=two)) == Open()
    assert decide(
        due("remind"), replace(REFLECTING, budget=replace(two, coming=(check_in,)))
    ) == Drop("capped")


def test_what_one_wrote_for_another_is_carried_to_the_next_room() -> None:
    facts = replace(REFLECTING, budget=FULL)

    assert decide(due("written_for"), facts) == moved("2027-03-03 09:30", "rides_along")


def test_what_one_wrote_for_another_is_carried_seven_days_at_most() -> None:
    busy_week = sent("2027-02-27 09:30", "2027-02-28 09:30", "2027-03-01 09:30")
    facts = replace(REFLECTING, budget=busy_week)
    carried = replace(due("written_for"), since=at("2027-02-24 12:00"))

    assert decide(carried, facts) == moved("2027-03-03 12:00", "rides_along")


def test_on_its_last_day_what_one_wrote_for_another_goes_before_the_check_ins_to_come() -> None:
    two = sent("2027-02-26 09:30", "2027-03-01 09:30")
    check_in = Unasked("check_in", at("2027-03-04 09:30"), PRIORITY["check_in"])
    facts = replace(REFLECTING, budget=replace(two, coming=(check_in,)))
    last_day = replace(due("seen"), since=at("2027-02-23 09:30"))

    assert decide(due("seen"), facts) == moved("2027-03-05 09:30", "rides_along")
    assert decide(last_day, facts) == Open()


def test_not_even_what_was_carried_for_seven_days_comes_over_the_cap() -> None:
    last_day = replace(due("seen"), since=at("2027-02-23 09:30"))

    assert decide(last_day, replace(REFLECTING, budget=FULL)) == moved(
        "2027-03-03 09:30", "rides_along"
    )


# Reminders of what comes anyway.


def test_nobody_is_reminded_of_what_is_asked_again_within_a_day() -> None:
    facts = replace(REFLECTING, asked_again=True)

    assert decide(due("remind"), facts) == Drop("asked_again")
    assert decide(due("check_in"), facts) == Open()


# Spreading.


def test_a_moment_on_the_full_hour_is_spread_by_person_and_its_wall_time_stays() -> None:
    rhythm = replace(OFFICE, slot_time=time(10))
    someone = UUID("018f0000-0000-7000-8000-000000000001")
    facts = replace(REFLECTING, rhythm=rhythm, now=at("2027-03-02 19:00"), person=someone)

    decision = decide(due("check_in"), facts)

    assert isinstance(decision, Move)
    assert decision.local == Local(date(2027, 3, 3), time(10), ZONE)
    assert decision.due_at == at("2027-03-03 10:00") + jitter(someone)


# Values.


def test_naive_moments_are_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        replace(REFLECTING, now=NAIVE)
    with pytest.raises(ValueError, match="no time zone"):
        replace(due("check_in"), since=NAIVE)
    with pytest.raises(ValueError, match="no time zone"):
        replace(due("check_in"), due_at=NAIVE)


def test_every_reason_stands_once_in_the_list() -> None:
    assert len(set(REASONS)) == len(REASONS)
    assert {*get_args(DropReason), *get_args(MoveReason), *get_args(WaitReason)} < set(REASONS)


# Whatever is due, whenever.

STATUSES = st.sampled_from(get_args(Status))
KINDS = st.sampled_from(("welcome", "goal_setting", "check_in", "quiz", "seen", "update", *BOUND))
START = at("2027-03-02 09:30")
AROUND = st.timedeltas(timedelta(days=-12), timedelta(days=12)).map(lambda gap: START + gap)


@st.composite
def several_due(draw: st.DrawFn, kinds: st.SearchStrategy[str] = KINDS) -> list[Due]:
    """Draw up to five nudges of one person, each with an occurrence of its own."""
    return [
        Due(kind, f"{kind}:{n}", draw(AROUND), exempt=draw(st.booleans()), priority=PRIORITY[kind])
        for n, kind in enumerate(draw(st.lists(kinds, min_size=1, max_size=5)))
    ]


@st.composite
def people(draw: st.DrawFn) -> Facts:
    """Draw somebody in any state, with a last message at any moment."""
    return Facts(
        now=draw(AROUND),
        rhythm=draw(rhythms()),
        status=draw(STATUSES),
        person_active=draw(st.booleans()),
        has_plan=draw(st.booleans()),
        training_day=draw(st.sampled_from((date(2027, 2, 22), date(2027, 3, 9), None))),
        budget=Budget(
            "UTC",
            tuple(Unasked("check_in", moment, 50) for moment in draw(st.sets(AROUND, max_size=1))),
            training_days=frozenset({date(2027, 3, 1)}),
        ),
        quiet_until=draw(st.none() | st.dates(date(2027, 2, 20), date(2027, 3, 20))),
    )


@given(waiting=several_due(), facts=people())
def test_everything_ends_opened_or_dropped_within_ten_moves(
    waiting: list[Due], facts: Facts
) -> None:
    played = play(waiting, facts)

    ended = {*played.opened, *played.dropped}
    assert ended == {one.occurrence for one in waiting}
    assert not played.opened.keys() & played.dropped.keys()
    assert max(played.moves.values(), default=0) <= 10
    assert set(played.dropped.values()) <= set(REASONS)


@given(waiting=several_due(), facts=people())
def test_nothing_but_exempt_goal_setting_opens_outside_own_hours(
    waiting: list[Due], facts: Facts
) -> None:
    free = {one.occurrence for one in waiting if one.exempt or one.kind == "close"}

    opened = play(waiting, facts).opened

    assert all(is_open(facts.rhythm, when) for what, when in opened.items() if what not in free)


@given(
    waiting=several_due(st.sampled_from(("check_in", "goal_setting", "quiz", "remind"))),
    facts=people(),
)
def test_nothing_opens_within_twenty_hours_of_another(waiting: list[Due], facts: Facts) -> None:
    ordinary = [replace(one, exempt=False) for one in waiting]

    opened = sorted(play(ordinary, facts).opened.values())

    reached = [*(each.at for each in facts.budget.sent), *opened]
    gaps = [later - earlier for earlier, later in pairwise(reached)]
    assert all(gap >= BETWEEN_MESSAGES for gap in gaps)


@given(waiting=several_due(), facts=people())
def test_nobody_gets_more_than_three_messages_in_a_week(waiting: list[Due], facts: Facts) -> None:
    played = play(waiting, facts)

    counted = [w for o, w in played.opened.items() if o.partition(":")[0] not in UNCOUNTED]
    reached = [*(each.at for each in facts.budget.sent), *counted]
    assert all(_in_week(reached, last) <= _most_on(last) for last in counted)


def _in_week(reached: list[datetime], last: datetime) -> int:
    return sum(last - WEEK < one <= last for one in reached)


def _most_on(moment: datetime) -> int:
    is_first_week = date(2027, 3, 1) <= moment.date() <= date(2027, 3, 7)
    return MOST_AFTER_TRAINING if is_first_week else MOST


@given(waiting=several_due(st.sampled_from(("check_in", "quiz"))))
def test_whatever_visits_come_what_one_wrote_for_another_waits_seven_days_at_most(
    waiting: list[Due],
) -> None:
    played = play([*waiting, due("seen")], replace(REFLECTING, now=at("2027-02-17 09:30")))

    assert played.opened["seen:1"] < TUESDAY + CARRIED_AT_MOST + 2 * timedelta(days=1)


@given(waiting=several_due(st.just("check_in")), facts=people())
def test_whatever_was_missed_one_check_in_opens(waiting: list[Due], facts: Facts) -> None:
    reflecting = replace(
        facts, status="joined", person_active=True, has_plan=True, training_day=date(2027, 2, 1)
    )

    played = play(waiting, reflecting)

    assert played.opened
    assert set(played.dropped.values()) <= {"overtaken"}


@given(waiting=several_due(), facts=people())
def test_nobody_is_disturbed_in_a_pause(waiting: list[Due], facts: Facts) -> None:
    until = date(2027, 3, 20)
    loud = [one for one in waiting if one.kind != "close"]

    opened = play(loud, replace(facts, quiet_until=until)).opened.values()

    assert all(local_of(when, facts.rhythm.zone).day > until for when in opened)


@given(course=courses(), rhythm=rhythms(), spacing=SPACINGS, now=AROUND)
def test_check_ins_open_when_they_were_planned(
    course: Course, rhythm: Rhythm, spacing: Spacing, now: datetime
) -> None:
    joined = replace(course, status="joined", has_plan=True, training_day=date(2027, 2, 22))
    visits = plan(joined, rhythm, spacing, now)
    moments = sorted(each.due_at for each in visits)
    assume(all(fits(A_WEEK, moments[:at], each) for at, each in enumerate(moments)))
    waiting = [
        Due(each.kind, each.occurrence, each.due_at, each.exempt, each.priority) for each in visits
    ]
    facts = replace(REFLECTING, rhythm=rhythm, now=now, quiet_until=course.quiet_until)

    played = play(waiting, facts)

    assert played.opened == {each.occurrence: each.due_at for each in visits}
    assert not played.moves
