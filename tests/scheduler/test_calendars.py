"""Public holidays, and the country that a zone lies in."""

import warnings
from datetime import date
from zoneinfo import available_timezones

import pytest

from scheduler.calendars import YEARS, country_of, is_known, public_holidays


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("Europe/Amsterdam", "NL"),
        ("Europe/Brussels", "BE"),
        ("Europe/Berlin", "DE"),
        ("Europe/London", "GB"),
        ("Europe/Dublin", "IE"),
        ("Europe/Paris", "FR"),
        ("America/New_York", "US"),
        ("America/Paramaribo", "SR"),
        ("America/Curacao", "CW"),
        # By another name, and never by that of a neighbour with the same clock.
        ("Europe/Belfast", "GB"),
        ("Asia/Calcutta", "IN"),
        ("US/Eastern", "US"),
        ("Iceland", "IS"),
        ("Africa/Asmera", "ER"),
        ("Atlantic/Jan_Mayen", "SJ"),
        # No place at all.
        ("UTC", None),
        ("Etc/GMT+3", None),
        ("CET", None),
        ("EST5EDT", None),
        ("Antarctica/Troll", None),
        ("Nowhere/Land", None),
    ],
)
def test_a_zone_lies_in_a_country(zone: str, country: str | None) -> None:
    assert country_of(zone) == country


def test_every_place_with_people_lies_in_a_country() -> None:
    nowhere = {zone for zone in available_timezones() if country_of(zone) is None}

    places = {zone for zone in nowhere if "/" in zone and not zone.startswith("Etc/")}
    # New in 2025: the calendar data have no country for it yet.
    assert places <= {"Antarctica/Troll", "America/Coyhaique"}


@pytest.mark.parametrize(
    ("country", "holiday"),
    [
        ("NL", date(2027, 4, 27)),  # King's Day
        ("NL", date(2031, 4, 26)),  # a day early: the 27th is a Sunday
        ("NL", date(2026, 12, 26)),
        ("NL", date(2030, 5, 5)),  # a day off once in five years
        ("BE", date(2027, 7, 21)),
        ("DE", date(2026, 10, 3)),
        ("GB", date(2027, 3, 29)),  # Easter Monday: not in Scotland, but for most
        ("GB", date(2027, 12, 27)),  # Christmas Day is a Saturday
        ("IE", date(2027, 3, 17)),
        ("FR", date(2027, 7, 14)),
        ("US", date(2027, 7, 5)),  # the 4th is a Sunday
        ("US", date(2026, 11, 26)),
        ("DE-BY", date(2027, 5, 27)),  # Corpus Christi, in Bavaria
        ("GB-SCT", date(2027, 1, 4)),
    ],
)
def test_a_public_holiday_is_a_day_off(country: str, holiday: date) -> None:
    assert holiday in public_holidays(country)


@pytest.mark.parametrize(
    ("country", "day"),
    [
        ("NL", date(2027, 5, 5)),
        ("NL", date(2026, 12, 5)),
        ("DE", date(2027, 5, 27)),
        ("GB-SCT", date(2027, 3, 29)),
        ("GB", date(2026, 12, 24)),
    ],
)
def test_another_day_is_none(country: str, day: date) -> None:
    assert day not in public_holidays(country)


@pytest.mark.parametrize("country", [None, "", "XX", "nl", "Nederland", "DE-XX", "NL-", "-"])
def test_an_unknown_country_has_no_holidays(country: str | None) -> None:
    assert public_holidays(country) == frozenset()


def test_a_country_is_known_by_its_code() -> None:
    assert is_known("NL")
    assert is_known("DE-BY")
    assert not is_known("XX")
    assert not is_known("DE-XX")
    assert not is_known("NL-")


def test_calendars_by_the_moon_are_given_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")

        assert {day.year for day in public_holidays("IN")} == set(YEARS)
        assert public_holidays("MA")
