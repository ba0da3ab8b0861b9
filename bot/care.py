"""What must not be kept: words too heavy for a bot, what could identify a patient, names.

Nothing here tells anyone: it only says what was recognised, to whoever decides what to do next.
Word lists are `care_words.toml` of each language, and the lists of all languages hold together.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal, Self, TypeAlias

from bot.spelling import (
    any_of,
    folded,
    phrases,
    raised,
    shaped,
    sighted,
    spelled,
    whole_words,
    words,
)

Lists: TypeAlias = Mapping[str, Sequence[str]]
"""The word lists of all languages together, by name (see `LISTS`)."""

LISTS: Final = frozenset(
    {"tier_1", "tier_2", "tier_3", "alone", "around", "first_person", "fillers", "abbreviations"}
    | {"somebody", "nobody", "titles", "places", "place_numbers", "numbers", "births", "months"}
    | {"particles"}
)


@dataclass(frozen=True, slots=True)
class Sensitive:
    """Too heavy for a bot: 1 overload and distress, 2 not wanting to live, 3 harassment."""

    tier: Literal[1, 2, 3]


@dataclass(frozen=True, slots=True)
class AboutSomebody:
    """Not wanting to live, in a sentence that names a patient or somebody near one (N12)."""


@dataclass(frozen=True, slots=True)
class Aggression:
    """Harassment or danger, in a sentence that names a patient or somebody near one (N13)."""


Finding: TypeAlias = Sensitive | AboutSomebody | Aggression

_ORDER: Final[tuple[Finding, ...]] = (
    Sensitive(2),
    AboutSomebody(),
    Sensitive(3),
    Aggression(),
    Sensitive(1),
)

_MOST_NAMES: Final = 2_000
_LONGEST_WORD: Final = 60
_CAPITALS_IN_A_NAME: Final = 4
_COUNTRIES: Final[Mapping[str, str]] = {
    "NL": "nl", "BE": "be", "GB": "gb", "UK": "gb", "IE": "ie", "US": "us"
}  # fmt: skip

_WIDE: Final = re.compile(r"[.!?](?!\w)")
# Narrower where somebody else is looked for: a stop without a blank may still be one.
_NARROW: Final = re.compile(r"[.!?…;](?!\d)|\n")
_LETTERED: Final = re.compile(r"(?<!\w)(?:\w\.){2,}")
_MENTION: Final = re.compile(r"(?<![\w.])[@＠](?=[^\W\d_])|<@\w|<at\b", re.IGNORECASE)
_NINE_DIGITS: Final = re.compile(r"(?<!\d)(?<!\d[ .-])\d(?:[ .-]?\d){8}(?![ .-]?\d)")
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR: Final = r"(?:(?:1[89]|20)\d\d|'?\d\d)"
_DATE: Final = (
    rf"{_DAY}[-/.]{_DAY}[-/.]{_YEAR}|{_DAY} {_DAY} (?:1[89]|20)\d\d"
    rf"|(?:1[89]|20)\d\d[-/.]{_DAY}[-/.]{_DAY}"
)
_CAPITAL: Final = "[A-ZÆØŁŒĐÞА-ЯΑ-Ω]"


@dataclass(frozen=True, slots=True, repr=False)
class Care:
    """What is recognised in a text, whatever its language, spelling or length."""

    fillers: re.Pattern[str]
    tiers: Mapping[int, re.Pattern[str]]
    alone: re.Pattern[str]
    around: re.Pattern[str]
    first_person: re.Pattern[str]
    somebody: re.Pattern[str]
    abbreviations: re.Pattern[str]
    patient: tuple[re.Pattern[str], ...]
    titles: re.Pattern[str]
    particles: frozenset[str]

    @classmethod
    def of(cls, lists: Lists) -> Self:
        """Make the patterns of word lists."""
        return cls(
            fillers=re.compile(whole_words(lists["fillers"])),
            tiers={n: re.compile(phrases(lists[f"tier_{n}"])) for n in (1, 2, 3)},
            alone=re.compile(phrases(lists["alone"])),
            around=re.compile(rf"\W*(?:{any_of(map(spelled, lists['around']))}(?!\w)\W*){{0,4}}"),
            first_person=re.compile(words(lists["first_person"])),
            somebody=re.compile(f"{words(lists['nobody'])}|(?P<one>{words(lists['somebody'])})"),
            abbreviations=re.compile(rf"(?<!\w)({_either(lists['abbreviations'])})\."),
            patient=tuple(map(re.compile, _patient_patterns(lists))),
            titles=_titles(lists),
            particles=frozenset(map(folded, lists["particles"])),
        )

    def tier(self, text: str, *, patients: bool) -> Finding | None:
        """Say what makes a text too heavy for a bot, if anything does.

        `patients` says that the programme is about patients: whoever works with them writes of
        their despair and aggression too.
        """
        found = {each for seen in sighted(text) for each in self._findings(seen, patients)}
        return next((finding for finding in _ORDER if finding in found), None)

    def is_patient_data(self, text: str) -> bool:
        """Say whether a patient could be recognised by a number, a birth date, a bed or a name."""
        return any(map(self._identifies, sighted(text)))

    def names(self, text: str) -> tuple[str, ...]:
        """Return what may be full names: two to four words with capitals, "van der" between them.

        The first two thousand, which is more than a text that can be kept has.
        """
        seen = next(sighted(text))
        found = (name for run in self._runs(seen) for name in _names_in(run, self.particles))
        return tuple(dict.fromkeys(islice(found, _MOST_NAMES)))

    def _findings(self, seen: str, patients: bool) -> Iterator[Finding]:  # noqa: FBT001  private
        text = _LETTERED.sub(lambda found: found[0].replace(".", ""), folded(seen))
        text = self.abbreviations.sub(r"\1", text)
        others = _Places.of(text, self.somebody, _NARROW) if patients else None
        marked = raised(text, self.fillers)
        for found in self.tiers[2].finditer(marked):
            yield AboutSomebody() if others and others.near(found) else Sensitive(2)
        for found in self.tiers[3].finditer(marked):
            yield Aggression() if others and others.near(found) else Sensitive(3)
        me = _Places.of(text, self.first_person, _WIDE)
        for found in self.tiers[1].finditer(marked):
            if me.near(found) and not (others and others.near(found)):
                yield Sensitive(1)
        for found in self.alone.finditer(marked):
            if self._is_all(text, found, me.sentence(found)):
                yield Sensitive(1)

    def _identifies(self, seen: str) -> bool:
        text = folded(seen)
        found = any(pattern.search(text) for pattern in self.patient)
        return found or self.titles.search(shaped(seen)) is not None

    def _is_all(self, text: str, found: re.Match[str], sentence: tuple[int, int]) -> bool:
        """Say whether a sentence is no more than what was found: "Help, kan niet meer"."""
        before = self.around.fullmatch(text, sentence[0], found.start())
        return bool(before and self.around.fullmatch(text, found.end(), sentence[1]))

    def _runs(self, text: str) -> Iterator[list[str]]:
        """Yield words that belong together: with a capital, or a particle between two."""
        run: list[str] = []
        for written in text.split():
            word = written.strip('"“”„«»()[]{}<>*_~,.;:!?…')
            is_part = _is_capital(word) or folded(word) in self.particles
            if run and (not is_part or not written.startswith(word)):
                yield run
                run = []
            if is_part and len(word) <= _LONGEST_WORD:
                run.append(word)
            if run and not written.endswith(word) and not _is_initial(word):
                yield run
                run = []
        yield run


@dataclass(frozen=True, slots=True)
class _Places:
    """Where in a text something stands, and where its sentences end; both in their order."""

    at: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, text: str, wanted: re.Pattern[str], end: re.Pattern[str]) -> Self:
        """Look a text through; of a pattern with a group only where the group was found."""
        found = (each for each in wanted.finditer(text) if not wanted.groups or each.lastgroup)
        ends = (each.end() for each in end.finditer(text))
        return cls(tuple(each.start() for each in found), (0, *ends, len(text)))

    def sentence(self, found: re.Match[str]) -> tuple[int, int]:
        """Return where the sentence of something found begins and ends."""
        begin = self.ends[bisect_right(self.ends, found.start()) - 1]
        last = bisect_left(self.ends, found.end())
        return begin, self.ends[last]

    def near(self, found: re.Match[str]) -> bool:
        """Say whether one of the places is in the sentence of something found."""
        begin, end = self.sentence(found)
        first = bisect_left(self.at, begin)
        return first < len(self.at) and self.at[first] < end


def has_mention(text: str) -> bool:
    """Say whether a text addresses somebody as chats do: "@tom", "<@U024BE7LH>"."""
    return _MENTION.search(text) is not None


def crisis_row(country: str | None) -> str:
    """Return the text for a country (ISO 3166) of who listens day and night (N9)."""
    return f"care.crisis_{_variant(country)}"


def who_helps_row(country: str | None) -> str:
    """Return the text for a country (ISO 3166) of who can help (N8)."""
    return f"care.who_helps_{_variant(country)}"


def about_whom_row(country: str | None) -> str:
    """Return the text for a country (ISO 3166) that asks whom it is about (N12)."""
    return f"care.about_whom_{_variant(country)}"


def _variant(country: str | None) -> str:
    return _COUNTRIES.get((country or "").upper(), "other")


def _either(written: Sequence[str]) -> str:
    return any_of(re.escape(folded(word)) for word in written)


def _patient_patterns(lists: Lists) -> Iterator[str]:
    """Yield the patterns of numbers, birth dates, rooms and beds."""
    months, births = _either(lists["months"]), _either(lists["births"])
    number = rf"(?:\d|#|{_either(lists['numbers'])}(?!\w))"
    linked = rf"(?:\s*{_either(lists['place_numbers'])}(?!\w)\.?)?"
    yield _NINE_DIGITS.pattern
    yield rf"(?<!\d)(?:{_DATE})(?!\d)"
    yield rf"(?<!\d){_DAY}(?:e|st|[nr]d|th)?\s(?:of\s)?{months}\.?,?\s{_YEAR}(?!\d)"
    yield rf"(?<!\w){months}\.?\s{_DAY}(?:st|[nr]d|th)?,?\s{_YEAR}(?!\d)"
    yield rf"(?<!\w){births}(?!\w)[^\w]*(?:\w+[^\w]+){{0,2}}?(?:{_DAY}|{_YEAR})(?!\d)"
    yield rf"(?<!\w){_either(lists['places'])}{linked}[\s:-]*{number}"


def _titles(lists: Lists) -> re.Pattern[str]:
    """Return the pattern of somebody's title and name; only an abbreviation has a full stop."""
    titles = any_of(
        rf"{re.escape(title.rstrip('.'))}\b{'[.]?' if title.endswith('.') else ''}"
        for title in lists["titles"]
    )
    particles = _either(lists["particles"])
    return re.compile(rf"(?<!\w)(?i:{titles})\s*(?:'?(?i:{particles})\s+){{0,3}}{_CAPITAL}")


def _names_in(run: Sequence[str], particles: frozenset[str]) -> Iterator[str]:
    """Yield every stretch of a run that can be a full name."""
    for start, first in enumerate(run):
        if not _is_capital(first):
            continue
        heavy = 0
        for end in range(start, len(run)):
            heavy += folded(run[end]) not in particles
            if heavy > _CAPITALS_IN_A_NAME:
                break
            if end > start and _is_capital(run[end]):
                yield from _spellings(" ".join(run[start : end + 1]))


def _spellings(name: str) -> Iterator[str]:
    """Yield a name, without a possessive, and without its apostrophes: some lists have none."""
    straight = name.translate(str.maketrans("’‘ʼ´`", "'''''"))
    for one in (straight, straight.removesuffix("'s")):
        yield one
        yield one.replace("'", " ")


def _is_capital(word: str) -> bool:
    bare = word.lstrip("'’‘")
    return bare[:1].isupper()


def _is_initial(word: str) -> bool:
    return len(word) == 1
