"""What people write, in from Slack as plain text and out to it with nothing that comes alive.

Slack hands over typed text escaped, with its mentions and links as tokens in angle brackets. It is
decoded once, here; what is shown later is plain text for Slack too, never its markup.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import Final

from bot.engine.reading import storable
from bot.limits import cut, slack_escaped, slack_length

_TOKEN: Final = re.compile(r"<([^<>]*)>|&(amp|lt|gt);")
_ENTITY: Final = re.compile(r"&(amp|lt|gt);")
_SIGNS: Final = {"amp": "&", "lt": "<", "gt": ">"}
_MAIL: Final = ("mailto:", "tel:")


def decoded(text: str) -> str:
    """Read what was typed in Slack as plain text: its tokens become the words people saw.

    Nothing is decoded twice: `&amp;lt;` was typed as `&lt;`.

    >>> decoded("<@U1|tom> &amp; <!channel>: <https://a.nl|a.nl> &lt;b&gt;")
    '@tom & @channel: a.nl <b>'
    """
    return storable(unicodedata.normalize("NFC", _TOKEN.sub(_in_words, text)))


def shown(text: str) -> str:
    """Give a text for Slack's `plain_text`: what a person can see of it, and no more.

    Controls that turn the direction of what stands around them go, and so do lone surrogates.
    """
    return storable(text)


def escaped(text: str, longest: int) -> str:
    """Give a text for a place that Slack reads as markup, with nothing in it that it finds.

    >>> escaped("<!channel> & co", 40)
    '&lt;!channel&gt; &amp; co'
    """
    return slack_escaped(fitted(text, longest))


def fitted(text: str, longest: int) -> str:
    """Give a text for `plain_text`, cut where Slack would count more than so many characters."""
    plain, room = shown(text), longest
    while slack_length(short := cut(plain, room)) > longest:
        room -= max(1, (slack_length(short) - longest) // 5)  # no sign counts for more
    return short


def _in_words(found: re.Match[str]) -> str:
    return _SIGNS[found[2]] if found[2] else _token(found[1])


def _token(inside: str) -> str:
    """Put one token, without its brackets, into words."""
    target, _, label = inside.partition("|")
    words = _unescaped(label)
    match target[:1]:
        case "@":
            return f"@{words.lstrip('@') or target[1:]}"
        case "#":
            return f"#{words.lstrip('#') or target[1:]}"
        case "!":
            return _special(target[1:], words)
        case _:
            return _link(_unescaped(target), words)


def _special(target: str, words: str) -> str:
    """Put a group, a date or a call to everybody into words."""
    name, _, rest = target.partition("^")
    match name:
        case "date":
            return words or _day(rest.partition("^")[0])
        case "subteam":
            return f"@{words.lstrip('@') or rest}"
        case _:
            return f"@{words.lstrip('@') or target}"


def _day(seconds: str) -> str:
    try:
        return datetime.fromtimestamp(int(seconds), UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


def _link(target: str, words: str) -> str:
    """Show a link as its words, and where it leads if those do not say so."""
    bare = target
    for scheme in _MAIL:
        bare = bare.removeprefix(scheme)
    if not words or words in bare:
        return words or bare
    return f"{words} ({bare})"


def _unescaped(text: str) -> str:
    return _ENTITY.sub(lambda found: _SIGNS[found[1]], text)
