"""What people did in Slack, as our own values: one for each kind, and nothing of Slack's in it.

Each has the `id` by which a repeat is known, and says in which workspace and by whom.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from bot.adapters.slack.admin import Wanted
from bot.adapters.slack.carried import Place
from bot.adapters.slack.memo import Memo
from bot.errors import BadContent
from bot.port import What


@dataclass(frozen=True, slots=True)
class By:
    """Who, and in which installation: a workspace, or a whole organisation at once.

    `user` is empty where nobody did it, as when tokens end.
    """

    team: str
    enterprise: str
    user: str
    for_all: bool = False


@dataclass(frozen=True, slots=True)
class At:
    """The message that it was done at, by Slack's channel and time stamp."""

    channel: str = ""
    ts: str = ""
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A modal as it stands: its id, the hash that one change of it takes, and itself.

    `view` holds what was written; it goes back to Slack, and nowhere else.
    """

    id: str
    hash: str
    view: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Done:
    """Something for the conversation to hear.

    `picked` names the questions whose input is a Slack user and not yet a person of ours. `seen`
    is the modal that it was done in.
    """

    id: str
    by: By
    what: What
    at: At = At()
    trigger: str = ""
    picked: frozenset[str] = frozenset()
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class Submitted:
    """A modal was sent; `fields` gives the block of each question, for refusals."""

    id: str
    by: By
    what: What
    memo: Memo
    seen: Seen
    fields: Mapping[str, str]
    picked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ChannelGiven:
    """An administrator chose a channel for a cohort."""

    id: str
    by: By
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class FormAsked:
    """*Write* was pressed: the questions of this message are to be opened in a modal, at once."""

    id: str
    by: By
    place: Place
    key: str
    at: At
    trigger: str


@dataclass(frozen=True, slots=True)
class NoticeUsed:
    """A button of a notice was pressed that only changes the modal; `says` is to stand there."""

    id: str
    by: By
    does: Literal["back", "sure"]
    says: str
    seen: Seen


@dataclass(frozen=True, slots=True)
class Closed:
    """A modal was closed without being sent."""

    id: str
    by: By
    memo: Memo


@dataclass(frozen=True, slots=True)
class Commanded:
    """A slash command was given; `text` is what was typed after it, as plain text."""

    id: str
    by: By
    command: str
    text: str
    channel: str
    trigger: str
    response_url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShortcutUsed:
    """A shortcut was used, of the workspace or, with a channel in `at`, at a message.

    `author` is the user who wrote that message, and `said` what it says, as plain text.
    """

    id: str
    by: By
    name: str
    trigger: str
    at: At = At()
    author: str = ""
    said: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Edited:
    """Somebody changed what they had typed. What it says now is not read."""

    id: str
    by: By
    at: At


@dataclass(frozen=True, slots=True)
class HomeOpened:
    """Somebody opened the app, at its Home or at its messages."""

    id: str
    by: By
    tab: str


@dataclass(frozen=True, slots=True)
class PersonChanged:
    """Somebody's account changed or, where `is_new`, was made.

    `zone` is an IANA name, `locale` such as `nl-NL`; empty where Slack does not say.
    """

    id: str
    by: By
    is_new: bool
    is_gone: bool
    is_bot: bool
    is_guest: bool
    zone: str
    locale: str


@dataclass(frozen=True, slots=True)
class TokensRevoked:
    """Tokens hold no more: those of our bot, or of these users."""

    id: str
    by: By
    bots: tuple[str, ...]
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Uninstalled:
    """The app was taken out of the workspace."""

    id: str
    by: By


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing for us, with the reason as a code for logs."""

    id: str
    by: By
    why: str


Did = (
    Done
    | Submitted
    | ChannelGiven
    | FormAsked
    | NoticeUsed
    | Closed
    | Commanded
    | ShortcutUsed
    | Edited
    | HomeOpened
    | PersonChanged
    | TokensRevoked
    | Uninstalled
    | Ignored
)


def moment(ts: str) -> datetime:
    """Read Slack's time stamp of a message as a moment.

    Raises: BadContent when it is none.

    >>> moment("1795420800.000200").isoformat()
    '2026-11-23T08:00:00.000200+00:00'
    """
    try:
        seconds, _, fraction = ts.partition(".")
        whole = datetime.fromtimestamp(int(seconds), UTC)
        return whole.replace(microsecond=int(f"{fraction:0<6}"[:6]))
    except (ValueError, OverflowError, OSError):
        raise BadContent("a time stamp that is none") from None
