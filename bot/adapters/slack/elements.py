"""Slack's small parts, made of our values: texts, options, buttons and what one fills in.

Every text is `plain_text`, so that nothing a person wrote comes alive in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from slack_sdk.models.blocks import (
    ButtonElement,
    DatePickerElement,
    InputInteractiveElement,
    InteractiveElement,
    Option,
    OverflowMenuElement,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    StaticMultiSelectElement,
    StaticSelectElement,
    UserSelectElement,
)

from bot import port
from bot.adapters.slack import plain
from bot.adapters.slack.carried import Carried
from bot.engine.answers import Raw
from bot.errors import BadContent
from bot.limits import (
    SLACK_BUTTON_LABEL,
    SLACK_INPUT_TEXT,
    SLACK_OPTION_LABEL,
    SLACK_PLACEHOLDER,
)

Element = InteractiveElement
Input = InputInteractiveElement

NOTHING: Final = "·"  # Slack refuses an empty text


def text(words: str, longest: int) -> PlainTextObject:
    """Make a text of at most so many characters, in which nothing is alive."""
    return PlainTextObject(text=plain.fitted(words, longest) or NOTHING, emoji=False)


def button(carries: Carried, label: str, value: str, *, is_chosen: bool = False) -> ButtonElement:
    """Make a button; the one that is chosen already stands out."""
    return ButtonElement(
        text=text(label, SLACK_BUTTON_LABEL),
        action_id=carries.action_id,
        value=value or None,
        style="primary" if is_chosen else None,
    )


def overflow(carries: Carried, options: Sequence[port.Option]) -> OverflowMenuElement:
    """Make the menu behind three dots, of what answers nothing."""
    return OverflowMenuElement(action_id=carries.action_id, options=_options(options))


def menu(
    carries: Carried, options: Sequence[port.Option], pick: str, chosen: Sequence[str] = ()
) -> StaticSelectElement:
    """Make a menu of which one is chosen."""
    found = _options(options)
    first = [each for each in found if each.value in chosen]
    return StaticSelectElement(
        action_id=carries.action_id,
        options=found,
        placeholder=text(pick, SLACK_PLACEHOLDER),
        initial_option=first[0] if first else None,
    )


def several(
    carries: Carried, asked: port.Choices, options: Sequence[port.Option], pick: str,
    chosen: Sequence[str] = (),
) -> StaticMultiSelectElement:  # fmt: skip
    """Make a menu of which up to `most` are chosen; boxes to tick could not hold one to that."""
    found = _options(options)
    return StaticMultiSelectElement(
        action_id=carries.action_id,
        options=found,
        placeholder=text(pick, SLACK_PLACEHOLDER),
        max_selected_items=asked.most,
        initial_options=[each for each in found if each.value in chosen] or None,
    )


def radios(
    carries: Carried, options: Sequence[port.Option], chosen: Sequence[str]
) -> RadioButtonsElement:
    """Make a short list of which one is chosen."""
    found = _options(options)
    first = [each for each in found if each.value in chosen]
    return RadioButtonsElement(
        action_id=carries.action_id, options=found, initial_option=first[0] if first else None
    )


def day(carries: Carried, pick: str, chosen: Raw | None) -> DatePickerElement:
    """Make a calendar. It cannot be told which days may be chosen: the turn refuses others."""
    return DatePickerElement(
        action_id=carries.action_id,
        placeholder=text(pick, SLACK_PLACEHOLDER),
        initial_date=chosen.isoformat() if isinstance(chosen, date) else None,
    )


def person(carries: Carried, pick: str) -> UserSelectElement:
    """Make a list of everybody in the workspace; whether one may be asked is for the turn."""
    return UserSelectElement(
        action_id=carries.action_id, placeholder=text(pick, SLACK_PLACEHOLDER)
    )


def writing(carries: Carried, chosen: Raw | None) -> PlainTextInputElement:
    """Make a field for a text of several lines.

    It takes the most that Slack allows: the turn says in words what is too long, while Slack,
    which counts an emoji as two, would refuse to show again what we took.
    """
    written = plain.fitted(chosen, SLACK_INPUT_TEXT) if isinstance(chosen, str) else ""
    return PlainTextInputElement(
        action_id=carries.action_id,
        multiline=True,
        max_length=SLACK_INPUT_TEXT,
        initial_value=written or None,
    )


def _options(options: Sequence[port.Option]) -> list[Option]:
    if not options:
        raise BadContent("a question that has nothing to choose")
    return [
        Option(value=each.id, text=text(each.label or each.id, SLACK_OPTION_LABEL))
        for each in options
    ]
