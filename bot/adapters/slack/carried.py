"""What a button or a field carries to Slack and back: where it stood, and what it asks.

A block carries where: the delivery and the dialogue. A control carries what: what it does, the
question's key, how often that was answered. An option's id is the value. Nothing here is secret,
and nothing of it is anybody's words: whoever administers a workspace may read it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args
from uuid import UUID

from bot.errors import BadContent

Does = Literal[
    "answer", "number", "skip", "put_off", "edit", "fill", "send",
    "several", "day", "person", "text", "back", "sure", "choose",
]  # fmt: skip
"""What a control does when it is used.

`answer` and `number` give an option; `skip`, `put_off` and `edit` are themselves; `fill` opens a
modal, `send` sends what `several` beside it holds. `several`, `day`, `person` and `text` are
inputs of that kind. `back`, `sure` and `choose` are the buttons of a notice.
"""

_DOES: Final[Mapping[str, Does]] = {each: each for each in get_args(Does)}
_ACTION: Final = re.compile(
    rf"({'|'.join(get_args(Does))})\.(\d{{1,3}})\.(\d{{1,7}})\.([\w.-]{{1,200}})", re.ASCII
)
_KEY: Final = re.compile(r"[\w.-]{1,200}", re.ASCII)
_BLOCK: Final = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{32}|-)\.(\d{1,3})", re.ASCII)
_NONE: Final = "-"
NOWHERE: Final = UUID(int=0)
"""The delivery of what stands in no message of ours, such as Home."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What one control carries; `number` tells it from others in its block."""

    does: Does
    key: str
    count: int = 0
    number: int = 0

    @property
    def action_id(self) -> str:
        """Write it as an `action_id`, of at most 255 characters.

        Raises: BadContent for a key that cannot be carried.
        """
        if not _KEY.fullmatch(self.key):
            raise BadContent("the key of a question is longer or stranger than a button can carry")
        return f"{self.does}.{self.number}.{self.count}.{self.key}"


@dataclass(frozen=True, slots=True)
class Place:
    """The message that a block stands in: our delivery, and its dialogue where it has one."""

    delivery: UUID
    dialogue: UUID | None

    def block_id(self, row: int) -> str:
        """Write it as the `block_id` of one row, different for each."""
        dialogue = self.dialogue.hex if self.dialogue else _NONE
        return f"{self.delivery.hex}.{dialogue}.{row}"


def carried(action_id: str) -> Carried:
    """Read what a control carries.

    Raises: BadContent when we did not write it.

    >>> carried("answer.2.0.plan.day")
    Carried(does='answer', key='plan.day', count=0, number=2)
    """
    found = _ACTION.fullmatch(action_id)
    if found is None:
        raise BadContent("a button or a field that is not ours")
    does, number, count, key = found.groups()
    return Carried(_DOES[does], key, int(count), int(number))


def place(block_id: str) -> Place:
    """Read where a block stands.

    Raises: BadContent when we did not write it.
    """
    found = _BLOCK.fullmatch(block_id)
    if found is None:
        raise BadContent("a block that is not ours")
    return Place(UUID(found[1]), None if found[2] == _NONE else UUID(found[2]))
