"""The shape of what trainers write, as values: a kind says what may stand at a place.

A kind only looks at one value; what must agree between files or languages is for `bot.pack`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.limits import MESSAGE_TEXT
from bot.rows import Fault, text_faults
from bot.toml_file import Where, nearest

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Text:
    """Words of at most so many characters, with no placeholders but these."""

    longest: int = MESSAGE_TEXT
    placeholders: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Name:
    """A word for the machine, such as a key: small letters, digits, and what joins them."""

    pattern: str = _KEY.pattern
    example: str = "open_question"


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number between two others."""

    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of these words."""

    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Many:
    """A list of one kind of thing."""

    kind: "Kind"
    fewest: int = 1
    most: int = 60


@dataclass(frozen=True, slots=True)
class Table:
    """A table with these keys; those in `optional` may be left out."""

    fields: Mapping[str, "Kind"]
    optional: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Keyed:
    """A table under keys that the trainer chooses."""

    kind: "Kind"
    name: Name = field(default_factory=Name)


@dataclass(frozen=True, slots=True)
class Anything:
    """Whatever stands there; somebody else checks it."""


Single: TypeAlias = Anything | Text | Name | Number | Flag | OneOf
Kind: TypeAlias = Single | Many | Table | Keyed


def faults(kind: Kind, value: object, where: Where = ()) -> Iterator[Fault]:
    """Yield all that is wrong with a value for its kind.

    >>> [fault.what for fault in faults(Number(1, 365), 0)]
    ['The number is 0.']
    """
    match kind:
        case Many():
            yield from _many_faults(kind, value, where)
        case Table():
            yield from _table_faults(kind, value, where)
        case Keyed():
            yield from _keyed_faults(kind, value, where)
        case _:
            yield from _single_faults(kind, value, where)


def _single_faults(kind: Single, value: object, where: Where) -> Iterator[Fault]:
    match kind:
        case Text():
            yield from text_faults(where, value, longest=kind.longest, known=kind.placeholders)
        case Name():
            yield from _name_faults(kind, value, where)
        case Number():
            yield from _number_faults(kind, value, where)
        case Flag() if not isinstance(value, bool):
            yield Fault(where, "This is not true or false.", "Write true or false, unquoted.")
        case OneOf() if value not in kind.options:
            what = f"{value!r} cannot stand here."
            yield Fault(where, what, nearest(str(value), kind.options))


def _name_faults(kind: Name, value: object, where: Where) -> Iterator[Fault]:
    if not isinstance(value, str) or not re.fullmatch(kind.pattern, value):
        yield Fault(where, f"{value!r} is not a name.", f'Write it like "{kind.example}".')


def _number_faults(kind: Number, value: object, where: Where) -> Iterator[Fault]:
    allowed = f"from {kind.lowest} to {kind.highest}"
    if isinstance(value, bool) or not isinstance(value, int):
        yield Fault(where, "This is not a whole number.", f"Write one {allowed}, unquoted.")
    elif not kind.lowest <= value <= kind.highest:
        yield Fault(where, f"The number is {value}.", f"Write one {allowed}.")


def _many_faults(kind: Many, value: object, where: Where) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield Fault(where, "This is not a list.", "Put it between [ and ].")
        return
    if not kind.fewest <= len(value) <= kind.most:
        what = f"The list has {len(value)} items."
        yield Fault(where, what, f"Give {kind.fewest} to {kind.most}.")
    for index, item in enumerate(value):
        yield from faults(kind.kind, item, (*where, index))


def _table_faults(kind: Table, value: object, where: Where) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(where, "This is not a table.", f"It holds: {', '.join(kind.fields)}.")
        return
    for key, one in value.items():
        if key in kind.fields:
            yield from faults(kind.fields[key], one, (*where, key))
        else:
            remedy = nearest(key, kind.fields.keys() - value.keys() or kind.fields)
            yield Fault((*where, key), f'Unknown key "{key}".', remedy)
    for key in kind.fields:
        if key not in value and key not in kind.optional:
            yield Fault(where, f'"{key}" is missing.', "Write it here.")


def _keyed_faults(kind: Keyed, value: object, where: Where) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(where, "This is not a table.", "Give every part a key of its own.")
        return
    for key, one in value.items():
        yield from _name_faults(kind.name, key, (*where, key))
        yield from faults(kind.kind, one, (*where, key))
