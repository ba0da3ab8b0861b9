"""What an outbox row holds: text keys, ids and values, put into words only when it is sent.

So a message always speaks the reader's language of that moment, and words that were erased in the
meantime are not in it. The whole letter is sealed under the person's key by the outbox.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from uuid import UUID

from bot.engine import answers
from bot.engine.answers import Answer
from bot.engine.steps import (
    Choose,
    PickDate,
    PickPerson,
    Question,
    Rate,
    Seen,
    Tell,
    Together,
    Write,
    parts_of,
    row_of,
)
from bot.phrases import Label, Lent, Named, PackText, Phrase, Place, PlanLine

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph: a text row and the values it shows."""

    row: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it was asked: all that is needed to show it, now and for an edit."""

    key: str
    row: str
    input: str
    values: Mapping[str, object] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    most: int = 1
    low: int = 0
    high: int = 10
    within: int = 28
    skip: bool = False
    seen: str = Seen.ONLY_YOU.value
    count: int = 0


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to be: paragraphs, what it asks, or what was answered.

    `answers` by key turn the letter into its used card; `reopened` shows the fields again with
    those answers filled in. `replaces` is the outbox row whose message this one replaces.
    """

    lines: tuple[Line, ...]
    asked: tuple[Asked, ...] = ()
    dialogue: UUID | None = None
    footer: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    reopened: bool = False
    replaces: UUID | None = None


def asked(question: Question, kind: str, count: int, values: Mapping[str, object]) -> Asked:
    """Describe a question for a letter; `values` are its own, with late ones filled in."""
    row, seen = row_of(question, kind), question.seen.value
    match question:
        case Choose():
            return Asked(
                question.key, row, "choose", values, question.options, question.commands,
                question.most, skip=question.skip, seen=seen, count=count,
            )  # fmt: skip
        case Write():
            return Asked(
                question.key, row, "write", values, commands=question.commands,
                skip=question.skip, seen=seen, count=count,
            )  # fmt: skip
        case Rate():
            return Asked(
                question.key, row, "rate", values, low=question.low, high=question.high,
                seen=seen, count=count,
            )  # fmt: skip
        case PickDate():
            return Asked(
                question.key, row, "date", values, question.options, within=question.within,
                skip=question.skip, seen=seen, count=count,
            )  # fmt: skip
        case PickPerson():
            return Asked(
                question.key, row, "person", values, question.options, seen=seen, count=count
            )


def compose(
    says: tuple[tuple[Tell, Line], ...],
    question: Question | Together | None,
    fields: tuple[Asked, ...],
    dialogue: UUID,
) -> tuple[Letter, ...]:
    """Lay out a turn: lines together with the question after them, except those that stand alone.

    `says` pairs each Tell with its line; `fields` describes `question`.
    """
    letters: list[Letter] = []
    lines: list[Line] = []
    for tell, line in says:
        if tell.alone:
            letters += [Letter(tuple(lines), dialogue=dialogue)] if lines else []
            letters.append(Letter((line,), dialogue=dialogue))
            lines = []
        else:
            lines.append(line)
    if question is not None:
        if len(parts_of(question)) == 1:
            lines.append(Line(fields[0].row, fields[0].values))
        letters.append(Letter(tuple(lines), fields, dialogue))
    elif lines:
        letters.append(Letter(tuple(lines), dialogue=dialogue))
    return tuple(letters)


def lends(letter: Letter) -> bool:
    """Say whether a letter shows words of somebody other than its reader."""
    shown = [each.values for each in letter.lines] + [each.values for each in letter.asked]
    return any(isinstance(value, Lent) for values in shown for value in values.values())


def to_json(letter: Letter) -> Json:
    """Turn a letter into plain values for the sealed outbox row."""
    return {
        "lines": [{"row": line.row, "values": _dump_all(line.values)} for line in letter.lines],
        "asked": [_dump_asked(each) for each in letter.asked],
        "dialogue": str(letter.dialogue) if letter.dialogue else None,
        "footer": letter.footer,
        "answers": {key: answers.to_json(answer) for key, answer in letter.answers.items()},
        "reopened": letter.reopened,
        "replaces": str(letter.replaces) if letter.replaces else None,
    }


