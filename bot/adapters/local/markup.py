"""Templates into HTML: everything is escaped unless a template made it itself.

Texts come from `bot.words` by row, never from a template; a template holds no language.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial
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
    r"((?:https?://)?(?:127\.0\.0\.1|localhost)(?::\d{1,5})?/(?:privacy|my-data)"
    r"|(?<![\w/.])/(?:privacy|my-data))(?![\w-])"
)

Texts = Callable[..., str]


@cache  # compiled once a process: templates ship with the code
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["linked"] = linked
    return environment


class Pages:
    """The templates, with the texts they are filled with."""

    def __init__(self, words: Words) -> None:
        """Read no template yet; each is read when it is first shown."""
        self.words = words
        self._environment = _templates()

    def text(self, row: str, language: str, **values: Shown) -> str:
        """Put a row of text into words."""
        return self.words.render(row, language, values)

    def has(self, row: str) -> bool:
        """Say whether there is such a row of text."""
        return self.words.has(row)

    def label(self, row: str, option: str, language: str) -> str:
        """Give the label of an option; empty where a later release dropped it."""
        options = self.words.options(row) if self.words.has(row) else ()
        return self.words.label(row, option, language) if option in options else ""

    def plan_line(self, if_raw: str, then_raw: str, form: str, language: str) -> str:
        """Give a plan in its one line."""
        return self.words.plan_line(if_raw, then_raw, form, language)

    def fill(self, template: str, language: str, **context: object) -> Markup:
        """Fill a template; `t` gives it texts in this language."""
        filled = self._environment.get_template(template).render(
            t=partial(self._told, language), language=language, languages=LANGUAGES, **context
        )
        return Markup(filled)  # noqa: S704 - the environment has escaped what it was given

    def _told(self, language: str, row: str, **values: Shown) -> str:
        return self.words.render(row, language, values)


def linked(text: str, language: str, person: object) -> Markup:
    """Make links of the addresses of our own pages about data; everything else is escaped.

    Where they lead is ours: of what stands in the text only the name of the page counts.

    >>> print(linked("See /privacy & <b>", "en", "7"))
    See <a href="/privacy?language=en" target="_blank" rel="noopener">/privacy</a> &amp; &lt;b&gt;
    """
    link = Markup('<a href="{}" target="_blank" rel="noopener">{}</a>')
    parts = _OURS.split(text)
    return Markup().join(
        link.format(_address(part, language, person), part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )


def _address(part: str, language: str, person: object) -> str:
    if part.endswith("/my-data"):
        return f"/my-data?person={person}&language={language}"
    return f"/privacy?language={language}"


def mark_of(html: str) -> str:
    """Give a short mark that changes when a piece of the page changes."""
    return sha256(html.encode()).hexdigest()[:16]
