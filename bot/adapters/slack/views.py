"""A modal: where words are written, so that they never stand in the chat.

A modal is JSON on its way to Slack, and comes back with every press in it. What a notice changes
is therefore made from what came back: nothing of it is kept here, least of all the words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import ActionsBlock, Block, InputBlock, SectionBlock
from slack_sdk.models.views import View

from bot.adapters.slack import cards, controls, elements, plain
from bot.adapters.slack.carried import Carried
from bot.adapters.slack.frame import Frame
from bot.adapters.slack.memo import Memo, memo
from bot.errors import BadContent
from bot.limits import (
    SLACK_INPUT_LABEL,
    SLACK_INPUT_TEXT,
    SLACK_MESSAGE_BLOCKS_TEXT,
    SLACK_MODAL_TITLE,
    SLACK_SECTION_TEXT,
    SLACK_VIEW_BLOCKS,
)
from bot.port import Field, Message, Notice, NoticeOption, Words

CALLBACK: Final = "answer"
SAID: Final = "said"
_NOTICE: Final = "notice"  # how the ids of its blocks begin
_MOST_SAID: Final = 10
# What Slack takes of a modal that it gave us.
_SENT: Final = frozenset(
    {"type", "title", "submit", "close", "blocks", "private_metadata", "callback_id"}
)

Json = dict[str, Any]


def modal(message: Message, remembered: Memo, frame: Frame) -> Json:
    """Lay out the questions of a message as a modal, with the answers that stand.

    Raises: BadContent when Slack could not show it, or when the message asks nothing.
    """
    if message.words is None or not message.fields:
        raise BadContent("a message that asks nothing opens no modal")
    paragraphs, fields = _asked(message)
    blocks: list[Block] = [*cards.says(paragraphs, SLACK_MESSAGE_BLOCKS_TEXT, _MOST_SAID)]
    for each in fields:
        blocks += _inputs(each, message.words, frame, len(blocks))
    view = View(
        type="modal",
        callback_id=CALLBACK,
        title=elements.text(frame.title, SLACK_MODAL_TITLE),
        submit=elements.text(message.words.send, SLACK_MODAL_TITLE),
        close=elements.text(frame.close, SLACK_MODAL_TITLE),
        private_metadata=remembered.written(),
        blocks=blocks,
    )
    return _json(view)


def errors(refusals: Mapping[str, str], fields: Mapping[str, str]) -> Json:
    """Answer a submission by what is wrong, at each field.

    `refusals` has words by question, `fields` the block by question (`did.Submitted.fields`). What
    belongs to no field there stands at the first one.
    """
    first = next(iter(fields.values()), "field.0")
    said = {fields.get(key, first): plain.shown(words) for key, words in refusals.items()}
    return {"response_action": "errors", "errors": said}


def said(paragraphs: Sequence[str], frame: Frame) -> Json:
    """Lay out a modal that only says something, such as why a late press changed nothing."""
    blocks = [*cards.says(paragraphs, SLACK_MESSAGE_BLOCKS_TEXT, _MOST_SAID)]
    title = elements.text(frame.name, SLACK_MODAL_TITLE)
    close = elements.text(frame.close, SLACK_MODAL_TITLE)
    return _json(View(type="modal", callback_id=SAID, title=title, close=close, blocks=blocks))


def updated(view: Json) -> Json:
    """Answer a submission by another modal in the place of this one."""
    return {"response_action": "update", "view": view}


def closed() -> Json:
    """Answer a submission by closing the modal."""
    return {"response_action": "clear"}


def with_notice(view: Mapping[str, Any], notice: Notice) -> Json:
    """Say in a modal why its words were not taken; they stay in their field, and only there.

    `view` is the modal as Slack gave it with the submission.
    Raises: BadContent when it is none of ours.
    """
    fields = [_kept(each, _state(view)) for each in _fields(view)]
    said = [_section(words, number) for number, words in enumerate(notice.paragraphs)]
    buttons = [_option(notice, each, number) for number, each in enumerate(notice.options)]
    row = [ActionsBlock(elements=buttons, block_id=f"{_NOTICE}.row").to_dict()] if buttons else []
    return _again(view, [*said, *row, *fields], sure=False)


def without_notice(view: Mapping[str, Any], says: str = "", *, sure: bool = False) -> Json:
    """Take the notice out of a modal again; `says` stands in its place.

    With `sure` the words in the field are meant as they are, and sent so.
    Raises: BadContent when it is none of ours.
    """
    fields = [_kept(each, _state(view)) for each in _fields(view)]
    said = [_section(says, 0)] if says else []
    return _again(view, [*said, *fields], sure=sure)


def _asked(message: Message) -> tuple[tuple[str, ...], tuple[Field, ...]]:
    """Part what is said from what is asked: one question's own text is its last paragraph."""
    if len(message.fields) > 1 or message.fields[0].label or not message.paragraphs:
        return message.paragraphs, message.fields
    *said, question = message.paragraphs
    return tuple(said), (replace(message.fields[0], label=question),)


