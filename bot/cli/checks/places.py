"""Checks of what we know of the places where people are: their zones and public holidays.

Both change by decree, so what was known at installing may be missing a zone or a year.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from zoneinfo import available_timezones

from bot.cli.checks.finding import Finding, Premises, broken, fine, warning
from bot.cli.checks.machine import zone_data
from scheduler.calendars import country_of, is_known, public_holidays
from storage import inspecting

AHEAD: Final = timedelta(days=365)
_UPDATE: Final = "Install the newest release of Holdfast, or of its package"


async def zones(premises: Premises) -> Finding:
    """Look whether every zone that a row names is known on this machine."""
    async with premises.database.read() as tx:
        named = (await inspecting.everywhere(tx)).zones
    unknown = sorted(named - available_timezones())
    if unknown:
        return broken(
            f"This machine does not know the zones {', '.join(unknown)}.",
            f"{_UPDATE} tzdata; then `holdfast people import` can correct what was misspelt.",
        )
    return fine(f"All zones are known (tzdata {zone_data()}).")


async def holidays(premises: Premises) -> Finding:
    """Look whether the public holidays of this year and the next are known where people are."""
    async with premises.database.read() as tx:
        found = await inspecting.everywhere(tx)
    lived_in = {country for zone in found.zones if (country := country_of(zone))}
    countries = sorted(found.countries | lived_in)
    years = (premises.now.year, (premises.now + AHEAD).year)
    missing = [each for each in countries if not is_known(each) or not _all_known(each, years)]
    if missing:
        return warning(
            f"The public holidays of {', '.join(missing)} are not known for {years[0]} and "
            f"{years[1]}: people there are visited on them.",
            f"{_UPDATE} holidays; leave can be given with `holdfast leave import`.",
        )
    return fine(f"Public holidays are known until {years[1]} for {', '.join(countries)}.")


def _all_known(country: str, years: tuple[int, ...]) -> bool:
    known = {day.year for day in public_holidays(country)}
    return known.issuperset(years)
