"""What stands in rows, in words for the person whose rows they are: codes, moments, own words.

A code that no text names any more, of an earlier release or a withdrawn programme, is told as it
is: what somebody asked for is never left out because we forgot its name.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from babel import Locale
from babel.dates import format_date, format_time, get_day_names
from babel.lists import format_list

from bot.errors import BadContent
from bot.visibility import Owned, PublicName, Shown, plain, show
from bot.words import Words
from scheduler.local import local_of

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells one person's rows to a viewer, in their language and zone."""

    words: Words
    language: str
    zone: str
    owner: UUID
    viewer: UUID

    def text(self, row: str, **values: Shown) -> str:
        """Put a row of text into words."""
        return self.words.render(row, self.language, values)

    def own(self, text: object) -> str:
        """Show the owner's words. Raises NotAllowed when the viewer is somebody else."""
        return str(show(Owned(self.owner, str(text)), self.viewer).value)

    def code(self, row: str, code: str) -> str:
        """Put a code into words: by its label, by that of "other", else as it is."""
        options = self.words.options(row) if self.words.has(row) else ()
        known = next((each for each in (code, OTHER) if each in options), None)
        return self.words.label(row, known, self.language) if known else code

    def codes(self, row: str, codes: Collection[str]) -> str:
        """Put several codes into words."""
        return self.listed([self.exact(row, code) for code in codes])

    def exact(self, row: str, code: str) -> str:
        """Put a code into words by its own label only, else give it as it is."""
        options = self.words.options(row) if self.words.has(row) else ()
        return self.words.label(row, code, self.language) if code in options else code

    def fact(self, name: str) -> str:
        """Say what a value is."""
        return self.code("my_data.fact", name)

    def question(self, row: str, **values: str) -> str:
        """Give the question that something answers; empty where its row is gone or was another."""
        shown = {name: plain(PublicName(value)) for name, value in values.items()}
        try:
            return self.text(row, **shown)
        except BadContent:
            return ""

    def language_name(self, code: str) -> str:
        """Name a language."""
        return str(Locale.parse(code).get_display_name(self.language))

    def listed(self, parts: Collection[str]) -> str:
        """Join parts as a list in words."""
        return format_list(list(parts), locale=self.language)

    def day(self, day: date) -> str:
        """Write a day in full, with its year: what is kept is looked at long after."""
        return format_date(day, "EEEE d MMMM y", locale=self.language)

    def at(self, at: time) -> str:
        """Write a time of day."""
        return format_time(at, "H:mm", locale=self.language)

    def moment(self, moment: datetime) -> str:
        """Write a moment, in the owner's zone."""
        local = local_of(moment, self.zone)
        return f"{self.day(local.day)} {self.at(local.at)}"

    def weekdays(self, days: Collection[int]) -> str:
        """Name ISO weekdays."""
        names = get_day_names("wide", locale=self.language)
        return self.listed([names[day - 1] for day in sorted(days)])
