"""The port to a chat: neutral messages going out, neutral events coming in.

No platform's word stands here. An adapter turns its own JSON into an `Event` in its first lines,
and a `Message` into its own cards; it decides nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol
from uuid import UUID

from bot.engine.answers import Raw


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose. A `command` answers nothing: it puts the question off."""

    id: str
    label: str
    command: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """Choose one option, or up to `most`; more than five options are shown as a menu."""

    options: tuple[Option, ...]
    most: int = 1


@dataclass(frozen=True, slots=True)
class Scale:
    """Choose a whole number from `low` to `high`."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class FreeText:
    """Write a text of at most `longest` characters, or choose one of the options instead."""

    longest: int
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """Choose a day from `earliest` to `latest`, or one of the options instead."""

    earliest: date
    latest: date
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Choose a person, or one of the options instead."""

    options: tuple[Option, ...] = ()


Input = Choices | Scale | FreeText | Day | Person


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a message: its key, its input, how often it was answered, who will see it.

    `label` is the question's own text in a form and empty where the message's text asks it.
    `current` is the answer that stands, for an edit.
    """

    key: str
    input: Input
    count: int
    seen_by: str
    label: str = ""
    current: Raw | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """The *Edit* button of an answered question."""

    key: str
    count: int
    label: str


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed words of a card, in the reader's language."""

    write: str
    send: str
    skip: str
    pick: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its text in paragraphs, the fields it asks, or what was answered.

    `delivery` is ours and unique; `answered` replaces the fields once they were used. `preview` is
    what a locked telephone may show: how it begins, without any words that somebody wrote.
    """

    delivery: UUID
    language: str
    paragraphs: tuple[str, ...]
    dialogue: UUID | None = None
    fields: tuple[Field, ...] = ()
    answered: str = ""
    edits: tuple[Edit, ...] = ()
    footer: str = ""
    words: Words | None = None
    preview: str = ""


@dataclass(frozen=True, slots=True)
class Pressed:
    """Fields of a message were filled in: inputs by key, and the counts its buttons carried.

    `sure` says that the person saw a `Notice` about these very words and means them as an answer.
    """

    dialogue: UUID
    inputs: Mapping[str, Raw]
    counts: Mapping[str, int] = field(default_factory=dict)
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """An option of a menu was chosen: a message with a field that belongs to no dialogue.

    `delivery` is None where the menu stood in a `Notice`, which is kept nowhere.
    """

    delivery: UUID | None
    key: str
    raw: Raw


@dataclass(frozen=True, slots=True)
class PutOff:
    """A command button of a question was pressed: `later` or `tomorrow`."""

    dialogue: UUID
    key: str
    command: str


@dataclass(frozen=True, slots=True)
class EditAsked:
    """The *Edit* button of an answered question was pressed."""

    dialogue: UUID
    key: str
    count: int


@dataclass(frozen=True, slots=True)
class Typed:
    """A text was typed in the chat, outside any card.

    `thread` is the dialogue under whose message it was typed, where a chat has threads.
    """

    text: str
    thread: UUID | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """A message that somebody wrote elsewhere in the chat is to be kept in their log."""

    text: str


What = Pressed | Chosen | PutOff | EditAsked | Typed | Saved


@dataclass(frozen=True, slots=True)
class Event:
    """Something a person did in a chat. `id` is the platform's, the same on a retry."""

    id: str
    workspace: UUID
    user: str
    at: datetime
    what: What


@dataclass(frozen=True, slots=True)
class NoticeOption:
    """A button of a notice.

    `back` returns to the field; `sure` too, and then says `says` and lets the same words be sent
    with `Pressed.sure`; `choose` is an event, `Chosen` with no delivery.
    """

    id: str
    label: str
    does: Literal["back", "sure", "choose"]
    says: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said at a form whose words were not taken: they are kept nowhere but in its field.

    `field` is the key of the field it is about, `key` that of the menu its buttons choose from.
    """

    field: str
    key: str
    paragraphs: tuple[str, ...]
    options: tuple[NoticeOption, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What an adapter may answer at once: refusals by field, or the card that replaces this one.

    `seen_before` says that the event was a repeat and that nothing happened. `notice` says why
    words in a form were not taken. `may_stand` says that what was typed may be kept by a chat of
    ours; else only that something was typed.
    """

    refusals: Mapping[str, str] = field(default_factory=dict)
    replacement: Message | None = None
    seen_before: bool = False
    notice: Notice | None = None
    may_stand: bool = True


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a message goes: an address in a workspace, and the platform's own name for it.

    `thread` is the platform's id of the message with which its dialogue began there, if any.
    `by_itself` says that nobody waits for it, such as a reminder: it must be noticed.
    """

    person: UUID
    workspace: UUID
    user: str
    reference: str = ""
    thread: str = ""
    by_itself: bool = False


class ChatPort(Protocol):
    """What every chat can do for us.

    All three raise TryLater (nothing was sent), Unreachable (will not work until the person or an
    administrator acts) or BadContent (this message can never be sent). Any other failure after a
    request left is ambiguous and raises Ambiguous.
    """

    async def send(self, to: Destination, message: Message) -> str:
        """Send a message and return the platform's id of it."""
        ...

    async def replace(self, to: Destination, platform_id: str, message: Message) -> None:
        """Show another message in the place of one that was sent."""
        ...

    async def find(self, to: Destination, delivery: UUID) -> str | None:
        """Look up whether a message arrived after all; None when it did not."""
        ...


class Rests(Protocol):
    """A platform on which people can say that they want no notification for a while."""

    async def places(self) -> Collection[UUID]:
        """Name the workspaces of which this can be asked."""
        ...

    async def until(self, those: Sequence[Destination]) -> Mapping[UUID, datetime]:
        """Say until when each of some people rests; who is not named does not."""
        ...
