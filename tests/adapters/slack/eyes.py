"""What comes alive in a message or a modal, found as Slack's own parser would find it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

_TOKEN: Final = re.compile(r"<[^<>]*>")
_RAW: Final = re.compile(r"&(?!(?:amp|lt|gt);)|<|>")
_TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LIVE: Final = frozenset(
    {"link", "user", "usergroup", "channel", "broadcast", "date", "emoji", "url", "team"}
)


def alive(part: Any) -> list[str]:  # noqa: ANN401 - JSON
    """Name what Slack would link, mention, unfurl or turn round; nothing in what is plain."""
    return [*_in(part), *_said(part)]


def texts(part: Any) -> list[str]:  # noqa: ANN401 - JSON
    """Give all that a person reads in blocks, in order."""
    match part:
        case {"type": "plain_text" | "mrkdwn", "text": str(words)}:
            return [words]
        case dict():
            return [each for inner in part.values() for each in texts(inner)]
        case list() | tuple():
            return [each for inner in part for each in texts(inner)]
        case _:
            return []


def _said(part: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    """Look at the text of the notification, which is markup unless it is said to be none."""
    if not isinstance(part, dict) or not isinstance(part.get("text"), str) or "blocks" not in part:
        return
    yield from _TOKEN.findall(part["text"])
    yield from _RAW.findall(part["text"])
    yield from (name for name in ("link_names", "unfurl_links", "unfurl_media") if part.get(name))
    if part.get("parse") != "none":
        yield "parse"


def _in(part: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    match part:
        case str():
            yield from _TURNING.findall(part)
        case {"type": "mrkdwn", "text": str(words)}:
            yield from _TOKEN.findall(words)
        case {"type": "plain_text", "text": str(words)}:
            yield from _TURNING.findall(words)
            if part.get("emoji", True):
                yield "emoji"
        case {"type": kind} if kind in _LIVE:
            yield str(kind)
        case dict():
            yield from (each for inner in part.values() for each in _in(inner))
            yield from (each for each in ("url", "image_url") if each in part)
        case list() | tuple():
            yield from (each for inner in part for each in _in(inner))
