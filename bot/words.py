"""Key + language + values → the words a person reads.

A value is put in by its name and once: braces in what somebody wrote stay what they are. Only a
`Shown` from `bot.visibility` can be a value, so nothing is rendered that did not pass the gate.
"""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from pathlib import Path
from re import Match
from types import MappingProxyType
from typing import Final, Self

from babel import Locale
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_decimal

from bot.errors import BadContent
from bot.lexicon import TEXTS, Lexicon, load_lexicons
from bot.limits import cut
from bot.rows import LONGEST, PLACEHOLDER, QUOTED, Row, plain_name
from bot.text_files import NO_OVERRIDES, Overrides, Rows, load_rows, override_rows
from bot.toml_file import nearest
from bot.visibility import Shown, Value

NO_VALUES: Final[Mapping[str, Shown]] = MappingProxyType({})

# Whole, however long: what is quoted, and the parts of what people say yes to (dialogues §0).
_NEVER_CUT: Final = QUOTED | {"if", "then", "buddy_then", "link", "data_link"}
# "je leidinggevende" stands here when no manager is known, also where a sentence begins.
_MAY_BEGIN_A_SENTENCE: Final = frozenset({"manager"})
# Several lines, such as where people find help: on lines of its own.
_BLOCK: Final = re.compile(r"\s*(\{org_help\})\s*")
# A text names a command by its bare word between quotes.
_QUOTED_WORD: Final = re.compile(r"(?<![\w'])'([a-z][a-z ]*)'(?!\w)")
_DATE: Final = "EEE d MMM"
_FULL_DATE: Final = "EEE d MMM y"  # of a day that may lie in another year
_TIME: Final = "H:mm"


@dataclass(frozen=True, slots=True)
class Words:
    """All texts in all languages, checked when they were loaded.

    `before_commands` is what a reader types before a command, if anything.
    """

    rows: Mapping[str, Rows]
    lexicons: Mapping[str, Lexicon]
    before_commands: str = ""

    @classmethod
    def load(cls, folder: Path, overrides: Overrides = NO_OVERRIDES) -> Self:
        """Read every text of a folder, and what a programme says otherwise.

        Raises:
            BadContent: with every fault: its file, line, row and remedy.

        """
        return cls(override_rows(load_rows(folder), overrides), load_lexicons(folder))

    def overridden(self, overrides: Overrides) -> Self:
        """Return these words with what a programme says otherwise.

        Raises:
            BadContent: with every fault of the overrides.

        """
        return replace(self, rows=override_rows(self.rows, overrides))

    def commanded(self, before: str) -> Self:
        """Return these words for who types something before each command.

        >>> Words.load(TEXTS).commanded("/holdfast").render("shifts.none", "en")
        "I don't know any shifts of yours yet. Type '/holdfast shifts' once you know them."
        """
        return replace(self, before_commands=before)

    def has(self, key: str) -> bool:
        """Say whether there is such a text, such as a question's own "<file>.<row>.deeper"."""
        return all(key in rows for rows in self.rows.values())

    def options(self, key: str) -> tuple[str, ...]:
        """Return the ids of a row's options, in their order.

        >>> Words.load(TEXTS).options("goal_setting.smaller")
        ('smaller', 'keep')
        """
        return tuple(self._row(key, next(iter(self.rows))).options)

    def label(self, key: str, option: str, language: str) -> str:
        """Return the label of an option.

        Raises:
            BadContent: there is no such text, option or language.

        """
        options = self._row(key, language).options
        if option not in options:
            raise BadContent(f'{key} has no option "{option}". {nearest(option, options)}')
        return self._with_commands(options[option], language)

    def render(self, key: str, language: str, values: Mapping[str, Shown] = NO_VALUES) -> str:
        """Return a text with its values filled in.

        Raises:
            BadContent: there is no such text or language, or a value it needs is not given.

        """

        def _fill(found: Match[str]) -> str:
            name = plain_name(found[1])
            shown = values.get(found[1], values.get(name))
            if shown is None:
                raise BadContent(f"The text {key} needs a value for {{{found[1]}}}.")
            words = _in_words(shown.value, language, full=name == "full_date")
            if isinstance(shown.value, str):
                words = _limited(name, words)
            return _capital(words, language) if _needs_capital(found) else words

        text = self._with_commands(_form(self._row(key, language), language, values), language)
        return PLACEHOLDER.sub(_fill, _BLOCK.sub(r"\n\1\n", text).strip())

    def day(self, day: date, language: str) -> str:
        """Return a date as it stands in a text.

        >>> Words.load(TEXTS).day(date(2026, 11, 24), "en")
        'Tue 24 Nov'
        """
        return _in_words(day, language)

    def if_part(self, if_raw: str, language: str) -> str:
        """Return the answer to "when?" as it stands in the question that continues it."""
        return self.lexicons[language].clean_if(if_raw)

    def plan_line(self, if_raw: str, then_raw: str, form: str, language: str) -> str:
        """Return the plan in one sentence, made of the two raw answers; it is never cut.

        >>> Words.load(TEXTS).plan_line("Bij de overdracht", "ik vraag iets", "moment", "nl")
        'Bij de overdracht vraag ik iets.'
        """
        row = self._row(f"if_then.line_{form}", language)
        lexicon = self.lexicons[language]
        if_part = lexicon.bare_if(if_raw) if form == "clause" else lexicon.whole_if(if_raw)
        parts = {
            "if": if_part,
            "If": _capital(if_part, language),
            "then": lexicon.clean_then(then_raw),
        }
        line = PLACEHOLDER.sub(lambda found: parts[found[1]], row.forms["other"])
        return line.replace("?.", "?")

    def _with_commands(self, text: str, language: str) -> str:
        """Put what comes before a command into a text whose values are not filled in yet."""

        def _whole(found: Match[str]) -> str:
            is_one = self.lexicons[language].command(found[1]) is not None
            return f"'{self.before_commands} {found[1]}'" if is_one else found[0]

        return _QUOTED_WORD.sub(_whole, text) if self.before_commands else text

    def _row(self, key: str, language: str) -> Row:
        if language not in self.rows:
            raise BadContent(f'There are no texts in "{language}". {nearest(language, self.rows)}')
        rows = self.rows[language]
        if key not in rows:
            raise BadContent(f"There is no text {key}. {nearest(key, rows)}")
        return rows[key]


