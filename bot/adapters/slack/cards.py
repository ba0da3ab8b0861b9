"""A message becomes Block Kit: what it says, what it asks, or what was answered.

The notification says how a message begins, and nothing that somebody wrote: a locked telephone
shows it to whoever is near.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final
from uuid import UUID, uuid5

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import ActionsBlock, Block, ContextBlock, SectionBlock

from bot.adapters.slack import controls, elements, plain
from bot.adapters.slack.carried import Carried, Place
from bot.errors import BadContent
from bot.limits import (
    SLACK_ACTIONS,
    SLACK_MESSAGE_BLOCKS,
    SLACK_MESSAGE_BLOCKS_TEXT,
    SLACK_NOTIFICATION,
    SLACK_SECTION_TEXT,
    slack_length,
    split,
)
from bot.port import Edit, Field, FreeText, Message, Words

EVENT: Final = "holdfast_delivery"
_ONCE: Final = UUID("6f0a8c0e-54b4-5d0e-9a53-0d9b2f6d7c11")  # ours, for ids that Slack compares
_EDITS: Final = 100  # the number of their row, beyond those of what is asked
_CALLING: Final = 1  # block that may be added, for what comes by itself in a thread
_SHORTEST: Final = 1_000  # of a message's own text, whatever else stands in it

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Card:
    """A message as Slack takes it: the text of its notification, and its blocks.

    `delivery` is what it is found by, should it not be known whether it arrived.
    """

    text: str
    blocks: tuple[Json, ...]
    delivery: UUID

    def arguments(self) -> Json:
        """Give the arguments of `chat.postMessage`, but for where it goes.

        The same delivery gives the same `client_msg_id`: some of Slack knows it from then on.
        """
        return {
            **self.replacing(),
            "unfurl_links": False,
            "unfurl_media": False,
            "mrkdwn": False,
            "client_msg_id": str(uuid5(_ONCE, self.delivery.hex)),
        }

    def replacing(self) -> Json:
        """Give the arguments of `chat.update`, but for the message that it replaces."""
        return {
            "text": self.text,
            "blocks": [*self.blocks],
            "link_names": False,
            "parse": "none",
            "metadata": {
                "event_type": EVENT,
                "event_payload": {"delivery_id": str(self.delivery)},
            },
        }


def card(message: Message) -> Card:
    """Lay out a message.

    What it says is cut, between whole signs, only where Slack would take no more of it.
    Raises: BadContent when Slack could not show it.
    """
    try:
        after = [each.to_dict() for each in (*_asked(message), *_answered(message))]
    except SlackObjectFormationError as error:
        raise BadContent(str(error)) from None
    room = max(_SHORTEST, SLACK_MESSAGE_BLOCKS_TEXT - text_length(after))
    said = says(message.paragraphs, room, SLACK_MESSAGE_BLOCKS - len(after) - _CALLING)
    return Card(
        _notification(message), (*(each.to_dict() for each in said), *after), message.delivery
    )


def says(paragraphs: Sequence[str], room: int, most: int) -> list[SectionBlock]:
    """Lay out paragraphs in at most so many sections, of so many characters together."""
    whole = "\n\n".join(words for each in paragraphs if (words := plain.shown(each)))
    pieces = split(plain.fitted(whole, room), SLACK_SECTION_TEXT)[:most]
    return [
        SectionBlock(text=elements.text(each, SLACK_SECTION_TEXT))
        for each in pieces
        if each.strip()
    ]


def context(words: str) -> ContextBlock:
    """Lay out a small line, such as who will see an answer."""
    return ContextBlock(elements=[elements.text(words, SLACK_SECTION_TEXT)])


def calling(user: str) -> Json:
    """Lay out a line that names its reader, so that Slack tells them of it."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": f"<@{user}>"}]}


def text_length(part: object) -> int:
    """Count the characters of all texts in blocks, as Slack counts them."""
    match part:
        case {"type": "plain_text" | "mrkdwn", "text": str(words)}:
            return slack_length(words)
        case Mapping():
            return sum(text_length(each) for each in part.values())
        case list() | tuple():
            return sum(text_length(each) for each in part)
        case _:
            return 0


def _notification(message: Message) -> str:
    said = (message.preview, *message.paragraphs, message.answered, elements.NOTHING)
    first = next(each for each in said if plain.shown(each))
    return plain.escaped(" ".join(first.split()), SLACK_NOTIFICATION)


def _asked(message: Message) -> list[Block]:
    """Lay out what is asked: one question as itself, several behind one button."""
    if not message.fields:
        return []
    if message.words is None:
        raise BadContent("a message that asks something has no words for its buttons")
    if len(message.fields) == 1:
        return _alone(message, message.fields[0], message.words)
    return _form(message, message.words)


def _alone(message: Message, asked: Field, words: Words) -> list[Block]:
    at, laid = Place(message.delivery, message.dialogue), controls.row(asked, words)
    beside: list[Block] = []
    if laid.beside is not None:
        pick = elements.text(words.pick, SLACK_SECTION_TEXT)
        beside = [SectionBlock(text=pick, block_id=at.block_id(0), accessory=laid.beside)]
    return [*beside, *_rows(at, laid.elements), *_seen([asked])]


def _form(message: Message, words: Words) -> list[Block]:
    at, first = Place(message.delivery, message.dialogue), message.fields[0]
    blocks: list[Block] = []
    for _, group in groupby(message.fields, key=lambda each: each.seen_by):
        asked = [*group]
        listed = "\n".join(f"• {each.label}" for each in asked)
        blocks += [SectionBlock(text=elements.text(listed, SLACK_SECTION_TEXT)), *_seen(asked)]
    is_written = any(isinstance(each.input, FreeText) for each in message.fields)
    label = words.write if is_written else words.pick
    fill = Carried("fill", first.key, first.count)
    buttons: list[elements.Element] = [elements.button(fill, label, first.key)]
    later = [(each, option) for each in message.fields for option in controls.commands(each)]
    for number, (each, option) in enumerate(later, 1):
        carries = Carried("put_off", each.key, each.count, number)
        buttons.append(elements.button(carries, option.label, option.id))
    return [*blocks, *_rows(at, buttons)]


def _rows(at: Place, buttons: Sequence[elements.Element]) -> list[Block]:
    """Lay out buttons in as many rows as Slack needs for them."""
    starts = range(0, len(buttons), SLACK_ACTIONS)
    rows = [[*buttons[start : start + SLACK_ACTIONS]] for start in starts]
    return [
        ActionsBlock(elements=row, block_id=at.block_id(number))
        for number, row in enumerate(rows, 1)
    ]


def _seen(asked: Sequence[Field]) -> list[Block]:
    """Say who will see the answers to questions that the same people will see."""
    return [context(asked[0].seen_by)] if asked[0].seen_by else []


def _answered(message: Message) -> list[Block]:
    at, blocks = Place(message.delivery, message.dialogue), list[Block]()
    if message.answered:
        blocks.append(context(f"✓ {message.answered}"))
    if message.edits:
        buttons = [_edit(each, number) for number, each in enumerate(message.edits)]
        blocks.append(ActionsBlock(elements=buttons, block_id=at.block_id(_EDITS)))
    if message.footer:
        blocks.append(context(message.footer))
    return blocks


def _edit(edit: Edit, number: int) -> elements.Element:
    return elements.button(Carried("edit", edit.key, edit.count, number), edit.label, edit.key)
