"""The limits of Block Kit that Slack holds a message or a modal to, whatever a library checks.

For tests, and for whoever lays out something new: an empty list means that Slack would take it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bot import limits
from bot.adapters.slack.cards import Card, text_length

Json = Mapping[str, Any]

_TEXTS: Final[Mapping[tuple[str, str], int]] = {
    ("section", "text"): limits.SLACK_SECTION_TEXT,
    ("header", "text"): limits.SLACK_HEADER_TEXT,
    ("button", "text"): limits.SLACK_BUTTON_LABEL,
    ("option", "text"): limits.SLACK_OPTION_LABEL,
    ("option", "description"): limits.SLACK_OPTION_LABEL,
    ("input", "label"): limits.SLACK_INPUT_LABEL,
    ("input", "hint"): limits.SLACK_INPUT_LABEL,
    ("modal", "title"): limits.SLACK_MODAL_TITLE,
    ("modal", "submit"): limits.SLACK_MODAL_TITLE,
    ("modal", "close"): limits.SLACK_MODAL_TITLE,
}
"""The longest text, by what it stands in and under which name."""

_STRINGS: Final[Mapping[str, int]] = {
    "block_id": limits.SLACK_ID,
    "action_id": limits.SLACK_ID,
    "callback_id": limits.SLACK_ID,
    "external_id": limits.SLACK_ID,
    "private_metadata": limits.SLACK_PRIVATE_METADATA,
    "initial_value": limits.SLACK_INPUT_TEXT,
}
_MOST: Final[Mapping[tuple[str, str], int]] = {
    ("actions", "elements"): limits.SLACK_ACTIONS,
    ("context", "elements"): limits.SLACK_CONTEXT_ELEMENTS,
    ("section", "fields"): limits.SLACK_FIELDS,
    ("overflow", "options"): limits.SLACK_OVERFLOW_OPTIONS,
    ("static_select", "options"): limits.SLACK_OPTIONS,
    ("multi_static_select", "options"): limits.SLACK_OPTIONS,
    ("radio_buttons", "options"): limits.SLACK_RADIO_OPTIONS,
    ("checkboxes", "options"): limits.SLACK_RADIO_OPTIONS,
}
"""The most of anything, by what it stands in and under which name."""

_IN_ACTIONS: Final = frozenset(
    {
        "button", "checkboxes", "datepicker", "datetimepicker", "overflow", "radio_buttons",
        "static_select", "timepicker", "users_select", "conversations_select",
    }
)  # fmt: skip
_IN_INPUT: Final = frozenset(
    {
        "checkboxes", "datepicker", "datetimepicker", "multi_static_select", "plain_text_input",
        "radio_buttons", "static_select", "timepicker", "users_select", "conversations_select",
    }
)  # fmt: skip
_FORMS: Final = {"plain_text", "mrkdwn"}


def limits_kept(shown: Card | Json) -> list[str]:
    """Say what is wrong with a card or a modal, in one line each; nothing where Slack takes it."""
    if isinstance(shown, Card):
        return [*_of_message(shown), *_of_blocks(shown.blocks)]
    return [*_of_modal(shown), *_of_blocks(shown.get("blocks", ()))]


def _of_message(card: Card) -> Iterator[str]:
    yield from _many("blocks of a message", len(card.blocks), limits.SLACK_MESSAGE_BLOCKS)
    yield from _many("text of all blocks", text_length(card.blocks), _ALL_TEXT)
    yield from _many("text of a message", len(card.text), limits.SLACK_MESSAGE_TEXT)
    if not card.text:
        yield "a message without a text says nothing in its notification"
    if any(each.get("type") == "input" for each in card.blocks):
        yield "a field for input stands in modals only, for us"


_ALL_TEXT: Final = limits.SLACK_MESSAGE_BLOCKS_TEXT


def _of_modal(view: Json) -> Iterator[str]:
    blocks = view.get("blocks", ())
    yield from _many("blocks of a modal", len(blocks), limits.SLACK_VIEW_BLOCKS)
    yield from _of_part({**view, "type": "modal", "blocks": ()}, "modal")
    if not blocks:
        yield "a modal has at least one block"
    if not limits.slack_view_fits(dict(view)):
        yield f"a modal of more than {limits.SLACK_VIEW_BYTES} bytes"
    if any(each.get("type") == "input" for each in blocks) and not view.get("submit"):
        yield "a modal with a field has no button to send it"


def _of_blocks(blocks: Sequence[Json]) -> Iterator[str]:
    named = [each["block_id"] for each in blocks if "block_id" in each]
    yield from (f"block_id {each} stands twice" for each in _twice(named))
    for number, block in enumerate(blocks):
        where = f"block {number}, {block.get('type')}"
        yield from _of_block(block, where)
        yield from _of_part(block, where)


def _of_block(block: Json, where: str) -> Iterator[str]:
    """Check what a block may hold: which elements, and each named once."""
    elements = block.get("elements", ())
    match block.get("type"):
        case "actions":
            yield from _only(elements, _IN_ACTIONS, where)
        case "context":
            yield from _only(elements, frozenset({*_FORMS, "image"}), where)
        case "input":
            yield from _only((block.get("element", {}),), _IN_INPUT, where)
    named = [each["action_id"] for each in elements if "action_id" in each]
    yield from (f"{where}: action_id {each} stands twice" for each in _twice(named))


def _only(elements: Sequence[Json], known: frozenset[str], where: str) -> Iterator[str]:
    kinds = (each.get("type") for each in elements)
    yield from (f"{where}: it cannot hold a {each}" for each in kinds if each not in known)


def _of_part(part: Json, where: str) -> Iterator[str]:
    """Check a part and all that stands in it."""
    kind = str(part.get("type", "option" if "text" in part and "value" in part else ""))
    yield from _of_strings(part, kind, where)
    for name, held in part.items():
        most = _MOST.get((kind, name))
        if most is not None:
            yield from _many(f"{where}: {name} of a {kind}", len(held), most)
        if name in ("options", "elements") and not held:
            yield f"{where}: {name} of a {kind} hold nothing"
        if name in ("options", "initial_options"):
            ids = [each.get("value") for each in held]
            yield from (f"{where}: the option {each} stands twice" for each in _twice(ids))
        for inner in held if isinstance(held, list | tuple) else (held,):
            if isinstance(inner, Mapping):
                yield from _of_text(inner, kind, name, where)
                yield from _of_part(inner, where)


def _of_strings(part: Json, kind: str, where: str) -> Iterator[str]:
    for name, longest in _STRINGS.items():
        yield from _many(f"{where}: {name}", len(str(part.get(name, ""))), longest)
    value = str(part.get("value", ""))
    if kind == "button":
        yield from _many(f"{where}: value of a button", len(value), limits.SLACK_BUTTON_VALUE)
    if kind == "option":
        yield from _many(f"{where}: value of an option", len(value), limits.SLACK_OPTION_VALUE)
    if part.get("max_selected_items", 1) < 1:
        yield f"{where}: at least one must be allowed"
    if part.get("max_length", 1) > limits.SLACK_INPUT_TEXT:
        yield f"{where}: max_length is over {limits.SLACK_INPUT_TEXT}"


def _of_text(text: Json, kind: str, name: str, where: str) -> Iterator[str]:
    if text.get("type") not in _FORMS:
        return
    longest = _longest(kind, name)
    yield from _many(f"{where}: {name} of a {kind}", text_length(text), longest)
    if not text.get("text"):
        yield f"{where}: {name} of a {kind} is empty"
    if text["type"] == "mrkdwn":
        yield f"{where}: {name} of a {kind} is markup, in which something could come alive"


def _longest(kind: str, name: str) -> int:
    if (kind, name) == ("section", "fields"):
        return limits.SLACK_FIELD_TEXT
    if name == "placeholder":
        return limits.SLACK_PLACEHOLDER
    return _TEXTS.get((kind, name), limits.SLACK_SECTION_TEXT)


def _many(what: str, count: int, most: int) -> Iterator[str]:
    if count > most:
        yield f"{what}: {count}, and {most} at most"


def _twice(names: Sequence[Any]) -> list[Any]:
    return sorted({each for each in names if names.count(each) > 1})
