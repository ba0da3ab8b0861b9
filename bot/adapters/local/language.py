"""The language of the page itself; each person's chat speaks that person's own."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request

KNOWN: Final = ("nl", "en")


def language_of(request: Request) -> str:
    """Choose the language that was asked for, else the first one that the browser likes."""
    asked = request.query_params.get("language")
    if asked in KNOWN:
        return asked
    liked = request.headers.get("accept-language", "").lower().split(",")
    primary = (each.split(";")[0].split("-")[0].strip() for each in liked)
    return next((language for language in primary if language in KNOWN), "en")
