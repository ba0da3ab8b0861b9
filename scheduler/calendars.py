"""Public holidays: on which days nobody of a country works, and in which country a zone lies.

Only days off for the whole country count, so that no day of work is lost: Dutch Liberation Day is
one once in five years. A part of a country may be named as ISO 3166-2 does: DE-BY, GB-SCT.
"""

import warnings
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Final

import holidays
from babel.core import get_global

YEARS: Final = range(2024, 2047)
# Names of clocks, not of places, although calendar data link them to some place that keeps them.
NO_PLACE: Final = frozenset(
    {"CET", "EET", "MET", "WET", "EST", "HST", "MST"}
    | {"EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT"}
)
# Where the country as a whole has fewer days off than most of its people have.
MOST_LIVE_IN: Final[Mapping[str, str]] = {"GB": "GB-ENG"}


@cache
def country_of(zone: str) -> str | None:
    """Give the country (ISO 3166) in which a zone lies; None for a zone that is no place.

    >>> country_of("Europe/Amsterdam"), country_of("Asia/Calcutta"), country_of("Etc/UTC")
    ('NL', 'IN', None)
    """
    if zone in NO_PLACE:
        return None
    territories: Mapping[str, str] = get_global("zone_territories")
    aliases: Mapping[str, str] = get_global("zone_aliases")
    found = territories.get(aliases.get(zone, zone))
    return found if found in holidays.list_supported_countries() else None


@cache
def public_holidays(country: str | None) -> frozenset[date]:
    """Give the public holidays of a country from 2024 to 2046; none where it is not known.

    >>> date(2030, 5, 5) in public_holidays("NL"), date(2031, 5, 5) in public_holidays("NL")
    (True, False)
    """
    if country is None or not is_known(country):
        return frozenset()
    whole, _, part = MOST_LIVE_IN.get(country, country).partition("-")
    with warnings.catch_warnings():
        # Said of calendars by the moon, which nobody knows so far ahead.
        warnings.simplefilter("ignore")
        return frozenset(holidays.country_holidays(whole, subdiv=part or None, years=YEARS))


def is_known(country: str) -> bool:
    """Tell whether the holidays of a country, or of a part of one, are known."""
    whole, dash, part = country.partition("-")
    parts = holidays.list_supported_countries().get(whole)
    return parts is not None and (not dash or part in parts)
