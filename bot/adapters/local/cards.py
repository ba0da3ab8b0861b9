"""How a message's fields are laid out: which control asks each of them.

A field that stands alone sends at the first tap; the fields of a form wait for one button.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.engine.answers import Raw, Skip
from bot.limits import BUTTONS
from bot.port import Choices, Day, Field, FreeText, Input, Message, Option, Person, Scale

SKIP = "skip"  # the one option that is not an answer: see `bot.rendering`

Control = Literal[
    "buttons", "menu", "list", "radios", "scale", "scale_radios",
    "write", "text", "day", "day_in_form", "person",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asking:
    """One field as it is laid out; `id` is unique on the page, `chosen` what stands already."""

    id: str
    field: Field
    control: Control
    options: tuple[Option, ...]
    commands: tuple[Option, ...]
    chosen: tuple[str, ...]

    @property
    def may_skip(self) -> bool:
        """Say whether it may be left empty."""
        return any(option.id == SKIP for option in self.options)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Give the options that are answers, for a menu: id and label."""
        return tuple((option.id, option.label) for option in self.answers)

    @property
    def answers(self) -> tuple[Option, ...]:
        """Give the options that are answers."""
        return tuple(option for option in self.options if option.id != SKIP)


@dataclass(frozen=True, slots=True)
class Card:
    """The fields of a message, laid out; `seen_by` stands once when it is the same for all.

    `reopened` is an answered card that is shown again to change what was answered.
    """

    message: Message
    asking: tuple[Asking, ...]
    seen_by: str
    reopened: bool

    @property
    def is_form(self) -> bool:
        """Say whether several fields are sent together."""
        return len(self.asking) > 1

    @property
    def commands(self) -> tuple[tuple[str, Option], ...]:
        """Give the buttons that answer nothing, each with the key of its question."""
        return tuple((each.field.key, option) for each in self.asking for option in each.commands)

    @property
    def has_own_row(self) -> bool:
        """Say whether the one control there is has room for all buttons of the card."""
        return not self.is_form and self.asking[0].control in ("buttons", "write", "day")

    @property
    def waits(self) -> bool:
        """Say whether what is filled in waits for a button."""
        return self.is_form or self.asking[0].control in ("menu", "list", "person")


def lay_out(message: Message, prefix: str, *, reopened: bool = False) -> Card:
    """Lay out a message; ids on the page begin with `prefix`."""
    alone = len(message.fields) == 1
    asking = tuple(
        _asking(field, f"{prefix}-{number}", alone=alone)
        for number, field in enumerate(message.fields)
    )
    seen = {field.seen_by for field in message.fields}
    return Card(message, asking, seen.pop() if len(seen) == 1 else "", reopened)


def control_of(what: Input, *, alone: bool) -> Control:
    """Choose the control for an input that stands alone or in a form.

    >>> control_of(Scale(0, 10), alone=True)
    'scale'
    """
    match what:
        case Choices(_, most) if most > 1:
            return "list"
        case Choices(options) if sum(not option.command for option in options) > BUTTONS:
            return "menu"
        case Choices():
            return "buttons" if alone else "radios"
        case Scale():
            return "scale" if alone else "scale_radios"
        case FreeText():
            return "write" if alone else "text"
        case Day():
            return "day" if alone else "day_in_form"
        case Person():
            return "person"


def _asking(field: Field, id_: str, *, alone: bool) -> Asking:
    options = () if isinstance(field.input, Scale) else field.input.options
    return Asking(
        id=id_,
        field=field,
        control=control_of(field.input, alone=alone),
        options=tuple(option for option in options if not option.command),
        commands=tuple(option for option in options if option.command),
        chosen=_chosen(field.current),
    )


def _chosen(current: Raw | None) -> tuple[str, ...]:
    match current:
        case None | Skip():
            return ()
        case tuple():
            return current
        case date():
            return (current.isoformat(),)
        case _:
            return (str(current),)
