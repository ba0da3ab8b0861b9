"""The one gate between a person's words and anyone who reads them.

Only `show` and `plain` make a `Shown`, and texts are rendered from `Shown` values alone. So do not
look for a way round: when `show` refuses, the viewer needs a grant from the owner of the words.
"""

from collections.abc import Set as AbstractSet
from dataclasses import InitVar, dataclass, field
from datetime import date, datetime, time
from typing import Final, NewType, TypeAlias, final
from uuid import UUID

from bot.errors import NotAllowed

PublicName = NewType("PublicName", str)
"""What everyone may read: the name of a person, programme or organisation, a link, a label."""

Value: TypeAlias = str | int | date | time | tuple[str, ...]


@final
class _Gate:
    """What only this module has: without it nobody makes a `Shown`, as the type checker sees."""


_GATE: Final = _Gate()


@dataclass(frozen=True, slots=True)
class Owned:
    """Words and the one person they belong to; they stay out of every `repr` and so of logs."""

    owner: UUID
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """The owner let one viewer read exactly these words, as previewed; an edit is not covered."""

    owner: UUID
    viewer: UUID
    text: str = field(repr=False)

    def covers(self, owned: Owned, viewer: UUID) -> bool:
        """Say whether this grant lets the viewer read these words."""
        return (self.owner, self.viewer, self.text) == (owned.owner, viewer, owned.text)


@final
@dataclass(frozen=True, slots=True)
class Shown:
    """A value that passed the gate: it may stand in a message to the viewer it was shown to."""

    value: Value = field(repr=False)
    gate: InitVar[_Gate]

    def __post_init__(self, gate: _Gate) -> None:
        """Refuse whoever is not this module.

        Raises:
            NotAllowed: it was made elsewhere.

        """
        if gate is not _GATE:
            message = "Only bot.visibility makes a Shown: use show() or plain()."
            raise NotAllowed(message)


def show(owned: Owned, viewer: UUID, grants: AbstractSet[Grant] = frozenset()) -> Shown:
    """Show somebody's words to a viewer: their owner, or one whom the owner gave a grant.

    Raises:
        NotAllowed: the viewer is another person and no grant covers these words.

    """
    if owned.owner == viewer or any(grant.covers(owned, viewer) for grant in grants):
        return Shown(owned.text, _GATE)
    message = "These words belong to someone else, who did not share them with this viewer."
    raise NotAllowed(message)


def plain(value: int | date | time | PublicName | tuple[PublicName, ...]) -> Shown:
    """Show what is nobody's words: a number, a date, a time of day, a name or several names.

    Raises:
        TypeError: the value is a moment (datetime); take its date or time in the person's zone.

    """
    if isinstance(value, datetime):
        message = "A moment has no date of its own: take .date() or .time() in the person's zone."
        raise TypeError(message)
    return Shown(value, _GATE)
