"""Every limit of Block Kit: what keeps to it passes, and one more is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import pytest

from bot import limits
from bot.adapters.slack.cards import Card
from bot.adapters.slack.checks import limits_kept

Json = dict[str, Any]
Maker = Callable[[int], Card | Json]

CONTROL: Final = {"type": "static_select", "action_id": "a"}


def plain(length: int, sign: str = "x") -> Json:
    """Make a text."""
    return {"type": "plain_text", "text": sign * length, "emoji": False}


def option(number: int = 0, label: int = 1, value: str = "") -> Json:
    """Make an option."""
    return {"text": plain(label), "value": value or f"v{number}"}


def options(count: int) -> list[Json]:
    """Make so many options."""
    return [option(number) for number in range(count)]


def button(number: int = 0, label: int = 1, **more: object) -> Json:
    """Make a button."""
    return {"type": "button", "action_id": f"a{number}", "text": plain(label), **more}


def section(length: int = 1, **more: object) -> Json:
    """Make a section."""
    return {"type": "section", "text": plain(length), **more}


def card(*blocks: Json, text: str = "x") -> Card:
    """Make a message of blocks."""
    return Card(text, blocks, UUID(int=0))


def actions(*elements: Json, **more: object) -> Card:
    """Make a message with a row of elements."""
    return card({"type": "actions", "elements": [*elements], **more})


def modal(*blocks: Json, **more: object) -> Json:
    """Make a modal of blocks."""
    around = {"title": plain(1), "submit": plain(1), "close": plain(1)}
    return {"type": "modal", **around, "blocks": [*blocks], **more}


def field(element: Json | None = None, **more: object) -> Json:
    """Make a field of a modal."""
    made = element or {"type": "plain_text_input", "action_id": "a"}
    return modal({"type": "input", "label": plain(1), "element": made, **more})


ROWS: Final[dict[str, tuple[Maker, int]]] = {
    "blocks of a message": (lambda n: card(*[section()] * n), limits.SLACK_MESSAGE_BLOCKS),
    "blocks of a modal": (lambda n: modal(*[section()] * n), limits.SLACK_VIEW_BLOCKS),
    "text of all blocks": (
        lambda n: card(*[section(n // 5)] * 4, section(n - n // 5 * 4)),
        limits.SLACK_MESSAGE_BLOCKS_TEXT,
    ),
    "text of a message": (lambda n: card(section(), text="x" * n), limits.SLACK_MESSAGE_TEXT),
    "text of a section": (lambda n: card(section(n)), limits.SLACK_SECTION_TEXT),
    "text of a header": (
        lambda n: card({"type": "header", "text": plain(n)}),
        limits.SLACK_HEADER_TEXT,
    ),
    "fields of a section": (
        lambda n: card(section(fields=[plain(1)] * n)),
        limits.SLACK_FIELDS,
    ),
    "text of a field": (lambda n: card(section(fields=[plain(n)])), limits.SLACK_FIELD_TEXT),
    "elements of a context": (
        lambda n: card({"type": "context", "elements": [plain(1)] * n}),
        limits.SLACK_CONTEXT_ELEMENTS,
    ),
    "elements of actions": (
        lambda n: actions(*(button(number) for number in range(n))),
        limits.SLACK_ACTIONS,
    ),
    "label of a button": (lambda n: actions(button(label=n)), limits.SLACK_BUTTON_LABEL),
    "value of a button": (lambda n: actions(button(value="x" * n)), limits.SLACK_BUTTON_VALUE),
    "options of a menu": (
        lambda n: actions({**CONTROL, "options": options(n)}),
        limits.SLACK_OPTIONS,
    ),
    "options of a menu of several": (
        lambda n: field({**CONTROL, "type": "multi_static_select", "options": options(n)}),
        limits.SLACK_OPTIONS,
    ),
    "options of radio buttons": (
        lambda n: actions({**CONTROL, "type": "radio_buttons", "options": options(n)}),
        limits.SLACK_RADIO_OPTIONS,
    ),
    "options of checkboxes": (
        lambda n: actions({**CONTROL, "type": "checkboxes", "options": options(n)}),
        limits.SLACK_RADIO_OPTIONS,
    ),
    "label of an option": (
        lambda n: actions({**CONTROL, "options": [option(label=n)]}),
        limits.SLACK_OPTION_LABEL,
    ),
    "description of an option": (
        lambda n: actions({**CONTROL, "options": [{**option(), "description": plain(n)}]}),
        limits.SLACK_OPTION_LABEL,
    ),
    "value of an option": (
        lambda n: actions({**CONTROL, "options": [option(value="x" * n)]}),
        limits.SLACK_OPTION_VALUE,
    ),
    "placeholder": (
        lambda n: actions({**CONTROL, "options": options(1), "placeholder": plain(n)}),
        limits.SLACK_PLACEHOLDER,
    ),
    "block_id": (lambda n: card(section(block_id="x" * n)), limits.SLACK_ID),
    "action_id": (lambda n: actions({**button(), "action_id": "x" * n}), limits.SLACK_ID),
    "callback_id": (lambda n: modal(section(), callback_id="x" * n), limits.SLACK_ID),
    "external_id": (lambda n: modal(section(), external_id="x" * n), limits.SLACK_ID),
    "private_metadata": (
        lambda n: modal(section(), private_metadata="x" * n),
        limits.SLACK_PRIVATE_METADATA,
    ),
    "title": (lambda n: modal(section(), title=plain(n)), limits.SLACK_MODAL_TITLE),
    "submit": (lambda n: modal(section(), submit=plain(n)), limits.SLACK_MODAL_TITLE),
    "close": (lambda n: modal(section(), close=plain(n)), limits.SLACK_MODAL_TITLE),
    "label of a field": (lambda n: field(label=plain(n)), limits.SLACK_INPUT_LABEL),
    "hint of a field": (lambda n: field(hint=plain(n)), limits.SLACK_INPUT_LABEL),
    "words in a field": (
        lambda n: field({"type": "plain_text_input", "action_id": "a", "initial_value": "x" * n}),
        limits.SLACK_INPUT_TEXT,
    ),
    "length of a field": (
        lambda n: field({"type": "plain_text_input", "action_id": "a", "max_length": n}),
        limits.SLACK_INPUT_TEXT,
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_what_keeps_to_a_limit_passes_and_one_more_does_not(row: str) -> None:
    make, most = ROWS[row]

    assert limits_kept(make(most)) == []
    assert len(limits_kept(make(most + 1))) == 1


def test_what_slack_escapes_counts_for_more() -> None:
    assert limits_kept(card({"type": "section", "text": plain(600, "&")})) == []
    assert limits_kept(card({"type": "section", "text": plain(601, "&")})) != []


@pytest.mark.parametrize(
    ("shown", "says"),
    [
        (card(section(), text=""), "says nothing"),
        (card(field()["blocks"][0]), "modals only"),
        (modal(), "at least one block"),
        (modal(section(), private="x" * 250_000), "bytes"),
        (field() | {"submit": None}, "no button to send it"),
        (card(section(block_id="a"), section(block_id="a")), "block_id a stands twice"),
        (actions(button(), button()), "action_id a0 stands twice"),
        (actions(), "hold nothing"),
        (card({"type": "context", "elements": []}), "hold nothing"),
        (actions({**CONTROL, "options": []}), "hold nothing"),
        (actions({**CONTROL, "options": [option(), option()]}), "option v0 stands twice"),
        (actions({"type": "multi_static_select", "action_id": "a", "options": options(1)}),
         "cannot hold a multi_static_select"),
        (actions({"type": "plain_text_input", "action_id": "a"}),
         "cannot hold a plain_text_input"),
        (card({"type": "context", "elements": [button()]}), "cannot hold a button"),
        (field(button()), "cannot hold a button"),
        (field({**CONTROL, "type": "multi_static_select", "options": options(1),
                "max_selected_items": 0}), "at least one"),
        (card(section(0)), "is empty"),
        (card({"type": "section", "text": {"type": "mrkdwn", "text": "<!channel>"}}), "markup"),
    ],
)  # fmt: skip
def test_what_slack_would_refuse_is_named(shown: Card | Json, says: str) -> None:
    [fault] = limits_kept(shown)

    assert says in fault
