"""An event as plain values, so that one that failed can be kept, sealed, and heard again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from bot.engine.answers import Raw, Skip
from bot.port import Chosen, EditAsked, Event, Pressed, PutOff, Saved, Typed, What

Json = dict[str, object]


def to_json(event: Event) -> Json:
    """Turn an event into plain values."""
    return {
        "id": event.id,
        "workspace": str(event.workspace),
        "user": event.user,
        "at": event.at.isoformat(),
        "what": _what(event.what),
    }


def from_json(stored: Mapping[str, object]) -> Event:
    """Turn what `to_json` made back into an event.

    Raises: ValueError when the stored values are of no known kind.
    """
    return Event(
        id=str(stored["id"]),
        workspace=UUID(str(stored["workspace"])),
        user=str(stored["user"]),
        at=datetime.fromisoformat(str(stored["at"])),
        what=_load_what(stored["what"]),
    )


def kind_of(event: Event) -> str:
    """Name what happened, for the inbox row."""
    return str(_what(event.what)["kind"])


def _what(what: What) -> Json:
    match what:
        case Pressed(dialogue, inputs, counts, sure):
            plain = {key: _plain(raw) for key, raw in inputs.items()}
            return {
                "kind": "pressed",
                "dialogue": str(dialogue),
                "inputs": plain,
                "counts": dict(counts),
                "sure": sure,
            }
        case Chosen(delivery, key, raw):
            where = str(delivery) if delivery else None
            return {"kind": "pressed", "delivery": where, "key": key, "raw": _plain(raw)}
        case PutOff(dialogue, key, command):
            return {"kind": "put_off", "dialogue": str(dialogue), "key": key, "command": command}
        case EditAsked(dialogue, key, count):
            return {"kind": "edit_asked", "dialogue": str(dialogue), "key": key, "count": count}
        case Typed(text, thread):
            about = {"thread": str(thread)} if thread else {}
            return {"kind": "typed", "text": text, **about}
        case Saved(text):
            return {"kind": "saved", "text": text}


def _load_what(stored: object) -> What:
    match stored:
        case {
            "kind": "pressed",
            "dialogue": dialogue,
            "inputs": dict(raw),
            "counts": dict(counts),
            **rest,
        }:
            inputs = {key: _rich(value) for key, value in raw.items()}
            return Pressed(UUID(dialogue), inputs, counts, bool(rest.get("sure")))
        case {"kind": "pressed", "delivery": delivery, "key": str(key), "raw": raw}:
            return Chosen(UUID(delivery) if delivery else None, key, _rich(raw))
        case {"kind": "put_off", "dialogue": dialogue, "key": key, "command": command}:
            return PutOff(UUID(dialogue), key, command)
        case {"kind": "edit_asked", "dialogue": dialogue, "key": key, "count": int(count)}:
            return EditAsked(UUID(dialogue), key, count)
        case {"kind": "typed", "text": str(text), **rest}:
            return Typed(text, UUID(str(rest["thread"])) if "thread" in rest else None)
        case {"kind": "saved", "text": str(text)}:
            return Saved(text)
        case _:
            message = "a stored event is of no known kind"
            raise ValueError(message)


def _plain(raw: Raw) -> object:
    match raw:
        case Skip():
            return {"skip": True}
        case date():
            return {"date": raw.isoformat()}
        case tuple():
            return list(raw)
        case _:
            return raw


def _rich(value: object) -> Raw:
    match value:
        case {"skip": True}:
            return Skip()
        case {"date": str(day)}:
            return date.fromisoformat(day)
        case list(items):
            return tuple(str(item) for item in items)
        case str() | int():
            return value
        case _:
            message = "a stored input is of no known kind"
            raise ValueError(message)
