"""The modal of `/holdfast admin`, in which a cohort gets its channels: laid out, and read again.

Slack's own list of channels leaves out those that are shared with others. Whether too many read
along is asked of whoever chooses, and looked up where Holdfast may.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args
from uuid import UUID

from slack_sdk.models.blocks import (
    CheckboxesElement,
    ConversationFilter,
    ConversationSelectElement,
    InputBlock,
    InputInteractiveElement,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot import port
from bot.adapters.slack import elements, plain
from bot.adapters.slack.shapes import Filled, State
from bot.errors import BadContent
from bot.limits import SLACK_INPUT_LABEL, SLACK_MODAL_TITLE, SLACK_OPTION_LABEL
from bot.words import Words

WORDS: Final = frozenset({"admin", "beheer"})
"""What is typed after `/holdfast` to get here."""
CALLBACK: Final = "admin"
MOST: Final = 100  # options of one of Slack's menus
LONGEST_NAME: Final = 80  # of a channel, in Slack
Field = Literal["cohort", "which", "channel", "name", "few"]
_ASKED: Final = get_args(Field)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was chosen: a channel of Slack for a cohort, of its team or of its managers."""

    cohort: UUID
    which: Literal["team", "managers"]
    channel: str
    name: str


def view(groups: Sequence[port.Option], words: Words, language: str) -> dict[str, object]:
    """Lay out the modal; there is at least one group, and a hundred at most."""

    def _text(row: str) -> str:
        return words.render(f"slack.{row}", language)

    inputs: dict[Field, InputInteractiveElement] = {
        "cohort": StaticSelectElement(
            action_id="cohort", options=[_option(e.id, e.label) for e in groups]
        ),
        "which": RadioButtonsElement(
            action_id="which",
            options=[_option(e, _text(f"admin_{e}")) for e in ("team", "managers")],
        ),
        "channel": ConversationSelectElement(
            action_id="channel",
            filter=ConversationFilter(
                include=["public", "private"],
                exclude_external_shared_channels=True,
                exclude_bot_users=True,
            ),
        ),
        "name": PlainTextInputElement(action_id="name", max_length=LONGEST_NAME),
        "few": CheckboxesElement(
            action_id="few", options=[_option("yes", _text("admin_few_yes"))]
        ),
    }
    made: dict[str, object] = View(
        type="modal",
        callback_id=CALLBACK,
        title=elements.text(_text("admin_title"), SLACK_MODAL_TITLE),
        submit=elements.text(_text("admin_submit"), SLACK_MODAL_TITLE),
        close=elements.text(_text("close"), SLACK_MODAL_TITLE),
        blocks=[
            InputBlock(
                block_id=name,
                label=elements.text(_text(f"admin_{name}"), SLACK_INPUT_LABEL),
                element=each,
            )
            for name, each in inputs.items()
        ],
    ).to_dict()
    return made


def wanted(state: State) -> Wanted:
    """Read what was chosen.

    Raises: BadContent when something is missing that Slack does not let be left out.
    """
    cohort, which, channel, name, few = (_filled(state, name) for name in _ASKED)
    if cohort.selected_option is None or which.selected_option is None:
        raise BadContent("a modal for administrators in which nothing was chosen")
    if channel.selected_conversation is None or not few.selected_options:
        raise BadContent("a modal for administrators without a channel")
    try:
        id_ = UUID(cohort.selected_option.value)
    except ValueError:
        raise BadContent("a cohort that is none") from None
    for_ = which.selected_option.value
    if for_ not in ("team", "managers"):
        raise BadContent("a channel for nobody")
    called = plain.decoded(name.value or "").strip().lstrip("#")
    if not called:
        raise BadContent("a channel without a name")
    side: Literal["team", "managers"] = "team" if for_ == "team" else "managers"
    return Wanted(id_, side, channel.selected_conversation, f"#{called}")


def _filled(state: State, name: str) -> Filled:
    try:
        return state.values[name][name]
    except KeyError:
        raise BadContent("a modal for administrators that is not whole") from None


def _option(value: str, label: str) -> Option:
    return Option(value=value, text=elements.text(label, SLACK_OPTION_LABEL))
