"""Writes tests/adapters/slack/golden anew: `python -m tests.adapters.slack.golden`.

One file for each kind of dialogue and language: the cards, and the modals in which they are
answered. Of cards that ask the same only the first stands there; look at what changed as at
pictures.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from bot.adapters.slack.cards import card
from bot.adapters.slack.carried import Place
from bot.adapters.slack.frame import frame
from bot.adapters.slack.memo import Memo
from bot.adapters.slack.views import Json, modal, with_notice
from bot.port import FreeText, Message
from tests.adapters.slack import examples
from tests.adapters.slack.letters import KINDS, LANGUAGES, WORDS, messages, told_apart
from tests.adapters.slack.presses import opened

FOLDER: Final = Path(__file__).parent / "golden"
NOTICE: Final = "notice"
NAMES: Final = tuple(f"{kind}.{language}" for kind in (*KINDS, NOTICE) for language in LANGUAGES)


def golden(name: str) -> str:
    """Give the text of one file."""
    kind, language = name.rsplit(".", 1)
    if kind == NOTICE:
        return _written({"modals": [_notice(language)]})
    shown = told_apart(messages(kind, language))
    cards = [{"text": made.text, "blocks": made.blocks} for made in map(card, shown)]
    modals = [view(each) for each in shown if opens(each)]
    return _written({"cards": cards, "modals": modals})


def opens(message: Message) -> bool:
    """Say whether a message is answered in a modal."""
    return len(message.fields) > 1 or any(
        isinstance(each.input, FreeText) for each in message.fields
    )


def view(message: Message) -> Json:
    """Give the modal of a message."""
    at = Memo(Place(message.delivery, message.dialogue), "D1", "1795420800.000200")
    return modal(message, at, frame(WORDS, message.language))


def _notice(language: str) -> Json:
    """Give a modal with a notice, as one of the menus of care says it."""
    said = next(each for each in messages("menus", language) if _is_heavy(each))
    shown = examples.HEAVY
    notice = type(shown)(shown.field, shown.key, said.paragraphs, shown.options)
    view_ = modal(examples.asks(examples.TEXT), examples.MEMO, frame(WORDS, language))
    return with_notice(opened(view_, {"field.1": examples.SEEN}), notice)


def _is_heavy(message: Message) -> bool:
    return any(each.key == "care.heavy" for each in message.fields)


def _written(shown: dict[str, list[Any]]) -> str:
    """Write what is shown with a line for each block."""
    lists = (f"{_line(name)}: [\n{_many(each)}\n]" for name, each in shown.items())
    return "{" + ",\n".join(lists) + "}\n"


def _many(shown: list[Any]) -> str:
    return ",\n".join(_one(each) for each in shown)


def _one(shown: dict[str, Any]) -> str:
    rest = _line({name: each for name, each in shown.items() if name != "blocks"})
    blocks = ",\n  ".join(_line(each) for each in shown["blocks"])
    return f' {rest[:-1]}, "blocks": [\n  {blocks}]}}'


def _line(shown: object) -> str:
    return json.dumps(shown, ensure_ascii=False, sort_keys=True)


def main() -> None:
    """Write every file, and take away those that are of nothing any more."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for name in NAMES:
        (FOLDER / f"{name}.json").write_text(golden(name), "utf-8")


if __name__ == "__main__":
    main()
