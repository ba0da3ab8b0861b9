"""Home as Block Kit: what its owner finds there, and what can be chosen there.

It stands in no message, so what is chosen here carries no delivery of ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import ActionsBlock, Block, HeaderBlock

from bot.adapters.slack import cards, elements
from bot.adapters.slack.carried import NOWHERE, Carried, Place
from bot.errors import BadContent
from bot.home import Change, Home
from bot.limits import SLACK_HEADER_TEXT, SLACK_SECTION_TEXT
from bot.my_data import Item, Section
from bot.port import Choices, Field

_PIECES: Final = 3  # sections of text under one heading; all of it stands in "my data"
_ROOM: Final = 6_000  # characters under one heading
_DO, _SET, _CHANGE = range(3)  # the rows of what can be chosen


def view(home: Home) -> Mapping[str, Any]:
    """Lay out Home: what can be done, then what there is, then what can be set.

    Raises: BadContent when Slack could not show it.
    """
    first, settings = home.choices[:1], home.choices[1:]
    try:
        blocks = [
            _heading(home.title),
            cards.context(home.hint),
            *_row(_DO, [button for each in first for button in _buttons(each)]),
            *(block for each in home.sections for block in _section(each)),
            *_row(_SET, [each for asked in settings for each in _setting(asked)]),
            *_changing(home.change_hours),
        ]
        return {"type": "home", "blocks": [each.to_dict() for each in blocks]}
    except SlackObjectFormationError as error:
        raise BadContent(str(error)) from None


def _heading(words: str) -> Block:
    return HeaderBlock(text=elements.text(words, SLACK_HEADER_TEXT))


def _section(section: Section) -> list[Block]:
    told = "\n".join(_told(each) for each in section.items)
    room = min(_ROOM, _PIECES * SLACK_SECTION_TEXT)
    return [_heading(section.title), *cards.says([told], room, _PIECES)]


def _told(item: Item) -> str:
    said = f"{item.label}: {item.text}" if item.label else item.text
    return f"{said} · {item.when}" if item.when else said


def _row(number: int, made: Sequence[elements.Element]) -> list[Block]:
    at = Place(NOWHERE, None)
    return [ActionsBlock(elements=[*made], block_id=at.block_id(number))] if made else []


def _buttons(asked: Field) -> list[elements.Element]:
    options = asked.input.options if isinstance(asked.input, Choices) else ()
    return [
        elements.button(Carried("answer", asked.key, number=number), each.label, each.id)
        for number, each in enumerate(options)
    ]


def _setting(asked: Field) -> list[elements.Element]:
    """Lay out a setting: a menu or a calendar, and a button where there is one choice only."""
    match asked.input:
        case Choices(options) if len(options) == 1:
            return _buttons(asked)
        case Choices(options):
            return [elements.menu(Carried("answer", asked.key), options, asked.label)]
        case _:
            return [elements.day(Carried("day", asked.key), asked.label, None)]


def _changing(change: Change | None) -> list[Block]:
    if change is None:
        return []
    button = elements.button(Carried("edit", change.key), change.label, change.key)
    at = Place(NOWHERE, change.dialogue)
    return [ActionsBlock(elements=[button], block_id=at.block_id(_CHANGE))]
