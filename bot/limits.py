"""Slack's and Teams' limits as numbers, and what checks them.

Slack counts `&`, `<` and `>` as it escapes them; Teams counts a card's bytes as UTF-16. A text
that looks short enough in an editor may still be refused.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import accumulate
from typing import Final, TypeAlias

# Ours: what a person reads in one go (dialogues §0).
MESSAGE_TEXT: Final = 300
BUTTONS: Final = 5
BUTTON_LABEL: Final = 24
ANSWER_TEXT: Final = 1000

# Slack, in characters unless the name says otherwise.
SLACK_MESSAGE_TEXT: Final = 4_000
SLACK_MESSAGE_TEXT_HARD: Final = 40_000
SLACK_MESSAGE_BLOCKS: Final = 50
SLACK_MESSAGE_BLOCKS_TEXT: Final = 12_000
SLACK_VIEW_BLOCKS: Final = 100
SLACK_VIEW_BYTES: Final = 250_000
SLACK_SECTION_TEXT: Final = 3_000
SLACK_FIELD_TEXT: Final = 2_000
SLACK_FIELDS: Final = 10
SLACK_HEADER_TEXT: Final = 150
SLACK_CONTEXT_ELEMENTS: Final = 10
SLACK_ACTIONS: Final = 25
SLACK_BUTTON_LABEL: Final = 75
SLACK_BUTTON_VALUE: Final = 2_000
SLACK_OPTIONS: Final = 100
SLACK_OPTION_LABEL: Final = 75
SLACK_OVERFLOW_OPTIONS: Final = 5
SLACK_OPTION_VALUE: Final = 150
SLACK_PLACEHOLDER: Final = 150
SLACK_NOTIFICATION: Final = 150  # ours: what a locked screen shows
SLACK_RADIO_OPTIONS: Final = 10
SLACK_INPUT_LABEL: Final = 2_000
SLACK_INPUT_TEXT: Final = 3_000
SLACK_ID: Final = 255
SLACK_MODAL_TITLE: Final = 24
SLACK_PRIVATE_METADATA: Final = 3_000
SLACK_MESSAGES_A_SECOND_A_CHANNEL: Final = 1
SLACK_MESSAGES_A_MINUTE_A_WORKSPACE: Final = 200
SLACK_CALLS_A_MINUTE: Final[Mapping[int, int]] = {2: 20, 3: 50, 4: 100}
SLACK_ACKNOWLEDGE_WITHIN: Final = timedelta(seconds=3)
SLACK_TRIGGER_LASTS: Final = timedelta(seconds=3)

# Teams.
TEAMS_CARD_VERSION: Final = "1.5"
TEAMS_CARD_BYTES: Final = 28_000
TEAMS_ACTIONS: Final = 6
TEAMS_REFRESH_PEOPLE: Final = 60
TEAMS_APP_NAME: Final = 30
TEAMS_SENDS_A_CONVERSATION: Final[Mapping[timedelta, int]] = {
    timedelta(seconds=1): 7,
    timedelta(seconds=2): 8,
    timedelta(seconds=30): 60,
    timedelta(hours=1): 1_800,
}
TEAMS_CALLS_A_SECOND_A_TENANT: Final = 30
TEAMS_ACKNOWLEDGE_WITHIN: Final = timedelta(seconds=10)

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

_SLACK_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_JOINER = "\u200d"


def slack_escaped(text: str) -> str:
    """Return a text as Slack wants it: with `&`, `<` and `>` escaped.

    >>> slack_escaped("Vragen & luisteren")
    'Vragen &amp; luisteren'
    """
    return text.translate(_SLACK_ESCAPES)


def slack_length(text: str) -> int:
    """Return the characters Slack counts in a text."""
    return len(slack_escaped(text))


def slack_view_fits(view: Json) -> bool:
    """Say whether a modal or Home view is small enough for Slack."""
    return len(json.dumps(view, ensure_ascii=False).encode()) <= SLACK_VIEW_BYTES


def teams_bytes(card: Json) -> int:
    """Return the bytes Teams counts in a card."""
    return len(json.dumps(card, ensure_ascii=False).encode("utf-16-le"))


def teams_card_fits(card: Json) -> bool:
    """Say whether a card is small enough for Teams."""
    return teams_bytes(card) <= TEAMS_CARD_BYTES


def cut(text: str, longest: int) -> str:
    """Return a text of at most so many characters, cut between whole signs and marked with "…".

    >>> cut("Familie aan het werk", 10)
    'Familie a…'
    """
    if len(text) <= longest:
        return text
    end = longest - 1
    while end > 0 and not _ends_a_sign(text, end):
        end -= 1
    return text[:end].rstrip() + "…"


def split(text: str, longest: int) -> list[str]:
    """Return a text in pieces of at most so many characters as Slack counts them.

    It is parted after a space where there is one, else between whole signs; nothing is left out.

    >>> split("Familie aan het werk", 12)
    ['Familie aan ', 'het werk']
    """
    pieces = []
    while slack_length(text) > longest:
        end = _parting(text, _reach(text, longest))
        pieces.append(text[:end])
        text = text[end:]
    return [*pieces, text] if text else pieces


def _reach(text: str, longest: int) -> int:
    """Count the characters from the start of a text that Slack lets through together."""
    lengths = accumulate(slack_length(character) for character in text)
    return max(1, next(count for count, length in enumerate(lengths) if length > longest))


def _parting(text: str, end: int) -> int:
    """Find where to part a text at `end` or before; a sign that is longer is cut through."""
    whole = [at for at in range(end, 0, -1) if _ends_a_sign(text, at)]
    spaced = (at for at in whole if at > end // 2 and text[at - 1].isspace())
    return next(spaced, whole[0] if whole else end)


def _ends_a_sign(text: str, end: int) -> bool:
    """Say whether a text may be cut before the character at `end`."""
    following = text[end]
    if unicodedata.category(following).startswith("M") or _JOINER in text[end - 1 : end + 1]:
        return False
    if "\U0001f3fb" <= following <= "\U0001f3ff" or "\U000e0020" <= following <= "\U000e007f":
        return False  # a skin tone, or the tail of a flag such as Wales
    if "\u1160" <= following <= "\u11ff":
        return False  # the vowel or tail of a Hangul syllable
    flags = 0
    while end - flags > 0 and _is_half_a_flag(text[end - flags - 1]):
        flags += 1
    return not (_is_half_a_flag(following) and flags % 2)


def _is_half_a_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
