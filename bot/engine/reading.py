"""Reading an input once, at the door, and judging later whether a stored answer still fits.

The two are kept apart on purpose: `read` may look at the clock, the language and the word lists;
`fits` runs on every walk and looks only at the shape of the answer and at the options that exist.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.engine.answers import SILENT_MARK, SKIPPED, SKIPPED_MARK, Answer, Raw, Refusal, Skip
from bot.engine.steps import Choose, PickDate, PickPerson, Question, Rate, Together, Write

LONGEST_TEXT = 1000  # characters; row V5 of the dialogues

_SKIP = "skip"  # the id of both: an option of a question, and what an adapter adds to one

_WHOLE_NUMBER = re.compile(r"0*([0-9]{1,9})")  # longer ones are no numbers of ours
# Controls but for line ends and tabs; delete, lone surrogates, and the controls that turn the
# direction of what stands around them.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_DAY_FIRST = re.compile(r"^\s*(\d{1,2})[-/. ](\d{1,2})(?:[-/. ](\d{4}))?\s*$")


class Ear(Protocol):
    """What reading needs of a language; `bot.lexicon.Lexicon` is one."""

    def marks(self, text: str) -> frozenset[str]:
        """Name what stands out in a text: `empty`, `dont_know`, `vague`, `cue` and so on."""
        ...

    def form(self, text: str) -> str:
        """Tell how an if-part continues: `clause`, `kept` or `moment`."""
        ...


@dataclass(frozen=True, slots=True)
class Hearing:
    """The facts of the moment at which an input is read.

    `people` gives the id of whoever may be asked, by that id and by their full name.
    """

    now: datetime
    today: date
    language: str
    ear: Ear
    workdays: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    people: Mapping[str, str] = field(default_factory=dict)


def read(question: Question, raw: Raw, hearing: Hearing) -> Answer | Refusal:
    """Read one input as an answer to one question, or say in words why it cannot be one."""
    found = _found(question, raw, hearing)
    if isinstance(found, Refusal):
        return found
    return Answer(found.value, found.marks, hearing.language, hearing.now)


def _found(question: Question, raw: Raw, hearing: Hearing) -> Answer | Refusal:
    match question:
        case Write():
            return _text(question, raw, hearing)
        case Choose():
            return _choice(question, raw)
        case Rate():
            return _number(question, raw)
        case PickDate():
            return _day(question, raw, hearing)
    return _person(question, raw, hearing)


def read_form(
    form: Question | Together, raw: Mapping[str, Raw], hearing: Hearing
) -> dict[str, Answer] | dict[str, Refusal]:
    """Read all fields of a form: every answer, or every refusal together.

    A field that did not come is read as skipped where the question allows it.
    """
    questions = form.parts if isinstance(form, Together) else (form,)
    found = {each.key: read(each, raw.get(each.key, Skip()), hearing) for each in questions}
    refused = {key: value for key, value in found.items() if isinstance(value, Refusal)}
    if refused:
        return refused
    return {key: value for key, value in found.items() if isinstance(value, Answer)}


def fits(question: Question, answer: Answer) -> bool:
    """Tell whether a stored answer has the shape of this question and its option still exists."""
    if SILENT_MARK in answer.marks:
        return isinstance(question, Choose) and question.silent_after is not None
    value = answer.value
    if value is None:
        return SKIPPED_MARK in answer.marks and bool(getattr(question, "skip", False))
    match question:
        case Choose(most=1):
            return isinstance(value, str) and value in question.options
        case Choose():
            return isinstance(value, tuple) and _is_selection(question, value)
        case Write():
            return isinstance(value, str)
        case Rate():
            return isinstance(value, int) and question.low <= value <= question.high
        case PickDate():
            return isinstance(value, date) or value in question.options
    return isinstance(value, str)


def _is_selection(question: Choose, codes: tuple[str, ...]) -> bool:
    distinct = len(set(codes)) == len(codes)
    return distinct and 1 <= len(codes) <= question.most and set(codes) <= set(question.options)


def _text(question: Write, raw: Raw, hearing: Hearing) -> Answer | Refusal:
    if isinstance(raw, Skip):
        return SKIPPED if question.skip else Refusal("common.no_text_later", {})
    text = storable(str(raw))
    if len(text) > LONGEST_TEXT:
        return Refusal("common.too_long", {})
    marks = hearing.ear.marks(text)
    if "empty" in marks:
        return Refusal("common.no_text" if question.skip else "common.no_text_later", {})
    noticed = marks if "cue" in marks else marks | {"no_cue"}
    return Answer(text, noticed | {hearing.ear.form(text)})


def storable(text: str) -> str:
    r"""Keep what a person can see of a text: no control characters, no lone surrogates; trimmed.

    >>> storable(" a\x00b\r\nc ")
    'ab\nc'
    """
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    return _HIDDEN.sub("", unix).strip()


def _choice(question: Choose, raw: Raw) -> Answer | Refusal:
    # Sending a list with nothing chosen is how a form skips it.
    if question.skip and (isinstance(raw, Skip) or raw in ((), "")):
        return SKIPPED
    # Where to skip is itself an answer, a button still cannot tell it from leaving a question out.
    raw = _SKIP if isinstance(raw, Skip) and _SKIP in question.options else raw
    codes = raw if isinstance(raw, tuple) else (raw,)
    chosen = tuple(dict.fromkeys(str(code) for code in codes if isinstance(code, str)))
    if not _is_selection(question, chosen):
        return Refusal("common.choose_one" if question.most == 1 else "common.choose_two", {})
    return Answer(chosen[0] if question.most == 1 else chosen)


def _number(question: Rate, raw: Raw) -> Answer | Refusal:
    found = _WHOLE_NUMBER.fullmatch(str(raw).strip())
    if found and question.low <= int(found[1]) <= question.high:
        return Answer(int(found[1]))
    return Refusal("common.number", {})


def _day(question: PickDate, raw: Raw, hearing: Hearing) -> Answer | Refusal:
    if isinstance(raw, str) and raw in question.options:
        return Answer(raw)
    if isinstance(raw, Skip) and question.skip:
        return SKIPPED
    latest = hearing.today + timedelta(days=question.within)
    day = raw if isinstance(raw, date) else _written_day(str(raw), hearing.today)
    if (
        day is None
        or not hearing.today <= day <= latest
        or day.isoweekday() not in hearing.workdays
    ):
        return Refusal("common.day", {"full_date": latest})
    return Answer(day)


def _written_day(text: str, today: date) -> date | None:
    """Read `2026-11-24`, `24-11-2026` or `24-11` (the first such day from today on)."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        pass
    found = _DAY_FIRST.match(text)
    if not found or not text.isascii():
        return None
    day, month, year = (int(part) if part else None for part in found.groups())
    try:
        guess = date(year or today.year, month or 0, day or 0)
        return guess if year or guess >= today else guess.replace(year=today.year + 1)
    except ValueError:
        return None


def _person(question: PickPerson, raw: Raw, hearing: Hearing) -> Answer | Refusal:
    if isinstance(raw, str) and raw in question.options:
        return Answer(raw)
    if isinstance(raw, str) and raw.strip().casefold() in hearing.people:
        return Answer(hearing.people[raw.strip().casefold()])
    return Refusal("common.person", {})
