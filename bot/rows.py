"""One row of a text file: what it may hold, and every fault it can have.

Lengths are checked with each placeholder at its longest; texts that people wrote and that are
shown in quotes count as nothing, for they stand whole in a block of their own.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from babel import Locale

from bot.limits import (
    BUTTON_LABEL,
    BUTTONS,
    MESSAGE_TEXT,
    SLACK_OPTION_LABEL,
    SLACK_OPTIONS,
    slack_length,
)
from bot.toml_file import Where, nearest

PLACEHOLDER: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")

LONGEST: Final[Mapping[str, int]] = MappingProxyType(
    dict.fromkeys(("name", "buddy", "manager", "coach", "trainer", "model"), 20)
    | dict.fromkeys(("role", "org", "unit"), 30)
    | dict.fromkeys(("if", "then", "goal"), 60)
    | dict.fromkeys(("moment", "comp", "beh"), 70)
    | dict.fromkeys(("obstacle", "barrier"), 40)
    | dict.fromkeys(("bad", "good"), 90)
    | dict.fromkeys(("channel", "link", "data_link"), 25)
    | dict.fromkeys(("n", "m", "before", "after"), 3)
    | {"buddy_then": 120}
    | {"training": 50, "explain": 230, "question": 220, "challenge": 120, "org_aim": 100}
    | {"date": 15, "full_date": 20, "time": 5, "code": 8, "reason": 150}
)
"""The placeholders that stand within the 300 characters of a message, at their longest."""

QUOTED: Final = frozenset({"plan", "answer", "org_help", "h2", "h3", "team_plan"})
"""The placeholders that are shown whole, whatever their length."""

CAPITALISED: Final[Mapping[str, str]] = MappingProxyType({"Training": "training", "If": "if"})

# Control characters; the end of a line and a tab are seen.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_KEYS = frozenset({"text", "options", "deeper"})


@dataclass(frozen=True, slots=True)
class Row:
    """A text in one language: its plural forms, the labels of its options, its own deepening."""

    forms: Mapping[str, str]
    options: Mapping[str, str] = field(default_factory=dict)
    deeper: str | None = None

    @property
    def placeholders(self) -> frozenset[str]:
        """Return the names of the values it needs, without capitals."""
        texts = (*self.forms.values(), self.deeper or "")
        return frozenset(plain_name(name) for text in texts for name in PLACEHOLDER.findall(text))


class Fault(NamedTuple):
    """One fault in a row: its place within the row, what is wrong and how to mend it."""

    where: Where
    what: str
    remedy: str


def plain_name(name: str) -> str:
    """Return the placeholder that a capitalised one is made from, or the name itself."""
    return CAPITALISED.get(name, name)


def read_row(table: Mapping[str, Any], base: Row | None = None) -> Row:
    """Return the row of a faultless table; what an override leaves out comes from its base."""
    base = base or Row({})
    text = table.get("text")
    forms = text if isinstance(text, dict) else {"other": text} if text else base.forms
    options = {**base.options, **table.get("options", {})}
    return Row(
        MappingProxyType(forms), MappingProxyType(options), table.get("deeper", base.deeper)
    )


def filled_length(text: str) -> int:
    """Return the characters of a text with every placeholder at its longest."""
    names = (plain_name(name) for name in PLACEHOLDER.findall(text))
    return slack_length(PLACEHOLDER.sub("", text)) + sum(LONGEST.get(name, 0) for name in names)


def row_faults(table: object, language: str) -> Iterator[Fault]:
    """Yield all that is wrong with a row as it is written."""
    if not isinstance(table, dict):
        yield Fault((), "This is not a row.", 'Write a table with a "text".')
        return
    for key in table.keys() - _KEYS:
        yield Fault((key,), f'Unknown key "{key}".', nearest(key, _KEYS))
    yield from _forms_faults(table.get("text"), language)
    yield from _options_faults(table.get("options", {}))
    if "deeper" in table:
        yield from text_faults(("deeper",), table["deeper"])


def override_faults(table: object, base: Row, language: str) -> Iterator[Fault]:
    """Yield all that is wrong with a row that stands in for another."""
    if not isinstance(table, dict):
        yield from row_faults(table, language)
        return
    options = table.get("options", {})
    if isinstance(options, dict):
        for option in options.keys() - base.options.keys():
            what = f'Unknown option "{option}".'
            yield Fault(("options", option), what, nearest(option, base.options))
        options = {**base.options, **options}
    whole = {"text": dict(base.forms), **table, "options": options}
    faults = list(row_faults(whole, language))
    yield from faults
    row = base if faults else read_row(whole)
    for name in sorted(row.placeholders - base.placeholders):
        what = f"This text gets no value for {{{name}}}."
        yield Fault((), what, nearest(name, base.placeholders))
    if row.deeper and not base.deeper:
        yield Fault(("deeper",), "This question is never deepened.", 'Leave "deeper" out.')


def twin_faults(row: Row, twin: Row, language: str) -> Iterator[Fault]:
    """Yield where a row differs from the same row in another language."""
    if list(row.options) != list(twin.options):
        yield Fault(
            (), f"The options differ from {language}.", "Give both the same, in one order."
        )
    if (row.deeper is None) != (twin.deeper is None):
        yield Fault(
            (), f'Only this or {language} has a "deeper".', "Write it in both, or neither."
        )
    if row.placeholders != twin.placeholders:
        names = ", ".join(sorted(f"{{{name}}}" for name in row.placeholders ^ twin.placeholders))
        yield Fault((), f"Not in both this and {language}: {names}.", "Use the same placeholders.")


def text_faults(
    where: Where, text: object, *, longest: int = MESSAGE_TEXT, known: frozenset[str] | None = None
) -> Iterator[Fault]:
    """Yield all that is wrong with one text; `known` limits its placeholders to these."""
    if not isinstance(text, str):
        yield Fault(where, "This is not a text.", "Put it in quotes.")
        return
    if not text.strip():
        yield Fault(where, "The text is empty.", "Write it, or leave the whole line out.")
    names = LONGEST.keys() | QUOTED | CAPITALISED.keys() if known is None else known
    for name in PLACEHOLDER.findall(text):
        if name not in names:
            yield Fault(where, f"Unknown placeholder {{{name}}}.", nearest(name, names))
    if re.search(r"[{}]", PLACEHOLDER.sub("", text)):
        yield Fault(where, "A brace stands alone.", "Write placeholders as {name}, in one piece.")
    if _INVISIBLE.search(text):
        yield Fault(where, "There is an invisible sign in the text.", "Type the text again.")
    length = filled_length(text)
    if length > longest:
        what = f"Filled in, this is up to {length} characters."
        yield Fault(where, what, f"Shorten it to at most {longest}.")


def _forms_faults(text: object, language: str) -> Iterator[Fault]:
    if text is None:
        yield Fault((), 'The row has no "text".', "Write it.")
    elif isinstance(text, dict):
        tags = Locale.parse(language).plural_form.tags | {"other"}
        for form in text.keys() - tags:
            what = f'Unknown plural form "{form}".'
            yield Fault(("text", form), what, nearest(form, tags))
        if "other" not in text:
            yield Fault(("text",), 'The plural form "other" is missing.', "Write it, with {n}.")
        for form, words in text.items():
            yield from text_faults(("text", form), words)
    else:
        yield from text_faults(("text",), text)


def _options_faults(options: object) -> Iterator[Fault]:
    where = ("options",)
    if not isinstance(options, dict):
        yield Fault(where, "These are no options.", 'Write options.name = "Label".')
        return
    longest = BUTTON_LABEL if len(options) <= BUTTONS else SLACK_OPTION_LABEL
    for option, label in options.items():
        yield from text_faults((*where, option), label, longest=longest, known=frozenset())
    if len(options) > SLACK_OPTIONS:
        yield Fault(where, f"{len(options)} options.", f"Keep at most {SLACK_OPTIONS}.")
    labels = [label.casefold() for label in options.values() if isinstance(label, str)]
    if len(set(labels)) < len(labels):
        yield Fault(where, "Two options have the same label.", "Tell them apart.")
