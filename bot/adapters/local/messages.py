"""Messages as plain values, for the sealed rows of the local chat, and back.

Stored messages outlive the release that wrote them: `load` fills in what is missing, and reads an
input of a kind it does not know as no field at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from bot.engine.answers import Raw, Skip
from bot.port import (
    Choices,
    Day,
    Edit,
    Field,
    FreeText,
    Input,
    Message,
    Option,
    Person,
    Scale,
    Words,
)

Json = dict[str, object]


def dump(message: Message) -> Json:
    """Turn a message into plain values."""
    return {
        "delivery": str(message.delivery),
        "language": message.language,
        "paragraphs": list(message.paragraphs),
        "dialogue": str(message.dialogue) if message.dialogue else None,
        "fields": [_dump_field(field) for field in message.fields],
        "answered": message.answered,
        "edits": [
            {"key": edit.key, "count": edit.count, "label": edit.label} for edit in message.edits
        ],
        "footer": message.footer,
        "words": _dump_words(message.words) if message.words else None,
    }


def load(stored: Mapping[str, Any]) -> Message:
    """Turn what `dump` made back into a message.

    Raises: ValueError when it is none.
    """
    try:
        return _load(stored)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("this is no stored message") from error


def _load(read: Mapping[str, Any]) -> Message:
    fields = (_load_field(each) for each in read.get("fields", ()))
    return Message(
        delivery=UUID(read["delivery"]),
        language=read["language"],
        paragraphs=tuple(read["paragraphs"]),
        dialogue=UUID(read["dialogue"]) if read.get("dialogue") else None,
        fields=tuple(field for field in fields if field is not None),
        answered=read.get("answered", ""),
        edits=tuple(
            Edit(edit["key"], edit["count"], edit["label"]) for edit in read.get("edits", ())
        ),
        footer=read.get("footer", ""),
        words=Words(**read["words"]) if read.get("words") else None,
    )


def _dump_words(words: Words) -> Json:
    return {"write": words.write, "send": words.send, "skip": words.skip, "pick": words.pick}


def _dump_field(field: Field) -> Json:
    return {
        "key": field.key,
        "input": _dump_input(field.input),
        "count": field.count,
        "seen_by": field.seen_by,
        "label": field.label,
        "current": None if field.current is None else raw_to_json(field.current),
    }


def _load_field(stored: Mapping[str, Any]) -> Field | None:
    found = _load_input(stored["input"])
    if found is None:
        return None
    current = stored.get("current")
    return Field(
        key=stored["key"],
        input=found,
        count=stored["count"],
        seen_by=stored["seen_by"],
        label=stored.get("label", ""),
        current=None if current is None else raw_from_json(current),
    )


def _dump_input(what: Input) -> Json:
    match what:
        case Choices(options, most):
            return {"kind": "choices", "options": _dump_options(options), "most": most}
        case Scale(low, high):
            return {"kind": "scale", "low": low, "high": high}
        case FreeText(longest, options):
            return {"kind": "text", "longest": longest, "options": _dump_options(options)}
        case Day(earliest, latest, options):
            return {
                "kind": "day",
                "earliest": earliest.isoformat(),
                "latest": latest.isoformat(),
                "options": _dump_options(options),
            }
        case Person(options):
            return {"kind": "person", "options": _dump_options(options)}


def _load_input(stored: Mapping[str, Any]) -> Input | None:
    options = _load_options(stored.get("options", []))
    match stored["kind"]:
        case "choices":
            return Choices(options, stored["most"])
        case "scale":
            return Scale(stored["low"], stored["high"])
        case "text":
            return FreeText(stored["longest"], options)
        case "day":
            earliest, latest = (date.fromisoformat(stored[end]) for end in ("earliest", "latest"))
            return Day(earliest, latest, options)
        case "person":
            return Person(options)
        case _:
            return None


def _dump_options(options: tuple[Option, ...]) -> list[Json]:
    return [{"id": each.id, "label": each.label, "command": each.command} for each in options]


def _load_options(stored: list[dict[str, Any]]) -> tuple[Option, ...]:
    return tuple(
        Option(each["id"], each["label"], bool(each.get("command", False))) for each in stored
    )


def raw_to_json(raw: Raw) -> object:
    """Turn an input into plain values.

    >>> raw_to_json(Skip()), raw_to_json(date(2026, 11, 24)), raw_to_json(("TIME", "CONF"))
    ({'skip': True}, {'date': '2026-11-24'}, ['TIME', 'CONF'])
    """
    match raw:
        case Skip():
            return {"skip": True}
        case date():
            return {"date": raw.isoformat()}
        case tuple():
            return list(raw)
        case _:
            return raw


def raw_from_json(value: object) -> Raw:
    """Read an input from plain values, as they stand in a stored message or come from the page.

    Raises: ValueError when they are no input.

    >>> raw_from_json({"date": "2026-11-24"})
    datetime.date(2026, 11, 24)
    """
    match value:
        case {"skip": True}:
            return Skip()
        case {"date": str(day)}:
            return date.fromisoformat(day)
        case list(items) if all(isinstance(item, str) for item in items):
            return tuple(items)
        case bool():
            raise ValueError("yes or no is no input")
        case str() | int():
            return value
        case _:
            raise ValueError(f"a {type(value).__name__} is no input")
