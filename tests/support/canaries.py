"""Canaries: strings that can stand nowhere by chance, and in which disguises they would be found.

A search that knows one writing only finds nothing where a text was escaped; so each is looked for
as it is, in small letters, as bytes written out, in base64 at every offset, and escaped for a URL,
JSON or HTML.
"""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote, quote_plus

_AROUND: Final = 24  # bytes shown on either side of what was found
_GROUP: Final = 3  # bytes that base64 writes together


def disguises(canary: str) -> Mapping[str, bytes]:
    """Give the bytes by which a canary would be found, by what was done to it."""
    return {
        "plain": canary.encode(),
        "JSON": json.dumps(canary)[1:-1].encode(),
        "URL": quote(canary).encode(),
        "form": quote_plus(canary).encode(),
        "HTML": html.escape(canary).encode(),
        "ASCII": canary.encode("ascii", "backslashreplace"),
        "UTF-16": canary.encode("utf-16-le"),
        "hexadecimal": canary.encode().hex().encode(),
        **{f"base64 at {shift}": _base64(canary, shift) for shift in range(_GROUP)},
        **{f"small, base64 at {n}": _base64(canary.lower(), n) for n in range(_GROUP)},
        "small, hexadecimal": canary.lower().encode().hex().encode(),
    }


def found_in(content: bytes, canaries: Mapping[str, str]) -> list[str]:
    """Say where canaries stand in some bytes: which one, how it is written, and what is around."""
    return [each for name, canary in canaries.items() for each in _found(content, name, canary)]


def _found(content: bytes, name: str, canary: str) -> Iterator[str]:
    small = content.lower()
    for how, wanted in disguises(canary).items():
        # Capitals tell nothing, except in base64.
        where, what = (content, wanted) if "base64" in how else (small, wanted.lower())
        place = where.find(what)
        if place >= 0:
            around = content[max(place - _AROUND, 0) : place + len(what) + _AROUND]
            yield f"{name} ({how}): {around!r}"


def _base64(text: str, shift: int) -> bytes:
    """Write a text in base64 as it stands after `shift` other bytes, without what they share."""
    content = text.encode()
    whole = base64.b64encode(bytes(shift) + content)
    first = -(-shift * 8 // 6)  # characters that say something of the bytes before
    last = (shift + len(content)) * 8 // 6
    return whole[first:last]