def _form(row: Row, language: str, values: Mapping[str, Shown]) -> str:
    """Return the plural form of a text that suits {n}."""
    number = values["n"].value if "n" in values else None
    if not isinstance(number, int):
        return row.forms["other"]
    return row.forms.get(Locale.parse(language).plural_form(number), row.forms["other"])


def _in_words(value: Value, language: str, *, full: bool = False) -> str:
    match value:
        case str():
            return value
        case int():
            return format_decimal(value, locale=language)
        case date():
            return format_date(value, _FULL_DATE if full else _DATE, locale=language)
        case time():
            return format_time(value, _TIME, locale=language)
        case _:
            return format_list(value, locale=language)


def _limited(name: str, words: str) -> str:
    if name in QUOTED:
        return words
    words = " ".join(words.split())
    return words if name in _NEVER_CUT else cut(words, LONGEST[name])


def _needs_capital(found: Match[str]) -> bool:
    name, before = found[1], found.string[: found.start()]
    begins = not before or before.endswith((". ", "? ", "! "))
    return name != plain_name(name) or (begins and name in _MAY_BEGIN_A_SENTENCE)


def _capital(words: str, language: str) -> str:
    length = 2 if language == "nl" and words.startswith("ij") else 1
    return words[:length].upper() + words[length:]


def main() -> int:
    """Check all texts, as `python -m bot.words` does, and return the exit code."""
    try:
        words = Words.load(TEXTS)
    except BadContent as problems:
        sys.stderr.write(f"{problems}\n")
        return 1
    number = sum(not key.endswith(".deeper") for key in next(iter(words.rows.values())))
    sys.stdout.write(f"texts: {number} rows, {len(words.rows)} languages, fine\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
