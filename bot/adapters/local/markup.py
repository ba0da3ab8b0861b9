"""Templates into HTML: everything is escaped unless a template made it itself.

Texts come from `bot.words` by row, never from a template; a template holds no language.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.visibility import Shown
from bot.words import Words

FOLDER: Final = Path(__file__).parent / "templates"
LANGUAGES: Final = (("nl", "Nederlands"), ("en", "English"))

_OURS: Final = re.compile(
    r"((?:https?://)?(?:127\.0\.0\.1|localhost)(?::\d{1,5})?/privacy|(?<![\w/.])/privacy)(?!\w)"
)

Texts = Callable[..., str]


class Pages:
    """The templates, with the texts they are filled with."""

    def __init__(self, words: Words) -> None:
        """Read no template yet; each is read when it is first shown."""
        self._words = words
        self._environment = Environment(
            loader=FileSystemLoader(FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["linked"] = linked

    def text(self, row: str, language: str, **values: Shown) -> str:
        """Put a row of text into words."""
        return self._words.render(row, language, values)

    def fill(self, template: str, language: str, **context: object) -> Markup:
        """Fill a template; `t` gives it texts in this language."""
        filled = self._environment.get_template(template).render(
            t=partial(self._told, language), language=language, languages=LANGUAGES, **context
        )
        return Markup(filled)  # noqa: S704 - the environment has escaped what it was given

    def _told(self, language: str, row: str, **values: Shown) -> str:
        return self._words.render(row, language, values)


def linked(text: str, language: str) -> Markup:
    """Make a link of the address of our own page about data; everything else is escaped.

    >>> print(linked("See /privacy & <b>", "en"))
    See <a href="/privacy?language=en" target="_blank" rel="noopener">/privacy</a> &amp; &lt;b&gt;
    """
    link = Markup('<a href="/privacy?language={}" target="_blank" rel="noopener">{}</a>')
    parts = _OURS.split(text)
    return Markup().join(
        link.format(language, part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )


def mark_of(html: str) -> str:
    """Give a short mark that changes when a piece of the page changes."""
    return sha256(html.encode()).hexdigest()[:16]