def from_json(stored: Mapping[str, object]) -> Letter:
    """Turn what `to_json` made back into a letter."""
    lines = _list(stored["lines"])
    given = _dict(stored.get("answers"))
    return Letter(
        lines=tuple(Line(str(line["row"]), _load_all(_dict(line["values"]))) for line in lines),
        asked=tuple(_load_asked(each) for each in _list(stored["asked"])),
        dialogue=_uuid(stored.get("dialogue")),
        footer=_footer(stored.get("footer")),
        answers={key: answers.from_json(_dict(value)) for key, value in given.items()},
        reopened=bool(stored.get("reopened")),
        replaces=_uuid(stored.get("replaces")),
    )


def _dump_asked(each: Asked) -> Json:
    plain = {name: getattr(each, name) for name in Asked.__slots__ if name != "values"}
    shown = {name: list(v) if isinstance(v, tuple) else v for name, v in plain.items()}
    return {**shown, "values": _dump_all(each.values)}


def _load_asked(stored: Mapping[str, object]) -> Asked:
    members = {name: value for name, value in stored.items() if name in Asked.__slots__}
    rich = {name: tuple(v) if isinstance(v, list) else v for name, v in members.items()}
    return Asked(**{**rich, "values": _load_all(_dict(stored.get("values")))})  # type: ignore[arg-type]


def _dump_all(values: Mapping[str, object]) -> Json:
    return {name: dump_value(value) for name, value in values.items()}


def _load_all(stored: Mapping[str, object]) -> dict[str, object]:
    return {name: load_value(_dict(value)) for name, value in stored.items()}


def dump_value(value: object) -> Json:  # noqa: C901 - one case a kind of value
    """Turn one value of a text into plain values.

    Raises: TypeError for a value that no text can show.
    """
    match value:
        case Answer():
            return {"own": value.text}
        case PlanLine():
            return {"plan": [value.if_, value.then, value.form, value.language]}
        case Phrase():
            return {"phrase": [value.text, value.language]}
        case Label():
            return {"label": [value.row, value.option]}
        case PackText():
            return {"pack": [value.part, value.key]}
        case Named():
            return {"named": value.person}
        case Place():
            return {"place": value.name}
        case Lent():
            return {"lent": [value.subject, value.part]}
        case date():
            return {"day": value.isoformat()}
        case time():
            return {"time": value.isoformat()}
        case int():
            return {"number": value}
        case _:
            message = f"a text cannot show a {type(value).__name__}"
            raise TypeError(message)


def load_value(stored: Mapping[str, object]) -> object:  # noqa: C901 - as above
    """Turn what `dump_value` made back into a value."""
    match stored:
        case {"own": str(text)}:
            return Answer(text)
        case {"plan": [str(if_), str(then), str(form), str(language)]}:
            return PlanLine(if_, then, form, language)
        case {"phrase": [str(text), str(language)]}:
            return Phrase(text, language)
        case {"label": [str(row), str(option)]}:
            return Label(row, option)
        case {"pack": [str(part), str(key)]}:
            return PackText(part, key)
        case {"named": str(person)}:
            return Named(person)
        case {"place": str(name)}:
            return Place(name)
        case {"lent": [str(subject), str(part)]}:
            return Lent(subject, part)
        case {"day": str(day)}:
            return date.fromisoformat(day)
        case {"time": str(moment)}:
            return time.fromisoformat(moment)
        case {"number": int(number)}:
            return number
        case _:
            message = f"a letter holds a value of an unknown kind: {sorted(stored)}"
            raise TypeError(message)


def _footer(stored: object) -> str:
    """Read the row of a footer; there was one once, and only whether it stood there was kept."""
    return stored if isinstance(stored, str) else "common.footer" if stored else ""


def _uuid(value: object) -> UUID | None:
    return UUID(value) if isinstance(value, str) else None


def _dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[dict[str, object]]:
    return value if isinstance(value, list) else []