def _inputs(asked: Field, words: Words, frame: Frame, number: int) -> list[InputBlock]:
    """Lay out one question; who will see the answer stands under the last of its fields."""
    found = controls.fields(asked, words)
    labels = (asked.label, *(frame.instead for _ in found[1:]))
    hints = (*("" for _ in found[1:]), asked.seen_by)
    return [
        InputBlock(
            block_id=f"field.{number + offset}",
            label=elements.text(label, SLACK_INPUT_LABEL),
            hint=elements.text(hint, SLACK_INPUT_LABEL) if hint else None,
            element=each,
            optional=controls.may_be_empty(asked),
        )
        for offset, (each, label, hint) in enumerate(zip(found, labels, hints, strict=True))
    ]


def _json(view: View) -> Json:
    try:
        made: Json = view.to_dict()
    except SlackObjectFormationError as error:
        raise BadContent(str(error)) from None
    return made


def _section(words: str, number: int) -> Json:
    text = elements.text(words, SLACK_SECTION_TEXT)
    made: Json = SectionBlock(text=text, block_id=f"{_NOTICE}.{number}").to_dict()
    return made


def _option(notice: Notice, option: NoticeOption, number: int) -> elements.Element:
    """Make a button of a notice; what it says, or chooses, is its value."""
    value = option.says if option.does == "sure" else option.id
    carries = Carried(option.does, notice.key or notice.field, 0, number)
    return elements.button(carries, option.label, value)


def _again(view: Mapping[str, Any], blocks: list[Json], *, sure: bool) -> Json:
    """Make the modal again of what came back, without what is Slack's own in it."""
    kept = {name: value for name, value in view.items() if name in _SENT and value is not None}
    remembered = replace(memo(str(view.get("private_metadata"))), sure=sure)
    written = remembered.written()
    return {**kept, "private_metadata": written, "blocks": blocks[:SLACK_VIEW_BLOCKS]}


def _fields(view: Mapping[str, Any]) -> list[Json]:
    """Give the blocks of a modal but those of a notice."""
    blocks = view.get("blocks")
    found = blocks if isinstance(blocks, list) else []
    if not found or not all(isinstance(each, dict) for each in found):
        raise BadContent("a modal without blocks")
    return [each for each in found if not str(each.get("block_id")).startswith(f"{_NOTICE}.")]


def _state(view: Mapping[str, Any]) -> Mapping[str, Any]:
    match view.get("state"):
        case {"values": dict(values)}:
            return values
        case _:
            return {}


def _kept(block: Json, values: Mapping[str, Any]) -> Json:
    """Give a field with what stands in it now, should Slack not keep that itself."""
    match block, values.get(str(block.get("block_id"))):
        case {"type": "input", "element": {"action_id": str(name)} as element}, dict(found):
            bare = {key: value for key, value in element.items() if not key.startswith("initial_")}
            return {**block, "element": {**bare, **_initial(found.get(name), bare)}}
        case _:
            return block


def _initial(found: object, element: Json) -> Json:
    match found:
        case {"type": "plain_text_input", "value": str(words)} if plain.shown(words):
            return {"initial_value": plain.fitted(words, SLACK_INPUT_TEXT)}
        case {"selected_option": dict(option)}:
            return _first(_same(element, [option]))
        case {"selected_options": [_, *_] as options}:
            same = _same(element, options)
            return {"initial_options": same} if same else {}
        case {"selected_date": str(day)}:
            return {"initial_date": day}
        case {"selected_user": str(user)}:
            return {"initial_user": user}
        case _:
            return {}


def _same(element: Json, chosen: list[Any]) -> list[Json]:
    """Find what was chosen among the options, which Slack wants repeated to the letter."""
    ids = [each.get("value") for each in chosen if isinstance(each, dict)]
    options = element.get("options")
    known = options if isinstance(options, list) else []
    return [each for each in known if isinstance(each, dict) and each.get("value") in ids]


def _first(options: list[Json]) -> Json:
    return {"initial_option": options[0]} if options else {}
