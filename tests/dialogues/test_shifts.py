"""The form in which somebody taps their shifts (dialogues w, W3b)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.brief import Brief, from_json, to_json
from bot.deeds import Shifts, dump, load
from bot.dialogues.shifts import HOURS, first_day_of, hours_of
from bot.engine.answers import SKIPPED
from bot.engine.steps import Choose, Tell
from scheduler.local import local_of
from tests.support.talk import Given, open_dialogue

SATURDAY = date(2027, 3, 27)  # the night before summer time begins in Amsterdam
AMSTERDAM = "Europe/Amsterdam"
NOTHING: dict[str, Given] = {f"day_{number}": SKIPPED for number in range(1, 8)}


def test_seven_days_are_asked_and_each_may_be_left_open() -> None:
    talk = open_dialogue("shifts", first_day=SATURDAY)

    assert talk.rows == ("shifts.day",) * 7
    assert all(isinstance(each, Choose) and each.skip for each in talk.questions)


def test_what_was_told_is_kept_with_its_first_day() -> None:
    talk = open_dialogue("shifts", first_day=SATURDAY)

    told = talk.answer({**NOTHING, "day_1": "night", "day_4": "off"})

    assert told.ended
    assert told.kept == {"shifts": Shifts(SATURDAY, ("night", "", "", "off", "", "", ""))}


def test_the_last_day_that_was_told_is_said() -> None:
    talk = open_dialogue("shifts", first_day=SATURDAY).answer({**NOTHING, "day_4": "off"})

    (tell,) = talk.latest.says
    assert isinstance(tell, Tell)
    assert (tell.text, tell.values) == ("shifts.until", {"date": date(2027, 3, 30)})


def test_where_nothing_was_told_nothing_is_kept() -> None:
    talk = open_dialogue("shifts", first_day=SATURDAY).answer(NOTHING)

    assert talk.said[-1] == "shifts.none"
    assert talk.kept == {}


def test_a_day_that_changes_replaces_what_was_kept() -> None:
    talk = open_dialogue("shifts", first_day=SATURDAY).answer({**NOTHING, "day_1": "early"})

    changed = talk.edit({"day_1": "late"})

    assert changed.latest.keep == {"shifts": Shifts(SATURDAY, ("late", *[""] * 6))}


def test_without_a_first_day_nothing_is_asked() -> None:
    assert open_dialogue("shifts").ended


def test_what_a_learner_works_survives_storage() -> None:
    fact = Shifts(SATURDAY, ("night", "", "off"))
    brief = Brief("shifts", first_day=SATURDAY, zone=AMSTERDAM, knows_shifts=True)

    assert load(dump(fact)) == fact
    assert from_json(to_json(brief)) == brief


@pytest.mark.parametrize(
    ("code", "opens", "closes"),
    [
        ("early", datetime(2027, 3, 27, 6, tzinfo=UTC), datetime(2027, 3, 27, 14, tzinfo=UTC)),
        ("day", datetime(2027, 3, 27, 8, tzinfo=UTC), datetime(2027, 3, 27, 16, tzinfo=UTC)),
        ("late", datetime(2027, 3, 27, 14, tzinfo=UTC), datetime(2027, 3, 27, 22, tzinfo=UTC)),
        ("night", datetime(2027, 3, 27, 22, tzinfo=UTC), datetime(2027, 3, 28, 5, tzinfo=UTC)),
    ],
)
def test_a_shift_has_the_hours_of_the_clock_on_the_wall(
    code: str, opens: datetime, closes: datetime
) -> None:
    assert hours_of(code, SATURDAY, AMSTERDAM) == (opens, closes)


@pytest.mark.parametrize("code", ["off", "", "gone"])
def test_a_day_off_has_no_hours(code: str) -> None:
    assert hours_of(code, SATURDAY, AMSTERDAM) is None


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "Pacific/Apia", "America/Sao_Paulo", "UTC"])
@pytest.mark.parametrize("code", sorted(HOURS))
@pytest.mark.parametrize("day", [date(2026, 10, 24), date(2026, 10, 25), date(2027, 3, 28)])
def test_the_wall_shows_the_hours_in_every_zone_and_season(
    code: str, day: date, zone: str
) -> None:
    hours = hours_of(code, day, zone)

    assert hours is not None
    assert (local_of(hours[0], zone).at, local_of(hours[1], zone).at) == HOURS[code]


@pytest.mark.parametrize(
    ("known", "first"),
    [
        ([], date(2027, 3, 24)),
        ([date(2027, 3, 20)], date(2027, 3, 24)),
        ([date(2027, 3, 24)], date(2027, 3, 25)),
        ([date(2027, 3, 24), date(2027, 3, 28)], date(2027, 3, 29)),
        ([date(2027, 3, 24), date(2027, 3, 31)], date(2027, 3, 24)),
    ],
)
def test_who_told_this_week_is_asked_for_the_next(known: list[date], first: date) -> None:
    spans = [span for day in known if (span := hours_of("early", day, AMSTERDAM))]

    assert first_day_of(spans, date(2027, 3, 24), AMSTERDAM) == first
